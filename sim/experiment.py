"""The frozen whole of an experiment: world, charter, scenario, behaviour, horizon."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date as Date
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.charter import Charter
from sim.arrangement.membership import known, members_of
from sim.arrangement.system import coverage, polarisation
from sim.behaviour import Behaviour
from sim.ensemble import check, drawn, member_of
from sim.errors import SettingError
from sim.schema import lever, plain
from sim.stream.codes import Entry
from sim.world.world import World

EntryName = Literal["threat", "attack", "treaty_breach", "covert", "frontier_dispute"]


PLAIN = 0.25
"""Ambiguity up to which blame is plain."""

DENIABLE = 0.6
"""Ambiguity of an attack by proxy, at the least."""


@dataclass(frozen=True, kw_only=True)
class Further:
    """Another crisis of the same run."""

    day: float = lever(0.0, 0, 36500, "days", "when it opens")
    aggressors: tuple[str, ...] = lever(doc="aggressor side, lead first")
    targets: tuple[str, ...] = lever(doc="target side, lead first")
    entry: EntryName = lever("attack", doc="how it opens")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A crisis before it happens: inputs only, never an outcome."""

    name: str = lever(doc="name of the scenario")
    title: str = lever(doc="what it is, in words")
    date: str = lever(doc="day 0 (ISO)")
    aggressors: tuple[str, ...] = lever(doc="aggressor side, lead first")
    targets: tuple[str, ...] = lever(doc="target side, lead first")
    entry: EntryName = lever("attack", doc="how it opens")
    objective: Literal["limited", "total"] = lever("limited", doc="a province, or the state")
    stake: float = lever(
        1.0, 0, 100, doc="worth of the objective to the aggressor; the unit of its utilities", open_low=True
    )
    target_stake: float = lever(1.0, 0, 100, doc="worth of what is attacked to the target", open_low=True)
    ambiguity: float = lever(0.0, 0, 1, doc="0 open invasion, 1 disputed incident")
    surprise: float = lever(0.0, 0, 5, "log-odds per battle", "head start of the aggressor")
    deniable: bool = lever(False, doc="fought through a proxy")
    theatre_ratio: float | None = lever(
        None,
        0,
        1000,
        doc="forces of the aggressor over the target's at the place; from capability if null",
        open_low=True,
    )
    deadline_days: float = lever(30.0, 0, 3650, "days", "from a threat to its execution")
    key_commodity: Literal["none", "omitted", "included"] = lever(
        "none", doc="whether sanctions reach the key commodity"
    )
    arms_embargo_both: bool = lever(False, doc="an arms embargo falls on both sides")
    absent: tuple[str, ...] = lever((), doc="seats left empty")
    absent_until: dict[str, str] = lever(
        factory=dict,
        doc="day on which an absent state takes its seat again (ISO); never within the run for those not named",
    )
    outsiders: tuple[str, ...] = lever((), doc="states that are no members here, whatever the world says")
    insiders: tuple[str, ...] = lever((), doc="states that are members here, whatever the charter says")
    affinity: dict[str, dict[str, float]] = lever(
        factory=dict, low=-1, high=1, doc="affinities of this crisis, symmetric"
    )
    also: tuple[Further, ...] = lever((), doc="further crises of the same run")
    rival_forum: str | None = lever(
        None, doc="another body, or conference of powers, that might hear it first; the charter's own if null"
    )
    region: str | None = lever(None, doc="region of the world it happens in")
    own_arrangement: str | None = lever(
        None, doc="the shipped arrangement in force on the day, for tables that set others beside it; decides nothing"
    )

    @property
    def disputed(self) -> float:
        """How far blame is in dispute, 0 to 1; 0 where it is plain."""
        ambiguity = max(self.ambiguity, DENIABLE if self.deniable else 0.0)
        return ambiguity if ambiguity > PLAIN else 0.0


@dataclass(frozen=True)
class Opening:
    """A crisis about to open, from a scenario or a source.

    Attributes
    ----------
    minute : int
        Since the run began [minutes].
    aggressors, targets : tuple of int
        Indices of states, the lead first.
    entry : Entry
    facts : tuple of (str, value)
        What it says of itself in place of the scenario, by the scenario's keys, sorted.
    probe : bool
        Chosen in place of an attack: limited and deniable.
    left : tuple of int
        Members that have left the arrangement, or were put out, by then.
    eyes : int or None
        State whose knowledge of secret treaties it is seen with; all are known if None.
    """

    minute: int
    aggressors: tuple[int, ...]
    targets: tuple[int, ...]
    entry: Entry
    facts: tuple[tuple[str, Any], ...] = ()
    probe: bool = False
    left: tuple[int, ...] = ()
    eyes: int | None = None

    @property
    def quarrel(self) -> tuple[Any, ...]:
        """The opening without its minute."""
        return self.aggressors, self.targets, self.entry, self.facts, self.probe, self.left, self.eyes

    def of(self, scenario: Scenario) -> Scenario:
        """Return the scenario with what this opening says of itself."""
        return replace(scenario, **dict(self.facts)) if self.facts else scenario


@dataclass(frozen=True)
class Feed:
    """Crises from outside, opened in place of the scenario's own: one stream, which every run replays.

    Attributes
    ----------
    content : str
        sha256 of the openings; ``-`` where they are read while the runs go on.
    openings : tuple of Opening
        In the order of their minutes; none beforehand for ``-``.
    where : str
        Path they were read from.
    refused : str
        What was set aside and why, in one line; empty if nothing was.
    """

    content: str
    openings: tuple[Opening, ...] = ()
    where: str = field(default="", compare=False)
    refused: str = field(default="", compare=False)


