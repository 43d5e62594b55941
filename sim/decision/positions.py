"""How states decide on votes, sanctions and force: one random-utility rule, gathered for the kernels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.capability import contest
from kernels.coalition import coalition_terms, game
from kernels.compliance import best_share
from kernels.voting import canvass, decide, positions
from sim.arrangement.organ import Bench
from sim.behaviour import Behaviour
from sim.decision.theatre import Theatre
from sim.stream.codes import Measure

Floats = NDArray[np.float64]
Signs = NDArray[np.int8]

SHARES = np.array([0.05, 0.1, 0.25, 0.5, 1.0])
PASSES = 8
FREE_SEAT, ABSENT_SEAT = 9, 2
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
    """

    credibility: float
    legitimacy: float
    acting: Signs
    reliability: Floats
    shift: Floats
    leader: int = NOBODY
    usual: bool = False


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


@dataclass(frozen=True, slots=True)
class Ballot:
    """One draft voted on; s seats."""

    position: Signs
    excluded: NDArray[np.bool_]
    adopted: bool
    yes: int
    no: int
    abstain: int
    absent: int
    vetoed_by: int
    terms: Terms


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
    social: Floats
    noise_for: Floats
    noise_against: Floats


def severity(behaviour: Behaviour, measure: Measure) -> float:
    """Severity of a measure, 0 to 1."""
    return float(getattr(behaviour.severity, measure.name.lower()))


def coverage(behaviour: Behaviour, measure: Measure) -> float:
    """Share of trade that a measure is meant to stop."""
    if measure == Measure.SANCTIONS_PARTIAL:
        return behaviour.partial_coverage
    return behaviour.comprehensive_coverage if measure == Measure.SANCTIONS_COMPREHENSIVE else 0.0


def weigh(theatre: Theatre, measure: Measure, outlook: Outlook, mandated: bool, voting: bool = False) -> Terms:
    """Terms of acting on `measure` for the target, for every state."""
    key = (measure, mandated, voting, outlook.leader, outlook.acting.tobytes())
    if outlook.usual and key in theatre.reusable:
        return theatre.reusable[key]
    behaviour = theatre.experiment.behaviour
    weight = severity(behaviour, measure)
    political = max(weight, behaviour.vote_floor) if voting else weight
    owed = theatre.owed(measure, mandated, outlook.acting, outlook.reliability, voting)
    standing = outlook.legitimacy * (1.0 if mandated or voting else behaviour.unmandated)
    norm = behaviour.a_norm * theatre.norm_commitment * standing * np.maximum(owed, 0.0)
    terms = Terms(
        inertia=behaviour.a_inertia * weight * (1.0 if weight == 1.0 else behaviour.inertia_short_of_force),
        norm=norm,
        partisan=political * (behaviour.a_partisan * theatre.nearer + behaviour.a_patron * theatre.protects),
        reputation=behaviour.a_reputation * owed * outlook.credibility,
        cost=_cost(theatre, measure, outlook, voting),
        entry=_entry_cost(theatre, measure, outlook, voting),
        duty=norm * (behaviour.duty_by_share if measure >= Measure.FORCE_AUTHORISED and not voting else 0.0),
        assurance=behaviour.a_assurance * weight * _hope(theatre, outlook),
    )
    if outlook.usual:
        theatre.keep(key, terms)
    return terms


def vote(
    theatre: Theatre,
    bench: Bench,
    measure: Measure,
    outlook: Outlook,
    disposition: Floats,
    luck: Floats,
    flipped: int = NOBODY,
) -> Ballot:
    """Put a draft to the vote.

    Parameters
    ----------
    disposition : (n,) float64 ndarray
        Lasting; moves a yes and a no alike [logits].
    luck : (n,) float64 ndarray
        Of this vote; moves a yes, never a no [logits].
    flipped : int, optional
        State whose vote is turned round after all have decided: yes to no, any other to yes.
    """
    behaviour = theatre.experiment.behaviour
    terms, base, political, fixed, k_no, pull = _ballot_paper(theatre, bench, measure, outlook)
    position = np.empty(len(bench.seats), dtype=np.int8)
    lasting, passing = disposition[bench.seats], luck[bench.seats]
    affinity, capability = theatre.seated(bench)
    positions(
        base + lasting + passing,
        political + lasting,
        affinity,
        capability,
        pull,
        behaviour.k_yes,
        k_no,
        fixed,
        PASSES,
        position,
    )
    turned = np.flatnonzero((bench.seats == flipped) & ~bench.absent)
    position[turned] = np.where(position[turned] == 1, -1, 1)
    excluded = bench.excluded(measure)
    rule = bench.rule
    adopted, yes, no, abstain, absent, n_vetoes = decide(
        position, excluded, bench.veto, bench.weight, bench.quota, bench.basis, bench.strict,
        rule.abstention_blocks, rule.absence_blocks,
    )  # fmt: skip
    vetoed_by = NOBODY
    if n_vetoes:
        against = (
            bench.veto
            & ~excluded
            & (
                (position == -1)
                | ((position == 0) & rule.abstention_blocks)
                | ((position == ABSENT_SEAT) & rule.absence_blocks)
            )
        )
        vetoed_by = int(bench.seats[np.flatnonzero(against)[0]])
    return Ballot(position, excluded, bool(adopted), yes, no, abstain, absent, vetoed_by, terms)


