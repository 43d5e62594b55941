"""Sanctions: each state decides, complies in part, tires; non-members leak; the oil question."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from kernels.sums import exact_sum_where
from sim.calendar import minutes_of
from sim.crisis.history import History
from sim.crisis.positions import record_coalition
from sim.decision.coalitions import senders
from sim.decision.terms import coverage
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import Decision, Kind, Measure, Phase, Rank

DONE_AT = 0.1


def sanctions(h: History, k: int) -> Generator[Any, Any, None]:
    """Carry out each sanction that the organ adopts, as soon as it does."""
    state = h.state
    if not h.experiment.behaviour.mechanisms.sanctions:
        return
    while h.open(k):
        for measure in (Measure.SANCTIONS_PARTIAL, Measure.SANCTIONS_COMPREHENSIVE):
            if state.adopted_by[k, measure] != NEVER and not state.under_way[k, measure]:
                state.under_way[k, measure] = True
                h.calendar.process(_carry_out(h, k, measure, int(state.adopted_by[k, measure])))
        yield h.organ[k].wait(Rank.SANCTIONS, k)


def _carry_out(h: History, k: int, measure: Measure, mandate: int) -> Generator[Any, Any, None]:
    """Ask every state once for this measure, then let the senders begin in the order of their delays."""
    theatre, state, behaviour = h.theatres[k], h.state, h.experiment.behaviour
    n = theatre.world.n_states
    noise = state.disposition[k] + h.luck.logistics(Purpose.SANCTION, k, int(measure), n)
    found = senders(theatre, measure, h.outlook(k), noise, mandated=True)
    state.flippers[k] += found.flippers
    asked = ~theatre.parties
    record_coalition(h, k, Decision.SANCTION, measure, found, asked)
    included = h.theatres[k].scenario.key_commodity == "included" or measure == Measure.SANCTIONS_COMPREHENSIVE
    days = behaviour.clocks.sanction_days * h.luck.exponentials(Purpose.SANCTION_DELAY, k, int(measure), n)
    delays, shares, covered = days.tolist(), found.share.tolist(), coverage(behaviour, measure)
    begun = h.now
    for i in map(int, np.flatnonzero(asked & theatre.members & (found.share <= 0.0))):
        h.event(k, Kind.SANCTION_REFUSED, i, theatre.aggressor, measure, cause=mandate)
    for i in sorted(map(int, np.flatnonzero(found.share > 0.0)), key=lambda i: (delays[i], i)):
        due = begun + minutes_of(delays[i])
        if due > h.now:
            yield h.calendar.wait(due - h.now, Rank.SANCTIONS, k, int(measure) * n + i)
        if not h.open(k):
            return
        _impose(h, k, i, measure, shares[i], covered, included, mandate)


def _impose(
    h: History, k: int, i: int, measure: Measure, share: float, covered: float, included: bool, mandate: int
) -> None:
    """Begin one state's sanctions, unless it stops more of its trade already or fights for the aggressor by now."""
    theatre, state = h.theatres[k], h.state
    if state.side[k, i] < 0 or share * covered <= state.comply[k, i] * state.coverage[k, i]:
        return
    seq = h.event(k, Kind.SANCTION_IMPOSED, i, theatre.aggressor, measure, share, mandate)
    if state.comply_since[k, i] == NEVER:
        state.comply_since[k, i] = h.now
    state.comply[k, i], state.coverage[k, i] = share, covered
    if included and not state.key_included[k]:
        state.key_included[k] = True
        h.event(k, Kind.KEY_COMMODITY_INCLUDED, i, theatre.aggressor, measure, cause=seq)
    if state.action_at[k] == NEVER:
        state.action_at[k] = h.now
    if state.done[k] < measure and exact_sum_where(theatre.dependence, state.coverage[k] >= covered) >= DONE_AT:
        state.done[k] = measure
    if state.phase[k] == Phase.FIGHTING:
        h.enter(k, Phase.SANCTIONED, seq)
