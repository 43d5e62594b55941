"""Obligations: allies and guarantors of either side decide whether the casus foederis is honoured."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.crisis.force import at_orders, commit
from sim.crisis.history import History
from sim.crisis.positions import record_coalition
from sim.decision.casus_foederis import bond, bound, invoked
from sim.decision.coalitions import muster
from sim.decision.terms import Outlook
from sim.decision.theatre import Theatre
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import Decision, Kind, Measure, Rank

ROUNDS = 2


def obligations(h: History, k: int) -> Generator[Any, Any, None]:
    """Ask the debtors of both sides, those who owe more than to consult; a second round lets conditional links follow their condition."""
    behaviour = h.experiment.behaviour
    if not (behaviour.mechanisms.obligations and behaviour.mechanisms.force):
        return
    while h.open(k) and h.state.attributed_at[k] == NEVER:
        yield h.organ[k].wait(Rank.OBLIGATIONS, k)
    for occurrence in range(ROUNDS):
        delay = behaviour.clocks.obligation_days * h.luck.exponential(Purpose.OBLIGATION_DELAY, k, occurrence)
        yield h.calendar.wait_days(delay, Rank.OBLIGATIONS, k)
        if not h.open(k):
            return
        _call(h, k, occurrence)


def _excused(theatre: Theatre, outlook: Outlook, called: np.ndarray) -> np.ndarray:
    """(n,) bool, debtors by a treaty alone whose exact terms do not cover this attack."""
    excused: np.ndarray = bound(theatre, outlook) & ~called
    at_once = theatre.quarrel.covered and theatre.duties.self_executing
    return excused & ~theatre.members if at_once else excused


def _call(h: History, k: int, occurrence: int) -> None:
    theatre, state = h.theatres[k], h.state
    acting = state.side[k]
    owed = theatre.duties.owed(Measure.COLLECTIVE_DEFENCE, False, acting, state.reliability)
    owed_against = theatre.duties.owed_to_aggressor(acting, state.reliability)
    least = h.experiment.behaviour.wording_consult * state.reliability
    outlook, luck = h.outlook(k), h.luck_of_treaties(k)
    called = invoked(theatre, outlook, luck)
    owes = (owed > least) & ~_excused(theatre, outlook, called)
    debtors = (owes | (owed_against > least)) & theatre.within_reach & theatre.outsiders & (acting == 0)
    if not debtors.any():
        return
    state.asked[k] |= debtors & owes
    found = muster(
        theatre,
        Measure.COLLECTIVE_DEFENCE,
        outlook,
        state.disposition[k] + h.luck_of_force(k),
        state.disposition_against[k] + h.luck_of_force(k, -1),
        False,
        debtors,
        h.ready(k),
        loyal=at_orders(h, k),
        explained=h.explained,
        bond=bond(theatre, outlook, luck),
    )
    state.flippers[k] += found.flippers
    record_coalition(h, k, Decision.OBLIGATION, Measure.COLLECTIVE_DEFENCE, found, debtors)
    for i in map(int, np.flatnonzero(debtors)):
        creditor = theatre.target if owes[i] else theatre.aggressor
        honoured = found.side[i] == (1 if owes[i] else -1)
        if honoured or occurrence == 0:
            kind = Kind.OBLIGATION_HONOURED if honoured else Kind.OBLIGATION_REFUSED
            seq = h.event(k, kind, i, creditor, Measure.COLLECTIVE_DEFENCE, float(found.share[i]), int(state.root[k]))
            if honoured:
                commit(h, k, i, int(found.side[i]), float(found.share[i]), seq)
