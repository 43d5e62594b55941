"""Points to try around priors, and what the trials say of the coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Behaviour
from sim.ensemble import levers_of_behaviour, moved, value_of

Floats = NDArray[np.float64]
FURTHEST = 2.5
"""Standard deviations of the prior beyond which nothing is tried."""


@dataclass(frozen=True)
class Prior:
    """A lever with the standard deviation of its prior on its own scale, see `sim.ensemble.moved`."""

    lever: str
    spread: float
    why: str


def points(n: int, dimensions: int) -> Floats:
    """(n, dimensions) float64, standard normal scores: the prior's centre first, then a low-discrepancy sequence.

    Notes
    -----
    Additive recurrence on the generalised golden ratio (Roberts 2018), through the normal quantile. Fixed before any trial is
    seen, so that what is chosen among them may be judged by leaving cases out.
    """
    ratio = 2.0
    for _ in range(60):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = ratio ** -np.arange(1, dimensions + 1)
    uniform = np.mod(0.5 + np.arange(1, n)[:, None] * steps[None, :], 1.0)
    quantile = np.vectorize(NormalDist().inv_cdf)
    scores = quantile(np.clip(uniform, 0.005, 0.995)) if n > 1 else np.zeros((0, dimensions))
    return np.vstack([np.zeros((1, dimensions)), np.clip(scores, -FURTHEST, FURTHEST)])


def levers_at(behaviour: Behaviour, priors: Sequence[Prior], scores: Floats) -> dict[str, float]:
    """Return the values of the levers at some scores of their priors, to three significant digits."""
    known = levers_of_behaviour()
    return {
        prior.lever: float(f"{moved(value_of(behaviour, prior.lever), prior.spread * z, known[prior.lever]):.3g}")
        for prior, z in zip(priors, scores, strict=True)
    }


def weights(losses: Floats) -> Floats:
    """(n,) float64, how much each trial counts: exp of minus its loss, scaled to sum to 1."""
    w = np.exp(-(losses - losses.min()))
    return w / w.sum()


def posterior(scores: Floats, losses: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the scores, each trial by its weight; the fewer trials count, the more of the prior.

    Notes
    -----
    The trials are dealt out by the prior and the loss holds it too, so the prior is taken out of the weight once.
    """
    w = weights(losses - 0.5 * (scores**2).sum(axis=1))
    centre = w @ scores
    effective, held = 1.0 / (w**2).sum(), scores.shape[1] + 2.0
    spread = np.sqrt((effective * (w @ (scores - centre) ** 2) + held) / (effective + held))
    return centre, np.minimum(spread, 1.0)


def nested(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return levers by dotted name as the nested keys of a file."""
    out: dict[str, Any] = {}
    for name, value in sorted(changed.items()):
        *above, last = name.split(".")
        inner = out
        for part in above:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return out
