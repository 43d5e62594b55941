"""Accuracy in units in the last place, against exact values of 200 bits."""

import math

import mpmath
import numpy as np
import pytest

from kernels import elementary as own
from reference import elementary as twin

mpmath.mp.prec = 200


def ulps(got, exact):
    """Distance from the exact value in units in the last place of the double nearest to it."""
    return abs(float((mpmath.mpf(got) - exact) / mpmath.mpf(math.ulp(float(exact)))))


def sample_positive():
    rng = np.random.default_rng(1)
    spread = 2.0 ** rng.uniform(-1021, 1023, 2000)
    return np.concatenate(
        [spread, 1.0 + rng.uniform(-0.3, 0.45, 3000), 1.0 + rng.normal(0, 1e-7, 500), rng.random(2000)]
    )


@pytest.mark.parametrize("function", [own.log, own.log_normal])
def test_log_is_within_one_ulp(function):
    assert max(ulps(function(x), mpmath.log(mpmath.mpf(x))) for x in sample_positive() if x != 1.0) < 1.0


def test_log_of_subnormal_numbers_is_within_two_ulps():
    assert max(ulps(own.log(x), mpmath.log(mpmath.mpf(x))) for x in (5e-324, 1.5e-323, 1e-310, 2.2e-308)) < 2.0


def test_exp_is_within_one_ulp():
    rng = np.random.default_rng(2)
    at = np.concatenate([rng.uniform(-708, 709, 3000), rng.uniform(-1, 1, 3000), rng.normal(0, 1e-6, 500)])
    assert max(ulps(own.exp(x), mpmath.exp(mpmath.mpf(x))) for x in at) < 1.0


def test_exp_fades_into_subnormal_numbers():
    for x in (-708.5, -720.0, -740.0, -745.1):
        assert abs(own.exp(x) - float(mpmath.exp(x))) <= 1.5 * 5e-324 + 1e-15 * own.exp(x)
    assert own.exp(-746.0) == 0.0


def test_power_is_within_its_stated_error():
    rng = np.random.default_rng(3)
    for x, mu in zip(10.0 ** rng.uniform(-12, 3, 2000), rng.uniform(0.05, 3.0, 2000), strict=True):
        exact = mpmath.power(mpmath.mpf(x), mpmath.mpf(mu))
        assert ulps(own.power(x, mu), exact) < 2.0 + 2.0 * abs(mu * math.log(x))


def test_logistic_is_within_three_ulps():
    at = np.random.default_rng(4).uniform(-36, 36, 2000)
    assert max(ulps(own.logistic(x), 1 / (1 + mpmath.exp(-mpmath.mpf(x)))) for x in at) < 3.0


@pytest.mark.parametrize("x", [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, 1e308])
def test_edges_equal_their_twins(x):
    for name in ("log", "exp"):
        got, expected = getattr(own, name)(x), getattr(twin, name)(x)
        assert got == expected or (np.isnan(got) and np.isnan(expected)) or got == pytest.approx(expected, rel=1e-15)
    if 0.0 <= x < np.inf:
        assert own.power(x, 0.35) == pytest.approx(twin.power(x, 0.35), rel=1e-13)
    assert own.logistic(x) == pytest.approx(twin.logistic(x), rel=1e-15, nan_ok=True)


def test_exp_and_log_rise():
    at = np.linspace(0.9, 1.1, 20001)
    assert all(a <= b for a, b in zip(*[[own.log(x) for x in at[k:][:20000]] for k in (0, 1)], strict=True))
    assert all(a <= b for a, b in zip(*[[own.exp(x) for x in at[k:][:20000]] for k in (0, 1)], strict=True))
