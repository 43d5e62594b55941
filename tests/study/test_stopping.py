"""Sequential stopping: coverage under stopping, and the same answer for any number of workers."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from sim.analysis.intervals import share
from sim.cli import run
from sim.config import Stop
from sim.errors import SettingError
from sim.stream.log import Record
from sim.study import stopping
from sim.study.stopping import Rule, Seen, log_evidence, mixture, sequence
from sim.study.study import conduct
from study import toy
from study.test_study import files

lgamma = np.vectorize(math.lgamma, otypes=[float])
SHARD = 50


def evidence(p, totals, n, weight):
    """`log_evidence` on whole arrays."""
    a, b = weight * p, weight * (1 - p)
    mixed = lgamma(a + totals) + lgamma(b + n - totals) - lgamma(weight + n)
    return (
        mixed
        - (math.lgamma(a) + math.lgamma(b) - math.lgamma(weight))
        - totals * math.log(p)
        - (n - totals) * math.log(1 - p)
    )


@pytest.mark.parametrize("p", [0.02, 0.2, 0.5])
def test_the_sequence_covers_the_truth_at_every_look_at_once(p):
    """Of 1,500 histories of 100 looks, at most a twentieth may ever exclude the truth; fixed intervals do far more often."""
    luck = np.random.default_rng(1)
    totals = luck.binomial(SHARD, p, (1500, 100)).cumsum(axis=1).astype(float)
    n = SHARD * np.arange(1, 101)
    ever = (evidence(p, totals, n, mixture(0.03)) >= math.log(20)).any(axis=1).mean()
    assert ever <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 1500)
    z = np.abs(totals / n - p) / np.sqrt(p * (1 - p) / n)
    assert (z > 1.96).any(axis=1).mean() > 0.2


def test_it_covers_means_of_values_between_0_and_1():
    luck = np.random.default_rng(2)
    values = luck.beta(0.3, 0.7, (1500, 100, SHARD))
    totals, n = values.sum(axis=2).cumsum(axis=1), SHARD * np.arange(1, 101)
    assert (evidence(0.3, totals, n, mixture(0.03)) >= math.log(20)).any(axis=1).mean() <= 0.05


def stopped(values, half_width, weight):
    """Stop a history at the first look at which the sequence is narrow enough."""
    total, n = 0.0, 0
    for look in values.reshape(-1, SHARD):
        total, n = total + look.sum(), n + SHARD
        low, high = sequence(total, n, weight)
        if (high - low) / 2 <= half_width:
            return low, high, n, total
    return None


@pytest.mark.parametrize("p", [0.01, 0.3])
def test_the_interval_where_it_stops_covers_and_the_fixed_one_is_no_wider(p):
    luck, half_width, missed, ratios = np.random.default_rng(3), 0.05, 0, []
    for _ in range(200):
        low, high, n, total = stopped(luck.random(5000) < p, half_width, mixture(half_width))
        missed += not low <= p <= high
        fixed = share(total, n)
        ratios.append((high - low) / (fixed.high - fixed.low))
        assert low <= total / n <= high
    assert missed <= 0.05 * 200 + 6
    assert min(ratios) > 1.0 and max(ratios) < 2.5


def test_the_sequence_is_where_the_evidence_reaches_twenty():
    low, high = sequence(31.0, 100, 20.0)
    for edge in (low, high):
        assert log_evidence(edge, 31.0, 100, 20.0) == pytest.approx(math.log(20), abs=1e-9)
    assert sequence(0.0, 100, 20.0)[0] == 0.0 and sequence(100.0, 100, 20.0)[1] == 1.0
    assert sequence(0.0, 0, 20.0) == (0.0, 1.0)


def test_nothing_seen_does_not_pass_for_certainty():
    """No event in 200 runs leaves the share open up to several per cent."""
    _, high = sequence(0.0, 200, mixture(0.01))
    assert high > 3 / 200


@pytest.mark.parametrize("weight_at", [0.01, 0.05])
def test_the_price_of_stopping_is_about_half_as_wide_again(weight_at):
    n = round(0.16 * (3.03 / weight_at) ** 2)
    low, high = sequence(0.2 * n, n, mixture(weight_at))
    fixed = share(0.2 * n, n)
    assert (high - low) / (fixed.high - fixed.low) == pytest.approx(3.03 / 1.96, abs=0.05)


STOP = Stop(half_width=0.13, on="gain:kept", max_runs=5000)


def sequential(path, workers=1, stop=STOP, shard_runs=20):
    cells = [(toy.experiment(seed), 1) for seed in (1, 2)]
    return conduct(cells, path, Record.at("summary"), workers, shard_runs, run=toy.run, stop=stop)


def test_the_same_runs_whatever_the_workers(tmp_path):
    one, two = sequential(tmp_path / "one"), sequential(tmp_path / "two", workers=2)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert [c.stopped for c in one.cells] == [c.stopped for c in two.cells]
    for cell in one.cells:
        assert cell.stopped.half_width <= 0.13
        assert cell.runs == cell.stopped.runs and cell.runs % 20 == 0
        gains = pl.read_parquet(sorted(cell.cell.path.glob("crises/*.parquet")))["gain"]
        assert cell.stopped.value == pytest.approx((gains == "kept").fill_null(False).mean())


def test_again_it_does_nothing_and_an_interrupted_one_ends_at_the_same_run(tmp_path):
    whole = sequential(tmp_path / "whole")
    before = files(tmp_path / "whole")
    again = sequential(tmp_path / "whole")
    assert files(tmp_path / "whole") == before
    assert [c.stopped for c in again.cells] == [c.stopped for c in whole.cells]
    conduct([(toy.experiment(1), 70)], tmp_path / "begun", Record.at("summary"), 1, 20, run=toy.run)
    sequential(tmp_path / "begun")
    assert {c.runs for c in sequential(tmp_path / "begun").cells} == {c.runs for c in whole.cells}


def test_the_most_runs_end_it_and_the_interval_says_so(tmp_path):
    found = sequential(tmp_path / "s", stop=Stop(half_width=0.01, on="share_kept", max_runs=150))
    assert [c.runs for c in found.cells] == [150, 150]
    assert all(c.stopped.half_width > 0.01 for c in found.cells)


def test_a_look_is_decided_by_what_is_seen_alone():
    cell = type("Cell", (), {"shard_runs": 50})
    rule = Rule(Stop(half_width=0.02))
    assert rule._next(cell, Seen(200, 200, 0.5, 0.4, 0.6)) == 400
    assert rule._next(cell, Seen(1000, 1000, 0.5, 0.479, 0.521)) == 1150
    assert rule._first(cell) == stopping.FIRST_SHARDS * 50


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("first_measure_day", "is not bounded [days]; an outcome between 0 and 1 is needed"),
        ("gain:kep", "did you mean gain:kept?"),
        ("gan:kept", "stop.on='gan' is no column of crises; did you mean gain?"),
    ],
)
def test_what_cannot_be_stopped_on(on, words):
    with pytest.raises(SettingError) as error:
        Stop(half_width=0.1, on=on)
    assert words in str(error.value)


def test_the_command_tells_an_interval_that_holds(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COVENANT_OUTPUTS", raising=False)
    asked = ["stop.half_width=0.2", "stop.on=gain:kept", "shard_runs=8", "study=s", "record=summary", "workers=1"]
    assert run(["scenario=great_on_small", *asked]) == 0
    out = capsys.readouterr().out
    assert "Stopped at " in out and "gain:kept" in out and "confidence sequences" in out
    with pytest.raises(SettingError, match=r"runs= and stop\.half_width= exclude each other"):
        run([*asked, "runs=10"])
