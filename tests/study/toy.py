"""A small world and a run that writes known rows at once, so that a test can kill, fill disks and compare."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np

from sim.arrangement.charter import Charter
from sim.behaviour import Behaviour
from sim.errors import CovenantError
from sim.experiment import Experiment, Scenario
from sim.stream.events import TABLES
from sim.stream.log import Log, Record
from sim.study.progress import watcher
from sim.study.study import conduct
from sim.world.world import StateFacts, World, WorldFacts

STATES = ("BBB", "AAA", "CCC")
N_EVENTS = 40


@cache
def experiment(seed: int = 1, name: str = "toy") -> Experiment:
    def state(k: int) -> StateFacts:
        return StateFacts(
            name=STATES[k], ccode=k + 1, capability=0.3, latitude=10.0 * k, longitude=5.0, ideal=(0.1 * k,)
        )

    world = World(WorldFacts(name="toy", date="1935-10-03", states={s: state(k) for k, s in enumerate(STATES)}))
    scenario = Scenario(name=name, title="a toy", date="1935-10-03", aggressors=("AAA",), targets=("BBB",))
    return Experiment(world, Charter(name="none", title="none"), scenario, Behaviour(), seed=seed)


def run(experiment: Experiment, number: int, log: Log) -> None:
    """Write rows that are a function of seed and number alone."""
    luck = np.random.default_rng([experiment.seed, number])
    log.begin(number)
    for k in range(N_EVENTS):
        log.event(
            0,
            int(luck.integers(0, 500_000)),
            int(luck.integers(0, 50)),
            k % 3,
            measure=k % 9 - 1,
            value=luck.random(),
            cause=k - 1,
        )
    if number in numbers("TOY_FAILS"):
        raise ValueError(f"run {number} is meant to fail")
    if number in numbers("TOY_KILLS"):
        os.kill(os.getpid(), signal.SIGKILL)
    for table, columns in TABLES.items():
        if table != "events" and log.wants(table):
            log.row(table, *(value(luck, column) for column in columns[1:]))
    time.sleep(float(os.environ.get("TOY_SECONDS", "0")))
    log.end()


def value(luck: np.random.Generator, column) -> float | int | bool:
    if column.codes is not None:
        return (
            int(luck.integers(-1, len(column.codes)))
            if column.name != "outcome"
            else int(luck.integers(0, len(column.codes)))
        )
    if column.state:
        return int(luck.integers(-1, 3))
    if column.kind == "d":
        return luck.choice([np.nan, luck.random()])
    if column.name == "n_crises":
        return 1
    return (
        bool(luck.integers(2)) if column.kind == "?" else int(luck.integers(0, 100)) if column.name != "crisis" else 0
    )


def numbers(variable: str) -> set[int]:
    return {int(n) for n in os.environ.get(variable, "").split(",") if n}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("study", type=Path)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--shard-runs", type=int, default=10)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--record", default="full")
    asked = parser.parse_args()
    cells = [(experiment(seed), asked.runs) for seed in range(1, asked.seeds + 1)]
    try:
        result = conduct(
            cells, asked.study, Record.at(asked.record), asked.workers, asked.shard_runs, watcher("quiet"), run
        )
    except CovenantError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if result.message:
        print(result.message, file=sys.stderr)
    return result.exit_code


if __name__ == "__main__":
    # by its importable name, so that workers find the same `run`
    from study import toy

    sys.exit(toy.main())
