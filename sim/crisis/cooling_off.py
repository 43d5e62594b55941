"""Cooling-off: an aggressor bound to submit its quarrel waits for the award and the months after it, or breaks its word."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sim.arrangement.obligations import wording
from sim.crisis.history import ORGAN, History
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import EndCause, Kind, Measure, Outcome, Rank


def cooling_off(h: History, k: int) -> Generator[Any, Any, None]:
    """Hold back for the charter's months where the aggressor keeps its word, then hear the award.

    "In no case to resort to war until three months after the award by the arbitrators or the judicial decision or the
    report by the Council": Covenant, Art. 12(1). Breaking it makes blame plain: Art. 16(1).
    """
    behaviour, days = h.experiment.behaviour, h.experiment.charter.calendar.cooling_off_days
    if not behaviour.mechanisms.cooling_off or days <= 0.0 or not _bound(h, k):
        return
    theatre, state = h.theatres[k], h.state
    keeps = _keeps_word(h, k)
    if not keeps:
        seq = h.event(k, Kind.COVENANT_BROKEN, theatre.aggressor, theatre.target)
        if state.attributed_at[k] == NEVER:
            state.attributed_at[k] = h.now
            h.event(k, Kind.ATTRIBUTED, ORGAN, theatre.aggressor, cause=seq)
            h.organ[k].ring()
        return
    seq = h.event(k, Kind.COOLING_OFF, theatre.aggressor, theatre.target, Measure.MEDIATION, days)
    state.because[k] = seq
    yield h.over[k].wait_for_days(days, Rank.OPPORTUNITY, k)
    if h.open(k) and behaviour.mechanisms.settlement:
        _award(h, k)


def _bound(h: History, k: int) -> bool:
    """Whether the aggressor has promised to wait in this quarrel: a member, before its organ or, without one, by treaty."""
    theatre = h.theatres[k]
    heard = theatre.seats.bench is None or h.state.referred_at[k] != NEVER
    return bool(theatre.quarrel.heeds_threats and theatre.members[theatre.aggressor] and heard)


def _keeps_word(h: History, k: int) -> bool:
    """The rule of every decision: norm and reputation of the promise against what haste is worth to the aggressor."""
    theatre, state, behaviour, i = h.theatres[k], h.state, h.experiment.behaviour, h.theatres[k].aggressor
    promise = max(wording(h.experiment.charter, behaviour), behaviour.wording_consult) * float(state.reliability[i])
    utility = (
        promise
        * (
            behaviour.a_norm * float(theatre.norm_commitment[i]) * float(state.legitimacy[0])
            + behaviour.a_reputation * float(state.credibility[0])
        )
        - behaviour.a_inertia * behaviour.severity.mediation
        - behaviour.a_cost * max(0.0, float(state.forecast_utility[k]))
        + h.luck.logistic(Purpose.COOLING_OFF, k)
    )
    return utility > 0.0


def _award(h: History, k: int) -> None:
    """The award splits what is in quarrel; two sides that both prefer it to war accept it half the time."""
    theatre, rule, plan = h.theatres[k], h.experiment.behaviour.settlement, h.theatres[k].undertaking
    p_win, dearer = h.p_win(k), rule.war_cost_per_day * h.war_days(k)
    awarded = rule.awarded
    aggressor_prefers = p_win - dearer / plan.stake < awarded
    target_prefers = 1.0 - p_win - dearer / plan.target_stake < 1.0 - awarded
    accepted = h.luck.uniform(Purpose.AWARD, k) < rule.award_accepted
    if aggressor_prefers and target_prefers and accepted:
        seq = h.event(k, Kind.AWARD_ACCEPTED, theatre.aggressor, theatre.target, Measure.MEDIATION, awarded)
        h.close(k, Outcome.COMPROMISE, EndCause.AWARD, awarded, seq)
        return
    unwilling = theatre.target if aggressor_prefers and not target_prefers else theatre.aggressor
    h.event(k, Kind.AWARD_REFUSED, unwilling, ORGAN, Measure.MEDIATION, p_win)
