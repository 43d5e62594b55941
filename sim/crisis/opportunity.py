"""Opportunity, threat and deterrence: the aggressor forecasts the answer and chooses."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from kernels.elementary import exp
from sim.crisis.history import History
from sim.crisis.settlement import p_yield
from sim.decision.forecast import Forecast, foresee, war_days
from sim.decision.terms import weigh
from sim.decision.theatre import Theatre
from sim.luck import Purpose
from sim.stream.codes import EndCause, Entry, Kind, Measure, Outcome, Phase, Rank


def opportunity(h: History, k: int) -> None:
    """Forecast the answer, and decide whether the aggressor acts."""
    theatre, state, scenario = h.theatres[k], h.state, h.theatres[k].scenario
    war = h.experiment.behaviour.war
    state.front[k] = war.start
    state.objective[k] = war.forts if scenario.objective == "total" else min(war.start + war.limited_forts, war.forts)
    root = h.event(k, Kind.OPPORTUNITY, theatre.aggressor, theatre.target, value=scenario.stake, cause=-1)
    state.root[k] = state.because[k] = root
    state.phase[k], state.phase_since[k] = Phase.OPPORTUNITY, h.now
    forecast = foresee(theatre, h.outlook(k), h.ready(k), war.start, int(state.objective[k]))
    utility = _perceived(h, k, forecast)
    if h.experiment.aggression == "computed" and (forecast.utility_unopposed <= 0.0 or utility <= 0.0):
        tempted = forecast.utility_unopposed > 0.0
        seq = h.event(k, Kind.REFRAINED, theatre.aggressor, theatre.target, value=utility)
        h.close(k, Outcome.DETERRED if tempted else Outcome.NOT_TEMPTED, EndCause.REFRAINED, 0.0, seq)
        return
    state.attempted[k] = True


def _perceived(h: History, k: int, forecast: Forecast) -> float:
    """Log the forecast and return the utility of attacking as this run's aggressor sees it."""
    behaviour = h.experiment.behaviour
    error = behaviour.misperception * h.luck.normal(Purpose.MISPERCEPTION, k)
    foreseen = forecast.utility if behaviour.mechanisms.deterrence else forecast.utility_unopposed
    utility = foreseen + error
    h.state.because[k] = h.event(k, Kind.FORECAST, h.theatres[k].aggressor, value=utility)
    h.log.row(
        "forecasts", k, forecast.p_win_alone, forecast.p_win, forecast.p_sanctions, forecast.p_force, forecast.response_day,
        forecast.coalition_power, forecast.war_cost, forecast.sanction_cost, forecast.nuclear_risk, error,
        forecast.utility_unopposed, utility,
    )  # fmt: skip
    h.state.forecast_p_response[k], h.state.forecast_utility[k] = forecast.p_response, utility
    return utility


def ultimatum(h: History, k: int) -> Generator[Any, Any, None]:
    """A demand with a deadline: the target gives way or not, and the aggressor makes good its threat or not."""
    theatre, state, scenario = h.theatres[k], h.state, h.theatres[k].scenario
    seq = h.event(k, Kind.THREATENED, theatre.aggressor, theatre.target, value=scenario.deadline_days)
    state.because[k] = seq
    h.enter(k, Phase.THREAT, seq)
    yield h.calendar.wait_days(scenario.deadline_days, Rank.OPPORTUNITY, k)
    if not h.open(k):
        return
    if not resists(h, k):
        h.close(k, Outcome.FAIT_ACCOMPLI, EndCause.CONCEDED, 1.0, int(state.because[k]))
    elif h.experiment.behaviour.mechanisms.backing_down and _lets_it_pass(h, k):
        state.attempted[k] = False
        seq = h.event(k, Kind.YIELDED, theatre.aggressor, theatre.target)
        h.close(k, Outcome.DETERRED, EndCause.YIELDED, 0.0, seq)


