"""The budget of a run as ratios in one process: against bare timeouts, by record, by step of the work.

Every time is what the thread itself has used, so that a busy machine lengthens none.
"""

import cProfile
import json
import pstats
import statistics
import time
from pathlib import Path

import pytest
import simpy

from sim.run import run
from sim.stream.log import Log, Record
from stage.arms import experiment

RUNS = 300
TOP = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.soak


def bare(timeouts):
    """Seconds for one environment with that many timeouts in a process."""

    def ticking(env):
        for _ in range(timeouts):
            yield env.timeout(1)

    start = time.thread_time()
    env = simpy.Environment()
    env.process(ticking(env))
    env.run()
    return time.thread_time() - start


def seconds(arm, record, runs=RUNS):
    log = Log(Record.at(record, "all"))
    run(arm, 0, log)
    log.take()
    start = time.thread_time()
    for number in range(runs):
        run(arm, number, log)
        if number % 50 == 0:
            log.take()
    return (time.thread_time() - start) / runs


def room_of(path):
    """Which part of the program a file belongs to, by its place below the repository and not by a folder above it."""
    if Path(path).is_relative_to(TOP) and ".venv" not in path:
        path = Path(path).relative_to(TOP).as_posix()
        return next(
            (r for r in ("kernels", "sim/crisis", "sim/decision", "sim/stream", "sim/luck") if path.startswith(r)),
            "else",
        )
    return "simpy" if "/simpy/" in path else "else"


def events_of(arm, runs=50):
    """Events that SimPy processes in a run, and the share of its time spent inside kernels."""
    log, profile = Log(Record.at("events")), cProfile.Profile()
    run(arm, 0, log)
    profile.enable()
    for number in range(runs):
        run(arm, number, log)
    profile.disable()
    rows = pstats.Stats(profile).stats
    steps = sum(v[0] for k, v in rows.items() if k[2] == "step")
    total = sum(v[2] for v in rows.values())
    by_room = {}
    for (path, _, _), (_, _, own, _, _) in rows.items():
        room = room_of(path)
        by_room[room] = by_room.get(room, 0.0) + own / total
    return steps / runs, by_room


def test_budget_of_a_run():
    report = {}
    forced = experiment("arrangement=league", "aggression=forced")
    computed = experiment("arrangement=ideal", "aggression=computed")
    steps, rooms = events_of(forced)
    floor = statistics.median(bare(round(steps)) for _ in range(200))
    for name, arm, record in (
        ("forced, summary", forced, "summary"), ("forced, events", forced, "events"), ("forced, full", forced, "full"),
        ("computed, events", computed, "events"),
    ):  # fmt: skip
        report[name] = seconds(arm, record) * 1e3
        print(f"{name}: {report[name]:.2f} ms a run")
    report["events a run"] = steps
    report["bare timeouts"] = floor * 1e3
    report["ratio"] = report["forced, events"] * (1 - rooms.get("kernels", 0.0)) / report["bare timeouts"]
    report["log"] = report["forced, events"] / report["forced, summary"]
    print(
        f"{steps:.0f} SimPy events a run; bare timeouts {floor * 1e3:.3f} ms; run less kernels {report['ratio']:.1f} x bare"
    )
    print(f"event log: {report['log']:.3f} x record=summary")
    print("own time by room:", {k: round(v, 3) for k, v in sorted(rooms.items(), key=lambda kv: -kv[1])})
    folder = TOP / "outputs"
    folder.mkdir(exist_ok=True)
    (folder / "bench-budget.json").write_text(json.dumps(report, indent=1) + "\n")
    assert report["ratio"] > 0
