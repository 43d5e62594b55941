"""Votes: how seats decide on a draft, what a sponsor hears before, and who sponsors."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kernels.drafts import most_willing, put_to_vote, strongest_willing
from kernels.elementary import logistic
from kernels.voting import ABSENT, FREE, canvass, decide
from sim.arrangement.organ import Bench
from sim.decision.terms import NOBODY, PASSES, SHARES, Floats, Outlook, Signs, Terms, severity, weigh
from sim.decision.theatre import Theatre
from sim.stream.codes import Measure

TEXTS = (Measure.MEDIATION, Measure.CONDEMNATION, Measure.CEASEFIRE_DEMAND, Measure.PEACEKEEPING)
"""Measures that ask no deed of those who vote for them."""
LOGISTIC_SD = math.pi / math.sqrt(3.0)


@dataclass(frozen=True, slots=True)
class Ballot:
    """One draft voted on; s seats.

    Attributes
    ----------
    meant : (s,) bool ndarray
        Seats in favour that would be so without the luck of this vote and without consultations: who only goes along
        with a text demands nothing.
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
    paper, rule = _paper(theatre, bench, measure, outlook), bench.rule
    luck = consulted(theatre, measure, luck)
    position, meant = np.empty(len(bench.seats), dtype=np.int8), np.empty(len(bench.seats), dtype=bool)
    adopted, yes, no, abstain, absent, vetoed_by = put_to_vote(
        paper.base, paper.political, bench.seats, disposition, luck, *theatre.seated(bench), paper.pull, paper.k_yes, paper.k_no,
        max(paper.k_yes, theatre.experiment.behaviour.k_yes), paper.fixed, PASSES, sponsor, flipped, paper.excluded, bench.veto,
        bench.weight, bench.quota, bench.basis, bench.strict, rule.abstention_blocks, rule.absence_blocks, position, meant,
    )  # fmt: skip
    return Ballot(position, meant, paper.excluded, adopted, yes, no, abstain, absent, vetoed_by, paper.terms)


def fell_by_veto_alone(bench: Bench, ballot: Ballot) -> bool:
    """Whether a draft would have been adopted, had those who vetoed it abstained."""
    position = np.where(bench.veto & ~ballot.excluded & (ballot.position == -1), 0, ballot.position).astype(np.int8)
    nobody = np.zeros_like(bench.veto)
    adopted, *_ = decide(
        position, ballot.excluded, nobody, bench.weight, bench.quota, bench.basis, bench.strict, False, False
    )
    return bool(adopted)


def consulted(theatre: Theatre, measure: Measure, luck: Floats) -> Floats:
    """The luck of a vote after consultations.

    A text that asks for no deed is talked over until nobody holds back by chance: luck may still win a vote for it and
    cannot lose one.
    """
    return np.maximum(luck, 0.0) if _talked_over(theatre, measure) else luck


def _talked_over(theatre: Theatre, measure: Measure) -> bool:
    return measure in TEXTS and theatre.experiment.behaviour.mechanisms.consultations


def weigh_draft(theatre: Theatre, measure: Measure, outlook: Outlook) -> Terms:
    """Terms of a vote on a draft, for every state.

    Force is tabled by a state that will itself send some, so that what moves the others is less.
    Deeds are worth voting for as far as somebody is expected to do them, and a duty that a text has answered already
    weighs less: the more so, the less is at stake for the target and the less the organ is trusted to do more than talk.
    """
    terms = weigh(theatre, measure, outlook, mandated=False, voting=True)
    behaviour = theatre.experiment.behaviour
    if measure in TEXTS:
        return terms
    led = measure >= Measure.FORCE_AUTHORISED and behaviour.mechanisms.leadership
    hope = _carried_out(theatre, measure, outlook) if behaviour.mechanisms.expected_deeds else 1.0
    if outlook.answered and not theatre.duties.self_executing:
        answer, stake = behaviour.discharged * (1.0 - outlook.credibility), theatre.undertaking.target_stake
        duty = hope * (1.0 - answer / stake) if stake > answer else 0.0
    else:
        duty = hope
    return replace(
        terms,
        inertia=terms.inertia * (1.0 - behaviour.leadership_discount if led else 1.0),
        norm=duty * terms.norm,
        reputation=duty * terms.reputation,
        assurance=hope * terms.assurance,
    )


def _carried_out(theatre: Theatre, measure: Measure, outlook: Outlook) -> float:
    """How far a measure is expected to be carried out, 0 to 1: trade that would be stopped, beside what makes it worth while."""
    if measure >= Measure.FORCE_AUTHORISED:
        return 1.0
    key = ("carried out", measure, outlook.key)
    return theatre.reuse(outlook.usual, key, lambda: _stopped(theatre, measure, outlook))


