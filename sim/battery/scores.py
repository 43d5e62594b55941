"""How forecasts of the cases did, beside what is known without a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import exact_share
from sim.battery.baselines import BASELINES, fitted, hits_by_ratio, usual_day
from sim.battery.battery import Played
from sim.battery.forecasts import ORDERED, TARGETS, happened
from sim.battery.verification import (
    brier_table,
    interval_of_mean,
    linked,
    p_of_chance,
    p_of_no_gain,
    score,
)

Floats = NDArray[np.float64]
NAMED_RULE = "capability ratio alone"


def score_all(played: Sequence[Played]) -> dict[str, dict[str, Any]]:
    """Score every target of the cases that were played and whose truth is known; see `score_target`."""
    return {target: score_target(played, target) for target in TARGETS} | {"response_day": score_days(played)}


def score_target(played: Sequence[Played], target: str) -> dict[str, Any]:
    """Score the model and every baseline on one target.

    Returns
    -------
    dict
        `model` and each baseline by name: n, hits, share with its exact interval, brier, ranked; for the model also an interval of
        the Brier score by drawing aggressors again and `p_of_chance`; for a baseline the lead of the model over it with interval
        and `p_of_no_gain`.
    """
    known = [p for p in played if p.foretold is not None and happened(p.case.truth, target) is not None]
    if not known:
        return {}
    cases = [p.case for p in known]
    truth = np.array([happened(c.truth, target) for c in cases], dtype=np.int64)
    model = np.array([p.foretold.shares[target] for p in known if p.foretold is not None])
    leads = [p.aggressors[0] for p in known]
    groups = linked([frozenset(p.aggressors) for p in known])
    rows = np.arange(len(truth))
    ordered = target in ORDERED
    own = brier_table(model)[rows, truth]
    out: dict[str, Any] = {
        "model": score(model, truth, ordered)._asdict()
        | {"brier_interval": interval_of_mean(own, groups), "p_of_chance": p_of_chance(model, truth)}
    }
    for baseline in BASELINES:
        p = fitted(baseline, cases, truth, leads, len(TARGETS[target]))
        other = brier_table(p)[rows, truth]
        out[baseline.name] = score(p, truth, ordered)._asdict() | {
            "lead": interval_of_mean(other - own, groups),
            "p_of_no_gain": p_of_no_gain(own, other, groups),
        }
    if target in ("outcome", "gain"):
        hits, n = hits_by_ratio(cases, truth, target)
        out[NAMED_RULE] = {"n": n, "hits": hits, "share": exact_share(hits, n)}
    return out


def score_days(played: Sequence[Played]) -> dict[str, Any]:
    """Score the day of the first decision where one was taken and foretold: mean absolute error of log(1 + days)."""
    known = [
        (p, p.foretold.response_day, p.case.truth.response_day)
        for p in played
        if p.foretold is not None and p.case.truth.response_day is not None and not np.isnan(p.foretold.response_day)
    ]
    if not known:
        return {}
    told, truth = np.array([d for _, d, _ in known]), np.array([t for _, _, t in known], dtype=np.float64)
    groups = linked([frozenset(p.aggressors) for p, _, _ in known])
    usual = usual_day(truth, [p.aggressors[0] for p, _, _ in known])
    error, other = np.abs(np.log1p(told) - np.log1p(truth)), np.abs(np.log1p(usual) - np.log1p(truth))
    return {
        "model": {"n": len(known), "log_error": float(error.mean()), "interval": interval_of_mean(error, groups)},
        "middle of the others": {
            "n": len(known),
            "log_error": float(other.mean()),
            "lead": interval_of_mean(other - error, groups),
            "p_of_no_gain": p_of_no_gain(error, other, groups),
        },
    }


def reliability(played: Sequence[Played], targets: Sequence[str], edges: Floats) -> list[dict[str, Any]]:
    """Pool what was foretold of every class into bins: mean forecast, share that happened with exact interval, and number."""
    told, came = [], []
    for one in played:
        for target in targets:
            k = happened(one.case.truth, target)
            if one.foretold is not None and k is not None:
                p = one.foretold.shares[target]
                told += list(p)
                came += [float(j == k) for j in range(len(p))]
    p, y = np.array(told), np.array(came)
    bins = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, len(edges) - 2)
    rows = []
    for b in range(len(edges) - 1):
        here = bins == b
        if here.any():
            share = exact_share(int(y[here].sum()), int(here.sum()))
            rows.append(
                {
                    "told": float(p[here].mean()),
                    "came": share.value,
                    "low": share.low,
                    "high": share.high,
                    "n": int(here.sum()),
                }
            )
    return rows
