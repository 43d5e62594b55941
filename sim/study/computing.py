"""Shards given out, in this process or to workers, and what comes back of them counted and told."""

from __future__ import annotations

import contextlib
import signal
import time
from collections import Counter, deque

from sim.errors import StudyError
from sim.stream.sinks import Tally
from sim.study.compiling import help_to_compile, tell_of_compiling
from sim.study.launch import Interrupt
from sim.study.pool import BUSY_SECONDS, Pool, Task
from sim.study.progress import Watcher
from sim.study.results import StudyResult
from sim.study.shard import Job, ShardResult, run_shard
from sim.study.stopping import Rule
from sim.study.watch import under_way


class Computation:
    """The shards of a launch that are to be computed.

    Attributes
    ----------
    jobs : list of Job
    tasks : deque of Task
        Shards to compute; more come where a cell stops by what is seen of it.
    result : StudyResult
        Told what became of each.
    progress : Watcher
    rule : Rule or None
        By which cells stop.
    """

    def __init__(
        self, jobs: list[Job], tasks: deque[Task], result: StudyResult, progress: Watcher, rule: Rule | None
    ) -> None:
        self.jobs, self.tasks, self.result, self.progress, self.rule = jobs, tasks, result, progress, rule
        self._flying: dict[tuple[int, int], Tally] = {}
        self._left = Counter(task.job for task in tasks)

    def run(self, pool: Pool | None, interrupt: Interrupt) -> None:
        """Compute them all, by the pool if there is one, until interrupted."""
        with contextlib.ExitStack() as stack:
            if any(job.run is None for job in self.jobs) and tell_of_compiling(self.progress):
                stack.enter_context(help_to_compile())
            if pool is None:
                self._in_process(interrupt)
            else:
                self._in_workers(pool, interrupt)

    def _in_process(self, interrupt: Interrupt) -> None:
        while self.tasks and not interrupt.signal:
            task = self.tasks.popleft()

            def report(tally: Tally, key: tuple[int, int] = (task.job, task.shard.number)) -> None:
                self._flying[key] = tally
                self._show()

            time.sleep(max(0.0, task.not_before - time.monotonic()))
            try:
                answer = run_shard(self.jobs[task.job], task.shard, interrupt.seconds_left, report)
            except KeyboardInterrupt:
                interrupt.signal = signal.SIGINT
                return
            except StudyError as error:
                self._failed(task, error)
                continue
            if answer.state == "busy":
                task.not_before = time.monotonic() + BUSY_SECONDS if not self.tasks else 0.0
                self.tasks.append(task)
            elif answer.state != "dropped":
                self._done(task, answer)

    def _in_workers(self, pool: Pool, interrupt: Interrupt) -> None:
        pool.jobs = self.jobs
        told = time.monotonic()

        def look() -> None:
            nonlocal told
            if time.monotonic() - told > 1.0:
                told = time.monotonic()
                for k, job in enumerate(self.jobs):
                    for key in [key for key in self._flying if key[0] == k]:
                        del self._flying[key]
                    for number, tally in under_way(job.cell):
                        self._flying[k, number] = tally
                self._show()

        try:
            pool.compute(self.tasks, interrupt.seconds_left, self._done, self._failed, self._lost, look)
        except KeyboardInterrupt:
            interrupt.signal = signal.SIGINT
        finally:
            pool.close()

    def _show(self) -> None:
        result, flying = self.result, self._flying.values()
        total = sum((r.tally for r in result.cells), Tally()) + sum(flying, Tally())
        self.progress.update(min(result.runs + sum(t.runs for t in flying), result.asked), total)

    def _done(self, task: Task, answer: ShardResult) -> None:
        result = self.result
        self._flying.pop((task.job, task.shard.number), None)
        result.cells[task.job].count(answer.shard, answer.tally)
        result.simulated_seconds += answer.simulated_seconds
        result.committing_seconds += answer.seconds - answer.simulated_seconds
        if answer.tally.failures:
            cell = result.cells[task.job].name
            self.progress.note(
                f"{cell}: {answer.tally.failures} runs of shard {answer.shard.number} failed; see failures"
            )
        self._left[task.job] -= 1
        if self.rule is not None and not self._left[task.job]:
            more = self.rule.todo(self.jobs[task.job].cell)
            self.tasks.extend(Task(task.job, shard) for shard in more)
            self._left[task.job] = len(more)
            result.asked += sum(shard.stop - shard.first for shard in more)
            self.progress.expect(result.asked)
        self._show()

    def _failed(self, task: Task, error: StudyError) -> None:
        cell = self.result.cells[task.job]
        for other in [t for t in self.tasks if t.job == task.job]:
            self.tasks.remove(other)
        self._flying.pop((task.job, task.shard.number), None)
        if cell.error is None:
            cell.error = error
            if len(self.jobs) > 1:
                self.progress.note(f"{cell.name}: {error}")

    def _lost(self, task: Task, why: str) -> None:
        shard, cell = task.shard, self.result.cells[task.job]
        line = f"{cell.name}, runs {shard.first} to {shard.stop - 1}: worker {why} {task.attempts} times"
        cell.lost.append(line)
        self.progress.note(line)
