"""A study on disk: cells, their parts, and the manifest that says which shards are committed.

Layout: ``outputs/<study>/cells/<cell>/<table>/part-<shard>.parquet``, beside them ``cell.json`` (what the cell is),
``manifest/<shard>.json`` (one committed shard each, signed) and, while shards are computed, ``running/``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.errors import StudyError, nearest
from sim.stream import durable, parts
from sim.stream.log import Record
from sim.stream.manifest import Entry, Shard
from sim.stream.sinks import Tally
from sim.stream.tables import Footer

PART = re.compile(r"part-(\d{5,})\.parquet")
STUDY_NAME = re.compile(r"[\w][\w.+=,-]*")


def root() -> Path:
    """Return the directory of all studies: ``$COVENANT_OUTPUTS`` or ``outputs``."""
    return Path(os.environ.get("COVENANT_OUTPUTS") or "outputs")


def locate(study: str | Path) -> Path:
    """Return the directory of a study given by name or by path."""
    text = str(study)
    if isinstance(study, Path) or "/" in text or os.sep in text or text in (".", ".."):
        return Path(study)
    if not STUDY_NAME.fullmatch(text):
        raise StudyError(f"study={text!r} must be a path, or a name of letters, digits and . _ + = , -")
    return root() / text


@dataclass(frozen=True)
class Cell:
    """One cell of a study on disk.

    Attributes
    ----------
    path : Path
    footer : Footer
    record : Record
    shard_runs : int
        Runs a shard [runs].
    states : tuple of str
        Ids in the order of the world.
    """

    path: Path
    footer: Footer
    record: Record
    shard_runs: int
    states: tuple[str, ...] = field(repr=False)

    @property
    def tables(self) -> tuple[str, ...]:
        return self.record.tables

    @property
    def running(self) -> Path:
        return self.path / "running"

    def part(self, table: str, shard: int) -> Path:
        return self.path / table / f"part-{shard:05d}.parquet"

    def listed(self, shard: int) -> Path:
        """Return where the manifest lists a shard."""
        return self.path / "manifest" / f"{shard:05d}.json"

    def coming(self, shard: int) -> Path:
        """Return where a shard about to replace its shorter self is announced."""
        return self.path / "manifest" / f"{shard:05d}.next.json"

    def entry(self, shard: int) -> Entry | None:
        """Return the manifest's entry of a shard, None if it is not committed."""
        return Entry.read(self.listed(shard))

    def entries(self) -> Iterator[Entry]:
        """Yield the committed shards in order."""
        for path in sorted((self.path / "manifest").glob("[0-9]*.json"), key=lambda p: (len(p.name), p.name)):
            if path.suffixes == [".json"] and (entry := Entry.read(path)) is not None:
                yield entry

    def pending(self, runs: int) -> list[Shard]:
        """Return what is left to compute so that runs 0 to `runs` - 1 are committed."""
        shards = (self.left(number, runs) for number in range(-(-runs // self.shard_runs)))
        return [shard for shard in shards if shard is not None]

    def left(self, number: int, runs: int) -> Shard | None:
        """Return shard `number` as it must be computed for the first `runs` runs, None if it is committed."""
        first = number * self.shard_runs
        entry, announced = self.entry(number), Entry.read(self.coming(number))
        stop = max(min(first + self.shard_runs, runs), *(e.shard.stop if e else 0 for e in (entry, announced)))
        if entry is None or announced is not None or entry.shard.stop < stop or not self._present(entry):
            return Shard(number, first, stop)
        return None

    def check(self) -> None:
        """Refuse a cell with files that are not its own or parts that were cut.

        Raises
        ------
        StudyError
            One line that names the file and what to do.
        """
        sizes = {e.shard.number: {t: d["bytes"] for t, d in e.tables.items()} for e in self.entries()}
        for table in (*self.tables, "failures"):
            directory = self.path / table
            for name in sorted(os.listdir(directory)) if directory.is_dir() else ():
                path = directory / name
                match = PART.fullmatch(name)
                if match is None:
                    if not name.startswith("."):
                        raise StudyError(f"{path} is not part of this study; move it away")
                    continue
                number = int(match[1])
                size = sizes.get(number, {}).get(table)
                if size is None or self.coming(number).exists():
                    self.require_own(path)
                elif path.stat().st_size != size:
                    raise StudyError(
                        f"{path} has {path.stat().st_size} bytes of {size}; remove it and the same command computes it again"
                    )

    def require_own(self, path: Path) -> None:
        """Refuse a part that was not written for this cell by this code."""
        found = parts.footer(path)
        for key, want in self.footer.metadata().items():
            if found.get(key) != want and key != "package_version":
                raise StudyError(f"{path} is no part of cell {self.footer.cell} ({key} differs); move it away")

    def commit(
        self,
        work: Path,
        shard: Shard,
        tally: Tally,
        without: Collection[int] = (),
        rest: Mapping[str, Sequence[pa.RecordBatch]] | None = None,
    ) -> Entry:
        """Turn the streams in `work` into parts and list them: all of the shard, or nothing of it.

        Parameters
        ----------
        work : Path
            Directory of ``<table>.arrows``; removed at the end.
        shard : Shard
        tally : Tally
        without : collection of int
            Runs that failed after some of their rows were written.
        rest : mapping of str to sequence of pyarrow.RecordBatch, optional
            By table, rows that follow those of its stream.

        Raises
        ------
        StudyError
            A foreign file is in the way, or the rows committed before are not the first of these.
        """
        before = self.entry(shard.number)
        if (
            before is not None
            and before.shard.stop >= shard.stop
            and self._present(before)
            and not self.coming(shard.number).exists()
        ):
            shutil.rmtree(work)
            return before
        metadata = self.footer.metadata()
        staged, listing, rest = {}, {}, rest or {}
        streams = {stream.stem: stream for stream in work.glob("*.arrows")}
        for table in sorted({*streams, *rest}):
            staged[table] = work / f"{table}.sealed"
            dropped = () if table == "failures" else without
            written = parts.batches(streams[table]) if table in streams else ()
            listing[table] = parts.seal(chain(written, rest.get(table, ())), staged[table], table, metadata, dropped)
        old = {table: path for table in staged if (path := self.part(table, shard.number)).exists()}
        for path in old.values():
            self.require_own(path)
        if before is not None:
            for table, path in old.items():
                if not parts.begins_with(staged[table], path):
                    raise StudyError(
                        f"{path} does not begin as its runs come out now; verify the study, or take a new study="
                    )
        generation = 1 if before is None else before.generation + (shard.stop > before.shard.stop)
        entry = Entry(shard, listing, tally, generation)
        listed = self.listed(shard.number)
        listed.parent.mkdir(exist_ok=True)
        if old:
            durable.write_over(self.coming(shard.number), entry.text(), home=work)
        draft = durable.draft_of(listed, entry.text(), wait=False, home=work)
        try:
            for table in staged:
                (self.path / table).mkdir(exist_ok=True)
            durable.sync_all([draft, *staged.values()])
            for table, path in staged.items():
                os.replace(path, self.part(table, shard.number))
            os.replace(draft, listed)
        finally:
            draft.unlink(missing_ok=True)
        # names may reach the disk in any order: an entry without its parts counts as not committed
        durable.sync_all([listed.parent, *(self.path / table for table in staged)])
        self.coming(shard.number).unlink(missing_ok=True)
        shutil.rmtree(work, ignore_errors=True)
        return entry

    def _present(self, entry: Entry) -> bool:
        return all(self.part(table, entry.shard.number).exists() for table in entry.tables)


def present(part: Path, told: Mapping[str, Any]) -> Path:
    """Return a part that is there with the bytes that the manifest tells, or more where its shard has grown since.

    Raises
    ------
    StudyError
        It is missing, was cut, or may not be read.
    """
    try:
        size = part.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        size = -1
    if size < told["bytes"]:
        state = "is missing" if size < 0 else f"has {size} bytes of {told['bytes']}"
        raise StudyError(f"{part} {state}; covenant-lab verify {part.parents[3]} says what to do")
    if not os.access(part, os.R_OK):
        raise StudyError(f"cannot read {part}: Permission denied")
    return part


def open_cell(path: Path) -> Cell:
    """Read a cell that is on disk.

    Raises
    ------
    StudyError
        Its description is missing or damaged.
    """
    value = durable.read_signed(path / "cell.json")
    if value is None:
        raise StudyError(f"{path / 'cell.json'} is missing or damaged; restore it, or remove the directory {path}")
    record = Record(tuple(value["record"]["tables"]), value["record"]["positions"])
    footer = Footer(**{**value["footer"], "identity": durable.canonical(value["identity"])})
    return Cell(path, footer, record, value["shard_runs"], tuple(value["states"]))


def no_study(path: Path) -> StudyError:
    """Return what is said where there is no study, with the nearest name beside it."""
    known = [cells.parent.name for cells in path.parent.glob("*/cells")]
    return StudyError(f"{path} holds no study{nearest(path.name, known)}")


def cells(study: Path) -> list[Cell]:
    """Return the cells of a study in the order of their names.

    Raises
    ------
    StudyError
        There is no such study.
    """
    if not (study / "cells").is_dir():
        raise no_study(study)
    return [open_cell(path) for path in sorted((study / "cells").iterdir()) if path.is_dir()]
