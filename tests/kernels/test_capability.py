"""Projection, contest and sums."""

import numpy as np
import pytest

from kernels.capability import contest, contest_difference, project, sum_by_side


def test_half_the_capability_arrives_at_the_half_distance():
    power = project(
        np.array([0.2, 0.2, 0.2, 0.2]), np.array([0.0, 5000.0, 5000.0, 5000.0]), np.array([1.0, 1.0, 1.0, 0.5]),
        np.array([False, False, True, False]), 5000.0,
    )  # fmt: skip
    assert power.tolist() == [0.2, 0.1, 0.2, 0.05]


@pytest.mark.parametrize(
    ("x", "y", "p"), [(0.0, 0.0, 0.5), (1.0, 0.0, 1.0), (0.0, 1.0, 0.0), (3.0, 3.0, 0.5), (9.0, 1.0, 0.75)]
)
def test_ratio_contest(x, y, p):
    assert contest(x, y, 0.5) == pytest.approx(p, rel=1e-15)


def test_ratio_contest_depends_on_the_ratio_alone():
    assert contest(0.03, 0.01, 0.35) == pytest.approx(contest(3e3, 1e3, 0.35), rel=1e-14)


def test_difference_contest_depends_on_the_difference_alone():
    assert contest_difference(5.0, 4.0, 2.0) == contest_difference(1.0, 0.0, 2.0) == pytest.approx(1 / (1 + np.exp(-2)))


def test_sums_do_not_depend_on_order():
    rng = np.random.default_rng(1)
    power, share, side = rng.random(300), rng.random(300), rng.integers(-1, 2, 300).astype(np.int8)
    expected = sum_by_side(power, share, side)
    for _ in range(5):
        order = rng.permutation(300)
        assert sum_by_side(power[order], share[order], side[order]) == expected
