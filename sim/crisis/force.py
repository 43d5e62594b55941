"""Force: contributors mobilise out of finite stocks, with a mandate or without, and come home again."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.calendar import minutes_of
from sim.crisis.history import History
from sim.crisis.positions import record_coalition
from sim.decision.coalitions import muster
from sim.decision.forecast import ORDERED_SHARE, centrally_commanded, standing_share
from sim.luck import Purpose
from sim.state import NEVER, UNIT
from sim.stream.codes import Decision, Kind, Measure, Phase, Rank

MOST_CONTINGENTS = 16
LEAST_MORE = 1e-9


def force(h: History, k: int) -> Generator[Any, Any, None]:
    """Each state weighs fighting of its own accord once, and again when others are called for or force is authorised."""
    behaviour = h.experiment.behaviour
    if not behaviour.mechanisms.force:
        return
    delay = behaviour.clocks.own_initiative_days * h.luck.exponential(Purpose.OWN_INITIATIVE_DELAY, k)
    due = h.now + minutes_of(delay)
    weighed = answered = False
    while h.open(k):
        if h.state.mandate[k]:
            _rally(h, k, mandated=True, reconsidered=True)
            return
        if h.state.called[k] and not answered:
            weighed = answered = True
            _rally(h, k, mandated=False, reconsidered=True)
        if h.now >= due and not weighed:
            weighed = True
            _rally(h, k, mandated=False)
        organ = h.organ[k]
        yield organ.wait(Rank.FORCE, k) if weighed else organ.wait_for(due - h.now, Rank.FORCE, k)


def commit(h: History, k: int, i: int, side: int, share: float, cause: int) -> None:
    """Pledge a share of i's forces; what is at home of it sets out."""
    state = h.state
    units = min(int(state.home[i]), round(share * int(state.stock[i])))
    if units <= 0 or state.passes[k, i] == 0.0:
        return
    state.side[k, i] = side
    state.pledged[k, i] += units / int(state.stock[i])
    creditor = h.theatres[k].target if side > 0 else h.theatres[k].aggressor
    seq = h.event(k, Kind.PLEDGED, i, creditor, value=share, cause=cause)
    if side < 0 and state.comply[k, i] > 0.0:
        state.comply[k, i] = 0.0
        h.event(k, Kind.SANCTION_LIFTED, i, h.theatres[k].aggressor, cause=seq)
    _set_out(h, k, i, units, _mobilisation_days(h, k, i, side), seq)


def contingent(
    h: History, k: int, i: int, entity: int, units: int, days: float, cause: int
) -> Generator[Any, Any, None]:
    """Forces on the way: into the field, or back home if the crisis ends first."""
    state, theatre = h.state, h.theatres[k]
    yield h.over[k].wait_for_days(days, Rank.FORCE, k, entity)
    if h.open(k):
        state.transit[k, i] -= units
        state.field[k, i] += units
        _arrived(h, k, i, units, cause)
        return
    state.transit[k, i] -= units
    state.home[i] += units
    h.event(k, Kind.RETURNED, i, theatre.target, value=units * UNIT, cause=cause)


def drive_out(h: History, k: int, cause: int) -> None:
    """Send home outsiders that fought for the target and were beaten with their backs to the last fort."""
    state = h.state
    for i in map(int, np.flatnonzero((state.side[k] > 0) & ~h.theatres[k].parties & (state.field[k] > 0))):
        units = int(state.field[k, i])
        state.field[k, i] = 0
        state.home[i] += units
        h.event(k, Kind.RETURNED, i, h.theatres[k].target, value=units * UNIT, cause=cause)
    h.war[k].ring()


def at_orders(h: History, k: int) -> np.ndarray:
    """(n,) bool, members whose forces are at the organ's orders where the charter covers the target."""
    return centrally_commanded(h.theatres[k], h.luck, 0, k) & h.theatres[k].duties.in_motion


def go_home(h: History, k: int) -> None:
    """Bring everybody's forces home from the field when the crisis is over."""
    state = h.state
    state.home += state.field[k]
    state.field[k] = 0


