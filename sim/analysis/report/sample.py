"""Some runs of a cell in full, from disk where they were kept, else played again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.cell import Cell
from sim.analysis.open import Study
from sim.stream.log import LEVELS

if TYPE_CHECKING:
    import polars as pl

    from sim.analysis.report.seats import Votes

RUNS = 100
"""Runs looked at in full: a share of theirs is known to 10 points, and to play them again costs a second an arm."""


@dataclass(frozen=True)
class Sample:
    """The first runs of a cell, every table.

    Attributes
    ----------
    runs : int
    tables : dict of str to DataFrame
    horizon_days : float
        Length of a run [days].
    votes : Votes, optional
        What the seats of the council made of their votes, where it votes.
    """

    runs: int
    tables: dict[str, pl.DataFrame]
    horizon_days: float
    votes: Votes | None


def sample(study: Study, cell: Cell, runs: int = RUNS) -> Sample | None:
    """Return the first runs of a cell, or None where they were not kept and other code computed the study."""
    import polars as pl

    from sim.analysis.report.seats import votes_of
    from sim.stream.store import open_cell
    from sim.stream.tables import to_arrow
    from sim.study.cell import code_hash, experiment_of

    kept = open_cell(cell.path)
    if kept.footer.code_hash != code_hash():
        return None
    experiment = experiment_of(study.path, kept)
    runs = min(runs, cell.runs)
    if set(LEVELS["full"]) <= set(cell.tables) and kept.record.positions in ("organ", "all"):
        tables = {name: cell.scan(name).filter(pl.col("run") < runs).collect() for name in LEVELS["full"]}
    else:
        from sim.run import run
        from sim.stream.log import Log, Record

        log = Log(Record.at("full", "organ"))
        for number in range(runs):
            run(experiment, number, log)
        told = {name: to_arrow(name, rows, cell.name, kept.states) for name, rows in log.take().items()}
        tables = {name: pl.DataFrame(pl.from_arrow(rows)) for name, rows in told.items()}
    return Sample(runs, tables, experiment.horizon_days, votes_of(experiment, tables))