def _stopped(theatre: Theatre, measure: Measure, outlook: Outlook) -> float:
    """Of what is stopped the share that trades on diverts as much: what is left goes as the square."""
    behaviour = theatre.experiment.behaviour
    terms = weigh(theatre, measure, outlook, mandated=True)
    will = terms.base + terms.assurance - SHARES[0] * terms.cost - outlook.shift
    spread = math.hypot(1.0, behaviour.tau / LOGISTIC_SD)
    trade = np.where(theatre.parties, 0.0, theatre.dependence)
    stopped = math.fsum(float(trade[i]) * float(logistic(will[i] / spread)) for i in np.flatnonzero(trade))
    return min(1.0, (stopped / behaviour.worthwhile_share) ** 2)


def soundings(theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook) -> tuple[float, float]:
    """What a sponsor hears when it canvasses: chance of adoption, and chance that no veto is cast.

    The luck of the canvass belongs to the cell, so that soundings are the same for every run with the same
    outlook.
    """
    key = ("soundings", id(bench), measure, outlook.answered, outlook.key)
    return theatre.reuse(
        outlook.usual, key, lambda: _sound(theatre, bench, measure, _paper(theatre, bench, measure, outlook))
    )


def sponsor_of(
    theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook, disposition: Floats, luck_of_force: Floats
) -> tuple[int, float]:
    """Return the sponsor of a draft and its utility [logits].

    The most willing seat, parties but the target left out. Force needs more than a voter: the strongest outsider at
    the place that would itself send some, by the same luck by which it will decide on sending.
    """
    key = ("appeal", id(bench), measure, outlook.answered, outlook.key)
    appeal = theatre.reuse(outlook.usual, key, lambda: _appeal(theatre, bench, measure, outlook))
    if measure >= Measure.FORCE_AUTHORISED:
        return strongest_willing(appeal, bench.seats, disposition, luck_of_force, theatre.power_for)
    return most_willing(appeal, bench.seats, disposition)


def _appeal(theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook) -> Floats:
    """(s,) float64, utility of a draft to those who may sponsor it, but for disposition and luck; -inf for the others [logits]."""
    stands = ~(theatre.on_aggressor_side[bench.seats] | bench.absent)
    if measure >= Measure.FORCE_AUTHORISED:
        terms = weigh(theatre, measure, outlook, mandated=True)
        utility = terms.base - terms.duty + terms.assurance - SHARES[0] * terms.cost - outlook.shift
        stands &= (theatre.can_fight & theatre.could_turn_it)[bench.seats]
    else:
        terms = weigh_draft(theatre, measure, outlook)
        utility = terms.base + terms.assurance - terms.cost - outlook.shift * (measure != Measure.MEDIATION)
    return np.where(stands, utility[bench.seats], -np.inf)


@dataclass(frozen=True, slots=True)
class _Paper:
    """What the seats weigh on one draft, but for disposition and luck; s seats."""

    terms: Terms
    base: Floats
    political: Floats
    fixed: Signs
    k_yes: float
    k_no: Floats
    pull: float
    excluded: NDArray[np.bool_]


def _paper(theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook) -> _Paper:
    key = ("paper", id(bench), measure, outlook.answered, outlook.key)
    return theatre.reuse(outlook.usual, key, lambda: _write(theatre, bench, measure, outlook))


def _write(theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook) -> _Paper:
    behaviour = theatre.experiment.behaviour
    terms = weigh_draft(theatre, measure, outlook)
    seats = bench.seats
    shift = outlook.shift[seats] if measure >= Measure.CONDEMNATION else 0.0
    against_it = theatre.on_aggressor_side[seats] & (measure not in (Measure.MEDIATION, Measure.PEACEKEEPING))
    fixed = np.where(against_it, -1, np.where(theatre.on_target_side[seats], 1, FREE))
    if bench.rule.parties == "abstain":
        fixed = np.where(bench.party, 0, fixed)
    return _Paper(
        terms=terms,
        base=(terms.base + terms.assurance - terms.cost)[seats] - shift,
        political=(terms.norm + terms.partisan)[seats] - shift,
        fixed=np.where(bench.absent, ABSENT, fixed).astype(np.int8),
        k_yes=behaviour.k_text if _talked_over(theatre, measure) else behaviour.k_yes,
        k_no=np.where(bench.veto, behaviour.k_veto, behaviour.k_no),
        pull=behaviour.a_pull * max(severity(behaviour, measure), behaviour.vote_floor),
        excluded=bench.excluded(measure),
    )


def _sound(theatre: Theatre, bench: Bench, measure: Measure, paper: _Paper) -> tuple[float, float]:
    lasting, passing = (np.ascontiguousarray(x[:, bench.seats]) for x in theatre.canvass_luck)
    rule, passing = bench.rule, consulted(theatre, measure, passing)
    return canvass(
        paper.base, paper.political, lasting, passing, *theatre.seated(bench), paper.pull, paper.k_yes, paper.k_no, paper.fixed,
        PASSES, paper.excluded, bench.veto, bench.weight, bench.quota, bench.basis, bench.strict, rule.abstention_blocks,
        rule.absence_blocks,
    )  # fmt: skip
