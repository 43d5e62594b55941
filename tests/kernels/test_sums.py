"""Sums rounded once: the standard library's bits, whatever cancels."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.sums import exact_sum, exact_sum_where
from reference import sums as twin

NUMBERS = st.lists(st.floats(-1e300, 1e300, width=64), max_size=40)


@settings(deadline=None)
@given(NUMBERS)
def test_equals_the_standard_library(values):
    got, expected = exact_sum(np.array(values, dtype=np.float64)), twin.exact_sum(values)
    assert (got, math.copysign(1.0, got)) == (expected, math.copysign(1.0, expected))


@settings(deadline=None)
@given(NUMBERS, st.randoms())
def test_of_those_that_count(values, random):
    x = np.array(values, dtype=np.float64)
    counted = np.array([random.random() < 0.5 for _ in values], dtype=bool)
    assert exact_sum_where(x, counted) == twin.exact_sum_where(x, counted)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [-0.0],
        [1.0, 1e100, 1.0, -1e100],
        [1e16, 1.0, 1e-16],
        [1e308, 1.0, -1e308],
        [2.0**53, -0.5, -(2.0**-54)],
        [0.1] * 10,
    ],
)
def test_published_cases(values):
    """Cases of the standard library's own suite (CPython, test_math.py, testFsum)."""
    assert exact_sum(np.array(values)) == math.fsum(values)


def test_wide_ranges_fill_the_parts():
    rng = np.random.default_rng(1)
    for _ in range(200):
        x = rng.choice([-1.0, 1.0], 2000) * 2.0 ** rng.uniform(-1000, 1000, 2000)
        assert exact_sum(x) == math.fsum(x)
