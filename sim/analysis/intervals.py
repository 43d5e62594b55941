"""Intervals around what was simulated: shares, means, paired differences and competing risks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

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


class Incidence(NamedTuple):
    """Cumulative incidence of one cause at given days.

    Attributes
    ----------
    days : (n,) float64 ndarray
        [days]
    value, low, high : (n,) float64 ndarray
        Probability that the cause has struck first by that day.
    error : (n,) float64 ndarray
        Standard error of `value`.
    at_risk : (n,) int64 ndarray
        Crises still open just after that day [crises].
    """

    days: NDArray[np.float64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    error: NDArray[np.float64]
    at_risk: NDArray[np.int64]


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


def cumulative_incidence(
    day: ArrayLike, cause: ArrayLike, of: int, at: ArrayLike, level: float = LEVEL, run: ArrayLike | None = None
) -> Incidence:
    """Probability that one of several causes has struck first, with censoring.

    Parameters
    ----------
    day : (n,) array of float
        Day of the first cause to strike, or of censoring [days].
    cause : (n,) array of int
        Which cause struck; 0 censored.
    of : int
        The cause asked about.
    at : (m,) array of float
        Days to report [days].
    level : float
    run : (n,) array of int, optional
        The run of each crisis, where runs hold several that depend on one another.

    Returns
    -------
    Incidence

    Notes
    -----
    Estimator of Aalen and Johansen (1978); variance by the delta method (Marubini and Valsecchi 1995, sec. 10.2), which without
    censoring is that of a share; interval by the score method on the effective size (Dorey and Korn 1987), so that without
    censoring it is Wilson's. Where runs hold several crises the size is divided by the design effect of `share_by_run`, that of
    what is seen to have struck by the day.
    """
    import numpy as np

    day, cause = np.asarray(day, dtype=np.float64), np.asarray(cause, dtype=np.int64)
    at = np.atleast_1d(np.asarray(at, dtype=np.float64))
    n = len(day)
    times, where = np.unique(day, return_inverse=True)
    any_cause = np.bincount(where[cause > 0], minlength=len(times)).astype(np.float64)
    this = np.bincount(where[cause == of], minlength=len(times)).astype(np.float64)
    leaving = np.bincount(where, minlength=len(times))
    risk = n - np.concatenate(([0], np.cumsum(leaving)[:-1])).astype(np.float64)
    survival = np.cumprod(1.0 - any_cause / risk) if n else np.zeros(0)
    before = np.concatenate(([1.0], survival[:-1]))
    incidence = np.cumsum(before * this / risk)

    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(risk > any_cause, any_cause / (risk * (risk - any_cause)), 0.0)
    own = before**2 * this * (risk - this) / risk**3
    cross = before * this / risk**2
    last = np.searchsorted(times, at, side="right")
    known = n - np.array([np.count_nonzero((day < t) & (cause == 0)) for t in at])
    out = np.full((4, len(at)), np.nan)
    design = _design(day, cause == of, at, run)
    for k, upto in enumerate(last):
        value = incidence[upto - 1] if upto else 0.0
        apart = value - incidence[:upto]
        variance = np.sum(apart**2 * hazard[:upto] + own[:upto] - 2.0 * apart * cross[:upto])
        size = (value * (1.0 - value) / variance if variance > 1e-15 else float(known[k])) / design[k]
        error = math.sqrt(max(variance * design[k], 0.0))
        out[:, k] = (*share(value * size, size, level), error) if n else math.nan
    at_risk = n - np.searchsorted(np.sort(day), at, side="right")
    return Incidence(at, out[0], out[1], out[2], out[3], at_risk)


def _design(day: NDArray[Any], struck: NDArray[Any], at: NDArray[Any], run: ArrayLike | None) -> NDArray[np.float64]:
    """By how much crises of the same run tell less than as many runs would, (m,); 1 where each has its own."""
    import numpy as np

    runs = np.arange(len(day)) if run is None else np.unique(np.asarray(run), return_inverse=True)[1]
    sizes = np.bincount(runs)
    if len(sizes) < 2 or len(sizes) == len(day):
        return np.ones(len(at))
    successes = (np.bincount(runs, weights=struck & (day <= upto)).tolist() for upto in at)
    return np.array([len(day) / effective_size(k, sizes.tolist()) for k in successes])


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
