"""Cumulative incidence against published tables, closed forms and the interval of a share."""

import math

import numpy as np
import pytest

from sim.analysis.competing import cumulative_incidence
from sim.analysis.intervals import share, share_by_run


def test_without_censoring_the_race_of_several_crises_a_run_is_a_share_by_run():
    """Eight fates, each shared by the three crises of a run, then four runs of two fates each."""
    day, cause = np.array([10.0, 20, 30, 40, 50, 60, 70, 80]), np.array([1, 2, 1, 2, 2, 1, 2, 2])
    for times, run in ((3, np.arange(8).repeat(3)), (1, np.arange(8) // 2)):
        days, causes = day.repeat(times), cause.repeat(times)
        found = cumulative_incidence(days, causes, 1, [35, 65], run=run)
        for k, upto in enumerate((35, 65)):
            struck = np.bincount(run, weights=(causes == 1) & (days <= upto)).tolist()
            expected = share_by_run(struck, np.bincount(run).tolist())
            assert (found.value[k], found.low[k], found.high[k]) == pytest.approx(tuple(expected))
    alone = cumulative_incidence(day, cause, 1, [35])
    assert cumulative_incidence(day.repeat(3), cause.repeat(3), 1, [35]).high[0] < 0.9 * alone.high[0], "not by run"


REMISSION = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_one_cause_is_kaplan_meier_with_greenwoods_error_freireich_1963():
    got = cumulative_incidence(REMISSION, RELAPSED, of=1, at=[6, 7, 10, 13, 16, 22, 23])
    assert 1 - got.value == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=6e-4)
    assert got.error == pytest.approx([0.076, 0.087, 0.096, 0.107, 0.114, 0.128, 0.135], abs=6e-4)
    assert got.at_risk.tolist() == [17, 16, 13, 11, 10, 6, 5]


def test_two_causes_by_hand():
    # Risk sets 5, 4, 3, 1: cause 1 strikes at days 1 and 4, cause 2 at day 3, censored at 2 and 3.
    got = cumulative_incidence([1, 2, 3, 3, 4], [1, 0, 2, 0, 1], of=1, at=[0, 1, 3, 4])
    assert got.value == pytest.approx([0, 1 / 5, 1 / 5, 1 / 5 + 4 / 5 * 2 / 3])
    other = cumulative_incidence([1, 2, 3, 3, 4], [1, 0, 2, 0, 1], of=2, at=[4])
    assert other.value + got.value[-1] == pytest.approx(1.0)


def test_without_censoring_it_is_the_share_and_its_interval():
    rng = np.random.default_rng(1)
    day, cause = rng.integers(1, 20, 150), rng.integers(1, 4, 150)
    got = cumulative_incidence(day, cause, of=2, at=[0, 5, 10, 30])
    for k, upto in enumerate((0, 5, 10, 30)):
        expected = share(int(np.sum((day <= upto) & (cause == 2))), 150)
        assert (got.value[k], got.low[k], got.high[k]) == pytest.approx(expected, abs=1e-9)


def test_exponential_causes_under_censoring_cover_the_closed_form():
    rng = np.random.default_rng(3)
    first, second, censoring, at = 0.02, 0.01, 0.015, 40.0
    truth = first / (first + second) * (1 - math.exp(-(first + second) * at))
    hits, trials = 0, 400
    for _ in range(trials):
        draws = rng.exponential([1 / first, 1 / second, 1 / censoring], size=(120, 3))
        got = cumulative_incidence(draws.min(axis=1), (draws.argmin(axis=1) + 1) % 3, of=1, at=[at])
        hits += bool(got.low[0] <= truth <= got.high[0])
    assert hits / trials == pytest.approx(0.95, abs=0.03)


def test_nobody_observed():
    got = cumulative_incidence([], [], of=1, at=[10])
    assert math.isnan(got.value[0]) and got.at_risk.tolist() == [0]
