"""The settings of a request: a composed configuration checked key by key and turned into an Experiment."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sim import shelf
from sim.arrangement.charter import Charter
from sim.arrangement.fit import misfits
from sim.behaviour import Behaviour
from sim.cores import available_cores as available_cores
from sim.errors import SettingError, nearest
from sim.experiment import Experiment, Scenario
from sim.schema import decode, describe, lever, overlay
from sim.stream.log import Record
from sim.stream.quantities import quantity
from sim.stream.sources import STANDARD_INPUT, Records, feed_of
from sim.world import choice
from sim.world.world import World, WorldFacts

_STUDY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
MOST_DIMENSIONS = 3


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is written down."""

    name: Literal["summary", "events", "full"] = lever("events", doc="how much of each run is kept")
    positions: str = lever("organ", doc="positions kept at full: none, organ, all or sample:p")


@dataclass(frozen=True, kw_only=True)
class Stop:
    """When a cell has runs enough.

    Raises
    ------
    SettingError
        `on` is no outcome between 0 and 1.
    """

    half_width: float | None = lever(
        None,
        0,
        0.5,
        doc="stop when the 95 % interval of stop.on is at most this far to either side; null: runs are fixed",
        open_low=True,
    )
    on: str = lever("gain:kept", doc="outcome between 0 and 1: column:code, or a column of crises")
    max_runs: int = lever(1_000_000, 1, 10**9, "runs", "the most runs of a cell, however wide the interval")

    def __post_init__(self) -> None:
        asked = quantity(self.on, "stop.on")
        if not asked.bounded:
            unit = f" [{asked.unit}]" if asked.unit else ""
            raise SettingError(
                f"stop.on={self.on!r} is not bounded{unit}; an outcome between 0 and 1 is needed, such as gain:kept or share_kept"
            )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every key of a configuration."""

    scenario: Scenario = lever(doc="the crisis before it happens")
    arrangement: Charter = lever(doc="the security arrangement")
    world: WorldFacts = lever(doc="states and ties of one date")
    behaviour: Behaviour = lever(doc="how states decide")
    record: Kept = lever(factory=Kept, doc="what is written down")
    runs: int = lever(1000, 1, 10**9, "runs", "replications of each cell")
    seed: int = lever(1, 0, 2**63 - 1, doc="chooses the luck, the same for every arrangement")
    study: str | None = lever(None, doc="name or path of the study; scenario-arrangement-hash if null")
    stop: Stop = lever(factory=Stop, doc="when a cell has runs enough")
    workers: int | None = lever(
        None, 1, 4096, "processes", "processes at work; every core this process may use if null"
    )
    shard_runs: int = lever(250, 1, 10**7, "runs", "runs committed at a time, and lost at most when interrupted")
    horizon_days: float = lever(365.0, 0, 36500, "days", "length of a run", open_low=True)
    aggression: Literal["computed", "forced"] = lever(
        "forced", doc="forced: the crisis opens as it did; computed: the aggressor weighs the response"
    )
    source: str | None = lever(
        None, doc="file of crises that open in place of the scenario's own, or - for standard input"
    )
    sinks: tuple[str, ...] = lever((), doc="where batches go beside the files: names that installed packages offer")
    quiet: bool = lever(False, doc="print nothing but errors")
    dry_run: bool = lever(False, doc="true: say what it would take, from a short pilot, and write nothing")
    arm: str | None = lever(None, doc="what the cell is called in tables and reports; what sets it apart if null")


@dataclass(frozen=True)
class Request:
    """An experiment and how it is to be run; only `experiment` decides the results.

    Attributes
    ----------
    misfits : tuple of str
        What of the charter cannot apply in the world.
    stop : Stop, optional
        In place of `runs`.
    """

    experiment: Experiment
    runs: int
    study: str | None
    workers: int
    shard_runs: int
    record: Record
    quiet: bool = False
    misfits: tuple[str, ...] = ()
    stop: Stop | None = None
    dry_run: bool = False
    arm: str | None = None
    sinks: tuple[str, ...] = ()


def request(composed: Mapping[str, Any]) -> Request:
    """Check a composed configuration and build what it asks for.

    Parameters
    ----------
    composed : mapping
        Plain containers. `world` may be `{"file": option, ...}`: the rest is laid over that file's facts.

    Raises
    ------
    CovenantError
        One line on the first mistake found.
    """
    study = composed.get("study")
    told = {
        "study": str(study) if type(study) is int else study,
        "world": _world(composed.get("world"), _seed(composed)),
    }
    settings = decode(Settings, {**composed, **told}, "")
    world = World(settings.world)
    experiment = Experiment(
        world=world,
        charter=settings.arrangement,
        scenario=settings.scenario,
        behaviour=settings.behaviour,
        seed=settings.seed,
        horizon_days=settings.horizon_days,
        aggression=settings.aggression,
        feed=None if settings.source is None else feed_of(Records(settings.source, world, settings.horizon_days)),
    )
    if settings.source == STANDARD_INPUT and settings.study is None:
        raise SettingError("source=- needs study=NAME: what came in cannot be asked for again")
    _check_charter(experiment)
    _check_lists(experiment)
    _check_names(settings)
    return Request(
        experiment=experiment,
        runs=settings.runs,
        study=None if settings.study is None else _study(settings.study),
        workers=settings.workers or available_cores(),
        shard_runs=settings.shard_runs,
        record=Record.at(settings.record.name, settings.record.positions),
        quiet=settings.quiet,
        misfits=misfits(experiment.charter, experiment.world, experiment.scenario.date),
        stop=None if settings.stop.half_width is None else settings.stop,
        dry_run=settings.dry_run,
        arm=settings.arm,
        sinks=settings.sinks,
    )


@dataclass(frozen=True)
class Axis:
    """A numeric lever of the experiment and the range it is sampled from; `whole` for whole numbers."""

    key: str
    low: float
    high: float
    whole: bool = False


def axis(key: str, low: float, high: float) -> Axis:
    """Check that a lever can be sampled from a range.

    Raises
    ------
    SettingError
        It is no number, no part of what is simulated, or the range is empty or reaches beyond what is allowed.
    """
    known = {row["key"]: row for row in describe(Settings)}
    if key.split(".")[0] not in ("scenario", "arrangement", "world", "behaviour", "horizon_days"):
        raise SettingError(f"{key}=interval(...) is no lever of an experiment; a design samples what is simulated")
    if not low < high:
        raise SettingError(f"{key}=interval({low:g},{high:g}) is empty; the first number must be below the second")
    row = known.get(key)
    if row is None and key.split(".")[0] != "world":
        raise SettingError(f"unknown key {key}{nearest(key, known)}")
    if row is None:
        return Axis(key, low, high)
    whole = row["type"].startswith("whole number")
    if not whole and not row["type"].startswith("number"):
        raise SettingError(f"{key}=interval(...) must be a {row['type']}; a design samples numbers")
    for end in (low, high):
        if (row["low"] is not None and end < row["low"]) or (row["high"] is not None and end > row["high"]):
            allowed = f"from {row['low']:g}" + ("" if row["high"] is None else f" to {row['high']:g}")
            raise SettingError(f"{key}=interval({low:g},{high:g}) is out of range: {allowed} is allowed")
    return Axis(key, low, high, whole)


def _check_charter(experiment: Experiment) -> None:
    """Refuse a state that no world on the shelf has, and a veto of a state that is here and no member."""
    charter, world = experiment.charter, experiment.world
    absent = {s: key for key, states in charter.named().items() for s in states if s not in world.ids}
    known = _known(absent)
    for state, key in absent.items():
        if state not in known:
            raise SettingError(
                f"arrangement.{key}={state!r} is a state of no world{nearest(state, known.union(world.ids))}"
            )
    members = experiment.belongs
    for key, rule in (("organ", charter.organ.rule), ("fallback", charter.fallback.rule)):
        for state in rule.veto_states:
            if state in world.ids and not members[world.ids.index(state)]:
                hint = nearest(state, [s for s, belongs in zip(world.ids, members, strict=True) if belongs])
                raise SettingError(
                    f"arrangement.{key}.rule.veto_states={state!r} is no member of {charter.name!r} in world {world.facts.name!r}{hint}"
                )


def _known(wanted: Collection[str]) -> set[str]:
    """States of the worlds on the shelf and of the shipped charters, read until those wanted are among them."""
    known: set[str] = set()
    for option in shelf.options("world") if wanted else ():
        known |= set(shelf.read(shelf.find("world", option)).get("states") or ())
        if known.issuperset(wanted):
            return known
    for path in sorted((shelf.SHIPPED / "arrangement").glob("*.yaml")) if wanted else ():
        known.update(*decode(Charter, shelf.read(path), "arrangement").named().values())
    return known


def _check_lists(experiment: Experiment) -> None:
    """Refuse a state listed twice, which would count twice, and positions in a space of no or too many dimensions."""
    scenario = experiment.scenario
    lists = {
        f"scenario.{key}": getattr(scenario, key)
        for key in ("aggressors", "targets", "absent", "outsiders", "insiders")
    }
    for k, further in enumerate(scenario.also):
        lists |= {f"scenario.also[{k}].{key}": getattr(further, key) for key in ("aggressors", "targets")}
    for key, states in lists.items():
        twice = next((s for s in states if states.count(s) > 1), None)
        if twice is not None:
            raise SettingError(f"{key} names {twice!r} twice")
    for state, known in experiment.world.facts.states.items():
        if not 1 <= len(known.ideal) <= MOST_DIMENSIONS:
            raise SettingError(
                f"world.states.{state}.ideal has {len(known.ideal)} numbers; 1 to {MOST_DIMENSIONS} dimensions are allowed"
            )


def _check_names(settings: Settings) -> None:
    """The parts are known by their names; two of them name the study that was given none."""
    names = {key: getattr(settings, key).name for key in ("scenario", "arrangement", "world", "behaviour")}
    for key, name in names.items():
        if not name.strip():
            raise SettingError(f"{key}.name is empty; say what it is called")
        if settings.study is None and key in ("scenario", "arrangement") and not _STUDY.fullmatch(name):
            raise SettingError(
                f"{key}.name={name!r} cannot stand in the name of a study, which takes letters, digits, '.', '_' and '-'; "
                "give the study a name with study="
            )


def _study(study: str) -> str:
    name = Path(study).name
    if not _STUDY.fullmatch(name):
        raise SettingError(
            f"study={study!r} must be a name of letters, digits, '.', '_' and '-', or a path ending in one"
        )
    return study


def _world(world: Any, seed: int) -> Any:
    if not isinstance(world, Mapping) or "file" not in world:
        return world
    option, changes = str(world["file"]), {k: v for k, v in world.items() if k != "file"}
    path = shelf.find("world", option)
    facts = choice.read(path) if path.suffix == ".parquet" else shelf.read_world(option)
    if choice.is_synthetic(facts):
        facts = choice.settle(overlay(facts, {k: v for k, v in changes.items() if k != "states"}), seed)
        changes = {k: v for k, v in changes.items() if k == "states"}
    if "states" not in facts:
        raise SettingError(
            f"world={option} has no states; a scenario needs the world it happens in: world={' | '.join(shelf.options('world'))}"
        )
    states = changes.get("states")
    for state, changed in states.items() if isinstance(states, Mapping) else ():
        if state not in facts["states"] and "name" not in (changed if isinstance(changed, Mapping) else ()):
            hint = nearest(str(state), facts["states"])
            raise SettingError(f"world.states.{state} is not a state of world {facts.get('name', option)!r}{hint}")
    return overlay(facts, changes)


def _seed(composed: Mapping[str, Any]) -> int:
    """The seed as far as it is a number; `decode` says what is wrong with any other."""
    seed = composed.get("seed")
    return seed if isinstance(seed, int) else 0