@dataclass(frozen=True)
class Fork:
    """The past that the histories of an experiment share: a run of another, up to an event.

    Attributes
    ----------
    run : int
        Number of that run.
    at : int
        seq of the last event that is the same; at 0 all is drawn anew, and `origin` is None.
    origin : Experiment or None
        The experiment it was a run of.
    """

    run: int
    at: int
    origin: Experiment | None = None


@dataclass(frozen=True)
class Experiment:
    """Everything that decides a history but its number.

    Raises
    ------
    SettingError
        The parts do not fit together; one line.
    """

    world: World
    charter: Charter
    scenario: Scenario
    behaviour: Behaviour
    seed: int = 1
    horizon_days: float = 365.0
    aggression: Literal["computed", "forced"] = "computed"
    fork: Fork | None = None
    feed: Feed | None = None
    openings: tuple[Opening, ...] = field(init=False)
    theatres: dict[Any, Any] = field(init=False, default_factory=dict, compare=False, repr=False)
    members: dict[int, Experiment] = field(init=False, default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        scenario, world = self.scenario, self.world
        try:
            Date.fromisoformat(scenario.date)
        except ValueError:
            raise SettingError(f"scenario.date={scenario.date!r} must be a date such as 1935-10-03") from None
        for key in ("absent", "outsiders", "insiders"):
            for state in getattr(scenario, key):
                world.index(state, f"scenario.{key}")
        if both := set(scenario.outsiders) & set(scenario.insiders):
            raise SettingError(f"scenario.insiders={min(both)} is among scenario.outsiders too")
        for state, until in scenario.absent_until.items():
            world.index(state, "scenario.absent_until")
            try:
                Date.fromisoformat(until)
            except ValueError:
                raise SettingError(
                    f"scenario.absent_until.{state}={until!r} must be a date such as 1950-08-01"
                ) from None
        for one, row in scenario.affinity.items():
            for state in (one, *row):
                world.index(state, "scenario.affinity")
            for other, value in row.items():
                back = scenario.affinity.get(other, {}).get(one, value)
                if back != value:
                    raise SettingError(
                        f"scenario.affinity.{one}.{other}={value} and scenario.affinity.{other}.{one}={back} differ; an affinity "
                        "is stated once for both"
                    )
        check(self.behaviour)
        own = self._openings()
        object.__setattr__(self, "openings", own if self.feed is None else self.feed.openings)

    @property
    def horizon_minutes(self) -> int:
        return round(self.horizon_days * 1440)

    @cached_property
    def belongs(self) -> NDArray[np.bool_]:
        """(n,) bool, who belongs to the arrangement on day 0: by its charter, but for the scenario's insiders and outsiders."""
        world, scenario = self.world, self.scenario
        belongs = members_of(self.charter.membership, world, self.charter.organ, scenario.date)
        belongs |= known(world, scenario.insiders)
        return belongs & ~known(world, scenario.outsiders)

    @cached_property
    def system(self) -> tuple[float, float]:
        """Polarisation of the world and coverage of its dyads on day 0, 0 to 1 each."""
        return polarisation(self.world), coverage(self.charter, self.world, self.belongs, self.scenario.date)

    def of_run(self, number: int) -> Experiment:
        """Return the experiment as run `number` meets it: with its own set of coefficients where there is an ensemble."""
        member = self.member(number)
        if member is None:
            return self
        if member not in self.members:
            self.members[member] = replace(self, behaviour=drawn(self.behaviour, self.seed, member))
        return self.members[member]

    def member(self, number: int) -> int | None:
        """Return the set of coefficients of run `number`; the futures of a run keep the one it had."""
        fork = self.fork
        return member_of(self.behaviour, number if fork is None or fork.origin is None else fork.run)

    def identity(self) -> dict[str, Any]:
        """Return what makes this experiment itself, as plain containers; never how or where it runs."""
        whole = {
            "scenario": plain(self.scenario),
            "arrangement": plain(self.charter),
            "world": plain(self.world.facts),
            "behaviour": plain(self.behaviour),
            "horizon_days": self.horizon_days,
            "aggression": self.aggression,
            "seed": self.seed,
            **({} if self.feed is None else {"source": self.feed.content}),
        }
        if self.fork is None:
            return whole
        past: dict[str, Any] = {"run": self.fork.run, "at": self.fork.at}
        if self.fork.origin is not None:
            past |= {k: v for k, v in self.fork.origin.identity().items() if k not in ("world", "seed")}
        return {**whole, "fork": past}

    def _openings(self) -> tuple[Opening, ...]:
        main = self.scenario
        first = Further(day=0.0, aggressors=main.aggressors, targets=main.targets, entry=main.entry)
        openings = []
        for k, crisis in enumerate((first, *self.scenario.also)):
            key = "scenario" if k == 0 else f"scenario.also[{k - 1}]"
            for side in ("aggressors", "targets"):
                if not getattr(crisis, side):
                    raise SettingError(f"{key}.{side} is empty; name at least one state")
            aggressors = tuple(self.world.index(s, f"{key}.aggressors") for s in crisis.aggressors)
            targets = tuple(self.world.index(s, f"{key}.targets") for s in crisis.targets)
            if both := set(aggressors) & set(targets):
                raise SettingError(f"{key}: {self.world.ids[min(both)]} is both aggressor and target")
            openings.append(Opening(round(crisis.day * 1440), aggressors, targets, Entry[crisis.entry.upper()]))
        return tuple(openings)
