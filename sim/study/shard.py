"""One shard: run after run into streams, then into parts, committed whole."""

from __future__ import annotations

import json
import os
import shutil
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from sim.errors import StudyError, reason, writing
from sim.experiment import Experiment
from sim.stream import durable, parts
from sim.stream.columns import numbers
from sim.stream.log import Log
from sim.stream.manifest import Shard
from sim.stream.sinks import Sink, Streams, Tally
from sim.stream.store import Cell
from sim.stream.tables import failures_table, to_arrow
from sim.study.claim import Claim
from sim.study.salvage import discard

BATCH_ROWS = 32_768
BATCH_SECONDS = 5.0
PROGRESS_SECONDS = 0.5
LOG_ROWS = 65_536
TOP = Path(__file__).resolve().parents[2]

RunFunction = Callable[[Experiment, int, Log], object]


@dataclass(frozen=True)
class Job:
    """A cell to be computed: everything a worker needs to know of it.

    Attributes
    ----------
    experiment : Experiment
    cell : Cell
    run : callable, optional
        ``run(experiment, number, log)``, which begins and ends the log's run; the simulator's own if None.
    sinks : callable, optional
        ``sinks(cell, shard)`` returns further sinks for a shard.
    """

    experiment: Experiment
    cell: Cell
    run: RunFunction | None = None
    sinks: Callable[[Cell, Shard], Sequence[Sink]] | None = None


@dataclass(frozen=True)
class ShardResult:
    """What became of a shard.

    Attributes
    ----------
    state : str
        ``done`` here, ``kept`` as another committed it, ``busy`` with another, ``dropped`` on request.
    tally : Tally
        Of all its runs where it is committed.
    seconds : float
        Time in simulation, and in all [s].
    """

    shard: Shard
    state: Literal["done", "kept", "busy", "dropped"]
    tally: Tally = field(default_factory=Tally)
    simulated_seconds: float = 0.0
    seconds: float = 0.0


def run_shard(
    job: Job,
    shard: Shard,
    seconds_left: Callable[[], float | None] = lambda: None,
    report: Callable[[Tally], None] | None = None,
) -> ShardResult:
    """Compute a shard and commit it.

    Parameters
    ----------
    job : Job
    shard : Shard
    seconds_left : callable
        None while work may go on, else the time in which the shard must be finished or dropped [s].
    report : callable, optional
        Told the tally so far, from time to time.

    Raises
    ------
    StudyError
        The shard cannot be written.
    """
    began = time.monotonic()
    cell = job.cell
    with writing(cell.path), Claim(cell.running, shard.number) as claim:
        if not claim.take():
            return ShardResult(shard, "busy")
        left = cell.left(shard.number, shard.stop)
        if left is None:
            entry = cell.entry(shard.number)
            return ShardResult(shard, "kept", entry.tally if entry else Tally())
        shard = left
        discard(cell, shard.number)
        work = cell.running / f"shard-{shard.number:05d}-{durable.token()}"
        work.mkdir()
        try:
            writer = Writer(job, shard, work, report)
            simulated = writer.simulate(seconds_left)
            if simulated is None:
                return ShardResult(shard, "dropped")
            entry = cell.commit(work, shard, writer.tally, writer.spilled, writer.rest)
            return ShardResult(shard, "done", entry.tally, simulated, time.monotonic() - began)
        except (OSError, StudyError):
            if work.exists():
                raise
            # another took it over while this process was stopped for so long that it looked dead
            return ShardResult(shard, "busy")
        finally:
            shutil.rmtree(work, ignore_errors=True)


