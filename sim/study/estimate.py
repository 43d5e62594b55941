"""What a study will cost: a short pilot in a temporary directory, scaled to what is left to compute."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.experiment import Experiment
from sim.stream.beginning import refuse
from sim.stream.events import DESCRIBING
from sim.stream.log import Record
from sim.stream.manifest import Shard
from sim.stream.store import locate
from sim.study.cell import begin, footer
from sim.study.shard import Job, run_shard

FEW, MANY = 4, 20
PILOT_SECONDS = 10.0
MOST_CELLS = 24
WORKER_SECONDS = 2.5


@dataclass(frozen=True)
class Estimate:
    """What is asked for and what it is likely to take.

    Attributes
    ----------
    study : Path
    cells, runs, kept : int
        Asked for, and of the runs those on disk [runs].
    piloted : int
        Cells played for the estimate.
    run_seconds : tuple of float
        Least, mean and most a run took over the piloted cells [s].
    seconds : float
        Of the whole at this number of workers [s].
    bytes, files, free : int
        To be written, and free on that disk [bytes].
    workers : int
    """

    study: Path
    cells: int
    runs: int
    kept: int
    piloted: int
    run_seconds: tuple[float, float, float]
    seconds: float
    bytes: int
    files: int
    free: int
    workers: int


@dataclass(frozen=True)
class _Cost:
    """Costs of one cell: a run's, a shard's besides its runs, the cell's own."""

    run_seconds: float
    shard_seconds: float
    run_bytes: float
    shard_bytes: float
    cell_bytes: int
    cell_seconds: float
    shard_files: int


def estimate(
    cells: Sequence[tuple[Experiment, int]], study: str | Path, record: Record, workers: int, shard_runs: int
) -> Estimate:
    """Estimate what `sim.study.study.conduct` would take with the same arguments; the study is read, never written.

    Raises
    ------
    StudyError
        As `conduct` would.

    Notes
    -----
    Up to `MOST_CELLS` cells spread evenly over the sweep are played `FEW` and then `MANY` runs each, for `PILOT_SECONDS` in
    all; the first of them warm up what is compiled or made once. What a shard costs besides its runs is what the two sizes
    imply; the other cells are taken at the mean.
    """
    path = locate(study)
    known = [refuse(path, footer(experiment), record) for experiment, _ in cells]
    n = min(len(cells), MOST_CELLS)
    chosen = sorted({round(k * (len(cells) - 1) / max(n - 1, 1)) for k in range(n)})
    costs: list[_Cost] = []
    began = 0.0  # the first cell may compile
    with TemporaryDirectory(prefix="covenant-pilot-") as folder:
        for k in chosen:
            if costs and time.monotonic() - began > PILOT_SECONDS:
                break
            costs.append(_pilot(cells[k][0], Path(folder), record))
            began = began or time.monotonic()
    mean = _Cost(*(sum(column) / len(costs) for column in zip(*(vars(c).values() for c in costs), strict=True)))
    runs = kept = shards = todo = new = 0
    for cell, (_, asked) in zip(known, cells, strict=True):
        if cell is None:
            left = [min(shard_runs, asked - first) for first in range(0, asked, shard_runs)]
        else:
            left = [shard.stop - shard.first for shard in cell.pending(asked)]
        new += cell is None
        runs += asked
        kept += asked - sum(left)
        todo += sum(left)
        shards += len(left)
    at_work = max(1, min(workers, shards))
    work = todo * mean.run_seconds + shards * mean.shard_seconds
    return Estimate(
        study=path,
        cells=len(cells),
        runs=runs,
        kept=kept,
        piloted=len(costs),
        run_seconds=(min(c.run_seconds for c in costs), mean.run_seconds, max(c.run_seconds for c in costs)),
        seconds=work / at_work + new * mean.cell_seconds + (WORKER_SECONDS if at_work > 1 else 0.0),
        bytes=round(todo * mean.run_bytes + shards * mean.shard_bytes + new * mean.cell_bytes),
        files=round(shards * mean.shard_files + new * 3),
        free=shutil.disk_usage(_existing(path)).free,
        workers=at_work,
    )


def _pilot(experiment: Experiment, folder: Path, record: Record) -> _Cost:
    opening = time.monotonic()
    cell = begin(folder / "pilot", experiment, record, MANY)
    begun = time.monotonic() - opening
    job = Job(experiment, cell)
    run_shard(job, Shard(0, 0, FEW))
    many = run_shard(job, Shard(1, MANY, 2 * MANY))
    sizes = []
    for number in (0, 1):
        entry = cell.entry(number)
        assert entry is not None
        sizes.append(sum(part["bytes"] for part in entry.tables.values()) + cell.listed(number).stat().st_size)
        files = len(entry.tables) + 1
    run_bytes = max(0.0, (sizes[1] - sizes[0]) / (MANY - FEW))
    own = sum(part.stat().st_size for table in DESCRIBING for part in (cell.path / table).iterdir())
    return _Cost(
        run_seconds=many.simulated_seconds / MANY,
        shard_seconds=many.seconds - many.simulated_seconds,
        run_bytes=run_bytes,
        shard_bytes=max(0.0, sizes[0] - FEW * run_bytes),
        cell_bytes=own + (cell.path / "cell.json").stat().st_size,
        cell_seconds=begun,
        shard_files=files,
    )


def _existing(path: Path) -> Path:
    path = Path(os.path.abspath(path))
    return path if path.exists() else _existing(path.parent)
