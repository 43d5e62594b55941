"""Parts: the Parquet file of one table and one shard."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.stream import durable
from sim.stream.columns import numbers
from sim.stream.tables import SCHEMAS

ROW_GROUP = 1_000_000


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the batches of an Arrow IPC stream."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        yield from reader


def whole_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a stream whose writer may have died: up to the last whole one."""
    try:
        yield from batches(path)
    except (pa.ArrowInvalid, EOFError, OSError):
        return


def seal(
    rows: Iterable[pa.RecordBatch], path: Path, table: str, metadata: dict[str, str], without: Collection[int] = ()
) -> dict[str, Any]:
    """Write the rows of a shard as a Parquet file; the caller waits for the disk.

    Parameters
    ----------
    rows : iterable of pyarrow.RecordBatch
    path : Path
    table : str
    metadata : dict of str to str
        Texts for the footer.
    without : collection of int
        Runs to leave out: they failed after some of their rows were written.

    Returns
    -------
    dict
        rows, bytes and sha256, as the manifest lists them.
    """
    n = 0
    with writer(path, table, metadata) as out:
        for group in _groups(rows, without):
            # one chunk, or page boundaries would follow the times at which batches were written
            out.write_table(group.combine_chunks(), row_group_size=ROW_GROUP)
            n += group.num_rows
    return _sealed(path, n)


def write_part(
    data: pa.Table, path: Path, table: str, metadata: dict[str, str], schema: pa.Schema | None = None
) -> dict[str, Any]:
    """Write a small table as a part; return what the manifest lists of it."""
    with writer(path, table, metadata, schema) as out:
        out.write_table(data.combine_chunks(), row_group_size=ROW_GROUP)
    return _sealed(path, data.num_rows)


def writer(
    file: Path | pa.NativeFile, table: str, metadata: dict[str, str], schema: pa.Schema | None = None
) -> pq.ParquetWriter:
    """Return a Parquet writer with the encoding that suits each column of a table; its schema is the table's if not given."""
    schema = schema or SCHEMAS[table]
    dictionary, encoding = [], {}
    for field in schema:
        if pa.types.is_dictionary(field.type) or not pa.types.is_primitive(field.type):
            dictionary.append(field.name)
        elif pa.types.is_floating(field.type):
            encoding[field.name] = "BYTE_STREAM_SPLIT"
        elif pa.types.is_integer(field.type):
            encoding[field.name] = "DELTA_BINARY_PACKED"
    out = pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=dictionary, column_encoding=encoding)
    out.add_key_value_metadata(metadata)
    return out


def footer(path: Path) -> dict[str, str]:
    """Return the texts of a part's footer; empty if it cannot be read as Parquet."""
    try:
        found = pq.read_metadata(path).metadata or {}
    except (pa.ArrowInvalid, OSError):
        return {}
    return {key.decode(): value.decode() for key, value in found.items() if key != b"ARROW:schema"}


def begins_with(path: Path, start: Path) -> bool:
    """Tell whether the rows of one part begin with all rows of another."""
    with pq.ParquetFile(path) as whole, pq.ParquetFile(start) as head:
        if whole.metadata.num_rows < head.metadata.num_rows:
            return False
        for group in range(head.num_row_groups):
            want = decoded(head.read_row_group(group))
            if not decoded(whole.read_row_group(group)).slice(0, want.num_rows).equals(want):
                return False
    return True


def _groups(rows: Iterable[pa.RecordBatch], without: Collection[int]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    n = 0
    dropped = numbers(np.array(sorted(without), np.uint32), pa.uint32())
    for batch in rows:
        if without:
            batch = without_runs(batch, dropped)
        while n + batch.num_rows >= ROW_GROUP:
            room = ROW_GROUP - n
            yield pa.Table.from_batches([*held, batch.slice(0, room)])
            held, n, batch = [], 0, batch.slice(room)
        held.append(batch)
        n += batch.num_rows
    if n:
        yield pa.Table.from_batches(held)


def without_runs(batch: pa.RecordBatch, dropped: pa.Array) -> pa.RecordBatch:
    """Return the rows of a batch but for those of some runs."""
    # It makes a function of every kernel of Arrow's when it is imported, and few runs fail.
    import pyarrow.compute as pc

    return batch.filter(pc.invert(pc.is_in(batch.column("run"), dropped)))


def decoded(data: pa.Table) -> pa.Table:
    """Return a table with texts in place of codes, so that tables of different dictionaries compare."""
    columns = [c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in data.columns]
    return pa.table(columns, names=data.column_names)


def _sealed(path: Path, rows: int) -> dict[str, Any]:
    return {"rows": rows, "bytes": path.stat().st_size, "sha256": durable.checksum(path)}