def soundings(theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook) -> tuple[float, float]:
    """What a sponsor hears when it canvasses: chance of adoption, and chance that no veto is cast.

    The luck of the canvass belongs to the cell, so that soundings are the same for every run with the same
    outlook.
    """
    key = ("soundings", id(bench), measure, outlook.acting.tobytes(), outlook.shift.tobytes())
    if outlook.usual and key in theatre.reusable:
        return theatre.reusable[key]
    behaviour = theatre.experiment.behaviour
    _, base, political, fixed, k_no, pull = _ballot_paper(theatre, bench, measure, outlook)
    affinity, capability = theatre.seated(bench)
    lasting, passing = (np.ascontiguousarray(x[:, bench.seats]) for x in theatre.canvass_luck)
    excluded, rule = bench.excluded(measure), bench.rule

    def chance(weight: Floats, quota: Floats, basis: NDArray[np.int64], strict: NDArray[np.bool_]) -> float:
        return float(
            canvass(
                base, political, lasting, passing, affinity, capability, pull, behaviour.k_yes, k_no, fixed, PASSES, excluded,
                bench.veto, weight, quota, basis, strict, rule.abstention_blocks, rule.absence_blocks,
            )
        )  # fmt: skip

    heard = (
        chance(bench.weight, bench.quota, bench.basis, bench.strict),
        chance(bench.weight[:0], bench.quota[:0], bench.basis[:0], bench.strict[:0]),
    )
    if outlook.usual:
        theatre.keep(key, heard)
    return heard


