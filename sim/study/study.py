"""A study: cells are cut into shards, shards are computed by workers, what is committed is never computed again."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kernels import _cache
from sim.config import Stop
from sim.cores import available_cores
from sim.errors import StudyError
from sim.experiment import Experiment
from sim.schema import plain
from sim.stream.beginning import refuse
from sim.stream.log import Record
from sim.stream.manifest import Shard
from sim.stream.sinks import Sink, Tally
from sim.stream.store import Cell, locate
from sim.study.cell import begin, footer
from sim.study.launch import Interrupt, interruptible, launched
from sim.study.pool import BUSY_SECONDS, Pool, Task
from sim.study.progress import Quiet, Watcher
from sim.study.salvage import sweep
from sim.study.shard import Job, RunFunction, ShardResult, run_shard
from sim.study.stopping import FIRST_SHARDS, Rule, Seen
from sim.study.watch import under_way

SHARD_RUNS = 1000


@dataclass
class CellResult:
    """What a launch did for one cell.

    Attributes
    ----------
    cell : Cell
    runs : int
        Runs on disk [runs].
    kept : int
        Of these, committed before [runs].
    tally : Tally
        Of all runs on disk.
    lost : list of str
        Shards given up, and why.
    name : str
        The cell and what it is of, as it is told.
    error : StudyError, optional
        Why the rest of the cell was not computed.
    stopped : Seen, optional
        What was seen where it stopped, if it stops by what is seen.
    """

    cell: Cell
    runs: int = 0
    kept: int = 0
    tally: Tally = field(default_factory=Tally)
    lost: list[str] = field(default_factory=list)
    name: str = ""
    error: StudyError | None = None
    stopped: Seen | None = None

    @property
    def failed(self) -> list[str]:
        """What went wrong, a line each."""
        lines = [*self.lost, *((f"{self.name}: {self.error}",) if self.error else ())]
        if n := self.tally.failures:
            lines.append(f"{self.name}: {n:,} of {self.runs:,} runs failed; see its table failures")
        return lines


@dataclass
class StudyResult:
    """What a launch did.

    Attributes
    ----------
    path : Path
    cells : list of CellResult
    asked : int
        Runs asked for, over all cells [runs].
    signal : int
        Number of the signal that interrupted it, 0 if none.
    workers : int
        Processes at work.
    seconds, opening_seconds : float
        In all, and until the first shard was given out [s].
    simulated_seconds, committing_seconds : float
        Inside runs, and around them in shards, summed over workers [s].
    """

    path: Path
    cells: list[CellResult]
    asked: int
    signal: int = 0
    workers: int = 1
    seconds: float = 0.0
    opening_seconds: float = 0.0
    simulated_seconds: float = 0.0
    committing_seconds: float = 0.0

    @property
    def runs(self) -> int:
        return sum(cell.runs for cell in self.cells)

    @property
    def breakdown(self) -> dict[str, float]:
        """Where the time of the workers went, in shares that sum to 1."""
        whole = max(self.workers * self.seconds, 1e-9)
        shares = {
            "simulating": self.simulated_seconds / whole,
            "committing": self.committing_seconds / whole,
            "opening": self.opening_seconds / max(self.seconds, 1e-9),
        }
        return {**shares, "starting and waiting": 1.0 - sum(shares.values())}

    @property
    def lost(self) -> list[str]:
        return [line for cell in self.cells for line in cell.lost]

    @property
    def exit_code(self) -> int:
        """0; 1 if shards were given up or no run of a cell ended well; 130 after SIGINT; 143 after SIGTERM, on which a scheduler may requeue."""
        barren = any(cell.runs and cell.tally.failures >= cell.runs for cell in self.cells)
        unfinished = bool(self.lost) or any(cell.error for cell in self.cells)
        return 128 + self.signal if self.signal else int(unfinished or barren)

    @property
    def message(self) -> str:
        """What is kept and how to go on, then a line for each cell that failed; empty if all is well."""
        if self.signal:
            kept = f"{self.runs:,} of {self.asked:,} runs are kept in {self.path}"
            return f"interrupted; {kept}; the same command completes it"
        failed = [cell.failed for cell in self.cells if cell.failed]
        if not failed:
            return ""
        lines = [line for cell in failed for line in cell]
        again = "; the same command tries again" if any(cell.lost or cell.error for cell in self.cells) else ""
        return "\n  ".join([f"{len(failed)} of {len(self.cells)} cells failed{again}", *lines])


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
    with _telling(path), interruptible() as interrupt, contextlib.ExitStack() as stack:
        known = [refuse(path, footer(experiment), record) for experiment, _ in cells]
        pool = None
        if (at_work := min(workers, _shards(known, cells, shard_runs, stop))) > 1:
            pool = Pool(at_work, warm=run is None)
            stack.callback(pool.close)
        jobs = [Job(experiment, begin(path, experiment, record, shard_runs), run, sinks) for experiment, _ in cells]
        for job in jobs:
            sweep(job.cell)
        results = [CellResult(job.cell, name=told_as(job.experiment, job.cell)) for job in jobs]
        rule = None if stop is None else Rule(stop)
        tasks: deque[Task] = deque()
        for k, (job, (_, runs)) in enumerate(zip(jobs, cells, strict=True)):
            todo = job.cell.pending(runs) if rule is None else rule.todo(job.cell)
            tasks.extend(Task(k, shard) for shard in todo)
            again = {shard.number for shard in todo}
            for entry in job.cell.entries():
                if entry.shard.number not in again:
                    _count(results[k], entry.shard, entry.tally)
                    results[k].kept += entry.shard.stop - entry.shard.first
        left = sum(task.shard.stop - task.shard.first for task in tasks)
        result = StudyResult(path, results, sum(r.runs for r in results) + left)
        if not tasks:
            _look(results, rule)
            return result
        asked = {job.cell.footer.cell: runs for job, (_, runs) in zip(jobs, cells, strict=True)}
        with launched(path, asked, workers) as launch:
            progress.start(path.name, result.asked, result.runs)
            try:
                result.workers, result.opening_seconds = at_work, time.monotonic() - began
                _compute(jobs, tasks, pool, result, interrupt, progress, rule)
            finally:
                progress.stop()
                for job in jobs:
                    sweep(job.cell)
            result.signal = interrupt.signal
            result.seconds = time.monotonic() - began
            _look(results, rule)
            told = {r.cell.footer.cell: r.stopped._asdict() for r in results if r.stopped}
            launch.update(runs=result.runs, lost=result.lost, signal=result.signal, stop=plain(stop), stopped=told)
        errors = [cell.error for cell in results if cell.error]
        if len(errors) == len(results):
            raise errors[0]
    return result


def _compute(
    jobs: list[Job],
    tasks: deque[Task],
    pool: Pool | None,
    result: StudyResult,
    interrupt: Interrupt,
    progress: Watcher,
    rule: Rule | None,
) -> None:
    flying: dict[tuple[int, int], Tally] = {}
    left = Counter(task.job for task in tasks)

    def show() -> None:
        total = sum((r.tally for r in result.cells), Tally()) + sum(flying.values(), Tally())
        progress.update(min(result.runs + sum(t.runs for t in flying.values()), result.asked), total)

    def done(task: Task, answer: ShardResult) -> None:
        flying.pop((task.job, task.shard.number), None)
        _count(result.cells[task.job], answer.shard, answer.tally)
        result.simulated_seconds += answer.simulated_seconds
        result.committing_seconds += answer.seconds - answer.simulated_seconds
        if answer.tally.failures:
            cell = result.cells[task.job].name
            progress.note(f"{cell}: {answer.tally.failures} runs of shard {answer.shard.number} failed; see failures")
        left[task.job] -= 1
        if rule is not None and not left[task.job]:
            more = rule.todo(jobs[task.job].cell)
            tasks.extend(Task(task.job, shard) for shard in more)
            left[task.job] = len(more)
            result.asked += sum(shard.stop - shard.first for shard in more)
            progress.expect(result.asked)
        show()

    def failed(task: Task, error: StudyError) -> None:
        cell = result.cells[task.job]
        for other in [t for t in tasks if t.job == task.job]:
            tasks.remove(other)
        flying.pop((task.job, task.shard.number), None)
        if cell.error is None:
            cell.error = error
            if len(jobs) > 1:
                progress.note(f"{cell.name}: {error}")

    def lost(task: Task, why: str) -> None:
        shard, cell = task.shard, result.cells[task.job]
        line = f"{cell.name}, runs {shard.first} to {shard.stop - 1}: worker {why} {task.attempts} times"
        cell.lost.append(line)
        progress.note(line)

    with contextlib.ExitStack() as stack:
        if any(job.run is None for job in jobs) and tell_of_compiling(progress):
            stack.enter_context(_help_to_compile())
        if pool is None:
            _in_process(jobs, tasks, interrupt, done, failed, flying, show)
            return
        _in_workers(jobs, tasks, pool, interrupt, done, failed, lost, flying, show)


def _in_workers(
    jobs: list[Job],
    tasks: deque[Task],
    pool: Pool,
    interrupt: Interrupt,
    done: Callable[[Task, ShardResult], None],
    failed: Callable[[Task, StudyError], None],
    lost: Callable[[Task, str], None],
    flying: dict[tuple[int, int], Tally],
    show: Callable[[], None],
) -> None:
    pool.jobs = jobs
    told = time.monotonic()

    def look() -> None:
        nonlocal told
        if time.monotonic() - told > 1.0:
            told = time.monotonic()
            for k, job in enumerate(jobs):
                for key in [key for key in flying if key[0] == k]:
                    del flying[key]
                for number, tally in under_way(job.cell):
                    flying[k, number] = tally
            show()

    try:
        pool.compute(tasks, interrupt.seconds_left, done, failed, lost, look)
    except KeyboardInterrupt:
        interrupt.signal = signal.SIGINT
    finally:
        pool.close()


def tell_of_compiling(progress: Watcher) -> bool:
    """Say that runs have to wait for compiled code, where they have to; return whether they do."""
    if not _cache.is_cold():
        return False
    kept = (
        "kept for later" if _cache.cache_directory() else "and again next time, for no folder to keep them is writable"
    )
    progress.hint(f"compiling the kernels of this version, some fifteen seconds, {kept}")
    return True


@contextlib.contextmanager
def _help_to_compile() -> Iterator[None]:
    """Have a process of its own compile the longest kernels, while the first run compiles the others."""
    helper = None
    if _cache.cache_directory() is not None and available_cores() > 1:
        with contextlib.suppress(OSError):
            command = [sys.executable, "-P", "-m", "kernels"]
            helper = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        if helper is not None:
            helper.kill()
            helper.wait()


def _in_process(
    jobs: list[Job],
    tasks: deque[Task],
    interrupt: Interrupt,
    done: Callable[[Task, ShardResult], None],
    failed: Callable[[Task, StudyError], None],
    flying: dict[tuple[int, int], Tally],
    show: Callable[[], None],
) -> None:
    while tasks and not interrupt.signal:
        task = tasks.popleft()

        def report(tally: Tally, key: tuple[int, int] = (task.job, task.shard.number)) -> None:
            flying[key] = tally
            show()

        time.sleep(max(0.0, task.not_before - time.monotonic()))
        try:
            answer = run_shard(jobs[task.job], task.shard, interrupt.seconds_left, report)
        except KeyboardInterrupt:
            interrupt.signal = signal.SIGINT
            return
        except StudyError as error:
            failed(task, error)
            continue
        if answer.state == "busy":
            task.not_before = time.monotonic() + BUSY_SECONDS if not tasks else 0.0
            tasks.append(task)
        elif answer.state != "dropped":
            done(task, answer)


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


def told_as(experiment: Experiment, cell: Cell) -> str:
    """Return a cell's name and what it is of."""
    return f"cell {cell.footer.cell} ({experiment.scenario.name} under {experiment.charter.name})"


def _count(result: CellResult, shard: Shard, tally: Tally) -> None:
    result.runs += shard.stop - shard.first
    result.tally = result.tally + tally


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StudyError(f"cannot write {error.filename or path}: {error.strerror or error}") from error
