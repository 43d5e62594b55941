"""One run of a study computed again, alone."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.errors import StudyError, nearest
from sim.stream import parts
from sim.stream.log import LEVELS, Log, Record
from sim.stream.store import Cell, cells, present
from sim.stream.tables import to_arrow
from sim.study.cell import code_hash, experiment_of
from sim.study.shard import RunFunction, own_run


@dataclass(frozen=True)
class Rerun:
    """A run computed again.

    Attributes
    ----------
    cell : Cell
    run, seed : int
    tables : dict of str to pyarrow.RecordBatch
        Everything the run tells, whatever the study kept; empty if it raised.
    traceback : str
        Empty if it did not raise.
    same : bool or None
        Whether rows (or the error) are those on disk; None if the run is not there.
    same_code : bool
        Whether the study was computed by the sources at hand.
    """

    cell: Cell
    run: int
    seed: int
    tables: dict[str, pa.RecordBatch] = field(repr=False)
    traceback: str
    same: bool | None
    same_code: bool


def rerun(study: Path, run: int, cell: str = "", function: RunFunction | None = None) -> Rerun:
    """Compute run number `run` of a cell again, recording everything.

    Parameters
    ----------
    study : Path
    run : int
    cell : str
        Name of the cell, or its beginning; may be left out where there is one.
    function : callable, optional
        In place of `sim.run.run`.

    Raises
    ------
    StudyError
        No such study or cell, or several.
    """
    found = find(study, cell)
    experiment = experiment_of(study, found)
    log = Log(Record(LEVELS["full"], found.record.positions if "positions" in found.tables else "all"))
    trace, tables = "", {}
    try:
        (function or own_run())(experiment, run, log)
        tables = {name: to_arrow(name, rows, found.footer.cell, found.states) for name, rows in log.take().items()}
    except Exception as error:
        trace = "".join(traceback.format_exception(error))
        same = _failed_alike(found, run, f"{type(error).__name__}: {error}")
    else:
        same = _told_alike(found, run, tables)
    return Rerun(found, run, experiment.seed, tables, trace, same, found.footer.code_hash == code_hash())


def find(study: Path, name: str = "") -> Cell:
    """Return the cell whose name begins with `name`; the only one if it is empty."""
    known = cells(study)
    matches = [cell for cell in known if cell.footer.cell.startswith(name)]
    if len(matches) == 1:
        return matches[0]
    names = [cell.footer.cell for cell in known]
    if not matches:
        raise StudyError(f"{study} has no cell {name!r}{nearest(name, names)}")
    raise StudyError(
        f"{study} has {len(matches)} cells; name one with --cell: {', '.join(c.footer.cell for c in matches[:5])}"
    )


def _shard_rows(cell: Cell, table: str, run: int) -> pa.Table | None:
    number = run // cell.shard_runs
    entry = cell.entry(number)
    if entry is None or table not in entry.tables:
        return None
    part = present(cell.part(table, number), entry.tables[table])
    return pq.read_table(part, filters=pc.field("run") == run)


def _failed_alike(cell: Cell, run: int, error: str) -> bool | None:
    rows = _shard_rows(cell, "failures", run)
    if rows is not None and rows.num_rows:
        return rows["error"][0].as_py() == error
    kept = _shard_rows(cell, "runs", run)
    return False if kept is not None and kept.num_rows else None


def _told_alike(cell: Cell, run: int, tables: dict[str, pa.RecordBatch]) -> bool | None:
    failed = _shard_rows(cell, "failures", run)
    if failed is not None and failed.num_rows:
        return False
    for table in cell.tables:
        rows = _shard_rows(cell, table, run)
        if rows is None or (table == "runs" and not rows.num_rows):
            return None
        # a cell of an earlier schema has no say in columns that were added since
        told = pa.Table.from_batches([tables[table]]).select(rows.column_names)
        if not parts.decoded(rows).equals(parts.decoded(told)):
            return False
    return True
