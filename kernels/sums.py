"""Sums rounded once, hence the same in every order and on every host."""

import numpy as np

from kernels._jit import kernel


@kernel
def _absorb(parts, n_parts, x):
    """Add x to parts that do not overlap, smallest first, without any error; modified in place."""
    kept = 0
    for k in range(n_parts):
        y = parts[k]
        if abs(x) < abs(y):
            x, y = y, x
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            parts[kept] = low
            kept += 1
        x = high
    if x != 0.0:
        parts[kept] = x
        kept += 1
    return kept


@kernel
def _rounded(parts, n_parts):
    """The sum of parts that do not overlap, rounded to the nearest, ties to even."""
    if n_parts == 0:
        return 0.0
    k = n_parts - 1
    high, low = parts[k], 0.0
    while k > 0:
        k -= 1
        x, y = high, parts[k]
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            break
    # What is left decides a tie: rounding to even would look at `low` alone.
    if k > 0 and ((low < 0.0 and parts[k - 1] < 0.0) or (low > 0.0 and parts[k - 1] > 0.0)):
        twice = low * 2.0
        beyond = high + twice
        if twice == beyond - high:
            high = beyond
    return high


@kernel
def exact_sum(x):
    """Sum of finite numbers, rounded once at the end.

    Parameters
    ----------
    x : (n,) float64 ndarray
        Finite, and so are their partial sums.

    Returns
    -------
    total : float

    Notes
    -----
    Equals `math.fsum` bit for bit. Source: Shewchuk 1997.
    """
    parts, n_parts = np.empty(len(x) + 1), np.int64(0)
    for i in range(len(x)):
        n_parts = _absorb(parts, n_parts, x[i])
    return _rounded(parts, n_parts)


@kernel
def exact_sum_where(x, counted):
    """Sum of the numbers that count, rounded once at the end.

    Parameters
    ----------
    x : (n,) float64 ndarray
        Finite, and so are their partial sums.
    counted : (n,) bool ndarray

    Returns
    -------
    total : float
        0 if none counts.
    """
    parts, n_parts = np.empty(len(x) + 1), np.int64(0)
    for i in range(len(x)):
        if counted[i]:
            n_parts = _absorb(parts, n_parts, x[i])
    return _rounded(parts, n_parts)
