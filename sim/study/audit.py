"""Whether a study on disk is whole: what is wrong, named file by file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import StudyError
from sim.stream import durable, parts
from sim.stream.beginning import unsound
from sim.stream.columns import raw
from sim.stream.manifest import Entry
from sim.stream.sources import STANDARD_INPUT
from sim.stream.store import PART, Cell, no_study, open_cell
from sim.study.cell import source_file, whole_world, world_file
from sim.study.claim import alive


class Finding(NamedTuple):
    """Something seen in a study: ``wrong`` needs repair, ``note`` does not."""

    level: Literal["wrong", "note"]
    text: str


def audit(study: Path) -> Iterator[Finding]:
    """Read a whole study and yield what is to be said of it.

    Raises
    ------
    StudyError
        There is no such study.
    """
    if not (study / "cells").is_dir():
        raise no_study(study)
    told = set()
    for path in sorted((study / "cells").iterdir()):
        if not path.is_dir():
            yield Finding("wrong", f"{path} is not part of this study")
            continue
        try:
            cell = open_cell(path)
        except StudyError as error:
            yield Finding("wrong", str(error))
            continue
        for finding in audit_cell(cell):
            # cells share what stands beside them
            if finding not in told:
                told.add(finding)
                yield finding


def audit_cell(cell: Cell) -> Iterator[Finding]:
    """Yield what is to be said of one cell."""
    if (
        durable.digest(cell.footer.identity) != cell.footer.identity_hash
        or cell.path.name != cell.footer.identity_hash[:16]
    ):
        yield Finding(
            "wrong", f"{cell.path / 'cell.json'} describes another experiment than its directory is named after"
        )
    listed: dict[tuple[str, int], Entry] = {}
    numbers = []
    yield from _beside(cell)
    for path in sorted((cell.path / "manifest").glob("*.json")):
        if path.suffixes == [".next", ".json"]:
            yield Finding("note", f"{path} announces an extension that was interrupted; the same command completes it")
            continue
        entry = Entry.read(path)
        if entry is None or path != cell.listed(entry.shard.number):
            yield Finding("wrong", f"{path} is damaged; the study's command computes the shard again")
            continue
        numbers.append(entry.shard.number)
        listed |= {(table, entry.shard.number): entry for table in entry.tables}
        yield from _parts(cell, entry)
    if missing := sorted(set(range(max(numbers, default=-1) + 1)) - set(numbers)):
        yield Finding("note", f"{cell.path}: {len(missing)} shards are not computed yet, the first is {missing[0]}")
    yield from _strangers(cell, listed)
    if cell.running.is_dir():
        held, found = alive(cell.running), len({p.name.split("-")[1] for p in cell.running.glob("shard-*-*")})
        if held:
            yield Finding("note", f"{cell.path}: {held} shards are being computed")
        elif found:
            yield Finding(
                "note", f"{cell.path}: {found} shards were interrupted; covenant-lab salvage reads what they hold"
            )


def _beside(cell: Cell) -> Iterator[Finding]:
    """What the study keeps of a cell outside its directory: the world, and the crises that came from outside."""
    study, identity = cell.path.parents[1], json.loads(cell.footer.identity)
    world = world_file(study, identity["world"]["sha256"])
    if not whole_world(world):
        yield Finding("wrong", f"{world} is missing or damaged; the study's command writes it anew")
    content = identity.get("source")
    if content is not None:
        kept = source_file(study, cell.footer.cell, content)
        if not kept.exists():
            yield Finding("wrong", f"{kept} is missing; the study's command writes it anew, or restore it")
        elif content not in (STANDARD_INPUT, durable.checksum(kept)):
            yield Finding("wrong", f"{kept} was altered; remove it and run the study's command")


def _parts(cell: Cell, entry: Entry) -> Iterator[Finding]:
    number, first, stop = entry.shard.number, entry.shard.first, entry.shard.stop
    expected = [*cell.tables, *(("failures",) if entry.tally.failures else ())]
    if sorted(entry.tables) != sorted(expected):
        yield Finding(
            "wrong", f"{cell.listed(number)} lists {', '.join(sorted(entry.tables))}, not {', '.join(sorted(expected))}"
        )
        return
    sound = True
    for table, told in entry.tables.items():
        path = cell.part(table, number)
        if not path.exists():
            yield Finding("wrong", f"{path} is missing; the study's command computes it again")
        elif path.stat().st_size != told["bytes"]:
            yield Finding(
                "wrong",
                f"{path} has {path.stat().st_size} bytes of {told['bytes']}; remove it and run the study's command",
            )
        elif durable.checksum(path) != told["sha256"]:
            yield Finding("wrong", f"{path} was altered; remove it and run the study's command")
        elif {**parts.footer(path), **cell.footer.metadata()} != parts.footer(path):
            yield Finding("wrong", f"{path} tells of another cell or another code than {cell.path / 'cell.json'}")
        elif pq.read_metadata(path).num_rows != told["rows"]:
            yield Finding("wrong", f"{path} has other rows than its manifest says")
        else:
            continue
        sound = False
    if sound:
        yield from _keys(cell, entry, np.arange(first, stop))


def _keys(cell: Cell, entry: Entry, numbers: np.ndarray) -> Iterator[Finding]:
    number = entry.shard.number
    runs = pq.read_table(cell.part("runs", number), columns=["run", "n_crises"])
    done, n_crises = _raw(runs["run"]), _raw(runs["n_crises"])
    failed = np.empty(0, np.uint32)
    if entry.tally.failures:
        failed = _raw(pq.read_table(cell.part("failures", number), columns=["run"])["run"])
    if not np.array_equal(np.sort(np.concatenate([done, failed])), numbers):
        yield Finding(
            "wrong", f"{cell.part('runs', number)} does not hold runs {numbers[0]} to {numbers[-1]} once each"
        )
    crises = pq.read_table(cell.part("crises", number), columns=["run"])
    if not np.array_equal(_raw(crises["run"]), np.repeat(done, n_crises)):
        yield Finding("wrong", f"{cell.part('crises', number)} does not hold the crises of its runs in order")
    for table in entry.tables:
        if table not in ("runs", "crises", "failures"):
            order = _raw(pq.read_table(cell.part(table, number), columns=["run"])["run"])
            if np.any(order[1:] < order[:-1]) or not np.isin(order, done).all():
                yield Finding("wrong", f"{cell.part(table, number)} has rows of other runs, or out of order")


def _strangers(cell: Cell, listed: dict[tuple[str, int], Entry]) -> Iterator[Finding]:
    known = {"cell.json", "manifest", "running", "cells", "states", "failures", *cell.tables}
    for path in sorted(cell.path.iterdir()):
        if path.name not in known and not path.name.startswith("."):
            yield Finding("wrong", f"{path} is not part of this study")
    for path in unsound(cell):
        yield Finding("wrong", f"{path} is missing or damaged; the study's command writes it anew")
    for table in (*cell.tables, "failures"):
        for name in sorted(os.listdir(cell.path / table)) if (cell.path / table).is_dir() else ():
            path = cell.path / table / name
            match = PART.fullmatch(name)
            if match is None:
                level: Literal["wrong", "note"] = "note" if name.startswith(".") else "wrong"
                yield Finding(level, f"{path} is not part of this study")
            elif (table, int(match[1])) not in listed:
                yield Finding("wrong", f"{path} is in no manifest; the study's command computes the shard again")


def _raw(column: pa.ChunkedArray) -> np.ndarray:
    chunks = [raw(chunk) for chunk in column.chunks]
    return np.concatenate(chunks) if chunks else np.empty(0, np.uint32)
