"""Two widths of a share: what luck leaves open, and what is not known of the coefficients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sim.analysis.intervals import LEVEL, Interval


class Widths(NamedTuple):
    """How wide an answer is, and why.

    Attributes
    ----------
    coefficients : Interval
        The share, and the range that holds `LEVEL` of the sets of coefficients, their luck taken out.
    part : float
        Part of the variance of the answer that the coefficients make, 0 to 1; the rest is luck at this number of runs.
    """

    coefficients: Interval
    part: float


def two_widths(successes: Sequence[float], sizes: Sequence[float], level: float = LEVEL) -> Widths | None:
    """Part the variance of a share between sets of coefficients and luck.

    Parameters
    ----------
    successes, sizes : sequence of float
        For each set, crises that have the property and crises in all.

    Returns
    -------
    Widths or None
        None where fewer than two sets were played twice.

    Notes
    -----
    The variance between sets is that of their shares less what luck alone would give (method of moments; Cochran 1977, 10.3).
    The range is of the shares drawn together until they have just that variance (Louis 1984).
    """
    played = [(k, n) for k, n in zip(successes, sizes, strict=True) if n > 1]
    if len(played) < 2:
        return None
    total = math.fsum(k for k, _ in played) / math.fsum(n for _, n in played)
    shares = [k / n for k, n in played]
    centre = math.fsum(shares) / len(shares)
    seen = math.fsum((p - centre) ** 2 for p in shares) / (len(shares) - 1)
    luck = math.fsum(p * (1.0 - p) / (n - 1.0) for p, (_, n) in zip(shares, played, strict=True)) / len(shares)
    between = max(0.0, seen - luck)
    shrink = math.sqrt(between / seen) if seen > 0.0 else 0.0
    drawn = sorted(total + shrink * (p - centre) for p in shares)
    tail = (1.0 - level) / 2.0
    low, high = (min(1.0, max(0.0, _quantile(drawn, q))) for q in (tail, 1.0 - tail))
    of_luck = luck / len(shares)
    part = between / (between + of_luck) if between + of_luck > 0.0 else 0.0
    return Widths(Interval(total, min(low, total), max(high, total)), part)


def _quantile(values: Sequence[float], q: float) -> float:
    """Hazen (1914): the k-th of n stands at (k - 1/2) / n."""
    place = min(max(q * len(values) - 0.5, 0.0), len(values) - 1.0)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])
