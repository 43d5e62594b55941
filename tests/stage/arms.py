"""Arms of a law under the same luck: two experiments run by run, and the paired difference with its interval."""

import math
import os
from functools import lru_cache

import numpy as np

from sim import compose
from sim.config import request
from sim.run import run
from sim.stream.codes import Outcome
from sim.stream.log import Log, Record

RUNS = int(os.environ.get("COVENANT_LAW_RUNS", "200"))
BEHAVIOURS = {
    "default": (),
    "calibrated": ("behaviour=calibrated",),
    "ensemble": ("behaviour=ensemble", "behaviour.ensemble.members=8"),
}


def experiment(*overrides):
    return request(compose.single([*overrides, "quiet=true"])).experiment


def crises(arm, runs=RUNS, tables="summary"):
    """Rows of the table of crises, runs in order."""
    log = Log(Record.at(tables, "all"))
    for number in range(runs):
        run(arm, number, log)
    return log.take()["crises"]


@lru_cache(maxsize=64)
def rows(*overrides, runs=RUNS):
    """Rows of the table of crises of an arm, kept for the laws that share it."""
    return crises(experiment(*overrides), runs)


def states(arm, runs=RUNS):
    """The State each run leaves."""
    log = Log(Record.at("summary"))
    for number in range(runs):
        yield run(arm, number, log)


def attempts(rows):
    return rows["attempted"].astype(float)


def taken(rows):
    return (~np.isnan(rows["objective_day"])).astype(float)


def deterred(rows):
    return (rows["outcome"] == Outcome.DETERRED).astype(float)


def backed_down(rows):
    return (rows["outcome"] == Outcome.BACKED_DOWN).astype(float)


class Difference:
    """Mean of b - a over paired runs with its 95 % interval; prints the size it could have seen."""

    def __init__(self, a, b, what=""):
        gap = np.asarray(b, float) - np.asarray(a, float)
        self.mean = float(gap.mean())
        self.half = 1.96 * float(gap.std(ddof=1)) / math.sqrt(len(gap))
        print(f"{what}: {self.mean:+.4f} +- {self.half:.4f} over {len(gap)} paired runs")

    @property
    def rises(self):
        return self.mean - self.half > 0

    @property
    def falls(self):
        return self.mean + self.half < 0
