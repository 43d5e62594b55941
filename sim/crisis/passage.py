"""Passage: who keeps a route to the place lets forces through, or does not."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sim.crisis.history import History
from sim.decision.terms import NOBODY, weigh
from sim.luck import Purpose
from sim.stream.codes import Kind, Measure, Rank


def passage(h: History, k: int) -> Generator[Any, Any, None]:
    """Ask each keeper of a route by consent once the attack has begun, and again when the organ has adopted sanctions or more.

    To let the target's friends through is a risk, and the default is to do nothing: Poland and Romania, 1938. To close the
    way behind the aggressor is an act of war, and the default is again to do nothing: Suez, 1935.
    """
    theatre, state = h.theatres[k], h.state
    if not theatre.routes.by_leave or not h.experiment.behaviour.mechanisms.passage:
        return
    for keeper, travellers in theatre.routes.by_leave:
        for i in travellers:
            if not theatre.parties[i]:
                _ask(h, k, keeper, i)
    mandated = False
    while h.open(k):
        for keeper, travellers in theatre.routes.by_leave:
            _close_behind(h, k, keeper, travellers, mandated)
        if mandated:
            return
        while h.open(k) and state.rung[k] < Measure.SANCTIONS_PARTIAL:
            yield h.organ[k].wait(Rank.OBLIGATIONS, k, 1)
        mandated = True


def _ask(h: History, k: int, keeper: int, traveller: int) -> None:
    """A keeper weighs the passage of a friend of the target as it weighs peacekeepers, and fears the guest (Soviet forces, 1938)."""
    theatre, behaviour = h.theatres[k], h.experiment.behaviour
    c = theatre.world.capability
    guest = float(c[traveller] / max(c[traveller] + c[keeper], 1e-12))
    terms = weigh(theatre, Measure.PEACEKEEPING, h.outlook(k), mandated=False)
    fear = behaviour.a_cost * behaviour.costs.exposure * (guest + float(theatre.exposure[keeper]))
    noise = float(h.state.disposition[k, keeper]) + h.luck.logistic(Purpose.PASSAGE, k, 0, keeper, traveller)
    will = float(terms.base[keeper]) + terms.assurance - fear + noise
    if will > 0.0:
        h.event(k, Kind.CONSENT_GIVEN, keeper, traveller, value=will, cause=int(h.state.root[k]))
        return
    h.state.passes[k, traveller] = 0.0
    h.event(k, Kind.CONSENT_REFUSED, keeper, traveller, value=will, cause=int(h.state.root[k]))


def _close_behind(h: History, k: int, keeper: int, travellers: tuple[int, ...], mandated: bool) -> None:
    """A keeper that would fight the aggressor cuts its way: what stands there already loses a part of its effect."""
    theatre, state, behaviour = h.theatres[k], h.state, h.experiment.behaviour
    cut = [i for i in travellers if theatre.on_aggressor_side[i] and state.passes[k, i] == 1.0]
    if not cut:
        return
    terms = weigh(theatre, Measure.FORCE_AUTHORISED, h.outlook(k), mandated)
    noise = float(state.disposition[k, keeper]) + h.luck.logistic(Purpose.PASSAGE, k, 1, keeper, keeper)
    will = float(terms.base[keeper]) + terms.assurance + noise - float(state.deal_shift[k, keeper])
    if will <= 0.0 and state.side[k, keeper] <= 0:
        return
    for i in cut:
        state.passes[k, i] = 1.0 - behaviour.cut_off
        h.event(k, Kind.ROUTE_CLOSED, keeper, i, NOBODY, will, int(state.root[k]))
    h.war[k].ring()
