"""Everything one run tells: what was kept of it, and what was not by playing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.cell import Cell
from sim.analysis.open import Study
from sim.errors import StudyError
from sim.stream.log import LEVELS

if TYPE_CHECKING:
    import polars as pl


def whole_run(study: Study, cell: Cell, run: int) -> tuple[dict[str, pl.DataFrame], str]:
    """Return every table of a run, and in one line how they were come by; empty if all were kept.

    Raises
    ------
    StudyError
        No such run, or it failed.
    """
    import polars as pl

    if cell.failures and cell.scan("failures").filter(pl.col("run") == run).collect().height:
        raise _failed(study, run)
    kept = {name: study.of_run(name, cell, run) for name in LEVELS["full"] if name in cell.tables}
    if len(kept) == len(LEVELS["full"]):
        return kept, ""
    from sim.study.cell import code_hash
    from sim.study.rerun import rerun

    left = ", ".join(name for name in LEVELS["full"] if name not in kept)
    if cell.facts["footer"]["code_hash"] != code_hash():
        return (
            kept,
            f"Not kept: {left}; other code computed the study, so the run is not played again. record=full keeps them.",
        )
    again = rerun(study.path, run, cell.name)
    if again.traceback:
        raise _failed(study, run)
    told = {name: pl.DataFrame(pl.from_arrow(rows)) for name, rows in again.tables.items()}
    return told, f"Played again, for the study did not keep {left}."


def _failed(study: Study, run: int) -> StudyError:
    return StudyError(
        f"run {run} of study {study.name!r} failed; covenant-lab rerun {study.typed} --run {run} shows why"
    )
