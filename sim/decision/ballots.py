"""Votes: how seats decide on a draft, what a sponsor hears before, and who sponsors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.drafts import most_willing, put_to_vote, strongest_willing
from kernels.voting import ABSENT, FREE, canvass
from sim.arrangement.organ import Bench
from sim.decision.terms import NOBODY, PASSES, SHARES, Floats, Outlook, Signs, Terms, severity, weigh
from sim.decision.theatre import Theatre
from sim.stream.codes import Measure


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
    paper, rule = _paper(theatre, bench, measure, outlook), bench.rule
    position, meant = np.empty(len(bench.seats), dtype=np.int8), np.empty(len(bench.seats), dtype=bool)
    adopted, yes, no, abstain, absent, vetoed_by = put_to_vote(
        paper.base, paper.political, bench.seats, disposition, luck, *theatre.seated(bench), paper.pull, paper.k_yes, paper.k_no,
        paper.fixed, PASSES, sponsor, flipped, paper.excluded, bench.veto, bench.weight, bench.quota, bench.basis, bench.strict,
        rule.abstention_blocks, rule.absence_blocks, position, meant,
    )  # fmt: skip
    return Ballot(position, meant, paper.excluded, adopted, yes, no, abstain, absent, vetoed_by, paper.terms)


def soundings(theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook) -> tuple[float, float]:
    """What a sponsor hears when it canvasses: chance of adoption, and chance that no veto is cast.

    The luck of the canvass belongs to the cell, so that soundings are the same for every run with the same
    outlook.
    """
    key = ("soundings", id(bench), measure, outlook.key)
    return theatre.reuse(outlook.usual, key, lambda: _sound(theatre, bench, _paper(theatre, bench, measure, outlook)))


def sponsor_of(
    theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook, disposition: Floats, luck_of_force: Floats
) -> tuple[int, float]:
    """Return the sponsor of a draft and its utility [logits].

    The most willing seat, parties but the target left out. Force needs more than a voter: the strongest outsider at
    the place that would itself send some, by the same luck by which it will decide on sending.
    """
    key = ("appeal", id(bench), measure, outlook.key)
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
        stands &= theatre.can_fight[bench.seats]
    else:
        terms = weigh(theatre, measure, outlook, mandated=False, voting=True)
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
    key = ("paper", id(bench), measure, outlook.key)
    return theatre.reuse(outlook.usual, key, lambda: _write(theatre, bench, measure, outlook))


def _write(theatre: Theatre, bench: Bench, measure: Measure, outlook: Outlook) -> _Paper:
    behaviour = theatre.experiment.behaviour
    terms = weigh(theatre, measure, outlook, mandated=False, voting=True)
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
        k_yes=behaviour.k_yes,
        k_no=np.where(bench.veto, behaviour.k_veto, behaviour.k_no),
        pull=behaviour.a_pull * max(severity(behaviour, measure), behaviour.vote_floor),
        excluded=bench.excluded(measure),
    )


def _sound(theatre: Theatre, bench: Bench, paper: _Paper) -> tuple[float, float]:
    lasting, passing = (np.ascontiguousarray(x[:, bench.seats]) for x in theatre.canvass_luck)
    rule = bench.rule
    return canvass(
        paper.base, paper.political, lasting, passing, *theatre.seated(bench), paper.pull, paper.k_yes, paper.k_no, paper.fixed,
        PASSES, paper.excluded, bench.veto, bench.weight, bench.quota, bench.basis, bench.strict, rule.abstention_blocks,
        rule.absence_blocks,
    )  # fmt: skip
