"""Crises from outside: records in Parquet, Arrow IPC or JSON lines, read as they come and checked one by one."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from sim.errors import CovenantError, DataError, SettingError, nearest
from sim.experiment import Opening
from sim.stream import durable
from sim.stream.codes import Entry, labels
from sim.world.world import World

STANDARD_INPUT = "-"
MINUTES_PER_DAY = 1440
ARROW = (".arrow", ".arrows", ".feather", ".ipc")
LINES = (".jsonl", ".ndjson")
LONGEST_SIDE = 64


class Source(Protocol):
    """Anything that yields crises to open, in the order of their days."""

    def __iter__(self) -> Iterator[Opening]:
        """Yield openings; the next is read when the one before has been taken."""


@dataclass
class Records:
    """Crises as records with day, aggressor, target and, if they like, entry.

    Attributes
    ----------
    where : str
        Path of a ``.parquet``, ``.arrow``, ``.arrows``, ``.feather``, ``.ipc``, ``.jsonl`` or ``.ndjson`` file, or ``-`` for
        JSON lines on standard input.
    world : World
    aside : Path, optional
        Where records that cannot be used are written as JSON lines, each with its number and the reason.
    n_read, n_aside : int
        Records seen, and those set aside.
    reasons : Counter
        How many were set aside for which kind of reason.

    Raises
    ------
    DataError
        The file is missing, of an unknown kind, or cannot be read as what its name claims.
    """

    where: str
    world: World
    aside: Path | None = None
    n_read: int = 0
    n_aside: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Opening]:
        """Yield the usable records; the others are counted and set aside."""
        self.n_read = self.n_aside = 0
        self.reasons.clear()
        aside: IO[str] | None = None
        last = 0
        try:
            for record in raw_records(self.where):
                self.n_read += 1
                try:
                    opening = read(record, self.world)
                    if opening.minute < last:
                        raise DataError(
                            f"day {opening.minute / MINUTES_PER_DAY:g} comes after day {last / MINUTES_PER_DAY:g}; days must not go back"
                        )
                except CovenantError as error:
                    self.n_aside += 1
                    self.reasons[str(error).split(";")[0]] += 1
                    if self.aside is not None:
                        aside = aside or self.aside.open("w", encoding="utf-8")
                        told = {"record": self.n_read, "reason": str(error), "content": record}
                        aside.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
                        aside.flush()
                    continue
                last = opening.minute
                yield opening
        finally:
            if aside is not None:
                aside.close()

    def message(self) -> str:
        """Return one line on what was set aside and why; empty if nothing was."""
        if not self.n_aside:
            return ""
        (reason, n), *_ = self.reasons.most_common(1)
        where = f"; see {self.aside}" if self.aside is not None else ""
        return f"{self.n_aside:,} of {self.n_read:,} records of {self.where} were set aside, {n:,} as {reason}{where}"


def content_hash(where: str) -> str | None:
    """Return the sha256 of a source's content, part of the cell's identity; None for standard input.

    Raises
    ------
    DataError
        There is no such file.
    """
    return None if where == STANDARD_INPUT else durable.checksum(_file(where))


def read(record: Any, world: World) -> Opening:
    """Return the opening that a record tells of.

    Parameters
    ----------
    record : mapping
        ``day`` [days], ``aggressor`` and ``target`` (an id, or a list of ids with the lead first; plural names will do),
        ``entry`` (attack if missing). Other keys are passed over.
    world : World

    Raises
    ------
    DataError
        What is wrong with the record, in one line.
    """
    if not isinstance(record, Mapping):
        raise DataError("no record of named fields")
    day = record.get("day")
    if isinstance(day, bool) or not isinstance(day, (int, float)) or not math.isfinite(day) or not 0 <= day <= 36500:
        raise DataError(f"day={day!r} is no number from 0 to 36500")
    aggressors, targets = _side(record, "aggressor", world), _side(record, "target", world)
    if both := set(aggressors) & set(targets):
        raise DataError(f"{world.ids[min(both)]} is both aggressor and target")
    entry = record.get("entry") or "attack"
    if entry not in labels(Entry):
        raise DataError(f"entry={entry!r} is not one of {', '.join(labels(Entry))}{nearest(str(entry), labels(Entry))}")
    return Opening(round(day * MINUTES_PER_DAY), aggressors, targets, Entry[entry.upper()])


def raw_records(where: str) -> Iterator[Any]:
    """Yield the records of a source unchecked; a line that is no JSON comes as its text.

    Raises
    ------
    DataError
        The file is missing, of an unknown kind, or broken.
    """
    if where == STANDARD_INPUT:
        yield from _lines(sys.stdin)
        return
    path = _file(where)
    if path.suffix in LINES:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from _lines(file)
    elif path.suffix == ".parquet" or path.suffix in ARROW:
        yield from _arrow(path)
    else:
        raise DataError(f"source={where} must end in .parquet, {', '.join(ARROW + LINES)}, or be - for standard input")


def _file(where: str) -> Path:
    path = Path(where)
    if not path.is_file():
        raise DataError(f"source={where} is no file")
    return path


def _lines(file: IO[str]) -> Iterator[Any]:
    for line in file:
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield line.rstrip("\n")


def _arrow(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.suffix == ".parquet":
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(1024):
                    yield from batch.to_pylist()
            return
        with pa.OSFile(str(path)) as file:
            stream = file.read(6) != b"ARROW1"
            file.seek(0)
            if stream:
                for batch in pa.ipc.open_stream(file):
                    yield from batch.to_pylist()
            else:
                reader = pa.ipc.open_file(file)
                for k in range(reader.num_record_batches):
                    yield from reader.get_batch(k).to_pylist()
    except (pa.ArrowInvalid, OSError, EOFError) as error:
        raise DataError(f"source={path} cannot be read as {path.suffix[1:]}: {str(error).splitlines()[0]}") from None


def _side(record: Mapping[str, Any], name: str, world: World) -> tuple[int, ...]:
    value = record.get(name, record.get(f"{name}s"))
    states: Sequence[Any] = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
    if not states or len(states) > LONGEST_SIDE or len(set(map(str, states))) != len(states):
        raise DataError(f"{name}={str(value)[:40]!r} names no states, or a state twice")
    try:
        return tuple(world.index(str(state), name) for state in states)
    except SettingError as error:
        raise DataError(str(error)) from None
