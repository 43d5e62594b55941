"""What a run tells: rows captured as packed bytes, handed over as columns."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import SettingError, nearest
from sim.stream.events import EVENT_TABLES, FULL_TABLES, SUMMARY_TABLES, TABLES

LEVELS = {
    "summary": SUMMARY_TABLES,
    "events": SUMMARY_TABLES + EVENT_TABLES,
    "full": SUMMARY_TABLES + EVENT_TABLES + FULL_TABLES,
}
NAN = float("nan")
MINUTES_PER_DAY = 1440
FIRST_ROWS = 256
DTYPES: dict[str, np.dtype[np.void]] = {
    name: np.dtype(
        [
            (c.name, "<" + {"?": "?", "b": "i1", "h": "i2", "H": "u2", "i": "i4", "I": "u4", "d": "f8"}[c.kind])
            for c in columns
        ]
    )
    for name, columns in TABLES.items()
}
EVENT = struct.Struct("<" + "".join(column.kind for column in TABLES["events"]))


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of each run.

    Attributes
    ----------
    tables : tuple of str
        Tables written beside cells, states and failures.
    positions : str
        Which positions are kept: ``none``, ``organ``, ``all`` or ``sample:p`` with p from 0 to 1.

    Raises
    ------
    SettingError
        An unknown table or an unknown way to keep positions.
    """

    tables: tuple[str, ...] = LEVELS["events"]
    positions: str = "organ"

    def __post_init__(self) -> None:
        for table in self.tables:
            if table not in TABLES:
                raise SettingError(f"record.tables has {table!r}, which is no table{nearest(table, TABLES)}")
        kind, _, share = self.positions.partition(":")
        if kind == "sample":
            try:
                fits = 0.0 <= float(share) <= 1.0
            except ValueError:
                fits = False
        else:
            fits = self.positions in ("none", "organ", "all")
        if not fits:
            raise SettingError(
                f"record.positions={self.positions!r} must be none, organ, all or sample:p with p from 0 to 1"
            )

    @classmethod
    def at(cls, level: str, positions: str = "organ") -> Record:
        """Return the record of a level: ``summary``, ``events`` or ``full``."""
        if level not in LEVELS:
            raise SettingError(f"record={level!r} is not one of {', '.join(LEVELS)}{nearest(level, LEVELS)}")
        return cls(LEVELS[level], positions)

    @property
    def level(self) -> str:
        """Name of the level with these tables, or the tables themselves."""
        return next((name for name, tables in LEVELS.items() if tables == self.tables), "+".join(self.tables))

    def within(self, other: Record) -> bool:
        """Tell whether everything kept here is also kept by `other`."""
        if not set(self.tables) <= set(other.tables):
            return False
        return "positions" not in self.tables or self.positions in ("none", other.positions) or other.positions == "all"


class Rows:
    """Packed rows of one table: `fill` bytes used, of which `mark` belong to runs that ended."""

    __slots__ = ("data", "dtype", "fill", "mark", "pack", "size")

    def __init__(self, table: str) -> None:
        packer = EVENT if table == "events" else struct.Struct("<" + "".join(c.kind for c in TABLES[table]))
        self.dtype = DTYPES[table]
        self.pack = packer.pack_into
        self.size = packer.size
        self.data = bytearray(self.size * FIRST_ROWS)
        self.fill = 0
        self.mark = 0

    def hand_over(self, stop: int) -> NDArray[np.void]:
        rows = np.frombuffer(bytes(memoryview(self.data)[:stop]), self.dtype)
        self.data[: self.fill - stop] = self.data[stop : self.fill]
        self.fill -= stop
        self.mark = max(self.mark - stop, 0)
        return rows