def _rally(h: History, k: int, mandated: bool, reconsidered: bool = False) -> None:
    theatre, state = h.theatres[k], h.state
    loyal = at_orders(h, k)
    compelled = loyal & (state.side[k] >= 0) if mandated else None
    if mandated:
        _send_standing(h, k, standing_share(theatre))
    found = muster(
        theatre,
        Measure.FORCE_AUTHORISED,
        h.outlook(k),
        state.disposition[k] + h.luck_of_force(k),
        state.disposition_against[k] + h.luck_of_force(k, -1),
        mandated,
        theatre.can_fight,
        h.ready(k, reconsidered=reconsidered),
        compelled,
        reconsidered=reconsidered,
        loyal=loyal,
        explained=h.explained,
    )
    state.flippers[k] += found.flippers
    asked = theatre.can_fight
    record_coalition(h, k, Decision.FORCE, Measure.FORCE_AUTHORISED, found, asked)
    cause = int(state.mandated_by[k]) if mandated else int(state.because[k])
    for i in map(int, np.flatnonzero(asked & (found.side != 0))):
        side = int(found.side[i])
        if state.side[k, i] not in (0, side):
            continue
        ordered = compelled is not None and compelled[i]
        wanted = ORDERED_SHARE if ordered else float(found.share[i])
        more = wanted - float(state.pledged[k, i])
        if more > LEAST_MORE:
            commit(h, k, i, side, more, cause)


def _send_standing(h: History, k: int, share: np.ndarray) -> None:
    """Forces under the organ's command set out without a national decision."""
    state, forces = h.state, h.experiment.charter.forces
    for i in map(int, np.flatnonzero((share > 0.0) & (state.side[k] >= 0))):
        units = min(int(state.home[i]), round(float(share[i]) * int(state.stock[i])))
        if units > 0:
            state.side[k, i] = 1
            state.pledged[k, i] += units / int(state.stock[i])
            state.standing[k, i] = True
            seq = h.event(
                k, Kind.MOBILISED, i, h.theatres[k].target, value=units * UNIT, cause=int(state.mandated_by[k])
            )
            _set_out(h, k, i, units, forces.ready_days * h.luck.exponential(Purpose.MOBILISATION, k, 2, i), seq)


def _set_out(h: History, k: int, i: int, units: int, days: float, cause: int) -> None:
    state = h.state
    state.home[i] -= units
    state.transit[k, i] += units
    h.war[k].ring()
    state.contingents[k, i] += 1
    entity = 1 + MOST_CONTINGENTS * i + int(state.contingents[k, i])
    h.calendar.process(contingent(h, k, i, entity, units, days, cause))


def _mobilisation_days(h: History, k: int, i: int, side: int) -> float:
    clocks, theatre = h.experiment.behaviour.clocks, h.theatres[k]
    luck = h.luck.exponential(Purpose.MOBILISATION, k, int(side < 0), i)
    march = float(theatre.distance_km[i]) / clocks.transport_km_per_day
    if side < 0:
        return march + clocks.aggressor_ally_days + clocks.aggressor_ally_mean_days * luck
    return march + clocks.mobilisation_days + clocks.mobilisation_mean_days * luck


def _arrived(h: History, k: int, i: int, units: int, cause: int) -> None:
    state, theatre = h.state, h.theatres[k]
    side = int(state.side[k, i])
    seq = h.event(
        k, Kind.ARRIVED, i, theatre.target if side > 0 else theatre.aggressor, value=units * UNIT, cause=cause
    )
    if state.field_since[k, i] == NEVER:
        state.field_since[k, i] = h.now
    state.delivered[k, i] += units
    if side > 0:
        outside = (state.side[k] > 0) & ~theatre.parties
        in_field = float((theatre.effect_of_unit * state.field[k])[outside].sum())
        state.peak_power[k] = max(float(state.peak_power[k]), in_field)
        if state.action_at[k] == NEVER:
            state.action_at[k] = h.now
        duties = theatre.duties
        ally = not state.mandate[k] and (duties.treaties_for_target.owed[i] > 0.0 or duties.self_executing)
        state.done[k] = max(int(state.done[k]), Measure.COLLECTIVE_DEFENCE if ally else Measure.FORCE_AUTHORISED)
        state.because[k] = seq
        h.enter(k, Phase.FOUGHT_BY_COALITION, seq)
    h.war[k].ring()
