"""Referral: somebody brings the matter before the organ, or nobody does."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from kernels.elementary import exp
from sim.crisis.deliberation import deliberation
from sim.crisis.history import History
from sim.crisis.settlement import ripeness
from sim.decision.theatre import Theatre
from sim.decision.undertaking import referral_median_days
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import EndCause, Kind, Measure, Outcome, Rank


def referral(h: History, k: int) -> Generator[Any, Any, None]:
    """Bring the matter to the organ after a delay, unless another body has it first, and let it deliberate."""
    theatre, state, behaviour = h.theatres[k], h.state, h.experiment.behaviour
    if theatre.seats.bench is None:
        return
    chance = p_referral(theatre) if theatre.duties.in_motion else 0.0
    if chance > 0.0 and _goes_elsewhere(h, k):
        yield from _elsewhere(h, k)
        if not h.open(k):
            return
        chance = behaviour.p_referral_after_forum
    drawn = h.luck.uniform(Purpose.REFERRED, k)
    if drawn >= chance:
        h.event(k, Kind.NOT_REFERRED, theatre.target, theatre.aggressor)
        return
    heeded = theatre.quarrel.heeds_threats and drawn < chance * behaviour.referral_of_a_threat
    while not heeded and state.attacked_at[k] == NEVER:
        yield h.war[k].wait(Rank.REFERRAL, k)
        if not h.open(k):
            return
    yield h.calendar.wait_days(_delay_days(h, k), Rank.REFERRAL, k)
    if not h.open(k):
        return
    state.referred_at[k] = h.now
    seq = h.event(k, Kind.REFERRED, _applicant(h, k), theatre.aggressor)
    h.calendar.process(deliberation(h, k, seq))


def _goes_elsewhere(h: History, k: int) -> bool:
    behaviour = h.experiment.behaviour
    if h.theatres[k].quarrel.rival_forum is None or not behaviour.mechanisms.rival_forum:
        return False
    return h.luck.uniform(Purpose.FORUM, k) < behaviour.p_rival_forum


def _elsewhere(h: History, k: int) -> Generator[Any, Any, None]:
    """A rival forum tries its hand: it can bring about a split that both prefer, and binds nobody.

    The Conference of Ambassadors over Corfu (1923), the Organization of American States over the Football War (1969), the
    Organization of African Unity over the Ogaden (1977): UN Charter, Art. 52(2)-(3).
    """
    theatre, behaviour = h.theatres[k], h.experiment.behaviour
    taken = h.event(k, Kind.TAKEN_ELSEWHERE, theatre.target, theatre.aggressor)
    tries = behaviour.clocks.forum_days * h.luck.exponential(Purpose.FORUM_DELAY, k)
    yield h.over[k].wait_for_days(tries, Rank.REFERRAL, k)
    if h.open(k) and behaviour.mechanisms.settlement and h.state.attacked_at[k] != NEVER:
        chance = behaviour.settlement.award_accepted * ripeness(h, k, h.prospects(k))
        if h.luck.uniform(Purpose.FORUM, k, 1) < chance:
            seq = h.event(k, Kind.SPLIT_AGREED, theatre.aggressor, theatre.target, value=h.share_won(k), cause=taken)
            h.close(k, Outcome.COMPROMISE, EndCause.SPLIT, h.share_won(k), seq)


def p_referral(theatre: Theatre) -> float:
    """Chance that the matter is ever brought before the organ.

    High where the aggressor is bound by the charter, or a power of the council is the target or speaks for it; lower
    against a stranger, on whom the organ has no hold (China and North Vietnam, 1954-70). A target that is none finds
    somebody to bring its case (Angola, 1976). Lower, too, where a veto stands behind the aggressor, so that nothing is
    to be had (Vietnam and Cambodia, 1977), if it is known beforehand: that of a permanent member or of another whom the
    charter names, or the aggressor's own where all must agree; not that of any friend of its under unanimity.
    """
    behaviour, bench, members = theatre.experiment.behaviour, theatre.seats.bench, theatre.members
    assert bench is not None
    standing = bench.party if bench.rule.consensus or bench.rule.veto == "all" else bench.veto
    shields = bench.seats[standing & ~bench.absent & ~bench.excluded(Measure.CONDEMNATION)]
    spoken_for = (theatre.patrons_of_target | theatre.on_target_side)[bench.seats[bench.permanent]].any()
    own = members[theatre.aggressor] or spoken_for
    chance = behaviour.p_referral_member if own else behaviour.p_referral_other
    shielded = (theatre.on_aggressor_side | theatre.patrons)[shields].any()
    return chance * (behaviour.referral_against_veto if shielded and own else 1.0)


def _delay_days(h: History, k: int) -> float:
    """Lognormal: short for open invasion, longer the more blame is in dispute."""
    clocks = h.experiment.behaviour.clocks
    median = referral_median_days(h.theatres[k].undertaking, clocks)
    return median * float(exp(clocks.referral_ln_sd * h.luck.normal(Purpose.REFERRAL_DELAY, k)))


def _applicant(h: History, k: int) -> int:
    """The target if it is a member, else the member closest to it."""
    theatre = h.theatres[k]
    if theatre.members[theatre.target]:
        return theatre.target
    eligible = theatre.members & ~theatre.on_aggressor_side
    return int(np.argmax(np.where(eligible, theatre.affinity[:, theatre.target], -np.inf)))
