"""Economic pressure on the aggressor, gathered for the kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.pressure import pressure
from sim.decision.theatre import Theatre


def economic_pressure(
    theatre: Theatre, comply: NDArray[np.float64], covered: float, key_included: bool, years: float
) -> float:
    """P(t) on the aggressor, 0 to 1 of its trade.

    Parameters
    ----------
    comply : (n,) float64 ndarray
        Share of its trade with the aggressor that each state has stopped by now.
    covered : float
        Share of trade that the measure is meant to stop.
    key_included : bool
        Whether sanctions reach the key commodity; exporters that do not comply leak it.
    years : float
        Since sanctions began; the aggressor learns to substitute.
    """
    behaviour = theatre.experiment.behaviour
    counted = comply if behaviour.mechanisms.leakage else np.where(theatre.members, 1.0, comply) * (comply.max() > 0.0)
    key_matters = theatre.scenario.key_commodity != "none"
    reached = float((theatre.key_share * counted).sum() / max(theatre.key_share.sum(), 1e-12)) if key_included else 0.0
    substitution = min(1.0, behaviour.substitution_per_year * years)
    return float(
        pressure(
            theatre.dependence, counted, covered, substitution, behaviour.key_weight if key_matters else 0.0, reached
        )
    )
