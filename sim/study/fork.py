"""Another future for a run that was: what it shares with that run, and which levers may still change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim import compose
from sim.config import request
from sim.errors import SettingError, StudyError
from sim.experiment import Experiment, Fork
from sim.stream.store import Cell
from sim.stream.tables import flatten
from sim.study.cell import cell_id, experiment_of
from sim.study.rerun import rerun

GIVEN = ("runs", "study", "workers", "record", "shard_runs", "quiet", "seed")
"""Not levers of a fork: futures and study have options of their own, the luck is that of the run."""

SETTLED = (
    "world",
    "horizon_days",
    "aggression",
    "scenario.name",
    "scenario.title",
    "scenario.date",
    "scenario.aggressors",
    "scenario.targets",
    "scenario.entry",
    "scenario.objective",
    "scenario.also",
    "scenario.region",
    "behaviour.tau",
    "behaviour.war.forts",
    "behaviour.war.start",
    "behaviour.war.limited_forts",
)
"""What the opening settles for good: parties, place, forces and dispositions stand when the first event has happened."""


LATE = "was settled when the run opened and cannot change at event {at}; it can at --at 0"


@dataclass(frozen=True)
class Parting:
    """Where a fork parts from the run that was.

    Attributes
    ----------
    cell : Cell
        Of the run that was.
    run, at : int
    event : mapping
        The last event that is the same, as in the table of events.
    as_it_was : Experiment
        The same levers under new luck: the control.
    otherwise : Experiment or None
        The changed levers under the same new luck; None if none changed.
    changes : dict of str to object
        Levers that differ, by dotted key.
    """

    cell: Cell
    run: int
    at: int
    event: Mapping[str, Any]
    as_it_was: Experiment
    otherwise: Experiment | None
    changes: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of its study where none is given."""
        last = self.otherwise or self.as_it_was
        return f"run{self.run}-event{self.at}-{cell_id(last)[:8]}"


def part(study: Path, run: int, at: int, settings: Sequence[str] = (), cell: str = "") -> Parting:
    """Replay a run, check that it comes out as it is on disk, and lay out its futures.

    Parameters
    ----------
    study : Path
    run : int
    at : int
        seq of the last event that stays.
    settings : sequence of str
        KEY=VALUE in the grammar of `covenant`.
    cell : str
        Name of the cell, or its beginning; may be left out where there is one.

    Raises
    ------
    CovenantError
        One line: no such run or event, a run that comes out differently, or a lever that can no longer change.
    """
    again = rerun(study, run, cell)
    origin = experiment_of(study, again.cell)
    if origin.fork is not None:
        raise StudyError(f"{study.name} is a fork itself; fork the study it comes from, at an earlier or a later event")
    if again.traceback:
        raise StudyError(f"run {run} of {study.name} failed; covenant-lab rerun {study.name} --run {run} shows why")
    if again.same is None:
        raise StudyError(f"{study.name} has no run {run}")
    if again.same is False or not again.same_code:
        raise StudyError(
            f"run {run} of {study.name} was computed by other code; run its command again under a new study="
        )
    events = again.tables["events"]
    if not 0 <= at < events.num_rows:
        raise SettingError(f"--at={at} is no event of run {run}; they are 0 to {events.num_rows - 1}")
    fork = Fork(run, at, origin if at else None)
    changed, changes = _changed(origin, settings, at)
    return Parting(
        cell=again.cell,
        run=run,
        at=at,
        event=events.slice(at, 1).to_pylist()[0],
        as_it_was=replace(origin, fork=fork),
        otherwise=replace(changed, fork=fork) if changes else None,
        changes=changes,
    )


def _changed(origin: Experiment, settings: Sequence[str], at: int) -> tuple[Experiment, dict[str, Any]]:
    for text in settings:
        key = text.lstrip("+~").partition("=")[0]
        if key.split(".")[0] in GIVEN:
            raise SettingError(f"--set {text}: {key} is no lever of a fork")
        if at and key in ("scenario", "world"):
            raise SettingError(f"--set {text}: the {key} {LATE.format(at=at)}")
    if not settings:
        return origin, {}
    was = origin.identity()
    changed = request(compose.laid_over(was, settings)).experiment
    before, after = dict(flatten(was)), dict(flatten(changed.identity()))
    changes = {k: after.get(k) for k in {**before, **after} if before.get(k) != after.get(k)}
    if not changes:
        raise SettingError(f"--set {' '.join(settings)} changes nothing: so it was in the run")
    if at:
        for key in changes:
            if any(key == settled or key.startswith(f"{settled}.") for settled in SETTLED):
                raise SettingError(f"{key} {LATE.format(at=at)}")
        if origin.charter.organ.kind == "none" and changed.charter.organ.kind != "none":
            raise SettingError(
                f"an organ cannot come into being at event {at}, when the matter is not before it; it can at --at 0"
            )
    return changed, changes
