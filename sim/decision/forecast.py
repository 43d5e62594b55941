"""What the aggressor foresees: the whole arrangement played out over belief draws."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from kernels.campaign import absorption, expected_battles, p_battle
from kernels.elementary import logistic, power
from sim.behaviour import Behaviour
from sim.decision.ballots import sponsor_of, vote
from sim.decision.casus_foederis import bond
from sim.decision.coalitions import muster, senders
from sim.decision.leverage import economic_pressure
from sim.decision.terms import Outlook, coverage
from sim.decision.theatre import Theatre
from sim.decision.undertaking import referral_median_days
from sim.luck import OF_THE_CELL, Luck, Purpose
from sim.stream.codes import Measure

WALK_MEDIAN = 0.72
"""Median length of a walk over its mean length: between the ends of a front of six, at any odds (whole walks)."""
WALK_LN_VARIANCE = 0.8
"""Variance of the logarithm of a walk's length at a given tempo (whole walks)."""
ORDERED_SHARE = 0.25
"""Share of its forces that a central authority without forces of its own asks of a member."""
NORMAL_BY_LOGISTIC = 1.702
"""Slope at which the logistic distribution is within .01 of the standard normal (Haley 1952)."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Means over belief draws; utilities in stakes, chances 0 to 1."""

    p_win_alone: float
    p_win: float
    p_sanctions: float
    p_force: float
    response_day: float
    coalition_power: float
    war_cost: float
    sanction_cost: float
    nuclear_risk: float
    utility_unopposed: float
    utility: float

    @property
    def p_response(self) -> float:
        return max(self.p_sanctions, self.p_force)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one belief draw answers."""

    measure_day: float
    sanctions: float
    force_day: float
    power_for: float
    power_against: float
    nuclear: bool


def foresee(theatre: Theatre, outlook: Outlook, ready: np.ndarray, front: int, objective: int) -> Forecast:
    """Play the arrangement out over the belief draws of the cell.

    Parameters
    ----------
    ready : (n,) float64 ndarray
        Share of each state's forces that is free.
    front, objective : int
        Where the front would start and where the objective lies [forts].

    Notes
    -----
    EU = E[p(win)] * stake - E[war cost] - E[sanction cost] - nuclear risk, against 0 for the status quo.
    Draws belong to the cell, so every run of a cell reads the same forecast; its misperception is its own.
    """
    key = ("forecast", front, objective, outlook.key, ready.tobytes())
    return theatre.reuse(outlook.usual, key, lambda: _foresee(theatre, outlook, ready, front, objective))


def _foresee(theatre: Theatre, outlook: Outlook, ready: np.ndarray, front: int, objective: int) -> Forecast:
    behaviour, plan = theatre.experiment.behaviour, theatre.undertaking
    x_a, x_t = _principals(theatre)
    alone = _p_win(behaviour, x_a, x_t, theatre.edge, front, objective)
    days = war_days(theatre, front, objective)
    unopposed_cost = plan.forces * _war_cost(behaviour, x_a, x_t)
    wins, war, sanction, response, powers = [], [], [], [], []
    n_sanctions = n_force = n_nuclear = 0
    for k in range(behaviour.belief_draws):
        answer = _answer(theatre, outlook, ready, k)
        added, against = answer.power_for, answer.power_against
        helped = _p_win(behaviour, x_a + against, x_t + added, theatre.edge, front, objective)
        first = done_before(days, answer.force_day, behaviour.war.tempo_ln_sd)
        wins.append(first * alone + (1.0 - first) * helped)
        war.append(
            first * unopposed_cost + (1.0 - first) * plan.forces * _war_cost(behaviour, x_a + against, x_t + added)
        )
        year_left = max(0.0, 365.0 - answer.measure_day) / 365.0
        sanction.append(behaviour.stake_sanctions * answer.sanctions * year_left)
        powers.append(added)
        n_sanctions += answer.sanctions > 0.0
        n_force += added > 0.0
        n_nuclear += answer.nuclear
        if math.isfinite(answer.measure_day):
            response.append(answer.measure_day)
    draws = behaviour.belief_draws
    nuclear_risk = behaviour.stake_nuclear * n_nuclear / draws
    p_win, war_cost, sanction_cost = _mean(wins), _mean(war), _mean(sanction)
    return Forecast(
        p_win_alone=alone,
        p_win=p_win,
        p_sanctions=n_sanctions / draws,
        p_force=n_force / draws,
        response_day=_mean(response) if response else math.nan,
        coalition_power=_mean(powers),
        war_cost=war_cost,
        sanction_cost=sanction_cost,
        nuclear_risk=nuclear_risk,
        utility_unopposed=plan.stake * alone - unopposed_cost,
        utility=plan.stake * p_win - war_cost - sanction_cost - nuclear_risk,
    )


def _answer(theatre: Theatre, outlook: Outlook, ready: np.ndarray, draw: int) -> _Answer:
    experiment = theatre.experiment
    behaviour, charter = experiment.behaviour, experiment.charter
    n, crisis_luck = theatre.world.n_states, Luck(experiment.seed, OF_THE_CELL)
    leaning = behaviour.tau * crisis_luck.normals(Purpose.BELIEF_DISPOSITION, 0, draw, n, 0)
    leaning_against = behaviour.tau * crisis_luck.normals(Purpose.BELIEF_DISPOSITION, 0, draw, n, 1)
    luck_of_force = crisis_luck.logistics(Purpose.BELIEF_FORCE, 0, draw, n, 0)
    measure_day, sanctions, mandated, day = math.inf, 0.0, False, _first_sitting(theatre)
    if theatre.seats.bench is not None and theatre.duties.in_motion:
        for measure in theatre.seats.ladder[0]:
            luck = crisis_luck.logistics(Purpose.BELIEF_VOTE, 0, draw, n, int(measure))
            if not charter.organ.rule.automatic:
                _, will = sponsor_of(theatre, theatre.seats.bench, measure, outlook, leaning, luck_of_force)
                if will <= 0.0 or not vote(theatre, theatre.seats.bench, measure, outlook, leaning, luck).adopted:
                    break
            measure_day, outlook = min(measure_day, day), replace(outlook, answered=True)
            mandated = mandated or measure >= Measure.FORCE_AUTHORISED
            if coverage(behaviour, measure) and behaviour.mechanisms.sanctions:
                noise = leaning + crisis_luck.logistics(Purpose.BELIEF_SANCTION, 0, draw, n)
                sent = senders(theatre, measure, outlook, noise, mandated=True)
                included = theatre.scenario.key_commodity == "included" or measure == Measure.SANCTIONS_COMPREHENSIVE
                sanctions = max(
                    sanctions, economic_pressure(theatre, sent.share, coverage(behaviour, measure), included, 0.0)
                )
            day += charter.calendar.sitting_days
    if not behaviour.mechanisms.force:
        return _Answer(measure_day, sanctions, math.inf, 0.0, 0.0, False)
    compelled = centrally_commanded(theatre, crisis_luck, draw) if mandated else None
    joined = muster(
        theatre,
        Measure.FORCE_AUTHORISED,
        outlook,
        leaning + luck_of_force,
        leaning_against + crisis_luck.logistics(Purpose.BELIEF_FORCE, 0, draw, n, 1),
        mandated,
        theatre.can_fight,
        ready,
        compelled,
        bond=bond(theatre, outlook, crisis_luck.uniforms(Purpose.BELIEF_CASUS_FOEDERIS, 0, draw, n)),
    )
    outside = ~theatre.parties
    share_for = np.where(outside & (joined.side > 0), joined.share, 0.0)
    if compelled is not None:
        share_for = np.where(compelled, ORDERED_SHARE, share_for)
        standing = standing_share(theatre)
        share_for = np.where(standing > 0.0, standing, share_for)
    share_against = np.where(outside & (joined.side < 0), joined.share, 0.0)
    added = math.fsum(share_for * ready * theatre.power_for)
    against = math.fsum(share_against * ready * theatre.power_against)
    clocks = behaviour.clocks
    soonest = (
        charter.forces.ready_days
        if mandated and charter.forces.standing_share > 0.0
        else (clocks.mobilisation_days + clocks.mobilisation_mean_days)
    )
    decided = day if mandated else clocks.obligation_days
    nuclear = bool((theatre.nuclear & (share_for > 0.0)).any()) and not theatre.aggressor_is_nuclear
    return _Answer(measure_day, sanctions, decided + soonest if added > 0.0 else math.inf, added, against, nuclear)


def standing_share(theatre: Theatre) -> np.ndarray:
    """(n,) float64, share of each member's forces kept ready under the organ."""
    share = theatre.experiment.charter.forces.standing_share
    return np.where(theatre.members & ~theatre.parties & ~theatre.duties.reserved & ~theatre.neutral, share, 0.0)