class Writer:
    """Runs a shard into its sinks; rows leave the log in batches, so memory does not grow with runs."""

    def __init__(self, job: Job, shard: Shard, work: Path, report: Callable[[Tally], None] | None) -> None:
        self.tally = Tally()
        self.spilled: set[int] = set()
        self._job, self._shard, self._work, self._report = job, shard, work, report
        self._failures: list[dict[str, Any]] = []
        self._streams = Streams(work, job.cell.footer.metadata())
        try:
            extra = job.sinks(job.cell, shard) if job.sinks is not None else ()
        except Exception as error:
            raise SinkError(f"a sink cannot be opened: {type(error).__name__}: {error}") from error
        self._sinks: list[Sink] = [self._streams, self.tally, *extra]
        self._drained = self._told = time.monotonic()

    @property
    def rest(self) -> dict[str, list[pa.RecordBatch]]:
        """By table, the rows that are in no stream."""
        return self._streams.rest

    def simulate(self, seconds_left: Callable[[], float | None]) -> float | None:
        """Run all runs; return the seconds inside `run`, or None if the shard was dropped."""
        run = self._job.run or own_run()
        log = Log(self._job.cell.record, full=lambda log: self._drain(log, unfinished=True), limit=LOG_ROWS)
        inside = 0.0
        began = time.monotonic()
        try:
            for number in range(self._shard.first, self._shard.stop):
                start = time.perf_counter()
                self._one(run, number, log)
                inside += time.perf_counter() - start
                now = time.monotonic()
                if log.held() >= BATCH_ROWS or now - self._drained > BATCH_SECONDS:
                    self._drain(log)
                if now - self._told > PROGRESS_SECONDS:
                    self._drain_tally(now, number)
                left = seconds_left()
                if (
                    left is not None
                    and (now - began) / (number + 1 - self._shard.first) * (self._shard.stop - number - 1) > left
                ):
                    return None
            self._streams.to_be_committed()
            self._drain(log)
            if self._failures:
                failures = failures_table(self._job.cell.footer.cell, self._failures)
                for batch in failures.to_batches():
                    hand_over(self._sinks, "failures", batch, self._job.cell.path)
            if self.spilled:
                self._recount()
            finish(self._sinks)
            return inside
        finally:
            for sink in self._sinks:
                sink.close()

    def _one(self, run: RunFunction, number: int, log: Log) -> None:
        try:
            run(self._job.experiment, number, log)
        except (MemoryError, SinkError):
            raise
        except Exception as error:
            if log.abandon():
                self.spilled.add(number)
            self.tally.failures += 1
            told = {"error": f"{type(error).__name__}: {error}", "traceback": trace(error)}
            self._failures.append({"run": number, "seed": self._job.experiment.seed, **told})

    def _drain(self, log: Log, unfinished: bool = False) -> None:
        cell, taken = self._job.cell, log.take(unfinished)
        # what tells that a run is over comes last: salvage takes it for word that all else of the run is there
        for table, rows in sorted(taken.items(), key=lambda one: one[0] == "runs"):
            hand_over(self._sinks, table, to_arrow(table, rows, cell.footer.cell, cell.states), cell.path)
        self._drained = time.monotonic()

    def _recount(self) -> None:
        self._streams.close()
        self.tally = Tally(failures=self.tally.failures)
        dropped = numbers(np.array(sorted(self.spilled), np.uint32), pa.uint32())
        for table in ("runs", "crises"):
            for batch in chain(parts.batches(self._work / f"{table}.arrows"), self.rest[table]):
                self.tally.write(table, parts.without_runs(batch, dropped))

    def _drain_tally(self, now: float, number: int) -> None:
        self._told = now
        done = number + 1 - self._shard.first
        told = {"done": done, "of": self._shard.stop - self._shard.first, **asdict(self.tally)}
        durable.write_over(self._work / "progress.json", json.dumps(told), wait=False)
        if self._report is not None:
            self._report(self.tally)


class SinkError(StudyError):
    """A sink refused a batch."""


def hand_over(sinks: Sequence[Sink], table: str, batch: Any, cell: Path) -> None:
    """Hand a batch to every sink; one that fails is told by its name, the files by where they are.

    Raises
    ------
    SinkError
    """
    for sink in sinks:
        try:
            sink.write(table, batch)
        except Exception as error:
            if isinstance(sink, Streams) and isinstance(error, OSError):
                raise SinkError(f"cannot write {table} below {cell}: {reason(error)}") from error
            name = type(sink).__name__
            raise SinkError(f"sink {name} failed on {table}: {type(error).__name__}: {error}") from error


def finish(sinks: Sequence[Sink]) -> None:
    """Tell those sinks that ask for it that the shard is whole and about to be committed.

    Raises
    ------
    SinkError
    """
    for sink in sinks:
        if hasattr(sink, "finish"):
            try:
                sink.finish()
            except Exception as error:
                name = type(sink).__name__
                raise SinkError(f"sink {name} failed to finish: {type(error).__name__}: {error}") from error


def own_run() -> RunFunction:
    """Return the simulator's run; imported late, for it compiles kernels."""
    from sim.run import run

    return run


def trace(error: BaseException) -> str:
    """Return where an error was raised, paths relative to the package."""
    text = "".join(traceback.format_exception(error))
    return text.replace(f"{TOP}{os.sep}", "")
