"""The threat: a demand with a deadline; the target resists or concedes, and the aggressor makes good its threat or not."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.crisis.cooling_off import cooling_off
from sim.crisis.history import History
from sim.crisis.settlement import p_yield
from sim.decision.casus_foederis import bond
from sim.decision.forecast import Forecast, foresee, hope_under_threat, p_carried_out, promised
from sim.decision.terms import Terms, weigh
from sim.decision.theatre import Theatre
from sim.luck import Purpose
from sim.stream.codes import EndCause, Kind, Measure, Outcome, Phase, Rank


def ultimatum(h: History, k: int) -> Generator[Any, Any, None]:
    """Wait for the deadline; an aggressor that is bound to cool off waits on, or breaks its word."""
    theatre, state, scenario = h.theatres[k], h.state, h.theatres[k].scenario
    seq = h.event(k, Kind.THREATENED, theatre.aggressor, theatre.target, value=scenario.deadline_days)
    state.because[k] = seq
    h.enter(k, Phase.THREAT, seq)
    yield h.calendar.wait_days(scenario.deadline_days, Rank.OPPORTUNITY, k)
    if not h.open(k):
        return
    if not resists(h, k):
        h.close(k, Outcome.FAIT_ACCOMPLI, EndCause.CONCEDED, 1.0, int(state.because[k]))
        return
    yield from cooling_off(h, k)
    if h.open(k) and h.experiment.behaviour.mechanisms.backing_down and _lets_it_pass(h, k):
        state.attempted[k] = False
        seq = h.event(k, Kind.YIELDED, theatre.aggressor, theatre.target)
        h.close(k, Outcome.DETERRED, EndCause.YIELDED, 0.0, seq)


def resists(h: History, k: int) -> bool:
    """Whether the target fights for what is demanded or was taken; log its choice and the advice of its patron.

    It weighs its chance of keeping the objective, with help if its patron would give any, against the cost of
    the war; a demand may be a bluff, and whether it is shows in what the war promises the aggressor (Fearon 1995).
    Advice to concede weighs as far as war is likely (Prague, 19-21 September 1938).
    """
    theatre, state, behaviour = h.theatres[k], h.state, h.experiment.behaviour
    forecast = _foreseen_by(h, k, theatre.target)
    carried = p_carried_out(theatre, promised(theatre, forecast)) if state.phase[k] == Phase.THREAT else 1.0
    p_lost, counsel = forecast.p_win, 0.0
    patron = patron_of(theatre)
    if patron is not None and behaviour.mechanisms.advice:
        noise = state.disposition[k, patron] + h.luck.logistic(Purpose.FORCE, k, 0, patron, 0)
        outlook = h.outlook(k)
        terms = weigh(theatre, Measure.COLLECTIVE_DEFENCE, outlook, mandated=False)
        terms = terms.bound_by(bond(theatre, outlook, h.luck_of_treaties(k)))
        willing = terms.base[patron] - state.deal_shift[k, patron] + noise
        if willing < 0.0:
            p_lost = forecast.p_win_alone
        if willing < 0.0 and _would_be_entrapped(h, k, patron, terms):
            counsel = behaviour.advice
            advised = h.event(k, Kind.ADVISED_TO_CONCEDE, patron, theatre.target, value=float(willing))
            state.because[k] = advised
    front, objective = int(state.front[k]), int(state.objective[k])
    hope = hope_under_threat(theatre, p_lost, carried, front, objective) - carried * counsel
    fights = hope + behaviour.concession_spread * h.luck.logistic(Purpose.THREAT, k) > 0.0
    kind = Kind.RESISTED if fights else Kind.CONCEDED
    state.because[k] = h.event(k, kind, theatre.target, theatre.aggressor, value=hope)
    return fights


def patron_of(theatre: Theatre) -> int | None:
    """The great power outside the quarrel that protects the target or owes it most by treaty; None if there is none."""
    owed = theatre.duties.treaties_for_target.owed + theatre.patrons_of_target
    owed = np.where(theatre.world.great_power & ~theatre.parties, owed + 0.1 * theatre.nearer * (owed > 0.0), 0.0)
    patron = int(np.argmax(owed))
    return patron if owed[patron] > 0.0 else None


def _would_be_entrapped(h: History, k: int, patron: int, terms: Terms) -> bool:
    """Whether a patron that would not fight has reason to counsel surrender: it is bound by treaty, or leans to the aggressor.

    Who is bound fears that its ally's war becomes its own (Snyder 1984); a friend without a treaty may just look on.
    """
    bound = h.theatres[k].duties.treaties_for_target.owed[patron] >= 1.0
    leaning = terms.norm[patron] + terms.partisan[patron] + h.state.disposition[k, patron]
    against = leaning - h.state.deal_shift[k, patron] < -h.experiment.behaviour.k_no
    return bool(bound or against)


def _lets_it_pass(h: History, k: int) -> bool:
    """Whether an aggressor whose threat was rejected does not carry it out.

    It may be pressed to give way, as at any review; and it weighs the response again, whoever made it threaten: what it
    lost by a bluff is little beside a war that does not pay (Fearon 1994).
    """
    p_win, behaviour = h.p_win(k), h.experiment.behaviour
    if h.luck.uniform(Purpose.DEADLINE, k) < p_yield(h, k, p_win, 0.0):
        return True
    theatre = h.theatres[k]
    promise = promised(theatre, _foreseen_by(h, k, theatre.aggressor))
    return promise + float(h.state.misperceived[k]) < -behaviour.stake_bluff


def _foreseen_by(h: History, k: int, state: int) -> Forecast:
    front, objective = int(h.state.front[k]), int(h.state.objective[k])
    return foresee(h.theatres[k].as_seen_by(state), h.outlook(k), h.ready(k), front, objective)
