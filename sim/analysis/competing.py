"""Cumulative incidence: which of several causes has struck first by a day, with censoring."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.intervals import LEVEL, effective_size, share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


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
