"""What weighs with a state whatever the others do: the terms of the random-utility rule."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kernels.capability import contest
from sim.behaviour import Behaviour
from sim.decision.theatre import Theatre
from sim.stream.codes import MEASURE_NAMES, Measure

Floats = NDArray[np.float64]
Signs = NDArray[np.int8]

SHARES = np.array([0.05, 0.1, 0.25, 0.5, 1.0])
PASSES = 8
EXPECTED_SHARE = 0.1
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Outlook:
    """What states hold true when they decide; n states.

    Attributes
    ----------
    credibility, legitimacy : float
    acting : (n,) int8 ndarray
        Side each fights on already: +1, 0, -1.
    reliability : (n,) float64 ndarray
    shift : (n,) float64 ndarray
        Taken from the will to act by secret deals [logits].
    leader : int
        State that leads, or -1.
    usual : bool
        Credibility, legitimacy and reliability are those of the opening, so that what follows from them may be
        reused between runs.
    answered : bool
        The organ has adopted something against this breach already.
    key : tuple
        Leader, acting and shift as one value, for what is reused.
    """

    credibility: float
    legitimacy: float
    acting: Signs
    reliability: Floats
    shift: Floats
    leader: int = NOBODY
    usual: bool = False
    answered: bool = False
    key: tuple[int, bytes, bytes] = (NOBODY, b"", b"")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of the rule that depend on no one else's course [logits]; arrays of n states."""

    inertia: float
    norm: Floats
    partisan: Floats
    reputation: Floats
    cost: Floats
    entry: Floats
    duty: Floats
    assurance: float

    @property
    def base(self) -> Floats:
        return self.norm + self.partisan + self.reputation - self.inertia - self.entry

    def bound_by(self, bond: Floats) -> Terms:
        """The terms with the bond of a treaty, where that is worth more than reputation, (n,) float64 [logits]."""
        return replace(self, reputation=np.maximum(self.reputation, bond))


def severity(behaviour: Behaviour, measure: Measure) -> float:
    """Severity of a measure, 0 to 1."""
    return float(getattr(behaviour.severity, MEASURE_NAMES[measure]))


def coverage(behaviour: Behaviour, measure: Measure) -> float:
    """Share of trade that a measure is meant to stop."""
    if measure == Measure.SANCTIONS_PARTIAL:
        return behaviour.partial_coverage
    return behaviour.comprehensive_coverage if measure == Measure.SANCTIONS_COMPREHENSIVE else 0.0


def weigh(theatre: Theatre, measure: Measure, outlook: Outlook, mandated: bool, voting: bool = False) -> Terms:
    """Terms of acting on `measure` for the target, for every state."""
    key = (measure, mandated, voting, *outlook.key[:2])
    return theatre.reuse(outlook.usual, key, lambda: _weigh(theatre, measure, outlook, mandated, voting))


def _weigh(theatre: Theatre, measure: Measure, outlook: Outlook, mandated: bool, voting: bool) -> Terms:
    behaviour = theatre.experiment.behaviour
    weight = severity(behaviour, measure)
    political = max(weight, behaviour.vote_floor) if voting else weight
    owed = theatre.duties.owed(measure, mandated, outlook.acting, outlook.reliability, voting)
    standing = outlook.legitimacy * (1.0 if mandated or voting else behaviour.unmandated)
    deed = measure >= Measure.FORCE_AUTHORISED or coverage(behaviour, measure) > 0.0
    gravity = theatre.undertaking.gravity if deed else 1.0
    norm = gravity * behaviour.a_norm * theatre.norm_commitment * standing * np.maximum(owed, 0.0)
    return Terms(
        inertia=behaviour.a_inertia * weight * (1.0 if weight == 1.0 else behaviour.inertia_short_of_force),
        norm=norm,
        partisan=gravity * political * (behaviour.a_partisan * theatre.nearer + behaviour.a_patron * theatre.protects),
        reputation=gravity * behaviour.a_reputation * owed * outlook.credibility,
        cost=_cost(theatre, measure, outlook, voting),
        entry=_entry_cost(theatre, measure, outlook, voting),
        duty=norm * (behaviour.duty_by_share if measure >= Measure.FORCE_AUTHORISED and not voting else 0.0),
        assurance=gravity * behaviour.a_assurance * weight * _hope(theatre, outlook),
    )


def for_the_aggressor(theatre: Theatre, terms: Terms, outlook: Outlook) -> Terms:
    """The same rule with the sides swapped, without norm; what is owed the aggressor is owed by treaty alone, and
    whoever goes over to it breaks what it owes the target.
    """
    behaviour = theatre.experiment.behaviour
    owed = theatre.duties.owed_to_aggressor(outlook.acting, outlook.reliability) * behaviour.alliance_credibility
    broken = theatre.duties.forbearance * outlook.reliability * outlook.credibility
    return Terms(
        inertia=terms.inertia,
        norm=np.zeros_like(terms.norm),
        partisan=-terms.partisan,
        reputation=behaviour.a_reputation * (owed - broken),
        cost=behaviour.a_cost * theatre.effort_against,
        entry=behaviour.a_cost * theatre.remoteness,
        duty=np.zeros_like(terms.norm),
        assurance=0.0,
    )


def _cost(theatre: Theatre, measure: Measure, outlook: Outlook, voting: bool) -> Floats:
    """(n,) float64, cost of what each state itself expects to deliver; of all it has, for a decision on shares."""
    behaviour = theatre.experiment.behaviour
    costs = behaviour.costs
    if measure >= Measure.FORCE_AUTHORISED:
        cost = behaviour.a_cost * theatre.effort * (EXPECTED_SHARE if voting else 1.0)
    else:
        lost = coverage(behaviour, measure)
        cost = behaviour.a_cost * lost * (costs.trade * theatre.trade_at_stake + costs.exposure * theatre.exposure)
    cost = _led(theatre, outlook, cost)
    return np.where(theatre.members, cost, 0.0) if voting else cost


def _led(theatre: Theatre, outlook: Outlook, cost: Floats) -> Floats:
    """Costs as they are for those who follow a leader: its bases, ships and markets carry part of them."""
    if outlook.leader == NOBODY:
        return cost
    follows = theatre.affinity[:, outlook.leader] > 0.0
    follows[outlook.leader] = False
    return np.where(follows, cost * (1.0 - theatre.experiment.behaviour.leadership_discount), cost)


def _entry_cost(theatre: Theatre, measure: Measure, outlook: Outlook, voting: bool) -> Floats:
    """(n,) float64, cost of going to war at all; a voter is not billed for others' wars."""
    if voting or measure < Measure.FORCE_AUTHORISED:
        return np.zeros(theatre.world.n_states)
    return _led(theatre, outlook, theatre.experiment.behaviour.a_cost * theatre.remoteness)


def _hope(theatre: Theatre, outlook: Outlook) -> float:
    """p(expected coalition) less p(target alone), for a course that adds no forces of its own."""
    mu = theatre.experiment.behaviour.war.exponent
    target, aggressor = (
        theatre.power_for[theatre.on_target_side].sum(),
        theatre.power_against[theatre.on_aggressor_side].sum(),
    )
    willing = target + math.fsum(theatre.power_for[(theatre.nearer > 0.0) & (theatre.fixed == 0)])
    now = target + math.fsum(theatre.power_for[(outlook.acting > 0) & (theatre.fixed == 0)])
    expected = outlook.credibility * willing + (1.0 - outlook.credibility) * now
    return float(contest(expected, aggressor, mu) - contest(target, aggressor, mu))
