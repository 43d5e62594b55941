"""The store against a simple model: open, write, crash at any step, resume, extend, damage, verify."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sim.stream import store
from sim.stream.log import Log, Record
from sim.study.audit import audit_cell
from sim.study.cell import cell_id
from sim.study.study import conduct
from study import toy

SHARD = 3
MOST_RUNS = 12
STEPS = ((os, "replace"), (os, "link"), (os, "unlink"), (os, "mkdir"), (os, "fsync"), (shutil, "rmtree"))


class Crash(BaseException):
    """The process is gone: nothing it still tries has any effect."""


class Death:
    """Lets so many steps on the file system happen and none after."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.patch = pytest.MonkeyPatch()

    def __enter__(self) -> Death:
        for module, name in STEPS:
            self.patch.setattr(module, name, self.counted(getattr(module, name)))
        return self

    def __exit__(self, *_: object) -> None:
        self.patch.undo()

    def counted(self, step):
        def counted(*arguments, **keywords):
            if self.left <= 0:
                raise Crash
            self.left -= 1
            return step(*arguments, **keywords)

        return counted


def shares(seed: int) -> list[float | None]:
    """The oracle: share_kept of each run, straight from the toy."""
    log = Log(Record.at("summary"))
    for number in range(MOST_RUNS):
        toy.run(toy.experiment(seed), number, log)
    values = log.take()["crises"]["share_kept"].tolist()
    return [None if value != value else value for value in values]


ORACLE = {seed: shares(seed) for seed in (1, 2)}
SEEDS = st.sampled_from([1, 2])
RUNS = st.integers(1, MOST_RUNS)


class Store(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.home = tempfile.TemporaryDirectory()
        self.study = Path(self.home.name) / "s"
        self.committed: dict[int, dict[int, int]] = {1: {}, 2: {}}

    def teardown(self) -> None:
        self.home.cleanup()

    def conduct(self, seed: int, runs: int) -> None:
        conduct([(toy.experiment(seed), runs)], self.study, Record.at("summary"), 1, SHARD, run=toy.run)

    @rule(seed=SEEDS, runs=RUNS)
    def write(self, seed: int, runs: int) -> None:
        """Open, resume or extend; whatever happened before, all of the runs are there afterwards."""
        self.conduct(seed, runs)
        found = self.listed(seed)
        for number in range(-(-runs // SHARD)):
            assert found[number] >= min(runs, (number + 1) * SHARD)
        assert not self.wrong(seed)

    @rule(seed=SEEDS, runs=RUNS, steps=st.integers(0, 60))
    def crash(self, seed: int, runs: int, steps: int) -> None:
        try:
            with Death(steps):
                self.conduct(seed, runs)
        except Crash:
            pass
        for claim in self.study.glob("cells/*/running/*.claim"):
            claim.write_text(json.dumps({**json.loads(claim.read_text()), "born": "0"}))

    @rule(seed=SEEDS, shard=st.integers(0, 3), keep=st.integers(0, 400))
    def cut_entry(self, seed: int, shard: int, keep: int) -> None:
        path = self.study / "cells" / self.name(seed) / "manifest" / f"{shard:05d}.json"
        if path.exists() and keep < path.stat().st_size - 1:
            path.write_bytes(path.read_bytes()[:keep])
            self.committed[seed].pop(shard, None)

    @rule(seed=SEEDS, shard=st.integers(0, 3), table=st.sampled_from(["runs", "crises"]))
    def remove_part(self, seed: int, shard: int, table: str) -> None:
        path = self.study / "cells" / self.name(seed) / table / f"part-{shard:05d}.parquet"
        if path.exists():
            path.unlink()
            self.committed[seed].pop(shard, None)

    @invariant()
    def nothing_committed_is_lost_or_changed(self) -> None:
        if not hasattr(self, "study"):
            return
        for seed in (1, 2):
            found = self.listed(seed)
            for number, stop in self.committed[seed].items():
                assert found.get(number, -1) >= stop
            for number, stop in found.items():
                part = self.study / "cells" / self.name(seed) / "crises" / f"part-{number:05d}.parquet"
                if number in self.committed[seed] or part.exists():
                    rows = pl.read_parquet(part)
                    first = number * SHARD
                    assert rows["run"].to_list()[: stop - first] == list(range(first, stop))
                    assert rows["share_kept"].to_list() == ORACLE[seed][first : first + rows.height]
                    self.committed[seed].setdefault(number, stop)

    def name(self, seed: int) -> str:
        return cell_id(toy.experiment(seed))

    def listed(self, seed: int) -> dict[int, int]:
        path = self.study / "cells" / self.name(seed)
        if not (path / "cell.json").exists():
            return {}
        return {entry.shard.number: entry.shard.stop for entry in store.open_cell(path).entries()}

    def wrong(self, seed: int) -> list[str]:
        """What verify says of a cell; shards beyond those asked for may wait for repair."""
        cell = store.open_cell(self.study / "cells" / self.name(seed))
        return [f.text for f in audit_cell(cell) if f.level == "wrong" and "the study's command computes" not in f.text]


@pytest.mark.slow
def test_the_store_keeps_its_promises():
    run_state_machine_as_test(
        Store,
        settings=settings(
            max_examples=25,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


@pytest.mark.soak
def test_the_store_keeps_its_promises_at_length():
    run_state_machine_as_test(
        Store,
        settings=settings(
            max_examples=600, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [(0, 5), (4, 7), (3, 6)], ids=["new", "extended", "next shard"])
def test_a_crash_at_any_step_is_mended_by_the_same_command_and_by_the_one_before(tmp_path, before, after):
    """Die after 0, 1, 2, ... steps on the file system; then ask for what was there, and for what was asked."""

    def conducted(study: Path, runs: int) -> None:
        conduct([(toy.experiment(), runs)], study, Record.at("summary"), 1, SHARD, run=toy.run)

    def seen(study: Path) -> list[int]:
        return pl.read_parquet(sorted(study.glob("cells/*/runs/*.parquet")))["run"].to_list()

    if before:
        conducted(tmp_path / "base", before)
    crashes = 0
    while True:
        study = tmp_path / f"s{crashes}"
        if before:
            shutil.copytree(tmp_path / "base", study)
        try:
            with Death(crashes):
                conducted(study, after)
        except Crash:
            crashes += 1
        else:
            break
        for claim in study.glob("cells/*/running/*.claim"):
            claim.write_text(json.dumps({**json.loads(claim.read_text()), "born": "0"}))
        for runs in filter(None, (before, after)):
            conducted(study, runs)
            cell = store.cells(study)[0]
            numbers = [n for e in cell.entries() for n in range(e.shard.first, e.shard.stop)]
            assert numbers[:runs] == list(range(runs))
            assert seen(study)[: len(numbers)] == numbers
            assert [f.text for f in audit_cell(cell) if f.level == "wrong" and "in no manifest" not in f.text] == []
        assert seen(study) == list(range(after))
        assert not list(study.rglob("running"))
        assert not list((study / "cells").rglob(".*"))
        shutil.rmtree(study)
    assert crashes > 20
