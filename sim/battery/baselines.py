"""What is known without a model: base rates, tables and naive rules, fitted without the cases of the same aggressor."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.battery.cases import GAINS, OUTCOMES, Case

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PSEUDO_COUNT = 0.25
"""Cases added to each class of the base rates (judgement; a class never seen keeps a chance)."""
CELL_WEIGHT = 2.0
"""Cases of the base rates added to each cell of a table (judgement)."""
OVERWHELMING = 3.0


@dataclass(frozen=True)
class Baseline:
    """A forecast without a model.

    Attributes
    ----------
    name : str
    cells : callable or None
        The cell of a case in its table; None for base rates.
    """

    name: str
    cells: Callable[[Case], Hashable] | None


def power_ratio(case: Case) -> float | None:
    """Return the aggressor side's capability over the target side's, as the case states it."""
    power = case.known("power") or {}
    ours, theirs = power.get("aggressor_total"), power.get("target_total")
    if not isinstance(ours, (int, float)) or not isinstance(theirs, (int, float)) or theirs <= 0:
        return None
    return float(ours) / float(theirs)


def two_bits(case: Case) -> bool:
    """Whether a permanent member or its client attacks with more than three times the target's capability."""
    ratio = power_ratio(case)
    return bool(case.permanent) and ratio is not None and ratio > OVERWHELMING


BASELINES = (
    Baseline("base rates", None),
    Baseline("permanent or client, ratio > 3", two_bits),
    Baseline("table by institution", lambda case: str(case.known("institution"))),
)


def by_ratio(case: Case, target: str) -> str | None:
    """Naive rule: above 3 a fait accompli that is kept, below 1 a defeat without gain, else a compromise in part."""
    ratio = power_ratio(case)
    if ratio is None or target not in ("outcome", "gain"):
        return None
    k = 0 if ratio > OVERWHELMING else 1 if ratio < 1.0 else 2
    return (("fait_accompli", "defeated", "compromise") if target == "outcome" else ("kept", "none", "partial"))[k]


def fitted(
    baseline: Baseline, cases: Sequence[Case], happened: Ints, leads: Sequence[Hashable], n_classes: int
) -> Floats:
    """Forecast each case from the cases of other aggressors.

    Parameters
    ----------
    happened : (n,) int64 ndarray
        Class of each case.
    leads : sequence
        Leading aggressor of each case.

    Returns
    -------
    (n, n_classes) float64 ndarray
    """
    cells = [baseline.cells(case) if baseline.cells else None for case in cases]
    out = np.empty((len(cases), n_classes))
    for i in range(len(cases)):
        others = [j for j in range(len(cases)) if leads[j] != leads[i]]
        base = np.bincount(happened[others], minlength=n_classes) + PSEUDO_COUNT
        base /= base.sum()
        out[i] = base
        if baseline.cells is not None:
            alike = [j for j in others if cells[j] == cells[i]]
            seen = np.bincount(happened[alike], minlength=n_classes)
            out[i] = (seen + CELL_WEIGHT * base) / (len(alike) + CELL_WEIGHT)
    return out


def usual_day(days: Floats, leads: Sequence[Hashable]) -> Floats:
    """(n,) float64, for each case the geometric middle of the others' response days [days]."""
    logs = np.log1p(days)
    return np.array(
        [
            np.expm1(np.median([logs[j] for j in range(len(days)) if leads[j] != leads[i]] or [logs[i]]))
            for i in range(len(days))
        ]
    )


def hits_by_ratio(cases: Sequence[Case], happened: Ints, target: str) -> tuple[int, int]:
    """Return hits and cases of the naive rule by capability ratio."""
    codes = OUTCOMES if target == "outcome" else GAINS
    told = [by_ratio(case, target) for case in cases]
    return sum(t == codes[h] for t, h in zip(told, happened, strict=True)), sum(t is not None for t in told)
