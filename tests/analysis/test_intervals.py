"""Intervals against published tables, closed forms and each other."""

import math

import numpy as np
import pytest

from sim.analysis.intervals import (
    mean,
    paired_share,
    share,
    share_by_run,
    student_quantile,
)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_share_newcombe_1998_table_1(successes, n, low, high):
    got = share(successes, n)
    assert (got.low, got.high) == pytest.approx((low, high), abs=5e-5)


def test_share_of_nothing_is_unknown():
    assert all(math.isnan(x) for x in share(0, 0))


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (7, 2.365), (30, 2.042), (60, 2.000), (120, 1.980), (1000, 1.962)],
)
def test_student_quantile_of_the_printed_table(freedom, expected):
    assert student_quantile(freedom) == pytest.approx(expected, abs=6e-4)


def test_student_quantile_is_continuous_where_the_method_changes():
    steps = np.diff([student_quantile(v) for v in (198, 199, 200, 201, 202)])
    assert np.all(steps < 0) and np.allclose(steps, steps[0], rtol=0.05)


def test_mean_of_students_sleep_data():
    extra = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])  # Student 1908; Cushny and Peebles 1905
    got = mean(extra.mean(), extra.std(ddof=1), len(extra))
    assert got == pytest.approx((1.58, 0.7001, 2.4599), abs=1e-4)


def test_crises_of_one_run_count_as_one_when_they_move_together():
    alone = share_by_run([1, 0, 0, 1, 0, 0, 1, 0], [1] * 8)
    in_threes = share_by_run([3, 0, 0, 3, 0, 0, 3, 0], [3] * 8)
    assert in_threes == pytest.approx(alone)
    assert share_by_run([1, 0, 0, 1] * 10, [1] * 40).low == pytest.approx(share(20, 40).low, abs=0.01)


def test_paired_share_stays_open_when_no_run_changes():
    got = paired_share(0, 0, 100)
    assert got.value == 0.0
    assert got.low == pytest.approx(-got.high)
    assert 0.0 < got.high < 0.05


def test_who_never_changes_has_the_width_of_two_runs_more():
    z, n = 1.959964, 50
    assert paired_share(0.0, 0.0, n).high == pytest.approx(z * math.sqrt(2) / (n + 2), abs=1e-6)


def test_the_difference_of_shares_by_run_is_covered():
    """Two crises a run, each gained with .05 and lost with .02 in half of the runs, never in the others."""
    rng, n, trials, true = np.random.default_rng(8), 150, 2000, 0.5 * (0.05 - 0.02)
    draws = rng.random((trials, n, 2))
    change = ((draws < 0.05).astype(float) - (draws > 0.98)) * (rng.random((trials, n, 1)) < 0.5)
    d = change.mean(axis=2)
    found = [paired_share(*sums, n) for sums in zip(d.sum(axis=1), (d**2).sum(axis=1), strict=True)]
    hits = sum(low <= true <= high for _, low, high in found)
    assert hits / trials > 0.93


def test_paired_share_coverage():
    rng = np.random.default_rng(7)
    up, down, n, trials = 0.06, 0.02, 200, 2000
    flips = rng.multinomial(n, [up, down, 1 - up - down], size=trials)
    hits = sum(
        low <= up - down <= high for _, low, high in (paired_share(g - k, g + k, n) for g, k, _ in flips.tolist())
    )
    assert hits / trials == pytest.approx(0.95, abs=0.02)
