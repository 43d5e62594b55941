"""Votes: how seats decide on a draft, what a sponsor hears before, and who sponsors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.voting import canvass, decide, positions
from sim.arrangement.organ import Bench
from sim.decision.terms import NOBODY, PASSES, SHARES, Floats, Outlook, Signs, Terms, severity, weigh
from sim.decision.theatre import Theatre
from sim.stream.codes import Measure

FREE_SEAT, ABSENT_SEAT = 9, 2


@dataclass(frozen=True, slots=True)
class Ballot:
    """One draft voted on; s seats.

    Attributes
    ----------
    meant : (s,) bool ndarray
        Seats in favour that would be so without the luck of this vote.
    """

    position: Signs
    meant: NDArray[np.bool_]
    excluded: NDArray[np.bool_]
    adopted: bool
    yes: int
    no: int
    abstain: int
    absent: int
    vetoed_by: int
    terms: Terms


def vote(
    theatre: Theatre,
    bench: Bench,
    measure: Measure,
    outlook: Outlook,
    disposition: Floats,
    luck: Floats,
    flipped: int = NOBODY,
    sponsor: int = NOBODY,
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
    sponsor : int, optional
        State that tabled the draft and votes for it.
    """
    behaviour = theatre.experiment.behaviour
    terms, base, political, fixed, k_no, pull = _ballot_paper(theatre, bench, measure, outlook)
    fixed = np.where((bench.seats == sponsor) & ~bench.absent, np.int8(1), fixed)
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
    meant = (position == 1) & ((base + lasting > behaviour.k_yes) | (fixed == 1))
    return Ballot(position, meant, excluded, bool(adopted), yes, no, abstain, absent, vetoed_by, terms)


def soundings(theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook) -> tuple[float, float]:
    """What a sponsor hears when it canvasses: chance of adoption, and chance that no veto is cast.

    The luck of the canvass belongs to the cell, so that soundings are the same for every run with the same
    outlook.
    """
    key = ("soundings", id(bench), measure, outlook.leader, outlook.acting.tobytes(), outlook.shift.tobytes())
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
    if bench.rule.parties == "abstain":
        fixed = np.where(bench.party, 0, fixed)
    fixed = np.where(bench.absent, ABSENT_SEAT, fixed).astype(np.int8)
    k_no = np.where(bench.veto, behaviour.k_veto, behaviour.k_no)
    pull = behaviour.a_pull * max(severity(behaviour, measure), behaviour.vote_floor)
    return terms, base, political, fixed, k_no, pull
