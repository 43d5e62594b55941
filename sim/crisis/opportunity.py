"""Opportunity, threat and deterrence: the aggressor forecasts the answer and chooses."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from kernels.elementary import exp
from sim.crisis.history import History
from sim.decision.forecast import Forecast, foresee, war_days
from sim.luck import Purpose
from sim.stream.codes import EndCause, Entry, Kind, Outcome, Phase, Rank


def opportunity(h: History, k: int) -> Generator[Any, Any, None]:
    """Decide whether the aggressor acts, and open the war if it does and the target resists."""
    theatre, state, scenario = h.theatres[k], h.state, h.experiment.scenario
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
    if theatre.opening.entry == Entry.THREAT:
        yield from _threaten(h, k, forecast)
    if h.open(k):
        _attack(h, k)


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


def _threaten(h: History, k: int, forecast: Forecast) -> Generator[Any, Any, None]:
    """A demand with a deadline; the target resists if it values a fight above what it is asked to give up."""
    theatre, scenario = h.theatres[k], h.experiment.scenario
    seq = h.event(k, Kind.THREATENED, theatre.aggressor, theatre.target, value=scenario.deadline_days)
    h.state.because[k] = seq
    h.enter(k, Phase.THREAT, seq)
    yield h.calendar.wait_days(scenario.deadline_days, Rank.OPPORTUNITY, k)
    days = war_days(theatre, int(h.state.front[k]), int(h.state.objective[k]))
    hope = scenario.target_stake * (1.0 - forecast.p_win) - h.experiment.behaviour.settlement.war_cost_per_day * days
    if hope + 0.1 * h.luck.logistic(Purpose.THREAT, k) > 0.0:
        h.state.because[k] = h.event(k, Kind.RESISTED, theatre.target, theatre.aggressor, value=hope)
        return
    conceded = h.event(k, Kind.CONCEDED, theatre.target, theatre.aggressor, value=hope)
    h.close(k, Outcome.FAIT_ACCOMPLI, EndCause.CONCEDED, 1.0, conceded)


def _attack(h: History, k: int) -> None:
    """Send both sides' forces into the field and set the tempo of the war."""
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
