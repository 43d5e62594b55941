"""Sub-models: coefficients that decide some figures of many crises, fitted to those figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.battery.census import together
from sim.battery.design import Prior, levers_at, points, posterior
from sim.battery.distributions import RATIOS, compare, simulated
from sim.battery.ledger import Ledger
from sim.battery.trials import Trials
from sim.behaviour import Behaviour

Floats = NDArray[np.float64]

DISCREPANCY = 0.5
"""How far a figure of the model may lie from the observed one, as the standard deviation of the logarithm (judgement)."""
SCREENED, FEW = 4, 4
"""Trials are first played on one crisis in so many; so many at least, and a third of all, are then played in full."""


@dataclass(frozen=True)
class Submodel:
    """Coefficients that decide some figures, and the figures."""

    name: str
    priors: tuple[Prior, ...]
    figures: tuple[str, ...]


SUBMODELS = (
    Submodel(
        "tempo",
        (
            Prior("war.tempo_days", 0.7, "no datum on battles; only the length of wars bears on it"),
            Prior("war.tempo_ln_sd", 0.3, "wars differ in length by a factor of fifty"),
        ),
        tuple(f"war length, {q}% quantile" for q in (10, 25, 50, 75, 90)),
    ),
    Submodel(
        "contest",
        (
            Prior("war.exponent", 0.4, ".33 +- .13 on CINC, 1823-2003"),
            Prior("war.initiative", 0.25, ".54 +- .25, 77 decisive wars 1823-2003"),
        ),
        ("initiator wins", *(f"stronger side wins, ratio {name}" for name, _, _ in RATIOS)),
    ),
    Submodel(
        "voting",
        (
            Prior("k_yes", 0.5, "judgement"),
            Prior("k_text", 0.5, "judgement"),
            Prior("k_no", 0.25, "judgement"),
            Prior("worthwhile_share", 0.5, "judgement"),
        ),
        tuple(f"{what}, {years}" for what in ("drafts adopted", "drafts vetoed", "unanimous among adopted") for years in ("1946-65", "1966-89")),
    ),
    Submodel(
        "referral",
        (
            Prior("clocks.referral_open_days", 0.5, "days to the Council in wars"),
            Prior("clocks.referral_small_days", 0.7, "days to the Council in disputes"),
        ),
        (
            "Council meets within 7 days of a war", "Council meets within a year of a war", "first resolution within 7 days of a war",
            "first resolution within a year of a war", "day of the first meeting on a war, median", "day of the first resolution on a war, median",
        ),
    ),
    Submodel(
        "joining",
        (Prior("a_inertia", 0.15, "joiners a state move by a half each way"), Prior("casus_foederis", 0.5, "between naive and exact terms"), Prior("honour_after_1945", 0.4, "reliability of deeds")),
        (
            "wars that outsiders join", "defence ally of the target joins, per state and war", "another state joins, per state and war",
            "obligations honoured",
        ),
    ),
    Submodel(
        "yielding",
        (
            Prior("settlement.yield_base", 0.8, "judgement"),
            Prior("settlement.yield_great_powers", 0.5, "judgement"),
        ),
        ("an organisation matters to how a crisis ends", "sanctioned aggressor gives way", "threat against a protected state is not carried out"),
    ),
)  # fmt: skip


def fit_submodels(crises: Trials[Any], ledger: Ledger, stamp: str, n: int) -> list[dict[str, Any]]:
    """Fit one sub-model after another, each on its own figures with those before it settled.

    Trials that are hopeless on a part of the sample are not played on all of it; they stay in the ledger and weigh nothing.
    """
    stages: list[dict[str, Any]] = []
    settled: dict[str, float] = {}
    for submodel in SUBMODELS:
        scores = points(n, len(submodel.priors))
        moves = [levers_at(Behaviour(), submodel.priors, z) if z.any() else {} for z in scores]
        changes = [settled | moved for moved in moves]
        penalty = 0.5 * (scores**2).sum(axis=1)
        every = SCREENED if n > FEW and len(crises.experiments) >= SCREENED else 1
        few = list(range(0, len(crises.experiments), every))
        screen = ledger.trials(f"{submodel.name}, 1 in {every}", changes, stamp, partial(figures_of, crises, few))
        losses = np.array([misfit(one["figures"], submodel.figures) for one in screen]) + penalty
        told = {k: screen[k] for k in range(n)}
        if every > 1:
            kept = sorted({0, *np.argsort(losses, kind="stable")[: max(FEW, math.ceil(n / 3))].tolist()})
            full = ledger.trials(submodel.name, [changes[k] for k in kept], stamp, partial(figures_of, crises, None))
            told = dict(zip(kept, full, strict=True))
            losses = np.full(n, np.inf)
        fits = np.full(n, np.inf)
        for k, one in told.items():
            fits[k] = misfit(one["figures"], submodel.figures)
            losses[k] = fits[k] + penalty[k]
        best = int(losses.argmin())
        centre, spread = posterior(scores, losses)
        chosen = moves[best]
        settled |= chosen
        stages.append(
            {
                "name": submodel.name, "chosen": chosen, "misfit_default": fits[0], "misfit": fits[best],
                "tried": n, "played_in_full": len(told), "priors": [vars(p) for p in submodel.priors], "best": scores[best], "centre": centre, "spread": spread,
                "figures": {f: {"observed": told[0]["figures"][f]["observed"], "default": told[0]["figures"][f]["simulated"],
                                "fitted": told[best]["figures"][f]["simulated"]} for f in submodel.figures},
            }
        )  # fmt: skip
    return stages


def figures_of(
    crises: Trials[Any], only: Sequence[int] | None, changes: Sequence[Mapping[str, float]]
) -> Iterator[dict[str, Any]]:
    """Play the sample, or some of it, under each change and yield every figure with its distance to the published one."""
    for counts in crises.play_all(changes, only=only):
        rows = compare(simulated(together(counts)), {})
        yield {
            "figures": {
                row["figure"]: {
                    "simulated": row["simulated"],
                    "observed": row["published"],
                    "distance": row["distance"],
                }
                for row in rows
            }
        }


def misfit(figures: Mapping[str, Mapping[str, Any]], names: Sequence[str]) -> float:
    """Return minus the log-likelihood of some figures; one that could not be read counts as two discrepancies."""
    gaps = [figures[name]["distance"] for name in names]
    return float(sum(0.5 * ((2 * DISCREPANCY if gap is None else gap) / DISCREPANCY) ** 2 for gap in gaps))
