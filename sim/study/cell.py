"""What makes a cell itself: the experiment's identity and the code that computes it."""

from __future__ import annotations

import importlib.metadata
import json
import weakref
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sim.arrangement.charter import Charter
from sim.behaviour import Behaviour
from sim.errors import SettingError, StudyError
from sim.experiment import Experiment, Feed, Fork, Scenario
from sim.schema import decode, describe, plain
from sim.stream import durable
from sim.stream.beginning import begin_cell
from sim.stream.log import Record
from sim.stream.sources import STANDARD_INPUT, Records, content_of, lines_of
from sim.stream.store import Cell
from sim.stream.tables import Footer, cells_table, states_table
from sim.world.world import World, WorldFacts

T = TypeVar("T")
R = TypeVar("R")
DECIDING = (
    "sim/arrangement",
    "sim/behaviour.py",
    "sim/calendar.py",
    "sim/config.py",
    "sim/crisis",
    "sim/decision",
    "sim/ensemble.py",
    "sim/experiment.py",
    "sim/luck.py",
    "sim/run.py",
    "sim/schema.py",
    "sim/state.py",
    "sim/stream/codes.py",
    "sim/stream/events.py",
    "sim/stream/log.py",
    "sim/stream/sources.py",
    "sim/world",
    "kernels",
)


def _once(function: Callable[[T], R]) -> Callable[[T], R]:
    """Compute once for each frozen object, as long as it lives."""
    known: dict[int, tuple[weakref.ref[T], R]] = {}

    def told(of: T) -> R:
        found = known.get(id(of))
        if found is None or found[0]() is not of:
            key = id(of)
            found = weakref.ref(of, lambda _: known.pop(key, None)), function(of)
            known[key] = found
        return found[1]

    return told


@_once
def _identity(experiment: Experiment) -> dict[str, Any]:
    return experiment.identity()


def fingerprint(experiment: Experiment) -> dict[str, Any]:
    """Return the identity of an experiment with its world told by name, date and content hash."""
    identity = _identity(experiment)
    world = identity["world"]
    return {
        **identity,
        "world": {"name": world["name"], "date": world["date"], "sha256": _content(experiment.world)},
    }


def cell_id(experiment: Experiment) -> str:
    """Return the short name of a cell: 16 hexadecimal digits of the sha256 of its identity."""
    return _hashed(experiment)[1][:16]


def told_as(experiment: Experiment) -> str:
    """Return the name of an experiment's cell and what it is of."""
    return f"cell {cell_id(experiment)} ({experiment.scenario.name} under {experiment.charter.name})"


def default_study(experiment: Experiment) -> str:
    """Return the name of the study where none is given: scenario, arrangement, hash."""
    return f"{experiment.scenario.name}-{experiment.charter.name}-{cell_id(experiment)[:8]}"


@cache
def code_hash() -> str:
    """Return the sha256 of the sources that decide results."""
    top = Path(__file__).resolve().parents[2]
    files = [
        file for name in DECIDING for file in ((top / name).rglob("*.py") if (top / name).is_dir() else [top / name])
    ]
    text = [
        f"{file.relative_to(top).as_posix()}\n{file.read_text(encoding='utf-8')}"
        for file in sorted(files)
        if file.exists()
    ]
    return durable.digest("\0".join(text))


def footer(experiment: Experiment) -> Footer:
    """Return what every file of the experiment's cell says of itself."""
    identity, full = _hashed(experiment)
    return Footer(full[:16], identity, full, code_hash(), package_version(), experiment.seed)


@_once
def _hashed(experiment: Experiment) -> tuple[str, str]:
    identity = durable.canonical(fingerprint(experiment))
    return identity, durable.digest(identity)


@cache
def package_version() -> str:
    """Return the version of the installed distribution, ``0`` from a bare source tree."""
    try:
        return importlib.metadata.version("covenant-sim")
    except importlib.metadata.PackageNotFoundError:
        return "0"


def experiment_of(study: Path, cell: Cell) -> Experiment:
    """Return the experiment of a cell as it was, from what the study says of itself.

    Raises
    ------
    StudyError
        The world's file is missing or damaged, or this program reads the description as another experiment.
    """
    identity = json.loads(cell.footer.identity)
    file = world_file(study, identity["world"]["sha256"])
    facts = durable.read_signed(file)
    if facts is None:
        raise StudyError(f"{file} is missing or damaged; run the study's command again, or restore it")
    try:
        world = World(decode(WorldFacts, facts["world"], "world"))
        experiment = _experiment(identity, world, identity["seed"], _feed(study, cell, world))
    except SettingError as error:
        by = f"covenant-sim {cell.footer.package_version}, code {cell.footer.code_hash[:8]}"
        raise StudyError(
            f"cell {cell.footer.cell} was computed by {by}, and this version reads it otherwise: {error}"
        ) from None
    if cell_id(experiment) != cell.footer.cell:
        raise StudyError(f"cell {cell.footer.cell} means another experiment to this version of the program")
    return experiment