def sponsor_of(
    theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook, disposition: Floats, luck_of_force: Floats
) -> tuple[int, float]:
    """Return the sponsor of a draft and its utility [logits].

    The most willing seat, parties but the target left out. Force needs more than a voter: the strongest outsider at
    the place that would itself send some, by the same luck by which it will decide on sending.
    """
    seats, stands = bench.seats, ~(theatre.on_aggressor_side[bench.seats] | bench.absent)
    if measure >= Measure.FORCE_AUTHORISED:
        terms = weigh(theatre, measure, outlook, mandated=True)
        deed = (
            terms.base
            - terms.duty
            + terms.assurance
            - SHARES[0] * terms.cost
            - outlook.shift
            + disposition
            + luck_of_force
        )
        sends = np.where(stands & theatre.can_fight[seats] & (deed[seats] > 0.0), theatre.power_for[seats], -1.0)
        best = int(np.argmax(sends))
        return int(seats[best]), float(deed[seats[best]]) if sends[best] >= 0.0 else -math.inf
    terms = weigh(theatre, measure, outlook, mandated=False, voting=True)
    utility = terms.base + terms.assurance - terms.cost - outlook.shift * (measure != Measure.MEDIATION) + disposition
    best = int(np.argmax(np.where(stands, utility[seats], -math.inf)))
    return int(seats[best]), float(utility[seats[best]])


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
    """
    behaviour = theatre.experiment.behaviour
    terms = weigh(theatre, measure, outlook, mandated)
    weight = severity(behaviour, measure)
    against = _for_the_aggressor(theatre, terms, outlook)
    base_for = terms.base - terms.duty - outlook.shift + noise_for
    base_against = against.base + noise_against
    fixed = np.where((theatre.fixed == 0) & ~eligible, np.int8(2), theatre.fixed)
    already = (outlook.acting != 0) & (theatre.fixed == 0)
    fixed[already] = outlook.acting[already]
    if compelled is not None:
        fixed[compelled & (theatre.fixed == 0)] = 1
    reach = ready * theatre.power_for
    reach_against = ready * theatre.power_against
    n = len(fixed)
    side, share = np.zeros(n, dtype=np.int8), np.zeros(n)
    shared = (
        theatre.threat_from_aggressor, theatre.threat_from_target, theatre.nearer > 0.0, theatre.nearer < 0.0,
        theatre.affinity, behaviour.a_security, behaviour.a_assurance * weight, behaviour.a_pull, behaviour.war.exponent,
        outlook.credibility if mandated or theatre.self_executing else 0.0, behaviour.alliance_credibility, SHARES,
    )  # fmt: skip
    _, flippers, x_for, x_against, _ = game(
        fixed, theatre.world.capability, reach, reach_against, base_for, base_against, terms.cost - terms.duty, against.cost,
        *shared, PASSES, start, side, share,
    )  # fmt: skip
    course = np.where(side < 0, np.int8(-1), np.int8(1))
    social = np.empty((n, 3))
    coalition_terms(fixed, theatre.world.capability, reach, reach_against, *shared, side, share, course, social)
    return Coalition(side, share, x_for, x_against, flippers, terms, against, social, noise_for, noise_against)


def senders(theatre: Theatre, measure: Measure, outlook: Outlook, noise: Floats, mandated: bool) -> Coalition:
    """Who sanctions the aggressor and what share of its trade with it each stops."""
    behaviour = theatre.experiment.behaviour
    terms = weigh(theatre, measure, outlook, mandated)
    benefit = terms.base + terms.assurance - outlook.shift + noise
    n = len(benefit)
    nothing, none = np.zeros(n), np.zeros(n, dtype=bool)
    idle = theatre.parties | (theatre.world.neutral & ~theatre.members)
    fixed = np.where(idle, np.int8(2), np.int8(0))
    fixed[theatre.on_target_side], fixed[theatre.on_aggressor_side] = 1, -1
    side, share = np.zeros(n, dtype=np.int8), np.zeros(n)
    social = np.empty((n, 3))
    pull = behaviour.a_pull * severity(behaviour, measure)
    shared = (nothing, nothing, none, none, theatre.affinity, 0.0, 0.0, pull, 1.0, 0.0, 0.0, SHARES[:1])
    _, flippers, _, _, _ = game(
        fixed, theatre.world.capability, nothing, nothing, benefit, np.full(n, -np.inf), terms.cost, nothing,
        *shared, PASSES, 0, side, share,
    )  # fmt: skip
    coalition_terms(
        fixed, theatre.world.capability, nothing, nothing, *shared, side, share, np.ones(n, dtype=np.int8), social
    )
    social[:, 1] = terms.assurance
    best_share(benefit + social[:, 2], terms.cost, SHARES, share)
    share[(side <= 0) | theatre.parties] = 0.0
    side[theatre.parties] = 0
    return Coalition(side, share, 0.0, 0.0, flippers, terms, terms, social, noise, noise)


def _ballot_paper(
    theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook
) -> tuple[Terms, Floats, Floats, Signs, Floats, float]:
    behaviour = theatre.experiment.behaviour
    terms = weigh(theatre, measure, outlook, mandated=False, voting=True)
    seats = bench.seats
    shift = outlook.shift[seats] if measure >= Measure.CONDEMNATION else 0.0
    political = (terms.norm + terms.partisan)[seats] - shift
    base = (terms.base + terms.assurance - terms.cost)[seats] - shift
    against_it = theatre.on_aggressor_side[seats] & (measure not in (Measure.MEDIATION, Measure.PEACEKEEPING))
    fixed = np.where(against_it, -1, np.where(theatre.on_target_side[seats], 1, FREE_SEAT))
    fixed = np.where(bench.absent, ABSENT_SEAT, fixed).astype(np.int8)
    k_no = np.where(bench.veto, behaviour.k_veto, behaviour.k_no)
    pull = behaviour.a_pull * max(severity(behaviour, measure), behaviour.vote_floor)
    return terms, base, political, fixed, k_no, pull


def _for_the_aggressor(theatre: Theatre, terms: Terms, outlook: Outlook) -> Terms:
    """The same rule with the sides swapped, without norm; what is owed the aggressor is owed by treaty alone."""
    behaviour = theatre.experiment.behaviour
    owed = theatre.owed_to_aggressor(outlook.acting, outlook.reliability)
    return Terms(
        inertia=terms.inertia,
        norm=np.zeros_like(terms.norm),
        partisan=-terms.partisan,
        reputation=behaviour.a_reputation * owed * behaviour.alliance_credibility,
        cost=behaviour.a_cost * theatre.effort,
        entry=terms.entry,
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