def centrally_commanded(theatre: Theatre, luck: Luck, occurrence: int, crisis: int = 0) -> np.ndarray:
    """(n,) bool, members whose forces obey the organ without a decision of their own."""
    degree = theatre.experiment.charter.forces.centralisation
    if degree <= 0.0:
        return np.zeros(theatre.world.n_states, dtype=bool)
    drawn = luck.uniforms(Purpose.CENTRALISATION, crisis, occurrence, theatre.world.n_states)
    return np.asarray(theatre.members & ~theatre.parties & ~theatre.neutral & (drawn < degree))


def _first_sitting(theatre: Theatre) -> float:
    charter, plan, clocks = theatre.experiment.charter, theatre.undertaking, theatre.experiment.behaviour.clocks
    inquiry = clocks.inquiry_days * plan.disputed if theatre.experiment.behaviour.mechanisms.inquiry else 0.0
    brought = referral_median_days(plan, clocks) + inquiry + charter.calendar.notice_days
    return max(0.0, brought - plan.warning_days) if theatre.quarrel.heeds_threats else brought


def _principals(theatre: Theatre) -> tuple[float, float]:
    """Power of both sides at the place before anyone joins."""
    return theatre.undertaking.forces * math.fsum(theatre.power_against[theatre.on_aggressor_side]), math.fsum(
        theatre.power_for[theatre.on_target_side]
    )


