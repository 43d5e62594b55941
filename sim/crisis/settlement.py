"""Settlement: at each review both sides compare fighting on with a split, and the aggressor may leave."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from kernels.campaign import absorption, expected_battles, p_battle
from kernels.elementary import logistic
from kernels.sums import exact_sum, exact_sum_where
from sim.calendar import MINUTES_PER_DAY
from sim.crisis.history import History
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import EndCause, Kind, Outcome, Rank, Series

HOPELESS = 0.6


def settlement(h: History, k: int) -> Generator[Any, Any, None]:
    """Review at intervals, and whenever the organ has spoken, until one of the ends is reached."""
    clocks = h.experiment.behaviour.clocks
    review = 0
    while h.open(k):
        yield h.calendar.wait_days(clocks.review_days, Rank.SETTLEMENT, k) | h.adopted[k].wait(Rank.SETTLEMENT, k)
        if h.open(k):
            _review(h, k, review)
            review += 1


def _review(h: History, k: int, review: int) -> None:
    theatre, state, switches = h.theatres[k], h.state, h.experiment.behaviour.mechanisms
    p_win, pressure = h.p_win(k), h.pressure(k)
    last = max(int(state.reviewed_at[k]), int(state.attacked_at[k]))
    years = (h.now - last) / (365.0 * MINUTES_PER_DAY)
    state.reviewed_at[k] = h.now
    state.trade_cost[k] += pressure * years
    state.sender_cost[k] += years * exact_sum(
        state.comply[k] * state.coverage[k] * theatre.trade_at_stake * theatre.world.economy
    )
    reviewed = h.event(k, Kind.REVIEWED, theatre.aggressor, theatre.target, value=p_win)
    h.track(k, Series.PRESSURE, pressure)
    h.track(k, Series.GREAT_POWERS_DEMANDING, _demanding(h, k, theatre.weight_of_great_powers))
    if switches.backing_down and h.luck.uniform(Purpose.YIELDING, k, review) < p_yield(h, k, p_win, pressure):
        seq = h.event(k, Kind.YIELDED, theatre.aggressor, theatre.target, value=pressure, cause=reviewed)
        h.close(k, Outcome.BACKED_DOWN, EndCause.YIELDED, 0.0, seq)
        return
    if switches.settlement and h.luck.uniform(
        Purpose.SPLIT, k, review
    ) < h.experiment.behaviour.settlement.split_hazard * ripeness(h, k, p_win):
        seq = h.event(k, Kind.SPLIT_AGREED, theatre.aggressor, theatre.target, value=h.share_won(k), cause=reviewed)
        h.close(k, Outcome.COMPROMISE, EndCause.SPLIT, h.share_won(k), seq)
        return
    _stand_down(h, k, reviewed)


def p_yield(h: History, k: int, p_win: float, pressure: float, peacekeepers: bool = False) -> float:
    """Hazard per review that the aggressor leaves: pressure, great powers, its own patrons, hopelessness; easier
    to take where peacekeepers come between over a province (Suez, November 1956), not over a state's existence.
    """
    rule, theatre, state = h.experiment.behaviour.settlement, h.theatres[k], h.state
    against = (
        rule.yield_pressure * pressure
        + rule.yield_great_powers * _demanding(h, k, theatre.weight_of_great_powers)
        + rule.yield_patrons * _tutelage(h, k)
        + rule.yield_hopeless * max(0.0, HOPELESS - p_win)
    )
    saves_face = peacekeepers and theatre.undertaking.limited
    face_saved = h.experiment.behaviour.peace_bonus if saves_face else 0.0
    if state.held_since[k] != NEVER:
        against /= rule.loss_aversion
    return float(logistic(rule.yield_base + rule.yield_scale * against + face_saved))


def _tutelage(h: History, k: int) -> float:
    """How far the patrons that demand withdrawal outweigh their client, times their share among its patrons.

    The strongest of those that demand it counts: a lesser patron borrows nothing from a greater one that stands by. Allies
    are pressed one by one: the strongest of them decides (Britain, 6 November 1956).
    """
    theatre, demands = h.theatres[k], h.state.demands[k]
    c = theatre.world.capability
    pressing = theatre.patrons & demands
    if not pressing.any():
        return 0.0
    above, own = float(c[pressing].max()), float(c[theatre.on_aggressor_side].max())
    outweighs = max(0.0, 2.0 * above / max(above + own, 1e-12) - 1.0)
    return outweighs * _demanding(h, k, theatre.weight_of_patrons)


def _demanding(h: History, k: int, group: tuple[np.ndarray, float]) -> float:
    """Share of a group's capability, given with its total, that demands withdrawal."""
    weight, total = group
    return exact_sum_where(weight, h.state.demands[k]) / total if total > 0.0 else 0.0


def ripeness(h: History, k: int, p_win: float) -> float:
    """How far both sides prefer a split at the present front to fighting on, 0 to 1 (Zartman 1985)."""
    rule, plan, state, war = (
        h.experiment.behaviour.settlement, h.theatres[k].undertaking, h.state, h.experiment.behaviour.war,
    )  # fmt: skip
    if state.held_since[k] != NEVER or not state.resisting[k]:
        return 0.0
    x_t, x_a = h.powers(k)
    p = p_battle(x_a, x_t, war.exponent, war.forts, h.theatres[k].edge)
    days = float(expected_battles(p, int(state.front[k]), int(state.objective[k]))) * h.mean_gap_days(k, x_t, x_a)
    dearer, share = rule.war_cost_per_day * days, h.share_won(k)
    if share <= 0.0:
        return 0.0
    surplus_aggressor = share - (p_win - dearer / plan.stake)
    surplus_target = (1.0 - share) - (1.0 - p_win - dearer / plan.target_stake)
    if surplus_aggressor <= 0.0 or surplus_target <= 0.0:
        return 0.0
    return min(1.0, 4.0 * min(surplus_aggressor, surplus_target))


def _stand_down(h: History, k: int, reviewed: int) -> None:
    """A target stops fighting for a lost province when one more battle costs more than it may win back."""
    state, theatre, behaviour = h.state, h.theatres[k], h.experiment.behaviour
    if state.held_since[k] == NEVER or not state.resisting[k]:
        return
    war, (x_t, x_a) = behaviour.war, h.powers(k)
    p = p_battle(x_a, x_t, war.exponent, war.forts, theatre.edge)
    keeps_it = 1.0 - absorption(p, int(state.objective[k]) - 1, int(state.objective[k]))
    chance = (1.0 - p) * keeps_it
    cost = behaviour.settlement.war_cost_per_day * h.mean_gap_days(k, x_t, x_a)
    if chance * theatre.undertaking.target_stake < cost:
        state.resisting[k] = False
        h.event(k, Kind.CONCEDED, theatre.target, theatre.aggressor, value=chance, cause=reviewed)
        h.war[k].ring()
