"""Many experiments under one behaviour after another, over processes that hold the experiments."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from sim.battery.forecasts import Forecast, decides_by_deeds, forecast
from sim.behaviour import Behaviour
from sim.ensemble import with_levers
from sim.experiment import Experiment
from sim.run import run
from sim.stream.log import Log, Record
from sim.study.aside import Aside

R = TypeVar("R")
Reading = Callable[[Experiment, int], R]
"""Plays an experiment so many times and returns what is asked of it; importable from workers."""

_held: list[Experiment] = []


class Trials(Generic[R]):
    """Experiments that are played again and again.

    Parameters
    ----------
    experiments : sequence of Experiment
    reading : callable
    runs : int
        Runs of each experiment.
    workers : int
        Processes; with 1 everything happens in this one.
    what : str
        Named in lines of progress; nothing is said if empty.
    """

    def __init__(
        self, experiments: Sequence[Experiment], reading: Reading[R], runs: int, workers: int, what: str = ""
    ) -> None:
        self.experiments, self._reading, self._runs = list(experiments), reading, runs
        self._patience = Patience(what)
        self._aside = Aside(workers, _hold, self.experiments) if workers > 1 else None

    def __enter__(self) -> Trials[R]:
        return self

    def __exit__(self, *told: Any) -> None:
        if self._aside is not None:
            self._aside.__exit__(*told)

    def play(self, changed: Mapping[str, Any], runs: int | None = None) -> list[R]:
        """Return what each experiment gives with some levers of its behaviour changed, by dotted name."""
        return next(iter(self.play_all([changed], runs)))

    def play_all(
        self, changes: Sequence[Mapping[str, Any]], runs: int | None = None, only: Sequence[int] | None = None
    ) -> Iterator[list[R]]:
        """Yield, for each change in turn, what `only` these experiments give, all if None; every process is kept busy across changes."""
        runs, chosen = runs or self._runs, range(len(self.experiments)) if only is None else only
        if self._aside is None:
            for changed in changes:
                yield [self._reading(moved(self.experiments[k], changed), runs) for k in chosen]
                self._patience.tick(len(chosen), len(changes) * len(chosen))
            return
        jobs = [
            [self._aside.submit(_read, self._reading, k, dict(changed), runs) for k in chosen] for changed in changes
        ]
        for some in jobs:
            yield [job.result() for job in some]
            self._patience.tick(len(some), len(changes) * len(chosen))


class Patience:
    """Says on the error stream how far a long row of trials has come, a line now and then."""

    SECONDS = 15.0

    def __init__(self, what: str) -> None:
        self._what, self._done, self._began = what, 0, time.monotonic()
        self._told = self._began

    def tick(self, more: int, of: int) -> None:
        """`more` plays of a row of `of` are done; the count begins again when the row is complete."""
        self._done += more
        now = time.monotonic()
        if self._what and now - self._told >= self.SECONDS:
            left = (now - self._began) * (of - self._done) / self._done
            print(
                f"{self._what}: {self._done:,} of {of:,} plays, {left / 60:.0f} min left", file=sys.stderr, flush=True
            )
            self._told = now
        if self._done >= of:
            self._done, self._began = 0, now


def moved(experiment: Experiment, changed: Mapping[str, Any]) -> Experiment:
    """Return the experiment with some levers of its behaviour changed."""
    behaviour: Behaviour = with_levers(experiment.behaviour, changed) if changed else experiment.behaviour
    return dataclasses.replace(experiment, behaviour=behaviour)


def foretell(experiment: Experiment, runs: int) -> Forecast:
    """Play a case and read its forecast."""
    tables = play_tables(experiment, runs, ("crises", "drafts"))
    vetoed = np.zeros(runs, dtype=bool)
    drafts = tables["drafts"]
    vetoed[drafts["run"][drafts["vetoed_by"] >= 0]] = True
    return forecast(tables["crises"], vetoed, decides_by_deeds(experiment))


def play_tables(experiment: Experiment, runs: int, tables: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Play an experiment in memory and return some of its tables as raw rows."""
    log = Log(Record(tables))
    for number in range(runs):
        run(experiment, number, log)
    return log.take()


def _hold(experiments: Sequence[Experiment]) -> None:
    _held[:] = experiments


def _read(reading: Reading[R], k: int, changed: Mapping[str, Any], runs: int) -> R:
    return reading(moved(_held[k], changed), runs)
