"""A running study seen from its directory, whichever hosts write to it."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.stream import parts
from sim.stream.manifest import Entry
from sim.stream.sinks import Tally
from sim.stream.store import Cell, cells
from sim.study.asked import asked as runs_asked
from sim.study.claim import alive


@dataclass(frozen=True)
class CellView:
    """A cell at one moment.

    Attributes
    ----------
    committed, flying : Tally
        Of committed shards, and of those under way.
    asked : int
        Runs that a launch asked for; 0 if unknown, or if the cell stops by what is seen and has not yet [runs].
    workers : int
        Shards with a living owner.
    undecided : bool
        It stops by what is seen, and has not yet.
    """

    cell: Cell
    committed: Tally
    flying: Tally
    asked: int
    workers: int
    undecided: bool = False

    @property
    def done(self) -> bool:
        return not self.undecided and self.asked <= self.committed.runs + self.committed.failures


@dataclass(frozen=True)
class Snapshot:
    """A study at one moment; `seconds` is the reader's own clock [s], `to_begin` what is asked of cells not begun [runs]."""

    cells: tuple[CellView, ...]
    seconds: float
    to_begin: int = 0

    @property
    def runs(self) -> int:
        """Runs simulated, failed ones included, also in shards under way."""
        return sum(t.runs + t.failures for view in self.cells for t in (view.committed, view.flying))

    @property
    def asked(self) -> int:
        return self.to_begin + sum(view.asked for view in self.cells)

    @property
    def workers(self) -> int:
        return sum(view.workers for view in self.cells)

    @property
    def tally(self) -> Tally:
        return sum((t for view in self.cells for t in (view.committed, view.flying)), Tally())


@dataclass
class Watch:
    """Reads a study again and again; committed shards are read once.

    Raises
    ------
    StudyError
        There is no such study.
    """

    study: Path
    _entries: dict[Path, tuple[int, Entry]] = field(default_factory=dict)

    def snapshot(self) -> Snapshot:
        """Return the study as it is on disk now."""
        asked = runs_asked(self.study)
        views: list[CellView] = []
        for cell in cells(self.study):
            committed = self._committed(cell)
            done = {entry.shard.number for entry in committed}
            flying = [tally for number, tally in under_way(cell) if number not in done]
            views.append(
                CellView(
                    cell,
                    sum((entry.tally for entry in committed), Tally()),
                    sum(flying, Tally()),
                    asked.get(cell.footer.cell, 0) or 0,
                    alive(cell.running),
                    asked.get(cell.footer.cell, 0) is None,
                )
            )
        begun = {view.cell.footer.cell for view in views}
        return Snapshot(tuple(views), time.monotonic(), sum(n or 1 for cell, n in asked.items() if cell not in begun))

    def follow(self, every_seconds: float = 1.0) -> Iterator[Snapshot]:
        """Yield snapshots until every run asked for is committed."""
        while True:
            now = self.snapshot()
            yield now
            if all(view.done for view in now.cells) and not now.workers and not now.to_begin:
                return
            time.sleep(every_seconds)

    def events(self, most: int = 10) -> list[dict[str, Any]]:
        """Return the last events of the shard written to last, under way or committed, oldest first, with their cell's name."""
        streams = []
        for path in (self.study / "cells").glob("*/running/shard-*/events.arrows"):
            with contextlib.suppress(OSError):
                streams.append((path.stat().st_mtime, path))
        for _, path in sorted(streams, reverse=True):
            last: list[pa.RecordBatch] = []
            for batch in parts.whole_batches(path):
                if batch.num_rows:
                    last = [batch]
            if last:
                return last[0].slice(max(0, last[0].num_rows - most)).to_pylist()
        return self._committed_events(most)

    def _committed_events(self, most: int) -> list[dict[str, Any]]:
        newest = [
            (changed, study / "events" / f"part-{entry.shard.number:05d}.parquet")
            for path, (changed, entry) in self._entries.items()
            if "events" in entry.tables
            for study in [path.parents[1]]
        ]
        for _, part in sorted(newest, reverse=True)[:1]:
            with contextlib.suppress(OSError, pa.ArrowInvalid), pq.ParquetFile(part) as file:
                if file.num_row_groups:
                    rows = file.read_row_group(file.num_row_groups - 1)
                    return rows.slice(max(0, rows.num_rows - most)).to_pylist()
        return []

    def _committed(self, cell: Cell) -> list[Entry]:
        found = []
        for path in sorted((cell.path / "manifest").glob("[0-9]*.json")):
            if path.suffixes != [".json"]:
                continue
            with contextlib.suppress(OSError):
                changed = path.stat().st_mtime_ns
                if self._entries.get(path, (0, None))[0] != changed:
                    entry = Entry.read(path)
                    if entry is None:
                        continue
                    self._entries[path] = changed, entry
                found.append(self._entries[path][1])
        return found


def under_way(cell: Cell) -> Iterator[tuple[int, Tally]]:
    """Yield number and tally of the shards of a cell that are being computed, here or on other hosts."""
    for path in cell.running.glob("shard-*/progress.json"):
        with contextlib.suppress(OSError, ValueError):
            yield int(path.parent.name.split("-")[1]), Tally.of(json.loads(path.read_text(encoding="utf-8")))