class Log:
    """Collects the rows of one run after another.

    Parameters
    ----------
    record : Record
    full : callable, optional
        Called with the log when a table holds `limit` rows, to make room by `take`; without it the log grows.
    limit : int
        Rows that a table may hold [rows].

    Attributes
    ----------
    n_events : int
        Events of the run so far, recorded or not; the seq of the next one.
    """

    __slots__ = ("_events", "_full", "_limit", "_open", "_prompt", "_run", "_spilled", "_tables", "n_events", "record")

    def __init__(
        self,
        record: Record,
        full: Callable[[Log], None] | None = None,
        limit: int = 65536,
        prompt: tuple[str, ...] = (),
    ) -> None:
        self.record = record
        self.n_events = 0
        self._tables = {table: Rows(table) for table in record.tables}
        self._events = self._tables.get("events")
        self._full = full
        self._limit = limit
        self._prompt = frozenset(prompt)
        self._run = 0
        self._open = False
        self._spilled = False

    def wants(self, table: str) -> bool:
        """Tell whether rows of `table` are kept."""
        return table in self._tables

    def begin(self, run: int) -> None:
        """Start run number `run`; its events count from 0."""
        self._run = run
        self._open = True
        self._spilled = False
        self.n_events = 0

    def event(
        self,
        crisis: int,
        minute: int,
        kind: int,
        actor: int = -1,
        subject: int = -1,
        measure: int = -1,
        value: float = NAN,
        cause: int = -1,
    ) -> int:
        """Record that something happened; return its seq, to be the cause of others.

        Parameters
        ----------
        crisis : int
        minute : int
            Time since the run began [minutes].
        kind : Kind
        actor, subject : int
            Indices of states; -1 none.
        measure : Measure
            -1 none.
        value : float
            In the unit of the kind.
        cause : int
            seq of the event that led to it; -1 at a root.
        """
        seq = self.n_events
        self.n_events = seq + 1
        rows = self._events
        if rows is not None:
            fill = rows.fill
            if fill == len(rows.data):
                fill = self._make_room(rows)
            rows.pack(
                rows.data,
                fill,
                self._run,
                crisis,
                seq,
                minute / MINUTES_PER_DAY,
                kind,
                actor,
                subject,
                measure,
                value,
                cause,
            )
            rows.fill = fill + rows.size
        return seq

    def row(self, table: str, *values: Any) -> None:
        """Add a row to `table`: the columns after `run`, in their order; nothing if the table is not kept."""
        rows = self._tables.get(table)
        if rows is None:
            return
        if rows.fill == len(rows.data):
            self._make_room(rows)
        rows.pack(rows.data, rows.fill, self._run, *values)
        rows.fill += rows.size
        if table in self._prompt and self._full is not None:
            self._spilled = True
            self._full(self)

    def end(self) -> None:
        """Close the run: its rows are complete."""
        self._open = self._spilled = False
        for rows in self._tables.values():
            rows.mark = rows.fill

    def abandon(self) -> bool:
        """Drop the rows of the run begun; True if some were handed over already."""
        spilled, self._open, self._spilled = self._spilled, False, False
        for rows in self._tables.values():
            rows.fill = rows.mark
        return spilled

    def held(self) -> int:
        """Return the rows of the fullest table [rows]."""
        return max((rows.fill // rows.size for rows in self._tables.values()), default=0)

    def take(self, unfinished: bool = False) -> dict[str, NDArray[np.void]]:
        """Hand over the rows of complete runs, with `unfinished` also those of the run begun, and forget them.

        Returns
        -------
        dict of (n,) structured ndarray
            By table, columns as in `sim.stream.events`; every kept table, empty ones included.
        """
        return {name: rows.hand_over(rows.fill if unfinished else rows.mark) for name, rows in self._tables.items()}

    def _make_room(self, rows: Rows) -> int:
        if self._full is not None and rows.fill >= self._limit * rows.size:
            self._spilled = self._spilled or self._open
            self._full(self)
        if rows.fill == len(rows.data):
            rows.data.extend(bytes(len(rows.data)))
        return rows.fill
