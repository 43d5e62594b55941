"""The campaign: a clock of battles moves a front of forts."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from kernels.campaign import battle_losses
from sim.calendar import minutes_of
from sim.crisis.force import drive_out
from sim.crisis.history import History
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import EndCause, Kind, Outcome, Phase, Rank, Series


def campaign(h: History, k: int) -> Generator[Any, Any, None]:
    """Fight battle after battle with the forces present then, until the crisis is over."""
    if h.state.front[k] >= h.state.objective[k]:
        _sweep(h, k)
    while h.open(k):
        yield h.calendar.wait_days(_gap_days(h, k), Rank.CAMPAIGN, k)
        if not h.open(k):
            return
        x_t, x_a, p_battle, _ = h.prospects(k)
        if x_t <= 0.0 or not (h.state.resisting[k] or _outsiders_fight(h, k)):
            _sweep(h, k)
            yield h.war[k].wait(Rank.CAMPAIGN, k)
            continue
        _battle(h, k, x_a, x_t, p_battle)
        if h.open(k) and h.state.front[k] <= 0:
            _repel(h, k)


def _repel(h: History, k: int) -> None:
    """The aggressor is thrown back beyond where it began; a gain that it had held is rolled back."""
    state, theatre = h.state, h.theatres[k]
    seq = h.event(k, Kind.AGGRESSOR_REPELLED, theatre.aggressor, theatre.target)
    held = state.objective_at[k] != NEVER
    h.close(k, Outcome.DEFEATED, EndCause.ROLLED_BACK if held else EndCause.AGGRESSOR_DEFEATED, 0.0, seq)


def occupation(h: History, k: int) -> Generator[Any, Any, None]:
    """Close the crisis once the objective has been held long enough with nothing against it."""
    hold = minutes_of(h.experiment.behaviour.clocks.hold_days)
    while h.open(k):
        state = h.state
        since = int(state.held_since[k])
        if since == NEVER or h.opposed(k):
            yield h.war[k].wait(Rank.CAMPAIGN, k, 1)
            if since != NEVER and state.held_since[k] != NEVER:
                state.held_since[k] = h.now
            continue
        yield h.war[k].wait_for(max(1, since + hold - h.now), Rank.CAMPAIGN, k, 1)
        if h.open(k) and state.held_since[k] != NEVER and not h.opposed(k) and h.now - state.held_since[k] >= hold:
            beaten = not state.field[k][h.theatres[k].on_target_side].any()
            seq = h.event(k, Kind.HELD, h.theatres[k].aggressor, h.theatres[k].target)
            h.close(k, Outcome.FAIT_ACCOMPLI, EndCause.TARGET_DEFEATED if beaten else EndCause.OBJECTIVE_HELD, 1.0, seq)


def _gap_days(h: History, k: int) -> float:
    """Days to the next battle, exponential about this war's tempo."""
    return h.mean_gap_days(k, *h.powers(k)) * h.luck.exponential(Purpose.GAP, k, int(h.state.battles[k]))


def _battle(h: History, k: int, x_a: float, x_t: float, p_battle: float) -> None:
    state, war, theatre = h.state, h.experiment.behaviour.war, h.theatres[k]
    number = int(state.battles[k])
    state.battles[k] += 1
    won = h.luck.uniform(Purpose.BATTLE, k, number) < p_battle
    cornered = state.front[k] >= war.forts
    state.front[k] = min(int(state.front[k]) + 1, war.forts) if won else int(state.front[k]) - 1
    seq = h.event(
        k, Kind.BATTLE_WON if won else Kind.BATTLE_LOST, theatre.aggressor, theatre.target, value=float(state.front[k])
    )
    state.because[k] = seq
    _losses(h, k, won)
    if won and cornered:
        drive_out(h, k, seq)
    _sweep(h, k)
    h.track(k, Series.FRONT, float(state.front[k]))
    h.track(k, Series.POWER_AGGRESSOR, x_a)
    h.track(k, Series.POWER_TARGET, x_t)


def _losses(h: History, k: int, aggressor_won: bool) -> None:
    """Both sides lose a share of what they have in the field, the loser twice the winner's."""
    state, share = h.state, h.experiment.behaviour.war.loss_share
    winner, loser = 0.5 * share, share
    rates = (loser, winner) if aggressor_won else (winner, loser)
    battle_losses(state.field[k], state.side[k], *rates, state.lost, state.deaths_units[k])


def _sweep(h: History, k: int) -> None:
    """Note whether the objective is taken or lost, and whether the target is overrun."""
    state, theatre, war = h.state, h.theatres[k], h.experiment.behaviour.war
    cause = int(state.because[k])
    if state.front[k] >= war.forts:
        own = np.flatnonzero(theatre.on_target_side)
        if state.field[k, own].any():
            broken = state.field[k, own].copy()
            state.field[k, own] = 0
            state.lost[own] += broken
            state.resisting[k] = False
            state.because[k] = h.event(k, Kind.TARGET_OVERRUN, theatre.aggressor, theatre.target, cause=cause)
            h.war[k].ring()
    if state.front[k] >= state.objective[k] and state.held_since[k] == NEVER:
        seq = h.event(
            k, Kind.OBJECTIVE_TAKEN, theatre.aggressor, theatre.target, value=float(state.front[k]), cause=cause
        )
        state.held_since[k], state.because[k] = h.now, seq
        if state.objective_at[k] == NEVER:
            state.objective_at[k] = h.now
        h.enter(k, Phase.OBJECTIVE_HELD, seq)
        h.war[k].ring()
    elif state.front[k] < state.objective[k] and state.held_since[k] != NEVER:
        seq = h.event(k, Kind.OBJECTIVE_LOST, theatre.aggressor, theatre.target, cause=cause)
        state.held_since[k], state.because[k] = NEVER, seq
        h.enter(k, Phase.FIGHTING, seq)


def _outsiders_fight(h: History, k: int) -> bool:
    outside = (h.state.side[k] > 0) & ~h.theatres[k].parties
    return bool(h.state.field[k][outside].any())
