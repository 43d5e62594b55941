"""Economic pressure on the aggressor, gathered for the kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.pressure import pressure
from sim.decision.theatre import Theatre


def economic_pressure(
    theatre: Theatre,
    comply: NDArray[np.float64],
    covered: NDArray[np.float64] | float,
    key_included: bool,
    years: float,
) -> float:
    """P(t) on the aggressor, 0 to 1 of its trade.

    Parameters
    ----------
    comply : (n,) float64 ndarray
        How far each state carries out the measure it takes part in by now, 0 to 1.
    covered : float or (n,) float64 ndarray
        Share of trade that this measure is meant to stop. A key commodity on its list is stopped whole.
    key_included : bool
        Whether sanctions reach the key commodity; exporters that do not comply leak it.
    years : float
        Since sanctions began; the aggressor learns to substitute.
    """
    behaviour = theatre.experiment.behaviour
    if not behaviour.mechanisms.leakage and comply.max() > 0.0:
        comply, covered = np.where(theatre.members, 1.0, comply), float(np.max(covered))
    key_weight = behaviour.key_weight if theatre.scenario.key_commodity != "none" else 0.0
    key_cut = 0.0
    if key_included:
        key_cut = float((theatre.key_share * comply).sum()) / max(float(theatre.key_share.sum()), 1e-12)
    substitution = min(1.0, behaviour.substitution_per_year * years)
    return float(pressure(theatre.dependence, comply * covered, substitution, key_weight, key_cut))
