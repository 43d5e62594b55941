"""When a cell has runs enough: a confidence sequence, looked at where shards end.

An interval made for a fixed number of runs is too narrow for a number that the results themselves decide. A confidence
sequence covers the truth at all numbers of runs at once, so one may stop whenever it is narrow enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from sim.config import Stop
from sim.stream.columns import raw
from sim.stream.manifest import Shard
from sim.stream.quantities import Quantity, quantity
from sim.stream.store import Cell

LEVEL = 0.95
FIRST_SHARDS = 4
GROWTH = 2.0
TYPICAL_VARIANCE = 0.16


class Seen(NamedTuple):
    """What a cell's first runs say of the quantity.

    Attributes
    ----------
    runs : int
        Runs committed [runs].
    n : int
        Of these, the ones that have the quantity [runs].
    value, low, high : float
        Mean over runs and its confidence sequence.
    """

    runs: int
    n: int
    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2.0


def mixture(half_width: float, level: float = LEVEL) -> float:
    """Return the weight of the mixture that makes the sequence narrowest about where it reaches `half_width` [runs].

    Notes
    -----
    With ``m = log(1 / alpha^2)`` the normal mixture is narrowest at an intrinsic time of about ``m + log(1 + m)`` times its
    weight, where it is as wide as a fixed interval of ``sqrt((1 + 1/q) log((1 + q) / alpha^2))`` standard errors, q that ratio
    (Howard, Ramdas, McAuliffe and Sekhon 2021, sec. 3.5).
    """
    m = 2.0 * math.log(1.0 / (1.0 - level))
    ratio = m + math.log(1.0 + m)
    errors = math.sqrt((1.0 + 1.0 / ratio) * (math.log(1.0 + ratio) + m))
    return max(1.0, TYPICAL_VARIANCE * (errors / half_width) ** 2 / ratio)


def log_evidence(p: float, total: float, n: int, weight: float) -> float:
    """Return the log of the betting gain against a mean of `p` from `n` values between 0 and 1 that sum to `total`.

    Notes
    -----
    Beta-binomial mixture of likelihood ratios, centred on `p`: a martingale under `p` for values 0 and 1 (Robbins 1970), a
    supermartingale for any between, so it ever exceeds ``1 / alpha`` with probability at most alpha (Ville 1939; Howard,
    Ramdas, McAuliffe and Sekhon 2021, Prop. 7).
    """
    a, b = weight * p, weight * (1.0 - p)
    return _log_beta(a + total, b + n - total) - _log_beta(a, b) - total * math.log(p) - (n - total) * math.log1p(-p)


def sequence(total: float, n: int, weight: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the confidence sequence of a mean at `n` values between 0 and 1 that sum to `total`."""
    if n == 0:
        return 0.0, 1.0
    limit, mean = -math.log(1.0 - level), total / n
    return (
        _edge(0.0, mean, total, n, weight, limit) if total > 0.0 else 0.0,
        _edge(1.0, mean, total, n, weight, limit) if total < n else 1.0,
    )


@dataclass(frozen=True)
class Rule:
    """Which runs a cell needs next, decided by nothing but the runs it has: the same for any number of workers.

    Looks are where shards end. After each, the next is where the interval is expected to be narrow enough, at most
    `GROWTH` times as far; a study that goes on after an interruption looks at the same places again.
    """

    stop: Stop

    def todo(self, cell: Cell) -> list[Shard]:
        """Return the shards to compute before the next look; empty if the cell has runs enough."""
        runs, known = self._first(cell), _Known(cell, quantity(self.stop.on, "stop.on"))
        while True:
            if todo := cell.pending(runs):
                return todo
            seen = known.seen(runs, self.weight)
            if self._enough(seen):
                return []
            runs = self._next(cell, seen)

    def seen(self, cell: Cell) -> Seen | None:
        """Return what the cell says where it stopped; None if it has not."""
        runs, known = self._first(cell), _Known(cell, quantity(self.stop.on, "stop.on"))
        while not cell.pending(runs):
            seen = known.seen(runs, self.weight)
            if self._enough(seen):
                return seen
            runs = self._next(cell, seen)
        return None

    @property
    def weight(self) -> float:
        """Weight of the mixture [runs]."""
        assert self.stop.half_width is not None
        return mixture(self.stop.half_width)

    def _first(self, cell: Cell) -> int:
        return min(FIRST_SHARDS * cell.shard_runs, self.stop.max_runs)

    def _enough(self, seen: Seen) -> bool:
        assert self.stop.half_width is not None
        return seen.half_width <= self.stop.half_width or seen.runs >= self.stop.max_runs

    def _next(self, cell: Cell, seen: Seen) -> int:
        assert self.stop.half_width is not None
        expected = seen.runs * min(GROWTH, (seen.half_width / self.stop.half_width) ** 2)
        shards = max(math.ceil(expected / cell.shard_runs), seen.runs // cell.shard_runs + 1)
        return min(shards * cell.shard_runs, self.stop.max_runs)


class _Known:
    """Sums over the runs of each shard, read once."""

    def __init__(self, cell: Cell, asked: Quantity) -> None:
        self._cell, self._asked = cell, asked
        self._sums: list[tuple[float, int]] = []

    def seen(self, runs: int, weight: float) -> Seen:
        whole, rest = divmod(runs, self._cell.shard_runs)
        while len(self._sums) < whole:
            self._sums.append(self._sum(len(self._sums), runs))
        sums = [*self._sums[:whole], *([self._sum(whole, runs)] if rest else [])]
        total, n = math.fsum(t for t, _ in sums), sum(k for _, k in sums)
        low, high = sequence(total, n, weight)
        return Seen(runs, n, total / n if n else math.nan, low, high)

    def _sum(self, shard: int, before: int) -> tuple[float, int]:
        """Sum over runs of the mean over their crises, and how many runs have one."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        table = pq.ParquetFile(self._cell.part("crises", shard)).read(["run", self._asked.name])
        run = raw(table.column("run").combine_chunks())
        column = table.column(self._asked.name).combine_chunks()
        if self._asked.code:
            column = pc.fill_null(pc.equal(pc.cast(column, pa.string()), self._asked.code), False)
        values = pc.cast(column, pa.float64())
        has = pc.is_valid(values).to_numpy(zero_copy_only=False) & (run < before)
        number = np.unique(run[has], return_inverse=True)[1]
        counts = np.bincount(number)
        means = np.bincount(number, weights=pc.fill_null(values, 0.0).to_numpy()[has]) / counts
        return math.fsum(means), len(counts)


def _edge(outer: float, inner: float, total: float, n: int, weight: float, limit: float) -> float:
    """Bisect between a mean that the data refute and the observed one, which they do not."""
    for _ in range(60):
        middle = (outer + inner) / 2.0
        if log_evidence(middle, total, n, weight) < limit:
            inner = middle
        else:
            outer = middle
    return outer


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
