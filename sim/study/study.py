"""A study: cells are cut into shards, shards are computed by workers, what is committed is never computed again."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.config import Stop
from sim.errors import writing
from sim.experiment import Experiment
from sim.schema import plain
from sim.stream.beginning import refuse
from sim.stream.log import Record
from sim.stream.manifest import Shard
from sim.stream.sinks import Sink
from sim.stream.store import Cell, locate
from sim.study.cell import begin, footer, told_as
from sim.study.computing import Computation
from sim.study.launch import interruptible, launched
from sim.study.pool import Pool, Task
from sim.study.progress import Quiet, Watcher
from sim.study.results import CellResult, StudyResult
from sim.study.salvage import sweep
from sim.study.shard import Job, RunFunction
from sim.study.stopping import FIRST_SHARDS, Rule

SHARD_RUNS = 1000


def conduct(
    cells: Sequence[tuple[Experiment, int]],
    study: str | Path,
    record: Record,
    workers: int = 1,
    shard_runs: int = SHARD_RUNS,
    progress: Watcher | None = None,
    run: RunFunction | None = None,
    sinks: Callable[[Cell, Shard], Sequence[Sink]] | None = None,
    stop: Stop | None = None,
    begun: Callable[[Path], object] | None = None,
) -> StudyResult:
    """Compute what is missing of a study.

    Parameters
    ----------
    cells : sequence of (Experiment, int)
        Each cell with the runs it shall have [runs].
    study : str or Path
        Name below the directory of outputs, or a path.
    record : Record
    workers : int
        Processes; with 1 everything happens in this one.
    shard_runs : int
        Runs a shard of new cells [runs].
    progress : Watcher, optional
    run : callable, optional
        In place of `sim.run.run`; importable from workers.
    sinks : callable, optional
        ``sinks(cell, shard)`` returns further sinks for a shard; importable from workers.
    stop : Stop, optional
        Decides when a cell has runs enough, in place of the runs it was asked to have.
    begun : callable, optional
        Called with the study's directory when all cells are in it, before the first run.

    Returns
    -------
    StudyResult
        Tallies only; results are read from disk.

    Raises
    ------
    StudyError
        The study refuses (all cells are checked before the first run), or no cell of it can be computed; where only some
        cannot, the others are.
    """
    began = time.monotonic()
    path = locate(study)
    progress = progress or Quiet(sys.stderr)
    with writing(path), interruptible() as interrupt, contextlib.ExitStack() as stack:
        known = [refuse(path, footer(experiment), record) for experiment, _ in cells]
        pool = None
        if (at_work := min(workers, _shards(known, cells, shard_runs, stop))) > 1:
            pool = Pool(at_work, warm=run is None)
            stack.callback(pool.close)
        jobs = [Job(experiment, begin(path, experiment, record, shard_runs), run, sinks) for experiment, _ in cells]
        if begun is not None:
            begun(path)
        for job in jobs:
            sweep(job.cell)
        results = [CellResult(job.cell, name=told_as(job.experiment)) for job in jobs]
        rule = None if stop is None else Rule(stop)
        tasks: deque[Task] = deque()
        for k, (job, (_, runs)) in enumerate(zip(jobs, cells, strict=True)):
            todo = job.cell.pending(runs) if rule is None else rule.todo(job.cell)
            tasks.extend(Task(k, shard) for shard in todo)
            again = {shard.number for shard in todo}
            for entry in job.cell.entries():
                if entry.shard.number not in again:
                    results[k].count(entry.shard, entry.tally)
                    results[k].kept += entry.shard.stop - entry.shard.first
        left = sum(task.shard.stop - task.shard.first for task in tasks)
        result = StudyResult(path, results, sum(r.runs for r in results) + left)
        if not tasks:
            _look(results, rule)
            return result
        asked = {job.cell.footer.cell: runs for job, (_, runs) in zip(jobs, cells, strict=True)}
        with launched(path, asked, workers, stop=plain(stop)) as launch:
            progress.start(path.name, result.asked, result.runs)
            try:
                result.workers, result.opening_seconds = at_work, time.monotonic() - began
                Computation(jobs, tasks, result, progress, rule).run(pool, interrupt)
            finally:
                progress.stop()
                for job in jobs:
                    sweep(job.cell)
            result.signal = interrupt.signal
            result.seconds = time.monotonic() - began
            _look(results, rule)
            told = {r.cell.footer.cell: r.stopped._asdict() for r in results if r.stopped}
            errors = {r.cell.footer.cell: str(r.error) for r in results if r.error}
            launch.update(errors=errors, runs=result.runs, lost=result.lost, signal=result.signal, stopped=told)
        if all(cell.error for cell in results) and (error := results[0].error):
            raise error
    return result


def _shards(
    known: Sequence[Cell | None], cells: Sequence[tuple[Experiment, int]], shard_runs: int, stop: Stop | None
) -> int:
    """How many shards there are to compute at once, the cells not yet begun among them."""
    if stop is not None:
        more = any(cell is None or Rule(stop).todo(cell) for cell in known)
        return FIRST_SHARDS * len(cells) if more else 0
    return sum(
        -(-runs // shard_runs) if cell is None else len(cell.pending(runs))
        for cell, (_, runs) in zip(known, cells, strict=True)
    )


def _look(results: list[CellResult], rule: Rule | None) -> None:
    for result in results:
        result.stopped = None if rule is None else rule.seen(result.cell)
