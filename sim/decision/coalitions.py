"""Deeds: who sends forces or stops its trade, and how much, as a fixed point of best responses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.coalition import coalition_terms, game, stances
from kernels.compliance import best_share
from sim.decision.terms import PASSES, SHARES, Floats, Outlook, Signs, Terms, for_the_aggressor, severity, weigh
from sim.decision.theatre import Theatre
from sim.stream.codes import Measure


@dataclass(frozen=True, slots=True)
class Coalition:
    """Who acts, with what share; n states."""

    side: Signs
    share: Floats
    power_for: float
    power_against: float
    flippers: int
    terms: Terms
    against: Terms
    social: Floats | None
    noise_for: Floats
    noise_against: Floats


def muster(
    theatre: Theatre,
    measure: Measure,
    outlook: Outlook,
    noise_for: Floats,
    noise_against: Floats,
    mandated: bool,
    eligible: NDArray[np.bool_],
    ready: Floats,
    compelled: NDArray[np.bool_] | None = None,
    start: int = 0,
    reconsidered: bool = False,
    loyal: NDArray[np.bool_] | None = None,
    explained: bool = False,
    bond: Floats | None = None,
) -> Coalition:
    """Who sends forces, for whom and how much: the coalition game.

    Parameters
    ----------
    noise_for, noise_against : (n,) float64 ndarray
        Disposition and luck of either course [logits].
    eligible : (n,) bool ndarray
        Who is asked; others stand aside.
    ready : (n,) float64 ndarray
        Share of each state's forces that is neither committed nor lost.
    compelled : (n,) bool ndarray, optional
        Who has no choice, under a central authority.
    start : int
        0 from nobody, 1 from everybody.
    reconsidered : bool
        Those who fight for the target already choose their share anew, and the others stay as they are.
    loyal : (n,) bool ndarray, optional
        Who cannot act for the aggressor, its forces being at the organ's orders.
    explained : bool
        Work out the terms that depend on the others, too.
    bond : (n,) float64 ndarray, optional
        Worth to each state of keeping a treaty that is invoked, -inf where it has none [logits].
    """
    behaviour, n = theatre.experiment.behaviour, theatre.world.n_states
    key = ("muster", measure, mandated, outlook.key)
    terms, against, towards, cost, weight = theatre.reuse(
        outlook.usual, key, lambda: _before_luck(theatre, measure, outlook, mandated)
    )
    if bond is not None:
        towards = towards + np.maximum(bond - terms.reputation, 0.0)
        terms = terms.bound_by(bond)
    base_for, base_against = towards + noise_for, against.base + noise_against
    if loyal is not None:
        base_against[loyal] = -np.inf
    nobody = theatre.nobody
    fixed = stances(theatre.fixed, eligible, outlook.acting, reconsidered, nobody if compelled is None else compelled)
    reach, reach_against = ready * theatre.power_for, ready * theatre.power_against
    side, share = np.empty(n, dtype=np.int8), np.empty(n)
    gravity = theatre.undertaking.gravity
    shared = (
        theatre.threat_from_aggressor, theatre.threat_from_target, theatre.willing_for, theatre.willing_against, theatre.pulls,
        gravity * behaviour.a_security, gravity * behaviour.a_assurance * weight, behaviour.a_pull, behaviour.war.exponent,
        outlook.credibility if mandated or theatre.duties.self_executing else 0.0, behaviour.alliance_credibility, SHARES,
    )  # fmt: skip
    _, flippers, x_for, x_against, _ = game(
        fixed, theatre.order, reach, reach_against, base_for, base_against, cost, against.cost, *shared, PASSES, start, side, share,
    )  # fmt: skip
    social = np.empty((n, 3)) if explained else None
    if explained:
        course = np.where(side < 0, np.int8(-1), np.int8(1))
        coalition_terms(fixed, reach, reach_against, *shared, side, share, course, social)
    return Coalition(side, share, x_for, x_against, flippers, terms, against, social, noise_for, noise_against)


def _before_luck(
    theatre: Theatre, measure: Measure, outlook: Outlook, mandated: bool
) -> tuple[Terms, Terms, Floats, Floats, float]:
    """Terms of either course; the utility and the cost of that for the target; the severity."""
    terms = weigh(theatre, measure, outlook, mandated)
    against = for_the_aggressor(theatre, terms, outlook)
    cost, weight = terms.cost - terms.duty, severity(theatre.experiment.behaviour, measure)
    return terms, against, terms.base - terms.duty - outlook.shift, cost, weight


def senders(theatre: Theatre, measure: Measure, outlook: Outlook, noise: Floats, mandated: bool) -> Coalition:
    """Who sanctions the aggressor and what share of its trade with it each stops."""
    behaviour = theatre.experiment.behaviour
    terms = weigh(theatre, measure, outlook, mandated)
    benefit = terms.base + terms.assurance - outlook.shift + noise
    n = len(benefit)
    nothing, none = np.zeros(n), np.zeros(n, dtype=bool)
    idle = theatre.parties | (theatre.neutral & ~theatre.members) | (outlook.acting < 0)
    fixed = np.where(idle, np.int8(2), np.int8(0))
    fixed[theatre.on_target_side], fixed[theatre.on_aggressor_side] = 1, -1
    side, share = np.zeros(n, dtype=np.int8), np.zeros(n)
    social = np.empty((n, 3))
    pull = behaviour.a_pull * severity(behaviour, measure)
    shared = (nothing, nothing, none, none, theatre.pulls, 0.0, 0.0, pull, 1.0, 0.0, 0.0, SHARES[:1])
    _, flippers, _, _, _ = game(
        fixed, theatre.order, nothing, nothing, benefit, np.full(n, -np.inf), terms.cost, nothing,
        *shared, PASSES, 0, side, share,
    )  # fmt: skip
    coalition_terms(fixed, nothing, nothing, *shared, side, share, np.ones(n, dtype=np.int8), social)
    social[:, 1] = terms.assurance
    best_share(benefit + social[:, 2], terms.cost, SHARES, share)
    share[(side <= 0) | theatre.parties] = 0.0
    side[theatre.parties] = 0
    return Coalition(side, share, 0.0, 0.0, flippers, terms, terms, social, noise, noise)
