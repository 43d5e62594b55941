"""Intervals around what was simulated: shares, means and paired differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.95


class Interval(NamedTuple):
    """An estimate and its interval.

    Attributes
    ----------
    value, low, high : float
        NaN where nothing was observed.
    """

    value: float
    low: float
    high: float


NOTHING = Interval(math.nan, math.nan, math.nan)


def normal_quantile(level: float = LEVEL) -> float:
    """Two-sided quantile of the normal distribution."""
    return NormalDist().inv_cdf(0.5 + level / 2.0)


@lru_cache(maxsize=256)
def student_quantile(freedom: int, level: float = LEVEL) -> float:
    """Two-sided quantile of Student's t for whole degrees of freedom.

    Notes
    -----
    The distribution is a finite trigonometric sum (Abramowitz and Stegun 1964, 26.7.3-4), inverted by bisection; above 200
    degrees of freedom the expansion 26.7.5, whose error is below 1e-8 there.
    """
    if freedom > 200:
        z, v = normal_quantile(level), float(freedom)
        first = (z**3 + z) / 4.0
        second = (5 * z**5 + 16 * z**3 + 3 * z) / 96.0
        third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384.0
        return z + first / v + second / v**2 + third / v**3
    low, high = 0.0, math.pi / 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _student_within(middle, freedom) < level else (low, middle)
    return math.sqrt(freedom) * math.tan((low + high) / 2.0)


def share(successes: float, n: float, level: float = LEVEL) -> Interval:
    """Score interval of a share.

    Parameters
    ----------
    successes, n : float
        Counts; an effective size for dependent observations may be fractional.

    Notes
    -----
    Source: Wilson (1927); recommended over Wald and exact intervals by Brown, Cai and DasGupta (2001).
    """
    if n <= 0:
        return NOTHING
    z, p = normal_quantile(level), successes / n
    centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z / (1.0 + z * z / n) * math.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
    low = 0.0 if successes <= 0 else max(0.0, centre - half)
    high = 1.0 if successes >= n else min(1.0, centre + half)
    return Interval(p, low, high)


def exact_share(successes: int, n: int, level: float = LEVEL) -> Interval:
    """Exact interval of a share, for few observations (Clopper and Pearson 1934)."""
    if n <= 0:
        return NOTHING
    tail = (1.0 - level) / 2.0
    low = 0.0 if successes == 0 else _bisect(lambda p: 1.0 - _binomial_below(successes - 1, n, p) > tail)
    high = 1.0 if successes == n else _bisect(lambda p: _binomial_below(successes, n, p) < tail)
    return Interval(successes / n, low, high)


def share_by_run(successes: Sequence[float], sizes: Sequence[float], level: float = LEVEL) -> Interval:
    """Score interval of a share when each run holds several crises that depend on one another.

    Parameters
    ----------
    successes, sizes : sequence of float
        For each run, crises that have the property and crises in all.

    Notes
    -----
    The size is divided by the design effect of sampling whole runs (Kish 1965; Korn and Graubard 1998).
    """
    n, k = math.fsum(sizes), math.fsum(successes)
    if n <= 0 or len(sizes) < 2:
        return share(k, n, level)
    effective = effective_size(successes, sizes)
    return share(k / n * effective, effective, level)


def effective_size(successes: Sequence[float], sizes: Sequence[float]) -> float:
    """Crises that would tell as much of a share if each had a run of its own; see `share_by_run`."""
    n, runs = math.fsum(sizes), len(sizes)
    p = math.fsum(successes) / n
    spread = math.fsum((x - p * m) ** 2 for x, m in zip(successes, sizes, strict=True))
    variance = spread / n**2 * runs / (runs - 1)
    return min(p * (1.0 - p) / variance if variance > 0.0 else float(runs), n)


def mean(value: float, deviation: float, n: int, level: float = LEVEL) -> Interval:
    """Interval of a mean from the sample's mean, standard deviation and size (Student 1908)."""
    if n == 0:
        return NOTHING
    if n == 1:
        return Interval(value, -math.inf, math.inf)
    half = student_quantile(n - 1, level) * deviation / math.sqrt(n)
    return Interval(value, value - half, value + half)


def paired_share(total: float, squares: float, n: int, level: float = LEVEL) -> Interval:
    """Interval of the difference of two shares seen on the same runs, which may hold several crises that depend on one another.

    Parameters
    ----------
    total, squares : float
        Sum over runs of the difference of the run's two shares, and of its square: with one crisis a run, those that
        have the property in the second arm only less those in the first only, and both together.
    n : int
        All runs.

    Notes
    -----
    Adjusted Wald interval of Bonett and Price (2012), which keeps its coverage when hardly any run changes, with the run as
    the unit: one run more that gains in every crisis and one more that loses in every crisis.
    """
    if n == 0:
        return NOTHING
    centre = total / (n + 2)
    half = normal_quantile(level) * math.sqrt(((squares + 2) / (n + 2) - centre**2) / (n + 2))
    return Interval(total / n, max(-1.0, centre - half), min(1.0, centre + half))


def _binomial_below(k: int, n: int, p: float) -> float:
    """Probability of at most `k` successes in `n` trials of chance `p`."""
    return math.fsum(math.comb(n, j) * p**j * (1.0 - p) ** (n - j) for j in range(k + 1))


def _bisect(above: Callable[[float], bool]) -> float:
    """Return the share from which `above` holds."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (low, middle) if above(middle) else (middle, high)
    return (low + high) / 2.0


def _student_within(angle: float, freedom: int) -> float:
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2 == 1
    if freedom == 1:
        return 2.0 * angle / math.pi
    term = cosine if odd else 1.0
    total = term
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= (k - 1) / k * cosine * cosine
        total += term
    return 2.0 / math.pi * (angle + sine * total) if odd else sine * total
