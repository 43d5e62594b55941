"""Crises from outside: records in Parquet, Arrow IPC or JSON lines, read as they come and checked one by one."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol

from sim.errors import CovenantError, DataError, SettingError, nearest
from sim.experiment import Feed, Opening, Scenario
from sim.schema import decode_field
from sim.stream.codes import Entry, label, labels
from sim.world.world import World

STANDARD_INPUT = "-"
MINUTES_PER_DAY = 1440
ARROW = (".arrow", ".arrows", ".feather", ".ipc")
LINES = (".jsonl", ".ndjson")
LONGEST_SIDE = 64
MOST_CRISES = 65_535
FACTS = (
    "ambiguity",
    "arms_embargo_both",
    "deadline_days",
    "deniable",
    "key_commodity",
    "objective",
    "stake",
    "surprise",
    "target_stake",
    "theatre_ratio",
)
"""Keys of the scenario that a record may state of its own crisis."""


class Source(Protocol):
    """Anything that yields crises to open, in the order of their days."""

    def __iter__(self) -> Iterator[Opening]:
        """Yield openings; the next is read when the one before has been taken."""


@dataclass
class Records:
    """Crises as records with day, aggressor, target and, if they like, entry and what else the scenario says of a crisis.

    Attributes
    ----------
    where : str
        Path of a ``.parquet``, ``.arrow``, ``.arrows``, ``.feather``, ``.ipc``, ``.jsonl`` or ``.ndjson`` file, or ``-`` for
        JSON lines on standard input.
    world : World
    horizon_days : float
        Crises open before it [days].
    aside : Path, optional
        Where records that cannot be used are written as JSON lines, each with its number and the reason.
    n_read, n_aside : int
        Records seen, and those set aside.
    first_reason : str
        Why the first was set aside.
    reasons : Counter
        How many were set aside for which kind of reason.

    Raises
    ------
    DataError
        The file is missing, of an unknown kind, or cannot be read as what its name claims.
    """

    where: str
    world: World
    horizon_days: float = math.inf
    aside: Path | None = None
    n_read: int = 0
    n_aside: int = 0
    first_reason: str = ""
    reasons: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Opening]:
        """Yield the usable records; the others are counted and set aside."""
        self.n_read = self.n_aside = 0
        self.reasons.clear()
        self.first_reason = ""
        aside: IO[str] | None = None
        last = 0
        try:
            for record in raw_records(self.where):
                self.n_read += 1
                try:
                    opening = read(record, self.world)
                    self._check(opening, last)
                except CovenantError as error:
                    self.n_aside += 1
                    self.reasons[str(error).split(";")[0]] += 1
                    self.first_reason = self.first_reason or f"record {self.n_read}: {error}"
                    if self.aside is not None:
                        aside = aside or self.aside.open("w", encoding="utf-8")
                        told = {"record": self.n_read, "reason": str(error), "content": record}
                        aside.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
                        aside.flush()
                    continue
                last = opening.minute
                if opening.aggressors or self.where == STANDARD_INPUT:
                    yield opening
        finally:
            if aside is not None:
                aside.close()

    def _check(self, opening: Opening, last: int) -> None:
        day = opening.minute / MINUTES_PER_DAY
        if opening.minute < last:
            raise DataError(f"day {day:g} comes after day {last / MINUTES_PER_DAY:g}; days must not go back")
        if day >= self.horizon_days:
            raise DataError(f"day {day:g} is not before horizon_days={self.horizon_days:g}")
        if self.n_read - self.n_aside > MOST_CRISES:
            raise DataError(f"a run holds {MOST_CRISES:,} crises at most")

    def message(self) -> str:
        """Return one line on what was set aside and why; empty if nothing was."""
        if not self.n_aside:
            return ""
        (reason, n), *_ = self.reasons.most_common(1)
        where = f"; see {self.aside}" if self.aside is not None else ""
        return f"{self.n_aside:,} of {self.n_read:,} records of {self.where} were set aside, {n:,} as {reason}{where}"


def feed_of(records: Records) -> Feed:
    """Return all usable crises of a source, with the hash of what they say; of standard input, the promise of some.

    Raises
    ------
    DataError
        The file cannot be read, or holds no usable record.
    """
    if records.where == STANDARD_INPUT:
        return Feed(STANDARD_INPUT, where=STANDARD_INPUT)
    openings = tuple(records)
    if not openings:
        why = f" ({records.first_reason})" if records.first_reason else ""
        raise DataError(f"source={records.where} holds no crisis that can be opened{why}")
    return Feed(content_of(lines_of(openings, records.world)), openings, records.where, records.message())


def content_of(lines: Iterable[str]) -> str:
    """Return the sha256 of lines in hexadecimal."""
    whole = sha256()
    for line in lines:
        whole.update(line.encode())
    return whole.hexdigest()


def lines_of(openings: Iterable[Opening], world: World) -> Iterator[str]:
    """Yield openings as lines of JSON that `raw_records` would read again: the one text that they have."""
    for o in openings:
        sides = {"aggressor": [world.ids[i] for i in o.aggressors], "target": [world.ids[i] for i in o.targets]}
        told = {"day": o.minute / MINUTES_PER_DAY, **sides, "entry": label(o.entry), **dict(o.facts)}
        yield json.dumps(told, ensure_ascii=False) + "\n"


def read(record: Any, world: World) -> Opening:
    """Return the opening that a record tells of.

    Parameters
    ----------
    record : mapping
        ``day`` [days], ``aggressor`` and ``target`` (an id, or a list of ids with the lead first; plural names will do),
        ``entry`` (attack if missing), and `FACTS` in place of the scenario's. What is null counts as missing; other keys
        are passed over. A record of nothing but a day tells the time: no crisis opens before it.
    world : World

    Raises
    ------
    DataError
        What is wrong with the record, in one line.
    """
    if not isinstance(record, Mapping):
        raise DataError("no record of named fields")
    day = record.get("day")
    if isinstance(day, bool) or not isinstance(day, (int, float)) or not 0 <= day <= 36500:
        raise DataError(f"day={day!r} is no number from 0 to 36500")
    if set(record) == {"day"}:
        return Opening(round(day * MINUTES_PER_DAY), (), (), Entry.ATTACK)
    aggressors, targets = _side(record, "aggressor", world), _side(record, "target", world)
    if both := set(aggressors) & set(targets):
        raise DataError(f"{world.ids[min(both)]} is both aggressor and target")
    entry = "attack" if _missing(record.get("entry")) else record["entry"]
    if entry not in labels(Entry):
        raise DataError(f"entry={entry!r} is not one of {', '.join(labels(Entry))}{nearest(str(entry), labels(Entry))}")
    try:
        facts = {key: decode_field(Scenario, key, record[key]) for key in FACTS if not _missing(record.get(key))}
    except SettingError as error:
        raise DataError(str(error)) from None
    return Opening(round(day * MINUTES_PER_DAY), aggressors, targets, Entry[entry.upper()], tuple(facts.items()))


def raw_records(where: str) -> Iterator[Any]:
    """Yield the records of a source unchecked; a line that is no JSON comes as its text.

    Raises
    ------
    DataError
        The file is missing, of an unknown kind, or broken.
    """
    if where == STANDARD_INPUT:
        yield from _lines(open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115
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
    except (pa.ArrowException, OSError, EOFError, ValueError, OverflowError) as error:
        raise DataError(f"source={path} cannot be read as {path.suffix[1:]}: {str(error).splitlines()[0]}") from None


def _missing(value: Any) -> bool:
    """Whether a field is null, or the NaN that stands for it in tables of numbers."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _side(record: Mapping[str, Any], name: str, world: World) -> tuple[int, ...]:
    value = record.get(name, record.get(f"{name}s"))
    states: Sequence[Any] = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
    if not states or len(states) > LONGEST_SIDE or len(set(map(str, states))) != len(states):
        raise DataError(f"{name}={str(value)[:40]!r} names no states, or a state twice")
    try:
        return tuple(world.index(str(state), name) for state in states)
    except SettingError as error:
        raise DataError(str(error)) from None