def _experiment(told: Mapping[str, Any], world: World, seed: int, feed: Feed | None) -> Experiment:
    fork = told.get("fork")
    if fork is not None:
        origin = _experiment(fork, world, seed, feed) if "scenario" in fork else None
        fork = Fork(fork["run"], fork["at"], origin)
    return Experiment(
        world=world,
        charter=decode(Charter, told["arrangement"], "arrangement"),
        scenario=decode(Scenario, told["scenario"], "scenario"),
        behaviour=decode(Behaviour, told["behaviour"], "behaviour"),
        seed=seed,
        horizon_days=float(told["horizon_days"]),
        aggression=told["aggression"],
        fork=fork,
        feed=feed,
    )


@_once
def _content(world: World) -> str:
    # luck is addressed by the place of a state in its world, so the order of states is content
    facts = plain(world.facts)
    return durable.digest(durable.canonical({"world": facts, "order": list(facts["states"])}))


def _keep_world(study: Path, experiment: Experiment) -> None:
    file = world_file(study, _content(experiment.world))
    if not whole_world(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        durable.write_over(file, durable.sign({"world": plain(experiment.world.facts)}))


def whole_world(file: Path) -> bool:
    """Tell whether the states and ties that a study keeps are there as they were written."""
    try:
        stat = file.stat()
    except FileNotFoundError:
        return False
    return _is_signed(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1024)
def _is_signed(file: Path, changed_ns: int, size: int) -> bool:
    return durable.read_signed(file) is not None


def world_file(study: Path, content: str) -> Path:
    """Return where a study keeps the states and ties that some of its cells use."""
    return study / "worlds" / f"{content[:16]}.json"


def source_file(study: Path, cell: str, content: str) -> Path:
    """Return where a study keeps the crises that came from outside: by their hash, or by the cell that read them as they came."""
    return study / "sources" / f"{cell if content == STANDARD_INPUT else content[:16]}.jsonl"


def aside_file(kept: Path) -> Path:
    """Return where the records that could not be used are kept, each with the reason."""
    return kept.with_suffix(".aside.jsonl")


def _keep_source(study: Path, experiment: Experiment) -> None:
    feed = experiment.feed
    if feed is None or not feed.openings:
        return
    file = source_file(study, cell_id(experiment), feed.content)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        durable.write_once(file, "".join(lines_of(feed.openings, experiment.world)))
    if feed.refused and not aside_file(file).exists():
        draft = file.with_name(f".{file.name}.{durable.token()}")
        for _ in Records(feed.where, experiment.world, experiment.horizon_days, draft):
            pass
        draft.replace(aside_file(file))


def _feed(study: Path, cell: Cell, world: World) -> Feed | None:
    content = json.loads(cell.footer.identity).get("source")
    if content is None:
        return None
    file = source_file(study, cell.footer.cell, content)
    if not file.exists():
        raise StudyError(f"{file} is missing; run the study's command again, or restore it")
    openings = tuple(Records(str(file), world))
    if content not in (STANDARD_INPUT, content_of(lines_of(openings, world))):
        raise StudyError(f"{file} was altered; remove it and run the study's command again")
    return Feed(content, openings)


@cache
def _defaults() -> dict[str, Any]:
    rows = [*describe(Scenario, "scenario"), *describe(Charter, "arrangement"), *describe(Behaviour, "behaviour")]
    known = {row["key"]: plain(row["default"]) for row in rows if row["default"] is not None}
    return {**known, "seed": 1, "horizon_days": 365.0, "aggression": "computed", "source": None}


def begin(study: Path, experiment: Experiment, record: Record, shard_runs: int) -> Cell:
    """Open the experiment's cell in a study for writing, creating it if it is new.

    Raises
    ------
    StudyError
        The cell on disk was computed by other code, or keeps less than `record`.
    """
    told = footer(experiment)
    _keep_world(study, experiment)
    _keep_source(study, experiment)
    extra = {
        "cells": cells_table(told, _identity(experiment), _defaults()),
        "states": states_table(told.cell, experiment.world.facts),
    }
    return begin_cell(study, told, record, shard_runs, extra)
