"""Leadership: a great power goes first, with the organ or without it, and others follow more cheaply."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.crisis.history import History
from sim.decision.terms import NOBODY, SHARES, weigh
from sim.stream.codes import Kind, Measure, Rank


def take_the_lead(h: History, k: int, leader: int, measure: Measure, cause: int) -> None:
    """A great power that sponsors deeds leads, if nobody does: its pledge lowers its followers' cost."""
    state, theatre = h.state, h.theatres[k]
    able = leader != NOBODY and theatre.world.great_power[leader] and state.leader[k] == NOBODY
    if able and h.experiment.behaviour.mechanisms.leadership:
        state.leader[k] = leader
        h.event(k, Kind.LEADERSHIP_TAKEN, leader, theatre.aggressor, measure, cause=cause)


def coalition_of_the_willing(h: History, k: int, delay_days: float, cause: int) -> Generator[Any, Any, None]:
    """Where the organ is blocked, the strongest great power that would fight without it calls for others to follow.

    Kosovo, 24 March 1999; Iraq, 20 March 2003. It has no mandate, and pays for that in the aftermath.
    """
    yield h.calendar.wait_days(delay_days, Rank.DELIBERATION, k, 1)
    state, theatre = h.state, h.theatres[k]
    if not h.open(k) or state.mandate[k]:
        return
    terms = weigh(theatre, Measure.FORCE_AUTHORISED, h.outlook(k), mandated=False)
    will = terms.base - terms.duty + terms.assurance - SHARES[0] * terms.cost - state.deal_shift[k]
    will = will + state.disposition[k] + h.luck_of_force(k)
    able = theatre.world.great_power & theatre.can_fight & (state.side[k] >= 0) & (will > 0.0)
    if able.any():
        leader = int(np.argmax(np.where(able, theatre.power_for, -1.0)))
        take_the_lead(h, k, leader, Measure.FORCE_AUTHORISED, cause)
        state.called[k] = True
        h.organ[k].ring()
