"""A few coefficients chosen by the cases, and judged on the aggressors that the choice did not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.battery.battery import Played
from sim.battery.design import Prior, levers_at, points, posterior
from sim.battery.forecasts import Forecast, happened
from sim.battery.ledger import Ledger
from sim.battery.trials import Trials
from sim.battery.verification import brier_table, interval_of_mean, linked, p_of_no_gain
from sim.behaviour import Behaviour
from sim.ensemble import with_levers

Floats = NDArray[np.float64]

FITTED = ("outcome", "gain", "measure")
CASE_PRIORS = (
    Prior("war.initiative", 0.25, ".54 +- .25, 77 decisive wars 1823-2003"),
    Prior("settlement.yield_base", 0.5, "after the sub-model"),
    Prior("a_partisan", 0.33, "judgement"),
    Prior("clocks.referral_small_days", 0.5, "after the sub-model"),
)
"""What the cases may still move: four, of which none is a case's own."""


def fit_cases(
    battery: Trials[Forecast],
    played: Sequence[Played],
    ledger: Ledger,
    stamp: str,
    n: int,
    settled: Mapping[str, float],
) -> dict[str, Any]:
    """Choose among the trials by the cases, and judge the choice on the aggressors that it did not see."""
    middle = with_levers(Behaviour(), settled)
    scores = points(n, len(CASE_PRIORS))
    steps = [dict(settled) | (levers_at(middle, CASE_PRIORS, z) if z.any() else {}) for z in scores]
    plain, *told = ledger.trials("cases", [{}, *steps], stamp, partial(_scored, battery, played))
    tables = {target: np.array([one["brier"][target] for one in told], dtype=np.float64) for target in FITTED}
    by_case = np.sum([np.nan_to_num(table) for table in tables.values()], axis=0)
    penalty = 0.5 * (scores**2).sum(axis=1)
    leads = [one.aggressors[0] for one in played]
    chosen_for = np.array(
        [
            int((by_case[:, [j for j, lead in enumerate(leads) if lead != own]].sum(axis=1) + penalty).argmin())
            for own in leads
        ]
    )
    losses = by_case.sum(axis=1) + penalty
    best = int(losses.argmin())
    middle_of, spread = posterior(scores, losses)
    groups = linked([frozenset(one.aggressors) for one in played])
    judged = {}
    for target, table in tables.items():
        default = np.array(plain["brier"][target], dtype=np.float64)
        held = table[chosen_for, np.arange(len(leads))]
        seen = ~np.isnan(default)
        if not seen.any():
            continue
        judged[target] = {
            "default": float(default[seen].mean()), "submodels": float(table[0][seen].mean()), "left_out": float(held[seen].mean()),
            "in_sample": float(table[best][seen].mean()),
            "lead": interval_of_mean((default - held)[seen], groups[seen]), "p": p_of_no_gain(held[seen], default[seen], groups[seen]),
            "lead_submodels": interval_of_mean((default - table[0])[seen], groups[seen]),
            "p_submodels": p_of_no_gain(table[0][seen], default[seen], groups[seen]),
        }  # fmt: skip
    return {
        "priors": [vars(p) for p in CASE_PRIORS], "settled": dict(settled), "chosen": steps[best], "best": scores[best],
        "centre": middle_of, "spread": spread, "judged": judged, "n": len(played),
        "choices": {str(k): int((chosen_for == k).sum()) for k in sorted(set(chosen_for.tolist()))},
    }  # fmt: skip


def _scored(
    battery: Trials[Forecast], played: Sequence[Played], changes: Sequence[Mapping[str, float]]
) -> Iterator[dict[str, Any]]:
    for told in battery.play_all(changes):
        yield {"brier": briers(told, played)}


def briers(told: Sequence[Forecast], played: Sequence[Played]) -> dict[str, list[float | None]]:
    """Return the Brier score of each case on each target that is fitted; None where the truth is not known."""
    out: dict[str, list[float | None]] = {}
    for target in FITTED:
        truths = [happened(one.case.truth, target) for one in played]
        out[target] = [
            None if h is None else float(brier_table(f.shares[target][None])[0, h])
            for f, h in zip(told, truths, strict=True)
        ]
    return out
