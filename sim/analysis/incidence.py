"""Cumulative incidence in two arms on the same runs: what has happened by a day, with competing ends and censoring."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.competing import cumulative_incidence
from sim.analysis.intervals import Interval, mean, paired_share
from sim.stream.events import TABLES

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

DAYS = (30, 90, 365)
HAPPENED, ENDED, OPEN = 1, 2, 0
FIRST_DAYS = tuple(c.name for c in TABLES["crises"] if c.unit == "days" and c.name not in ("opening_day", "end_day"))
"""Columns that say on what day something first happened, null where it never did."""

Spell = tuple["NDArray[np.float64]", "NDArray[np.int64]"]


class ByDay(NamedTuple):
    """What has happened by a day in two arms.

    Attributes
    ----------
    day : float
        Days since the opening [days].
    base, arm : float
        Cumulative incidence.
    difference : Interval
        Arm less base, paired by run.
    """

    day: float
    base: float
    arm: float
    difference: Interval


def by_day(both: pl.DataFrame, outcome: str, days: Sequence[float] = DAYS) -> list[ByDay]:
    """Compare by day how often something has happened, over all of these crises.

    Parameters
    ----------
    both : DataFrame
        One row per crisis found in both arms; the arm's columns end in ``_arm``.
    outcome : str
        One of `FIRST_DAYS`.
    days : sequence of float
        [days]

    Notes
    -----
    A crisis that ends first, or in which nobody attacks, is a competing end; one that is open at the horizon is censored. No
    crisis is left out, so that the arms are compared on the same set whatever they made of it.
    """
    import numpy as np

    base, arm = _spell(both, outcome, ""), _spell(both, outcome, "_arm")
    run = np.unique(both.get_column("run").to_numpy(), return_inverse=True)[1]
    found = []
    for day in days:
        before, after = (float(cumulative_incidence(*spell, HAPPENED, [day]).value[0]) for spell in (base, arm))
        difference = pseudo_values(*arm, HAPPENED, day) - pseudo_values(*base, HAPPENED, day)
        found.append(ByDay(day, before, after, _over_runs(difference, run)))
    return found


def pseudo_values(day: NDArray[np.float64], cause: NDArray[np.int64], of: int, at: float) -> NDArray[np.float64]:
    """Return what each crisis contributes to a cumulative incidence, (n,), so that differences can be paired.

    Parameters
    ----------
    day : (n,) float64 ndarray
        First cause to strike, or censoring [days].
    cause : (n,) int64 ndarray
        Which; 0 censored.
    of : int
        The cause asked about.
    at : float
        [days]

    Notes
    -----
    Jackknife pseudo-observations (Andersen, Klein and Rosthoej 2003, Biometrika 90, 15-27); where nothing is censored before
    `at` they are whether the cause has struck.
    """
    import numpy as np

    struck = ((cause == of) & (day <= at)).astype(np.float64)
    if not ((cause == 0) & (day < at)).any():
        return struck
    n = len(day)
    times, where = np.unique(day, return_inverse=True)
    leaving, any_cause, this = (
        np.bincount(where, weights=w, minlength=len(times)) for w in (np.ones(n), cause > 0, cause == of)
    )
    upto = int(np.searchsorted(times, at, side="right"))
    whole = _incidence(n - np.concatenate(([0.0], np.cumsum(leaving)[:-1])), any_cause, this, upto)
    kinds, member = np.unique(np.stack([where, cause > 0, cause == of]), axis=1, return_inverse=True)
    values = np.empty(kinds.shape[1])
    for k, (at_time, strikes, is_this) in enumerate(kinds.T):
        less = np.zeros(len(times))
        less[at_time] = 1.0
        risk = n - 1 - np.concatenate(([0.0], np.cumsum(leaving - less)[:-1]))
        values[k] = n * whole - (n - 1) * _incidence(risk, any_cause - less * strikes, this - less * is_this, upto)
    return np.asarray(values[member.ravel()], dtype=np.float64)


def _incidence(risk: NDArray[Any], any_cause: NDArray[Any], this: NDArray[Any], upto: int) -> float:
    import numpy as np

    risk, any_cause, this = risk[:upto], any_cause[:upto], this[:upto]
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(np.where(risk > 0, 1.0 - any_cause / risk, 1.0))
        step = np.where(risk > 0, np.concatenate(([1.0], survival[:-1])) * this / risk, 0.0)
    return float(step.sum())


def _over_runs(difference: NDArray[Any], run: NDArray[Any]) -> Interval:
    """Interval of a mean difference, crises of a run averaged."""
    import numpy as np

    n = int(run.max()) + 1
    d = np.bincount(run, weights=difference) / np.bincount(run)
    if np.isin(difference, (-1.0, 0.0, 1.0)).all():
        return paired_share(float(d.sum()), float((d**2).sum()), n)
    return mean(float(d.mean()), float(d.std(ddof=1)) if n > 1 else math.nan, n)


def _spell(both: pl.DataFrame, outcome: str, arm: str) -> Spell:
    import numpy as np
    import polars as pl

    when = both.select(
        pl.col(f"{outcome}{arm}").fill_null(np.inf).cast(pl.Float64).alias("event"),
        pl.when(pl.col(f"attempted{arm}")).then(pl.col(f"end_day{arm}")).otherwise(0.0).fill_null(np.inf).alias("end"),
        (pl.col(f"censored{arm}").fill_null(False) & pl.col(f"attempted{arm}")).alias("censored"),
    )
    event, end, censored = (when.get_column(c).to_numpy() for c in when.columns)
    happened = np.isfinite(event)
    day = np.where(happened, event, end)
    return day, np.where(happened, HAPPENED, np.where(censored, OPEN, ENDED))
