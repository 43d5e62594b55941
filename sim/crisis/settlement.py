"""Settlement: at each review both sides compare fighting on with a split, and the aggressor may leave."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from kernels.campaign import absorption, expected_battles
from kernels.elementary import logistic
from kernels.pressure import demanded
from kernels.sums import exact_sum
from sim.calendar import MINUTES_PER_DAY
from sim.crisis.history import History, Prospects
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import EndCause, Kind, Outcome, Rank, Series


def settlement(h: History, k: int) -> Generator[Any, Any, None]:
    """Review at intervals, and whenever the organ has spoken, until one of the ends is reached."""
    clocks = h.experiment.behaviour.clocks
    review = 0
    while h.open(k):
        yield h.adopted[k].wait_for_days(clocks.review_days, Rank.SETTLEMENT, k)
        if h.open(k):
            _review(h, k, review)
            review += 1


def _review(h: History, k: int, review: int) -> None:
    theatre, state, switches = h.theatres[k], h.state, h.experiment.behaviour.mechanisms
    stands, pressure, (by_great_powers, tutelage) = h.prospects(k), h.pressure(k), demands(h, k)
    p_win = stands[3]
    last = max(int(state.reviewed_at[k]), int(state.attacked_at[k]))
    years = (h.now - last) / (365.0 * MINUTES_PER_DAY)
    state.reviewed_at[k] = h.now
    state.trade_cost[k] += pressure * years
    if state.action_at[k] != NEVER:
        forgone = state.comply[k] * state.coverage[k] * theatre.trade_at_stake * theatre.world.economy
        state.sender_cost[k] += years * exact_sum(forgone)
    reviewed = h.event(k, Kind.REVIEWED, theatre.aggressor, theatre.target, value=p_win)
    h.track(k, Series.PRESSURE, pressure)
    h.track(k, Series.GREAT_POWERS_DEMANDING, by_great_powers)
    gives_in = _p_yield(h, k, p_win, pressure, by_great_powers, tutelage)
    if switches.backing_down and h.luck.uniform(Purpose.YIELDING, k, review) < gives_in:
        seq = h.event(k, Kind.YIELDED, theatre.aggressor, theatre.target, value=pressure, cause=reviewed)
        h.close(k, Outcome.BACKED_DOWN, EndCause.YIELDED, 0.0, seq)
        return
    hazard = h.experiment.behaviour.settlement.split_hazard * ripeness(h, k, stands) if switches.settlement else 0.0
    if hazard > 0.0 and h.luck.uniform(Purpose.SPLIT, k, review) < hazard:
        seq = h.event(k, Kind.SPLIT_AGREED, theatre.aggressor, theatre.target, value=h.share_won(k), cause=reviewed)
        h.close(k, Outcome.COMPROMISE, EndCause.SPLIT, h.share_won(k), seq)
        return
    _stand_down(h, k, stands, reviewed)


def p_yield(h: History, k: int, p_win: float, pressure: float, peacekeepers: bool = False) -> float:
    """Hazard per review that the aggressor leaves: pressure, great powers, its own patrons, hopelessness; easier
    to take where peacekeepers come between over a province (Suez, November 1956), not over a state's existence.
    """
    return _p_yield(
        h, k, p_win, pressure, *demands(h, k), saves_face=peacekeepers and h.theatres[k].undertaking.limited
    )


def _p_yield(
    h: History, k: int, p_win: float, pressure: float, by_great_powers: float, tutelage: float, saves_face: bool = False
) -> float:
    behaviour, rule = h.experiment.behaviour, h.experiment.behaviour.settlement
    against = (
        rule.yield_pressure * pressure
        + rule.yield_great_powers * by_great_powers
        + rule.yield_patrons * tutelage
        + rule.yield_hopeless * max(0.0, rule.hopeless - p_win)
    )
    if h.state.held_since[k] != NEVER:
        against /= rule.loss_aversion
    face_saved = behaviour.peace_bonus if saves_face else 0.0
    return float(logistic(rule.yield_base + rule.yield_scale * against + face_saved))


def demands(h: History, k: int) -> tuple[float, float]:
    """Share of the great powers' capability that demands withdrawal; and tutelage, how far patrons that do outweigh their client.

    The strongest of those that demand it counts, times their share among the aggressor's patrons: a lesser patron borrows
    nothing from a greater one that stands by. Allies are pressed one by one: the strongest of them decides (Britain, 6
    November 1956).
    """
    theatre = h.theatres[k]
    found: tuple[float, float] = demanded(
        h.state.demands[k], *theatre.weight_of_great_powers, *theatre.weight_of_patrons, theatre.patrons,
        theatre.world.capability, theatre.strongest_aggressor,
    )  # fmt: skip
    return found


def ripeness(h: History, k: int, stands: Prospects) -> float:
    """How far both sides prefer a split at the present front to fighting on, 0 to 1 (Zartman 1985)."""
    rule, plan, state = h.experiment.behaviour.settlement, h.theatres[k].undertaking, h.state
    if state.held_since[k] != NEVER or not state.resisting[k]:
        return 0.0
    share = h.share_won(k)
    if share <= 0.0:
        return 0.0
    x_t, x_a, p_battle, p_win = stands
    battles = expected_battles(p_battle, state.front[k], state.objective[k])
    dearer = rule.war_cost_per_day * (battles * h.mean_gap_days(k, x_t, x_a))
    surplus_aggressor = share - (p_win - dearer / plan.stake)
    surplus_target = (1.0 - share) - (1.0 - p_win - dearer / plan.target_stake)
    if surplus_aggressor <= 0.0 or surplus_target <= 0.0:
        return 0.0
    return min(1.0, 4.0 * min(surplus_aggressor, surplus_target))


def _stand_down(h: History, k: int, stands: Prospects, reviewed: int) -> None:
    """A target stops fighting for a lost province when one more battle costs more than it may win back."""
    state, theatre, behaviour = h.state, h.theatres[k], h.experiment.behaviour
    if state.held_since[k] == NEVER or not state.resisting[k]:
        return
    x_t, x_a, p_battle, _ = stands
    keeps_it = 1.0 - absorption(p_battle, state.objective[k] - 1, state.objective[k])
    chance = (1.0 - p_battle) * keeps_it
    cost = behaviour.settlement.war_cost_per_day * h.mean_gap_days(k, x_t, x_a)
    if chance * theatre.undertaking.target_stake < cost:
        state.resisting[k] = False
        h.event(k, Kind.CONCEDED, theatre.target, theatre.aggressor, value=chance, cause=reviewed)
        h.war[k].ring()
