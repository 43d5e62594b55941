"""Many small parts collected into few large files, partitioned for readers that prune."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import StudyError, writing
from sim.stream import durable, parts
from sim.stream.beginning import unsound
from sim.stream.events import DESCRIBING, SCHEMA_VERSION
from sim.stream.migrations import upgraded
from sim.stream.store import Cell, cells, present
from sim.stream.tables import SCHEMAS

FILE_MEBIBYTES = 128
GROUP_ROWS = 262_144
WRITTEN = {name: pa.schema([field.with_nullable(True) for field in schema]) for name, schema in SCHEMAS.items()}
"""The newest schema, with nulls where a cell was written with an earlier one."""


def collect(study: Path, into: Path, file_mebibytes: float = FILE_MEBIBYTES) -> dict[str, Any]:
    """Write the committed rows as ``<into>/<table>/scenario=<s>/arrangement=<a>/part-<n>.parquet``.

    Parameters
    ----------
    study, into : Path
    file_mebibytes : float
        Size at which a file is closed and the next begins [MiB].

    Returns
    -------
    dict
        Files, rows and bytes written.

    Raises
    ------
    StudyError
        There is no such study, or `into` exists.

    Notes
    -----
    Rows are ordered by cell and run, so the statistics of row groups let a reader pass over all other cells and runs.
    """
    if into.exists():
        raise StudyError(f"{into} exists; name another directory, or remove it")
    with writing(into):
        return _collect(study, into, file_mebibytes)


def _collect(study: Path, into: Path, file_mebibytes: float) -> dict[str, Any]:
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells(study):
        if damaged := unsound(cell):
            raise StudyError(f"{damaged[0]} is missing or damaged; covenant-lab verify {study} says what to do")
        identity = json.loads(cell.footer.identity)
        groups.setdefault((identity["scenario"]["name"], identity["arrangement"]["name"]), []).append(cell)
    draft = into.with_name(f".{into.name}.{durable.token()}")
    written = {"files": 0, "rows": 0, "bytes": 0}
    try:
        for (scenario, arrangement), members in sorted(groups.items()):
            for table in SCHEMAS:
                below = (
                    Path()
                    if table in DESCRIBING
                    else Path(f"scenario={quote(scenario, safe='')}", f"arrangement={quote(arrangement, safe='')}")
                )
                _gather(table, members, draft / table / below, file_mebibytes * 2**20, written)
        into.parent.mkdir(parents=True, exist_ok=True)
        os.replace(draft, into)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return written


def _gather(table: str, members: list[Cell], directory: Path, size: float, written: dict[str, Any]) -> None:
    sources = [(path, cell.footer.schema_version) for cell in members for path in _committed(cell, table)]
    if not sources:
        return
    directory.mkdir(parents=True, exist_ok=True)
    number = len(list(directory.glob("part-*.parquet")))
    footer = parts.footer(sources[0][0])
    metadata = {key: footer[key] for key in ("package_version", "code_hash")} | {"schema_version": str(SCHEMA_VERSION)}
    writer: pq.ParquetWriter | None = None
    for group in _groups(table, sources):
        if writer is None:
            path = directory / f"part-{number:05d}.parquet"
            file = pa.OSFile(str(path), "wb")
            writer = parts.writer(file, table, metadata, WRITTEN[table])
        writer.write_table(group, row_group_size=GROUP_ROWS)
        written["rows"] += group.num_rows
        if file.tell() >= size:
            number = _close(writer, file, path, number, written)
            writer = None
    if writer is not None:
        _close(writer, file, path, number, written)


def _close(writer: pq.ParquetWriter, file: pa.OSFile, path: Path, number: int, written: dict[str, Any]) -> int:
    writer.close()
    file.close()
    durable.sync(path)
    written["files"] += 1
    written["bytes"] += path.stat().st_size
    return number + 1


def _committed(cell: Cell, table: str) -> list[Path]:
    if table in DESCRIBING:
        return [cell.part(table, 0)]
    return [
        present(cell.part(table, entry.shard.number), entry.tables[table])
        for entry in cell.entries()
        if table in entry.tables
    ]


def _groups(table: str, sources: list[tuple[Path, int]]) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    n = 0
    for path, version in sources:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(GROUP_ROWS):
                held.append(upgraded(table, pa.Table.from_batches([batch]), version).cast(WRITTEN[table]))
                n += batch.num_rows
                if n >= GROUP_ROWS:
                    yield _joined(held)
                    held, n = [], 0
    if held:
        yield _joined(held)


def _joined(held: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(held).unify_dictionaries().combine_chunks()
