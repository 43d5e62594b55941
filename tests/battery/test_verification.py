import numpy as np
import pytest

from sim.analysis.intervals import exact_share
from sim.battery.verification import (
    brier_table,
    interval_of_mean,
    linked,
    p_of_chance,
    p_of_no_gain,
    ranked_table,
    score,
)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)],
)
def test_exact_intervals_are_those_of_clopper_and_pearson(k, n, low, high):
    """Tables of the binomial, as in Brown, Cai and DasGupta (2001) and any statistics book."""
    got = exact_share(k, n)
    assert (got.low, got.high) == pytest.approx((low, high), abs=5e-5)


def test_brier_of_certainty_and_of_ignorance():
    sure, even = np.array([[1.0, 0.0, 0.0]]), np.full((1, 3), 1 / 3)
    assert brier_table(sure)[0] == pytest.approx([0.0, 2.0, 2.0])
    assert brier_table(even)[0] == pytest.approx([2 / 3] * 3)


def test_ranked_score_charges_for_distance():
    p = np.array([[0.2, 0.3, 0.5]])
    # ((.2 - 1)^2 + (.5 - 1)^2) / 2, (.2^2 + (.5 - 1)^2) / 2, (.2^2 + .5^2) / 2 by hand
    assert ranked_table(p)[0] == pytest.approx([0.445, 0.145, 0.145])


def test_a_forecast_that_knows_is_told_from_one_that_does_not():
    truth = np.arange(12) % 3
    knows = np.full((12, 3), 0.1) + 0.7 * np.eye(3)[truth]
    blind = np.full((12, 3), 1 / 3)
    assert p_of_chance(knows, truth) < 0.001
    assert p_of_chance(blind, truth) == 1.0
    rows, groups = np.arange(12), np.arange(12)
    own, other = brier_table(knows)[rows, truth], brier_table(blind)[rows, truth]
    assert p_of_no_gain(own, other, groups) < 0.001 < 0.5 < p_of_no_gain(other, own, groups)
    assert score(knows, truth, ordered=True).hits == 12


def test_one_aggressor_again_and_again_is_one_observation():
    values = np.array([0.0] * 10 + [1.0])
    apart = interval_of_mean(values, np.arange(11))
    together = interval_of_mean(values, np.array([0] * 10 + [1]))
    assert together.high - together.low > apart.high - apart.low


def test_coalitions_fall_in_with_their_members():
    sides = [frozenset({1}), frozenset({2}), frozenset({3}), frozenset({1, 3}), frozenset({4})]
    assert list(linked(sides)) == [0, 1, 0, 0, 2]
