"""Opportunity, threat and deterrence: the aggressor forecasts the answer and chooses."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from kernels.elementary import exp, logistic
from sim.crisis.history import History
from sim.crisis.ultimatum import resists
from sim.decision.forecast import Forecast, foresee, hope_under_threat, p_carried_out, promised
from sim.experiment import Opening
from sim.luck import Purpose
from sim.stream.codes import EndCause, Entry, Kind, Outcome, Phase


@dataclass(frozen=True)
class Course:
    """One thing that the aggressor might do, and what it promises [stakes], with the response and without any."""

    opening: Opening
    forecast: Forecast
    utility: float
    unopposed: float


def opportunity(h: History, k: int) -> None:
    """Forecast the answer, and decide whether the aggressor acts, and how."""
    theatre, state, war = h.theatres[k], h.state, h.experiment.behaviour.war
    state.front[k], state.objective[k] = war.start, theatre.undertaking.objective
    root = h.event(k, Kind.OPPORTUNITY, theatre.aggressor, theatre.target, value=theatre.scenario.stake, cause=-1)
    state.root[k] = state.because[k] = root
    state.phase[k], state.phase_since[k] = Phase.OPPORTUNITY, h.now
    error = h.experiment.behaviour.misperception * h.luck.normal(Purpose.MISPERCEPTION, k)
    courses = [_course(h, k, opening, error) for opening in _openings(h, k)]
    chosen = max(courses, key=lambda course: course.utility)
    utility = chosen.utility
    _log_forecast(h, k, courses, error, utility)
    if h.experiment.aggression == "computed" and (max(c.unopposed for c in courses) <= 0.0 or utility <= 0.0):
        tempted = max(c.unopposed for c in courses) > 0.0
        seq = h.event(k, Kind.REFRAINED, theatre.aggressor, theatre.target, value=utility)
        h.close(k, Outcome.DETERRED if tempted else Outcome.NOT_TEMPTED, EndCause.REFRAINED, 0.0, seq)
        return
    state.attempted[k] = True
    if chosen is not courses[0]:
        state.objective[k] = h.stage(k, chosen.opening).undertaking.objective
    if chosen.opening.probe:
        state.because[k] = h.event(k, Kind.PROBED, theatre.aggressor, theatre.target, value=utility)


def _openings(h: History, k: int) -> list[Opening]:
    """The course of the scenario first; where the aggressor may choose, an attack may be threatened first, or be a probe."""
    own, switches = h.openings[k], h.experiment.behaviour.mechanisms
    if h.experiment.aggression == "forced" or own.entry != Entry.ATTACK:
        return [own]
    threat, probe = replace(own, entry=Entry.THREAT), replace(own, entry=Entry.COVERT, probe=True)
    return [own, *([threat] if switches.threats else []), *([probe] if switches.probes else [])]


def _course(h: History, k: int, opening: Opening, error: float) -> Course:
    """What a course promises as this run's aggressor sees it; who risks a part of the stake errs by that part."""
    theatre = h.theatre_at(opening)
    plan, start = theatre.undertaking, h.experiment.behaviour.war.start
    forecast = foresee(theatre.as_seen_by(theatre.aggressor), h.outlook(k), h.ready(k), start, plan.objective)
    foreseen = promised(theatre, forecast)
    seen = foreseen + error * plan.stake / theatre.scenario.stake
    if opening.entry != Entry.THREAT:
        return Course(opening, forecast, seen, forecast.utility_unopposed)
    spread, bluff = h.experiment.behaviour.concession_spread, h.experiment.behaviour.stake_bluff

    def promise(p_win: float, war: float, seen: float) -> float:
        hope = hope_under_threat(theatre, p_win, p_carried_out(theatre, war), start, plan.objective)
        p_conceded = float(logistic(-hope / spread))
        return p_conceded * plan.stake + (1.0 - p_conceded) * max(-bluff, seen)

    unopposed = forecast.utility_unopposed
    return Course(
        opening,
        forecast,
        promise(forecast.p_win, foreseen, seen),
        promise(forecast.p_win_alone, unopposed, unopposed),
    )


def _log_forecast(h: History, k: int, courses: list[Course], error: float, utility: float) -> None:
    """Log the forecast of the scenario's own course, what the others promise, and the utility as this run's aggressor sees it."""
    forecast = courses[0].forecast
    by_entry = {course.opening.entry: course.utility for course in courses[1:]}
    h.state.because[k] = h.event(k, Kind.FORECAST, h.theatres[k].aggressor, value=utility)
    h.log.row(
        "forecasts", k, forecast.p_win_alone, forecast.p_win, forecast.p_sanctions, forecast.p_force, forecast.response_day,
        forecast.coalition_power, forecast.war_cost, forecast.sanction_cost, forecast.nuclear_risk, error,
        forecast.utility_unopposed, utility, by_entry.get(Entry.THREAT, math.nan), by_entry.get(Entry.COVERT, math.nan),
    )  # fmt: skip
    h.state.forecast_p_response[k], h.state.forecast_utility[k] = forecast.p_response, utility
    h.state.misperceived[k] = error


def attack(h: History, k: int) -> None:
    """Send both sides' forces into the field, a probe's aggressor only its part, and set the tempo of the war.

    A breach of treaty (a demilitarised zone entered) takes its objective at once; the target chooses whether to
    contest it.
    """
    theatre, state, war = h.theatres[k], h.state, h.experiment.behaviour.war
    parties = np.flatnonzero(theatre.parties)
    share = np.where(theatre.on_aggressor_side[parties], theatre.undertaking.forces, 1.0)
    sent = np.round(share * state.home[parties]).astype(np.int64)
    state.field[k, parties] += sent
    state.home[parties] -= sent
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
    h.war[k].ring()
