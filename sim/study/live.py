"""Crises read from standard input: all runs go on together, up to the day of the record read last."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from sim.calendar import MINUTES_PER_DAY
from sim.crisis.history import History
from sim.errors import DataError, StudyError, writing
from sim.experiment import Experiment, Opening
from sim.run import admit, begin, finish
from sim.state import State
from sim.stream import durable
from sim.stream.log import DTYPES, Log, Record
from sim.stream.manifest import Shard
from sim.stream.sinks import Sink, Streams, Tally
from sim.stream.sources import STANDARD_INPUT, Records, lines_of
from sim.stream.store import Cell, locate
from sim.stream.tables import failures_table, to_arrow
from sim.study import cell as cells
from sim.study.claim import Claim
from sim.study.launch import ending_on_sigterm, launched
from sim.study.salvage import sweep
from sim.study.shard import finish as finish_all
from sim.study.shard import hand_over, trace

HELD_ROWS = 1_000_000

Sinks = Callable[[Cell, Shard], Sequence[Sink]]


@dataclass(frozen=True)
class Answer:
    """A crisis as far as it has come.

    Attributes
    ----------
    number : int
        Of the crisis within the run.
    opening : Opening
    day : float
        Up to which the runs have gone on; infinite once nothing more comes in [days].
    runs : int
        Runs that did not fail [runs].
    states : list of State
        Of the runs in which it is over: column `number` is final.
    """

    number: int
    opening: Opening
    day: float
    runs: int
    states: list[State] = field(repr=False)

    @property
    def final(self) -> bool:
        """Whether it is over in every run."""
        return len(self.states) == self.runs

    def column(self, name: str) -> np.ndarray:
        """(n_runs,) ndarray, a fact of this crisis in every run."""
        return np.array([getattr(state, name)[self.number] for state in self.states])

    def days(self, name: str) -> np.ndarray:
        """(n_runs,) float64, a minute of this crisis as days since its opening; NaN where it never came."""
        minutes = self.column(name).astype(float)
        return np.where(minutes < 0, np.nan, (minutes - self.opening.minute) / MINUTES_PER_DAY)


class Live:
    """A study that is fed while it runs: one cell, one shard, one process.

    Parameters
    ----------
    experiment : Experiment
        Its feed is standard input.
    runs : int
    study : str or Path
    record : Record
    sinks : callable, optional
        ``sinks(cell, shard)`` returns further sinks; they get the rows when the input has ended.

    Attributes
    ----------
    records : Records
        What came in, with the count of what was set aside.
    tally : Tally

    Raises
    ------
    StudyError
        The cell is there already: what was read cannot be asked for again.
    """

    def __init__(
        self, experiment: Experiment, runs: int, study: str | Path, record: Record, sinks: Sinks | None = None
    ) -> None:
        self._more = sinks
        self.path = locate(study)
        self.experiment, self.runs, self.record = experiment, runs, record
        name = cells.cell_id(experiment)
        self.kept = cells.source_file(self.path, name, STANDARD_INPUT)
        if (self.path / "cells" / name).exists():
            raise StudyError(
                f"cell {name} of study {self.path} was fed from standard input and cannot be gone on with; take a new study=, "
                f"or feed it again with source={self.kept}"
            )
        self.records = Records(STANDARD_INPUT, experiment.world, experiment.horizon_days, cells.aside_file(self.kept))
        self.tally = Tally()
        self._failures: list[dict[str, Any]] = []

    def answers(self) -> Generator[Answer, None, None]:
        """Yield a crisis whenever it has come to an end in further runs; commit the rows at the end.

        Raises
        ------
        DataError
            Nothing came in that could be opened.
        StudyError
            The study cannot be written.
        KeyboardInterrupt
            With the line that says what is kept.
        """
        try:
            with writing(self.path):
                self.kept.parent.mkdir(parents=True, exist_ok=True)
                openings = iter(self.records)
                first = next((opening for opening in openings if opening.aggressors), None)
                if first is None:
                    self._leave()
                    why = f" ({self.records.first_reason})" if self.records.first_reason else ""
                    raise DataError(f"source=- held no crisis that can be opened{why}")
                cell = cells.begin(self.path, self.experiment, self.record, self.runs)
                with (
                    launched(self.path, {cell.footer.cell: self.runs}, 1) as told,
                    Claim(cell.running, 0) as claim,
                    ending_on_sigterm() as end_if_told,
                ):
                    if not claim.take():
                        raise StudyError(
                            f"cell {cell.footer.cell} of study {self.path} is being fed by another process"
                        )
                    work = cell.running / f"shard-00000-{durable.token()}"
                    work.mkdir()
                    try:
                        yield from self._feed(chain([first], openings), work, end_if_told)
                        self._write(cell, work)
                        cell.commit(work, Shard(0, 0, self.runs), self.tally)
                        told.update(runs=self.runs, lost=0, signal=0)
                    finally:
                        shutil.rmtree(work, ignore_errors=True)
                sweep(cell)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._interrupted()) from None
        except SystemExit:
            print(f"covenant: {self._interrupted()}", file=sys.stderr)
            raise

    def _interrupted(self) -> str:
        kept = f"what came in is kept: source={self.kept} feeds it again" if self.kept.exists() else "nothing was kept"
        return f"interrupted; {kept}"

    def trouble(self) -> str:
        """Return one line on runs that failed; empty if none did."""
        if not self._failures:
            return ""
        return f"{len(self._failures)} of {self.runs} runs failed; see failures"

    @property
    def exit_code(self) -> int:
        """0; 1 if no run ended well."""
        return int(len(self._failures) >= self.runs)

    def _feed(self, openings: Iterable[Opening], work: Path, end_if_told: Callable[[], None]) -> Iterator[Answer]:
        logs = [Log(self.record) for _ in range(self.runs)]
        going = {n: begin(self.experiment, n, log, ()) for n, log in enumerate(logs)}
        pending: dict[int, tuple[Opening, int]] = {}
        n_crises = 0
        with self.kept.open("x", encoding="utf-8") as kept:
            for opening in openings:
                if opening.aggressors:
                    pending[n_crises] = opening, 0
                    n_crises += 1
                    kept.writelines(lines_of([opening], self.experiment.world))
                    kept.flush()
                self._all(going, logs, lambda history, opening=opening: admit(history, opening))
                end_if_told()
                if sum(log.held() for log in logs) > HELD_ROWS:
                    _spill(logs, work)
                yield from _news(going, pending, opening.minute / MINUTES_PER_DAY)
        self._all(going, logs, finish)
        end_if_told()
        _spill(logs, work)
        yield from _news(going, pending, math.inf)

    def _all(self, going: dict[int, History], logs: list[Log], step: Any) -> None:
        """Take a step in every run; one that raises is out, and the others go on."""
        for number, history in list(going.items()):
            try:
                step(history)
            except MemoryError:
                raise
            except Exception as error:
                logs[number].abandon()
                del going[number]
                told = {"error": f"{type(error).__name__}: {error}", "traceback": trace(error)}
                self._failures.append({"run": number, "seed": self.experiment.seed, **told})

    def _leave(self) -> None:
        with suppress(OSError):
            self.kept.parent.rmdir()
            self.path.rmdir()

    def _write(self, cell: Cell, work: Path) -> None:
        """Bring the rows of all runs into the order of runs."""
        more = self._more(cell, Shard(0, 0, self.runs)) if self._more is not None else ()
        sinks: list[Sink] = [Streams(work, cell.footer.metadata()), self.tally, *more]
        failed = {row["run"] for row in self._failures}
        try:
            for table in cell.tables:
                for number in range(self.runs):
                    rows = np.fromfile(_spool(work, number, table), DTYPES[table])
                    batch = to_arrow(table, rows[: 0 if number in failed else None], cell.footer.cell, cell.states)
                    if batch.num_rows or number == 0:
                        hand_over(sinks, table, batch, cell.path)
            if self._failures:
                self.tally.failures = len(self._failures)
                for batch in failures_table(cell.footer.cell, self._failures).to_batches():
                    hand_over(sinks, "failures", batch, cell.path)
            finish_all(sinks)
        finally:
            for sink in sinks:
                sink.close()


def _news(going: dict[int, History], pending: dict[int, tuple[Opening, int]], day: float) -> Iterator[Answer]:
    """Yield the pending crises that are over in more runs than told before, and forget those over in every run."""
    for k, (opening, told) in list(pending.items()):
        states = [history.state for history in going.values() if not history.crises[k].is_alive]
        pending[k] = opening, len(states)
        if len(states) == len(going):
            del pending[k]
        if len(states) > told:
            yield Answer(k, opening, day, len(going), states)


def _spool(work: Path, number: int, table: str) -> Path:
    return work / f"{number}.{table}.rows"


def _spill(logs: list[Log], work: Path) -> None:
    """Move the rows held to disk, a file a run and table, so that memory does not grow with the stream."""
    for number, log in enumerate(logs):
        for table, rows in log.take(unfinished=True).items():
            with _spool(work, number, table).open("ab") as file:
                rows.tofile(file)
