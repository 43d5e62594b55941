# ruff: noqa: E402, I001
"""What the streaming core costs, as ratios: an event, the log, a shard, memory.

``python tests/benchmarks/stream.py`` prints them; nothing here is a timed test.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
import timeit
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from study import toy

from sim.experiment import Experiment
from sim.stream.codes import Kind
from sim.stream.events import TABLES
from sim.stream.log import EVENT, Log, Record
from sim.study.study import conduct

EVENTS_A_RUN = 150
USUAL = {"d": 0.1, "?": True}
CRISIS = [0 if column.name == "crisis" else USUAL.get(column.kind, 1) for column in TABLES["crises"][1:]]
RUN = [USUAL.get(column.kind, 1) for column in TABLES["runs"][3:]]


def brief(experiment: Experiment, number: int, log: Log) -> None:
    """Run nothing and tell as much as a crisis does."""
    log.begin(number)
    for k in range(EVENTS_A_RUN):
        log.event(0, 60 * k, Kind.MET, k % 3, 1, value=number * 0.5, cause=k - 1)
    log.row("crises", *CRISIS)
    log.row("runs", 1, log.n_events, *RUN)
    log.end()


def event() -> None:
    """An event told, against the bare packing of its row."""
    log = Log(Record.at("events"), full=lambda log: log.take(unfinished=True))
    log.begin(0)
    row, n = bytearray(EVENT.size), 200_000
    told = min(timeit.repeat(lambda: log.event(0, 1440, 3, 5, 6, 2, 0.5, 7), number=n, repeat=5)) / n
    bare = min(timeit.repeat(lambda: EVENT.pack_into(row, 0, 3, 0, 7, 1.0, 3, 5, 6, 2, 0.5, 7), number=n, repeat=5)) / n
    print(f"event: {1e9 * told:.0f} ns, {told / bare:.2f} x the packing of its row ({1e9 * bare:.0f} ns)")


def log_over_summary(runs: int = 300) -> None:
    """A study with the event log on, against record=summary, with the simulator's own runs."""
    from sim import compose
    from sim.config import request

    experiment = request(compose.single([])).experiment
    from sim.run import run

    for number in range(5):
        run(experiment, number, Log(Record.at("summary")))
    seconds: dict[str, list[float]] = {"summary": [], "events": [], "full": []}
    inside: dict[str, float] = {}
    for _ in range(3):
        for level, found in seconds.items():
            with tempfile.TemporaryDirectory() as home:
                start = time.process_time()
                result = conduct([(experiment, runs)], Path(home) / "s", Record.at(level), 1, 250)
                found.append(time.process_time() - start)
                inside[level] = result.simulated_seconds / result.seconds
    for level, found in seconds.items():
        print(
            f"record={level}: {1e3 * min(found) / runs:.2f} ms a run, {min(found) / min(seconds['summary']):.3f} x summary, {100 * inside[level]:.1f} % of the time inside runs"
        )


def memory() -> None:
    """Peak memory of 200,000 runs over that of 5,000, with the event log on."""
    peaks = []
    for runs in (5_000, 200_000):
        told = subprocess.run([sys.executable, __file__, "peak", str(runs)], capture_output=True, text=True, check=True)
        peak, seconds = map(float, told.stdout.split())
        peaks.append(peak)
        print(f"{runs:,} runs: peak {peak:,.0f} MB, {1e6 * seconds / (runs * EVENTS_A_RUN):.2f} us an event in all")
    print(f"memory: {peaks[1] / peaks[0]:.3f} x")


def peak(runs: int) -> None:
    """Print peak memory [MB] and seconds of a study of brief runs."""
    home = tempfile.mkdtemp()
    start = time.monotonic()
    conduct([(toy.experiment(), runs)], Path(home) / "s", Record.at("events"), 1, 1000, run=brief)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.monotonic() - start)
    shutil.rmtree(home)


if __name__ == "__main__":
    if sys.argv[1:2] == ["peak"]:
        peak(int(sys.argv[2]))
    else:
        event()
        memory()
        log_over_summary()
