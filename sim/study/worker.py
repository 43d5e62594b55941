"""A worker process: it computes one shard at a time, as it is told through a pipe.

What it needs is imported in the worker itself, so that a command can start one before it has read its own settings.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, Any

from sim.cores import THREADS, available_cores, collect_seldom
from sim.errors import StudyError

if TYPE_CHECKING:
    from sim.study.shard import Job

FEW_RUNS = 250
"""Of so many runs nobody gives a second process a part."""

_ahead: list[Worker] = []


@dataclass
class Worker:
    """A process and what it is busy with."""

    process: SpawnProcess
    pipe: Connection
    task: Any = None
    job: int = -1
    deadline: float = math.inf


def spawn(warm: bool = True) -> Worker:
    """Start a worker; `warm` loads the simulator at once."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, warm), daemon=True)
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        with uninterrupted():
            process.start()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    theirs.close()
    return Worker(process, ours)


@contextlib.contextmanager
def loading_ahead(for_several: bool) -> Iterator[None]:
    """Have a worker load the simulator while the command is read, if it looks like work for several.

    A worker that nobody took is ended.
    """
    if for_several and available_cores() > 1:
        _ahead.append(spawn())
    try:
        yield
    finally:
        while (worker := taken_ahead()) is not None:
            worker.process.kill()
            worker.process.join()


def taken_ahead() -> Worker | None:
    """Return the worker that loads ahead, once; None if there is none."""
    return _ahead.pop() if _ahead else None


def for_several(arguments: Sequence[str]) -> bool:
    """Return whether the arguments of `covenant` look like work for several processes."""
    given = dict(a.lstrip("+").partition("=")[::2] for a in arguments if not a.startswith("-"))
    runs = given.get("runs", "")
    return (
        all("=" in a or a in ("-m", "--multirun", "-q", "--quiet") for a in arguments)
        and not any(key.startswith("hydra") for key in given)
        and given.get("workers") != "1"
        and given.get("source") != "-"
        and "dry_run" not in given
        and runs not in map(str, range(FEW_RUNS + 1))
    )


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Processes started here never hear Ctrl-C, not even as they load: this one decides when they end."""
    resource_tracker.ensure_running()  # it would let signals through again as it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: Connection, warm: bool = False) -> None:
    """Compute shards as they are asked for, until the pipe closes; `warm` loads the simulator before."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    collect_seldom()
    import pyarrow as pa

    from sim.study.cell import code_hash
    from sim.study.shard import own_run, run_shard

    pa.set_cpu_count(1)
    if warm:
        own_run()
    deadline: float | None = None
    job: Job | None = None

    def seconds_left() -> float | None:
        nonlocal deadline
        while pipe.poll():
            try:
                message = pipe.recv()
            except (EOFError, OSError):
                return 0.0
            if message[0] == "left":
                deadline = time.monotonic() + message[1]
        return None if deadline is None else deadline - time.monotonic()

    while True:
        try:
            message: tuple[str, Any] = pipe.recv()
        except (EOFError, OSError):
            return
        if message[0] == "job":
            job = message[1]
        elif message[0] == "shard":
            assert job is not None
            try:
                if job.cell.footer.code_hash != code_hash():
                    raise StudyError("the program's sources changed while the study ran; take a new study=")
                answer: object = run_shard(job, message[1], seconds_left)
            except StudyError as error:
                answer = StudyError(str(error))
            except MemoryError:
                os._exit(137)
            try:
                pipe.send(answer)
            except OSError:
                return