def resists(h: History, k: int) -> bool:
    """Whether the target fights for what is demanded; log its choice and the advice of its patron.

    It weighs its chance of keeping the objective, with help if its patron would give any, against the cost of
    the war; advice to concede weighs with it (Prague, 19-21 September 1938).
    """
    theatre, state, behaviour = h.theatres[k], h.state, h.experiment.behaviour
    scenario = theatre.scenario
    forecast = foresee(theatre, h.outlook(k), h.ready(k), int(state.front[k]), int(state.objective[k]))
    p_lost, counsel = forecast.p_win, 0.0
    patron = patron_of(theatre)
    if patron is not None and behaviour.mechanisms.advice:
        noise = state.disposition[k, patron] + h.luck.logistic(Purpose.FORCE, k, 0, patron, 0)
        terms = weigh(theatre, Measure.COLLECTIVE_DEFENCE, h.outlook(k), mandated=False)
        willing = terms.base[patron] - state.deal_shift[k, patron] + noise
        if willing < 0.0:
            p_lost, counsel = forecast.p_win_alone, behaviour.advice
            advised = h.event(k, Kind.ADVISED_TO_CONCEDE, patron, theatre.target, value=float(willing))
            state.because[k] = advised
    days = war_days(theatre, int(state.front[k]), int(state.objective[k]))
    cost = behaviour.settlement.war_cost_per_day * days
    hope = scenario.target_stake * (1.0 - p_lost) - cost - counsel
    fights = hope + 0.1 * h.luck.logistic(Purpose.THREAT, k) > 0.0
    kind = Kind.RESISTED if fights else Kind.CONCEDED
    state.because[k] = h.event(k, kind, theatre.target, theatre.aggressor, value=hope)
    return fights


def patron_of(theatre: Theatre) -> int | None:
    """The great power outside the quarrel that protects the target or owes it most by treaty; None if there is none."""
    owed = theatre.treaties_for_target.owed + theatre.patrons_of_target
    owed = np.where(theatre.world.great_power & ~theatre.parties, owed + 0.1 * theatre.nearer * (owed > 0.0), 0.0)
    patron = int(np.argmax(owed))
    return patron if owed[patron] > 0.0 else None


def _lets_it_pass(h: History, k: int) -> bool:
    """Whether an aggressor whose threat was rejected does not carry it out."""
    p_win = h.p_win_at_opening(k)
    return h.luck.uniform(Purpose.DEADLINE, k) < p_yield(h, k, p_win, 0.0)


def attack(h: History, k: int) -> None:
    """Send both sides' forces into the field and set the tempo of the war.

    A breach of treaty (a demilitarised zone entered) takes its objective at once; the target chooses whether to
    contest it.
    """
    theatre, state, war = h.theatres[k], h.state, h.experiment.behaviour.war
    parties = np.flatnonzero(theatre.parties)
    state.field[k, parties] += state.home[parties]
    state.home[parties] = 0
    state.delivered[k, parties] = state.field[k, parties]
    state.attacked_at[k], state.resisting[k] = h.now, True
    state.side[k, parties] = theatre.fixed[parties]
    x_t, x_a = h.powers(k)
    state.tempo_days[k] = exp(war.tempo_ln_sd * h.luck.normal(Purpose.TEMPO, k))
    seq = h.event(k, Kind.ATTACKED, theatre.aggressor, theatre.target, value=x_a)
    state.because[k] = seq
    state.opening_for[k], state.opening_against[k] = x_t, x_a
    h.enter(k, Phase.FIGHTING, seq)
    if h.experiment.charter.neutrality.embargo and h.experiment.behaviour.mechanisms.embargo:
        state.embargo[k] = True
        h.event(k, Kind.EMBARGO_ON_BOTH, theatre.aggressor, theatre.target, cause=seq)
    if theatre.opening.entry == Entry.TREATY_BREACH:
        state.resisting[k] = resists(h, k)
        state.front[k] = state.objective[k]
