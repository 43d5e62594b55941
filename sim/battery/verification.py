"""Scores of probabilities against what happened: hits, Brier, ranked probability, and what chance would give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Interval, exact_share

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RESAMPLES = 4000
SEED = 19200110


class Score(NamedTuple):
    """How a forecast of classes did over cases.

    Attributes
    ----------
    n, hits : int
        Cases, and those whose most probable class is what happened.
    share : Interval
        Of hits, exact.
    brier, ranked : float
        Means over cases; `ranked` is NaN where the classes have no order.
    """

    n: int
    hits: int
    share: Interval
    brier: float
    ranked: float


def brier_table(p: Floats) -> Floats:
    """(n, k) float64, Brier score of each row of `p` (n, k) if each class had happened (Brier 1950; 0 to 2)."""
    return (p**2).sum(axis=1, keepdims=True) - 2.0 * p + 1.0


def ranked_table(p: Floats) -> Floats:
    """(n, k) float64, ranked probability score of each row if each class had happened, 0 to 1 (Epstein 1969)."""
    k = p.shape[1]
    below = np.cumsum(p, axis=1)[:, None, :] - np.tri(k)[None].transpose(0, 2, 1)
    return (below**2).sum(axis=2) / (k - 1)


def score(p: Floats, happened: Ints, ordered: bool) -> Score:
    """Score (n, k) probabilities against (n,) classes."""
    rows = np.arange(len(happened))
    hits = int((p.argmax(axis=1) == happened).sum())
    ranked = float(ranked_table(p)[rows, happened].mean()) if ordered and len(rows) else float("nan")
    brier = float(brier_table(p)[rows, happened].mean()) if len(rows) else float("nan")
    return Score(len(rows), hits, exact_share(hits, len(rows)), brier, ranked)


def p_of_chance(p: Floats, happened: Ints) -> float:
    """Probability that forecasts dealt out to the cases at random score as well: one-sided permutation test on the Brier score."""
    if len(happened) < 2:
        return float("nan")
    table, rows = brier_table(p), np.arange(len(happened))
    seen = table[rows, happened].sum()
    generator = np.random.Generator(np.random.PCG64(SEED))
    as_good = sum(table[rows, generator.permutation(happened)].sum() <= seen + 1e-12 for _ in range(RESAMPLES))
    return float((1 + as_good) / (1 + RESAMPLES))


def p_of_no_gain(model: Floats, other: Floats, groups: Ints) -> float:
    """Probability of so large a lead over another forecast if neither were better: signs of groups turned at random, one-sided.

    Parameters
    ----------
    model, other : (n,) float64 ndarray
        Scores by case, lower is better.
    groups : (n,) int64 ndarray
        Cases that hang together.
    """
    if len(groups) < 2:
        return float("nan")
    gaps = np.bincount(groups, weights=model - other)
    generator = np.random.Generator(np.random.PCG64(SEED))
    signs = generator.choice((-1.0, 1.0), size=(RESAMPLES, len(gaps)))
    return float((1 + (signs @ gaps <= gaps.sum() + 1e-12).sum()) / (1 + RESAMPLES))


def interval_of_mean(values: Floats, groups: Ints, level: float = 0.95) -> Interval:
    """Percentile interval of a mean when whole groups are drawn again (cluster bootstrap; Davison and Hinkley 1997, sec. 3.8)."""
    if len(values) == 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    sums, sizes = np.bincount(groups, weights=values), np.bincount(groups).astype(np.float64)
    held = np.flatnonzero(sizes)
    generator = np.random.Generator(np.random.PCG64(SEED))
    drawn = held[generator.integers(len(held), size=(RESAMPLES, len(held)))]
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, ((1 - level) / 2, (1 + level) / 2))
    return Interval(float(values.mean()), float(low), float(high))


def linked(sides: Sequence[frozenset[int]]) -> Ints:
    """Number the groups of cases that share an aggressor, directly or through others: coalitions fall in with their members."""
    group = list(range(len(sides)))
    for i, one in enumerate(sides):
        for j in range(i):
            if one & sides[j] and group[i] != group[j]:
                old, new = group[i], group[j]
                group = [new if g == old else g for g in group]
    order = {g: k for k, g in enumerate(dict.fromkeys(group))}
    return np.array([order[g] for g in group], dtype=np.int64)