def _p_win(behaviour: Behaviour, x_a: float, x_t: float, surprise: float, front: int, objective: int) -> float:
    p = p_battle(x_a, x_t, behaviour.war.exponent, behaviour.war.forts, surprise)
    return float(absorption(p, front, objective))


def war_days(theatre: Theatre, front: int, objective: int) -> float:
    """Expected length of the war between the parties alone [days]."""
    war = theatre.experiment.behaviour.war
    x_a, x_t = _principals(theatre)
    p = p_battle(x_a, x_t, war.exponent, war.forts, theatre.edge)
    lopsided = max(x_a, x_t) > war.lopsided_ratio * min(x_a, x_t)
    return float(expected_battles(p, front, objective)) * (war.tempo_lopsided_days if lopsided else war.tempo_days)


def hope_of(theatre: Theatre, p_lost: float, front: int, objective: int) -> float:
    """What the target may hope for if it fights: its chance of keeping the objective, less the cost of the war [stakes]."""
    cost = theatre.experiment.behaviour.settlement.war_cost_per_day * war_days(theatre, front, objective)
    return theatre.undertaking.target_stake * (1.0 - p_lost) - cost


def promised(theatre: Theatre, forecast: Forecast) -> float:
    """What the war promises the aggressor [stakes], of which the answer is no part if nobody reckons with one."""
    reckoned_with = theatre.experiment.behaviour.mechanisms.deterrence
    return forecast.utility if reckoned_with else forecast.utility_unopposed


def p_carried_out(theatre: Theatre, promise: float) -> float:
    """Chance that the aggressor makes its threat good, to one that knows the war's promise [stakes] but not its error."""
    behaviour = theatre.experiment.behaviour
    margin = promise + behaviour.stake_bluff
    if behaviour.misperception == 0.0:
        return float(margin >= 0.0)
    return float(logistic(NORMAL_BY_LOGISTIC * margin / behaviour.misperception))


def hope_under_threat(theatre: Theatre, p_lost: float, carried: float, front: int, objective: int) -> float:
    """What the target may hope for if it refuses: all of its stake where the threat is not carried out, else the war."""
    fought = hope_of(theatre, p_lost, front, objective)
    return carried * fought + (1.0 - carried) * theatre.undertaking.target_stake


def _war_cost(behaviour: Behaviour, x_a: float, x_t: float) -> float:
    """Losses follow the opponent's share of the forces met (Lanchester 1916, linear law)."""
    met = x_a + x_t
    return 2.0 * behaviour.stake_war_cost * x_t / met if met > 0.0 else 0.0


def done_before(days: float, deadline: float, ln_sd: float) -> float:
    """Chance that a war of mean length `days` at the median tempo is over by `deadline`.

    Parameters
    ----------
    days, deadline : float
        [days]
    ln_sd : float
        Of the tempo between wars.

    Notes
    -----
    A log-logistic with the median of the walk, and the variance of the walk's logarithm added to that of the tempo.
    """
    if math.isinf(deadline) or days <= 0.0:
        return 1.0
    if deadline <= 0.0:
        return 0.0
    spread = math.sqrt(ln_sd * ln_sd + WALK_LN_VARIANCE)
    late = float(power(WALK_MEDIAN * days / deadline, math.pi / (spread * 1.7320508075688772)))
    return 1.0 / (1.0 + late)


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)
