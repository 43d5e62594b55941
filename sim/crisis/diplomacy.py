"""Secret diplomacy: great powers bargain privately with the aggressor; deals are hidden, and may leak."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.calendar import MINUTES_PER_DAY, minutes_of
from sim.crisis.history import History
from sim.decision.terms import severity
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import EndCause, Kind, Measure, Outcome, Rank

MAKERS = 2
EVE_DAYS = 1.0


def diplomacy(h: History, k: int) -> Generator[Any, Any, None]:
    """Sound out bargains at intervals until one is made; then it leaks, or is put to the target."""
    behaviour, state = h.experiment.behaviour, h.state
    if not behaviour.mechanisms.diplomacy:
        return
    deadline, attempt = h.now + minutes_of(h.theatres[k].scenario.deadline_days), 0
    while h.open(k):
        delay = behaviour.clocks.bargain_days * h.luck.exponential(Purpose.BARGAIN_DELAY, k, attempt)
        yield h.calendar.wait_days(delay, Rank.DIPLOMACY, k)
        if not h.open(k):
            return
        makers = _makers(h, k, attempt)
        attempt += 1
        if len(makers) < MAKERS or h.p_win(k) >= 1.0:
            continue
        opened = h.event(k, Kind.BARGAIN_OPENED, makers[0], h.theatres[k].aggressor)
        made = h.event(k, Kind.DEAL_MADE, makers[0], makers[1], value=behaviour.deal_offer, cause=opened)
        state.deal[k] = True
        state.deal_shift[k, makers] += behaviour.deal_shift
        yield from _outcome(h, k, makers, made, deadline)
        return


def _makers(h: History, k: int, attempt: int) -> list[int]:
    """Great powers outside the quarrel that would rather buy the aggressor off, the keenest two."""
    theatre, behaviour = h.theatres[k], h.experiment.behaviour
    luck = h.luck.logistics(Purpose.BARGAIN, k, attempt, theatre.world.n_states)
    owed = theatre.duties.owed(Measure.CONDEMNATION, True, h.state.side[k], h.state.reliability)
    keenness = (
        theatre.gain_from_a_deal
        - behaviour.a_norm * theatre.norm_commitment * np.maximum(owed, 0.0)
        - behaviour.a_inertia * severity(behaviour, Measure.SANCTIONS_PARTIAL)
        + luck
    )
    able = theatre.free_to_deal & (h.state.side[k] == 0)
    ranked = sorted(map(int, np.flatnonzero(able & (keenness > 0.0))), key=lambda i: (-keenness[i], i))
    friends = [i for i in ranked[1:] if theatre.affinity[ranked[0], i] > 0.0]
    return ranked[:1] + friends[: MAKERS - 1]


def _outcome(h: History, k: int, makers: list[int], made: int, deadline: int) -> Generator[Any, Any, None]:
    """A leak cancels the deal and turns its makers by outcry; an unleaked one ends in an offer to the target.

    The offer is put on the eve of a deadline that still runs (Munich, 29 September 1938).
    """
    behaviour, state, theatre = h.experiment.behaviour, h.state, h.theatres[k]
    leak_days = behaviour.clocks.leak_days * h.luck.exponential(Purpose.LEAK_DELAY, k)
    offer_days = behaviour.clocks.leak_days
    if state.attacked_at[k] == NEVER and h.now < deadline:
        offer_days = min(offer_days, max(0.0, (deadline - h.now) / MINUTES_PER_DAY - EVE_DAYS))
    leaks = behaviour.mechanisms.leaks and leak_days < offer_days
    yield h.calendar.wait_days(leak_days if leaks else offer_days, Rank.DIPLOMACY, k)
    if not h.open(k):
        return
    state.deal_shift[k, makers] -= behaviour.deal_shift
    if leaks:
        state.leaked[k] = True
        seq = h.event(k, Kind.DEAL_LEAKED, makers[0], theatre.aggressor, cause=made)
        state.deal_shift[k, makers] -= behaviour.deal_leak_outcry * theatre.public[makers]
        h.event(k, Kind.DEAL_CANCELLED, makers[0], theatre.aggressor, cause=seq)
        return
    offer, p_win = behaviour.deal_offer, h.p_win(k)
    target_hopes = 1.0 - p_win
    aggressor_hopes = p_win - behaviour.stake_war_cost * target_hopes
    if target_hopes < 1.0 - offer and aggressor_hopes < offer:
        seq = h.event(k, Kind.SPLIT_AGREED, theatre.target, theatre.aggressor, value=offer, cause=made)
        h.close(k, Outcome.COMPROMISE, EndCause.SPLIT, offer, seq)
        return
    unwilling = theatre.target if target_hopes >= 1.0 - offer else theatre.aggressor
    h.event(k, Kind.DEAL_REFUSED, unwilling, makers[0], value=target_hopes, cause=made)
