"""Casus foederis: whether a treaty's terms cover this attack, and what it is worth to its debtor to keep it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.elementary import log
from sim.decision.terms import Floats, Outlook
from sim.decision.theatre import Theatre

LEAST_KEPT = 0.01
"""Reliability counts as no nearer to 0 or 1 than this."""


def bound(theatre: Theatre, outlook: Outlook) -> NDArray[np.bool_]:
    """(n,) bool, debtors of defence or guarantee to the target, the conditions of their treaties being met."""
    found: NDArray[np.bool_] = theatre.duties.treaties_for_target.now(outlook.acting, 1) >= 1.0
    return found


def invoked(theatre: Theatre, outlook: Outlook, luck: Floats) -> NDArray[np.bool_]:
    """(n,) bool, debtors of defence or guarantee whose treaty covers the attack by its exact terms.

    Parameters
    ----------
    luck : (n,) float64 ndarray
        Uniform.
    """
    found: NDArray[np.bool_] = bound(theatre, outlook) & (luck < theatre.duties.casus_foederis)
    return found


def bond(theatre: Theatre, outlook: Outlook, luck: Floats) -> Floats:
    """(n,) float64, worth of an invoked treaty to its debtor [logits]; -inf where none is.

    To keep it is the debtor's default, as often as treaties are kept: the bond takes away the inertia of force, as far as
    `treaty_bond` says, and leaves the log-odds of its reliability. Source: Leeds, Long and Mitchell 2000; Berkemeier and Fuhrmann 2018.
    """
    behaviour = theatre.experiment.behaviour
    log_odds = theatre.reuse(outlook.usual, "log-odds of reliability", lambda: _log_odds(outlook.reliability))
    worth = behaviour.treaty_bond * (behaviour.a_inertia * behaviour.severity.collective_defence) + log_odds
    held = invoked(theatre, outlook, luck) if behaviour.mechanisms.bonds else theatre.nobody
    return np.where(held, worth, -np.inf)


def _log_odds(reliability: Floats) -> Floats:
    kept = np.clip(reliability, LEAST_KEPT, 1.0 - LEAST_KEPT)
    return np.array([log(p / (1.0 - p)) for p in kept])
