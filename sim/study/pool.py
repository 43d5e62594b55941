"""Worker processes: each has one shard at a time, so a death is known to the shard it happened in."""

from __future__ import annotations

import contextlib
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait

from sim.errors import StudyError
from sim.stream.manifest import Shard
from sim.study.shard import Job, ShardResult
from sim.study.worker import Worker, spawn, taken_ahead

ATTEMPTS = 3
WAIT_SECONDS = 0.2
BUSY_SECONDS = 2.0
GRACE_SECONDS = 10.0


@dataclass
class Task:
    """A shard of a job to be computed."""

    job: int
    shard: Shard
    attempts: int = 0
    not_before: float = 0.0


class Pool:
    """Spawned processes that compute shards.

    Parameters
    ----------
    n_workers : int
    warm : bool
        They load the simulator as they start, while cells are still being opened.

    Attributes
    ----------
    jobs : list of Job
        What tasks refer to; to be set before `compute`.
    """

    def __init__(self, n_workers: int, warm: bool = True) -> None:
        self.jobs: list[Job] = []
        self._warm = warm
        self._workers = [(taken_ahead() if warm else None) or spawn(warm) for _ in range(n_workers)]

    def compute(
        self,
        tasks: deque[Task],
        seconds_left: Callable[[], float | None],
        on_result: Callable[[Task, ShardResult], None],
        on_error: Callable[[Task, StudyError], None],
        on_lost: Callable[[Task, str], None],
        on_wait: Callable[[], None],
    ) -> None:
        """Compute `tasks` until none is left or time is up.

        Parameters
        ----------
        tasks : deque of Task
            Emptied, unless time is up.
        seconds_left : callable
            None while work may go on, else the time in which shards must be finished or dropped [s].
        on_result : callable
        on_error : callable
            Told of a shard that could not be written; it takes the job's other tasks away.
        on_lost : callable
            Told of a shard given up after its worker died `ATTEMPTS` times.
        on_wait : callable
            Called a few times a second.
        """
        while True:
            left = seconds_left()
            if left is None:
                self._assign(tasks)
            busy = [worker for worker in self._workers if worker.task is not None]
            if not busy and (left is not None or not tasks):
                return
            if left is not None:
                for worker in busy:
                    self._hasten(worker, left)
            ready = wait([w.pipe for w in busy] + [w.process.sentinel for w in busy], WAIT_SECONDS)
            for worker in busy:
                if worker.pipe in ready or worker.process.sentinel in ready:
                    self._receive(worker, tasks, on_result, on_error, on_lost)
            on_wait()

    def close(self) -> None:
        """Let the workers go; one that is busy drops its shard."""
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(GRACE_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def _assign(self, tasks: deque[Task]) -> None:
        for k, worker in enumerate(self._workers):
            if worker.task is not None or not tasks:
                continue
            if not worker.process.is_alive():
                worker = self._workers[k] = spawn(self._warm)
            task = next((t for t in tasks if t.not_before <= time.monotonic()), None)
            if task is None:
                return
            try:
                if task.job != worker.job:
                    worker.pipe.send(("job", self.jobs[task.job]))
                    worker.job = task.job
                worker.pipe.send(("shard", task.shard))
            except OSError:
                continue
            tasks.remove(task)
            worker.task = task

    def _receive(
        self,
        worker: Worker,
        tasks: deque[Task],
        on_result: Callable[[Task, ShardResult], None],
        on_error: Callable[[Task, StudyError], None],
        on_lost: Callable[[Task, str], None],
    ) -> None:
        task = worker.task
        assert task is not None
        try:
            answer = worker.pipe.recv() if worker.pipe.poll() else None
        except (EOFError, OSError):
            answer = None
        if answer is None:
            worker.process.join(1.0)
            worker.task = None
            task.attempts += 1
            if task.attempts < ATTEMPTS:
                tasks.appendleft(task)
            else:
                on_lost(task, _death(worker.process.exitcode))
            return
        worker.task = None
        if isinstance(answer, ShardResult):
            if answer.state == "busy":
                task.not_before = time.monotonic() + BUSY_SECONDS
                tasks.append(task)
            elif answer.state != "dropped":
                on_result(task, answer)
            return
        on_error(task, answer)

    def _hasten(self, worker: Worker, left: float) -> None:
        deadline = time.monotonic() + left
        if deadline < worker.deadline - 0.5:
            worker.deadline = deadline
            with contextlib.suppress(OSError):
                worker.pipe.send(("left", left))


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return "out of memory" if code == 137 else f"exit code {code}"
