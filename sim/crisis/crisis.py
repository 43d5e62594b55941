"""One crisis from opportunity to aftermath: its steps as processes, and its row in the table of crises."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np

from kernels.sums import exact_sum, exact_sum_where
from sim.calendar import MINUTES_PER_DAY
from sim.crisis.aftermath import aftermath
from sim.crisis.campaign import campaign, occupation
from sim.crisis.diplomacy import diplomacy
from sim.crisis.force import force
from sim.crisis.history import History
from sim.crisis.inquiry import inquiry
from sim.crisis.obligations import obligations
from sim.crisis.opportunity import attack, opportunity
from sim.crisis.passage import passage
from sim.crisis.referral import referral
from sim.crisis.sanctions import sanctions
from sim.crisis.settlement import settlement
from sim.crisis.ultimatum import ultimatum
from sim.decision.terms import SHARES
from sim.state import NEVER, UNIT
from sim.stream.codes import EndCause, Entry, Gain, Instrument, Outcome, Rank

AT_THE_THREAT = (inquiry, referral, diplomacy, sanctions)
AT_THE_ATTACK = (campaign, occupation, passage, obligations, force, settlement)


def crisis(h: History, k: int) -> Generator[Any, Any, None]:
    """Open at its minute, let the steps run side by side, and settle accounts when it is over."""
    yield h.calendar.wait(h.openings[k].minute - h.now, Rank.OPPORTUNITY, k)
    h.state.credibility_before[k] = h.state.credibility[0]
    _meet_members(h, k)
    over = h.over[k].wait(Rank.AFTERMATH, k)
    opportunity(h, k)
    if h.open(k) and h.theatres[k].opening.entry == Entry.THREAT:
        _start(h, k, AT_THE_THREAT)
        yield from ultimatum(h, k)
        if h.open(k):
            attack(h, k)
            _start(h, k, AT_THE_ATTACK)
            yield over
    elif h.open(k):
        attack(h, k)
        _start(h, k, AT_THE_THREAT + AT_THE_ATTACK)
        yield over
    yield from aftermath(h, k)
    _write(h, k)


def _meet_members(h: History, k: int) -> None:
    """A crisis meets the arrangement as it is by then: without those who left or were put out."""
    theatre = h.theatres[k]
    gone = np.flatnonzero(theatre.members & ~h.state.member)
    if gone.size:
        h.stage(k, replace(h.openings[k], left=tuple(map(int, gone))))


def _start(h: History, k: int, steps: tuple[Any, ...]) -> None:
    for step in h.order(steps):
        h.calendar.process(step(h, k))


def close_at_horizon(h: History, k: int) -> None:
    """Code what is unfinished by the state of the front."""
    state = h.state
    cause = int(state.because[k])
    if state.held_since[k] != NEVER:
        h.close(k, Outcome.FAIT_ACCOMPLI, EndCause.HORIZON, 1.0, cause)
    else:
        h.close(k, Outcome.STALEMATE, EndCause.HORIZON, h.share_won(k), cause)


def gain_of(share: float) -> Gain:
    """None < .1 <= partial < .5 <= kept"""
    return Gain.NONE if share < 0.1 else Gain.PARTIAL if share < 0.5 else Gain.KEPT


def _write(h: History, k: int) -> None:
    state, theatre, behaviour = h.state, h.theatres[k], h.experiment.behaviour
    outside = ~theatre.parties
    opened = h.openings[k].minute

    def day(minute: int) -> float:
        return math.nan if minute == NEVER else (minute - opened) / MINUTES_PER_DAY

    lost = state.deaths_units[k] * UNIT
    by_aggressor = exact_sum_where(lost, theatre.on_aggressor_side)
    share = float(state.share_kept[k])
    h.log.row(
        "crises", k, theatre.aggressor, theatre.target, theatre.opening.entry, opened / MINUTES_PER_DAY,
        bool(state.attempted[k]), int(state.outcome[k]), share, gain_of(share), int(state.adopted[k]), int(state.done[k]),
        bool(state.referred_at[k] != NEVER), day(state.met_at[k]), day(state.measure_at[k]), day(state.strongest_at[k]),
        day(state.action_at[k]), day(state.objective_at[k]), day(state.closed_at[k]), int(state.end_cause[k]),
        bool(state.end_cause[k] == EndCause.HORIZON), int(state.drafts[k]),
        int(((state.comply_since[k] != NEVER) & outside).sum()),
        int(((state.field_since[k] != NEVER) & (state.side[k] > 0) & outside).sum()),
        float(state.peak_power[k]), float(state.opening_against[k]), float(state.opening_for[k]),
        float(state.peak_pressure[k]), float(state.forecast_p_response[k]), float(state.forecast_utility[k]),
        bool(state.deal[k]), bool(state.leaked[k]), int(state.flippers[k]), float(state.credibility_before[k]),
        float(state.credibility[0]), by_aggressor + float(state.trade_cost[k]) * float(theatre.world.economy[theatre.aggressor]),
        exact_sum_where(lost, theatre.on_target_side), exact_sum_where(lost, outside) + float(state.sender_cost[k]),
        behaviour.war.deaths_per_share * exact_sum(lost),
    )  # fmt: skip
    if h.log.wants("contributions"):
        _write_contributions(h, k, opened)


def _write_contributions(h: History, k: int, opened: int) -> None:
    state, theatre = h.state, h.theatres[k]
    stop = int(state.closed_at[k]) / MINUTES_PER_DAY
    for i in map(
        int, np.flatnonzero((state.comply_since[k] != NEVER) | (state.field_since[k] != NEVER) | state.keeps_peace[k])
    ):
        if state.comply_since[k, i] != NEVER:
            start, share = int(state.comply_since[k, i]) / MINUTES_PER_DAY, float(state.comply[k, i])
            delivered = share * float(state.coverage[k, i]) * float(theatre.dependence[i])
            h.log.row("contributions", k, i, Instrument.SANCTION, start, stop, share, delivered, 0.0)
        if state.field_since[k, i] != NEVER:
            own = Instrument.STANDING_FORCE if state.standing[k, i] else Instrument.FORCE
            kind = own if state.side[k, i] > 0 else Instrument.FORCE_FOR_AGGRESSOR
            h.log.row(
                "contributions", k, i, kind, int(state.field_since[k, i]) / MINUTES_PER_DAY, stop, float(state.pledged[k, i]),
                int(state.delivered[k, i]) * UNIT, int(state.deaths_units[k, i]) * UNIT,
            )  # fmt: skip
        if state.keeps_peace[k, i]:
            sent = float(SHARES[0]) * int(state.stock[i]) * UNIT
            h.log.row("contributions", k, i, Instrument.PEACEKEEPERS, stop, stop, float(SHARES[0]), sent, 0.0)
