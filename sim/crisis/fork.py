"""A history that parts from one that was: the same to an event, then other luck, and other levers if any changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import Any, cast

import numpy as np

from sim.crisis.history import History
from sim.decision.theatre import Theatre, theatre_of
from sim.experiment import Experiment, Opening
from sim.stream.codes import Kind, Measure
from sim.stream.log import Log


@cache
def holds_levers(kind: Hashable) -> bool:
    """Whether instances of a class are levers, or groups of them."""
    declared = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    return kind is Experiment or any("doc" in field.metadata for field in declared)


class Live:
    """Levers as they hold now, also for a process that took them in hand before they changed.

    Reading an attribute reads it of what is held; groups of levers below are `Live` themselves.
    """

    __slots__ = ("_held", "_parts")

    def __init__(self, held: object) -> None:
        self._held, self._parts = held, dict[str, Live]()

    @property
    def held(self) -> object:
        return self._held

    def __getattr__(self, name: str) -> Any:
        if name in self._parts:
            return self._parts[name]
        found = getattr(self._held, name)
        return self._parts.setdefault(name, Live(found)) if holds_levers(cast(Hashable, type(found))) else found

    def become(self, held: object) -> None:
        """Hold something else of the same kind from now on."""
        self._held = held
        for name, part in self._parts.items():
            part.become(getattr(held, name))


class Forked(History):
    """One future of a fork: the run that was, up to and with event `at`; what follows is drawn on a branch of its own.

    What was set going before the fork stands: an order given, a delay drawn, a state's disposition.
    """

    def __init__(
        self,
        experiment: Experiment,
        number: int,
        log: Log,
        openings: Sequence[Opening],
        before: Sequence[Theatre],
        shuffle: Callable[[Sequence[Any]], Sequence[Any]] | None = None,
        flipped: int = -1,
    ) -> None:
        fork = experiment.fork
        assert fork is not None and fork.origin is not None
        self._at, self._branch = fork.at, branch(number)
        self._after = experiment
        levers = cast(Experiment, Live(fork.origin.of_run(fork.run)))
        theatres = [cast(Theatre, Live(theatre)) for theatre in before]
        super().__init__(levers, fork.run, log, openings, theatres, shuffle, flipped=flipped)

    def event(
        self,
        k: int,
        kind: Kind,
        actor: int = -1,
        subject: int = -1,
        measure: int = -1,
        value: float = float("nan"),
        cause: int | None = None,
    ) -> int:
        seq = super().event(k, kind, actor, subject, measure, value, cause)
        if seq == self._at:
            self._part()
        return seq

    def theatre_at(self, opening: Opening) -> Theatre:
        held = cast(Experiment, cast(Live, self.experiment).held)
        return cast(Theatre, Live(theatre_of(held, opening)))

    def _part(self) -> None:
        """Change luck and levers, and what the levers had put into the state."""
        state, theatre = self.state, self.theatres[0]
        members, reliability, charter = theatre.members, theatre.reliability, self.experiment.charter
        credibility, oil = charter.credibility, self.experiment.scenario.key_commodity
        self.luck.branch = self._branch
        cast(Live, self.experiment).become(self._after)
        for live, opening in zip(self.theatres, self.openings, strict=True):
            cast(Live, live).become(theatre_of(self._after, opening))
        if charter.credibility != credibility:
            state.credibility[0] = charter.credibility
        state.reliability[:] = np.where(reliability != theatre.reliability, theatre.reliability, state.reliability)
        state.member[:] = np.where(members != theatre.members, theatre.members, state.member)
        if self.experiment.scenario.key_commodity != oil:
            self._reach_key_commodity(self.experiment.scenario.key_commodity == "included")

    def _reach_key_commodity(self, included: bool) -> None:
        """Sanctions under way follow the lever; comprehensive ones reach it whatever it says."""
        for k, under_way in enumerate(self.state.under_way):
            whole = bool(under_way[Measure.SANCTIONS_COMPREHENSIVE])
            self.state.key_included[k] = whole or (included and bool(under_way.any()))


def branch(number: int) -> int:
    """Branch of the luck on which future `number` is drawn; 0 is history as it was."""
    return number + 1
