"""What an interrupted study left in its streams, made readable."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from sim.stream import durable, parts
from sim.stream.columns import numbers, raw
from sim.stream.events import SCHEMA_VERSION
from sim.stream.migrations import upgraded
from sim.stream.store import Cell, cells
from sim.study.claim import Claim


class Saved(NamedTuple):
    """A shard that was salvaged: its whole runs."""

    cell: str
    shard: int
    runs: int
    path: Path


def salvage(study: Path) -> Iterator[Saved]:
    """Write the whole runs of dead shards as Parquet under ``<study>/salvaged/<cell>/<table>/``; the streams stay.

    Only shards that nobody computes are read. What is salvaged is no part of the study: its own command computes the
    shards again, whole.

    Raises
    ------
    StudyError
        There is no such study.
    """
    for cell in cells(study):
        for work in sorted(cell.running.glob("shard-*-*")):
            shard = int(work.name.split("-")[1])
            with Claim(cell.running, shard) as claim:
                if claim.take():
                    yield _save(study, cell, shard, work)


def _save(study: Path, cell: Cell, shard: int, work: Path) -> Saved:
    import pyarrow.compute as pc

    whole = [raw(batch.column("run")) for batch in parts.whole_batches(work / "runs.arrows")]
    runs = numbers(np.concatenate([*whole, np.empty(0, np.uint32)]), pa.uint32())
    target = study / "salvaged" / cell.footer.cell
    for table in cell.tables:
        batches = [b.filter(pc.is_in(b.column("run"), runs)) for b in parts.whole_batches(work / f"{table}.arrows")]
        if not batches:
            continue
        (target / table).mkdir(parents=True, exist_ok=True)
        draft = target / table / f".{durable.token()}"
        data = upgraded(table, pa.Table.from_batches(batches), cell.footer.schema_version)
        metadata = cell.footer.metadata() | {"schema_version": str(SCHEMA_VERSION)}
        parts.write_part(data, draft, table, metadata, data.schema)
        os.replace(draft, target / table / f"part-{shard:05d}.parquet")
    return Saved(cell.footer.cell, shard, len(runs), target)


def sweep(cell: Cell) -> None:
    """Remove what was left behind by owners that died between committing a shard and tidying up."""
    if not cell.running.is_dir():
        return
    for shard in sorted({int(path.name.split("-")[1].split(".")[0]) for path in cell.running.glob("shard-*")}):
        if cell.entry(shard) is not None and not cell.coming(shard).exists():
            with Claim(cell.running, shard) as claim:
                if claim.take():
                    discard(cell, shard)
    with contextlib.suppress(OSError):
        if not any(cell.running.glob("shard-*")):
            # drafts of claims; a living process that loses one tries again
            for draft in cell.running.glob(".*"):
                draft.unlink(missing_ok=True)
        cell.running.rmdir()


def discard(cell: Cell, shard: int) -> None:
    """Remove what dead owners of a shard left behind; its present owner calls this."""
    for dead in cell.running.glob(f"shard-{shard:05d}-*"):
        shutil.rmtree(dead, ignore_errors=True)
