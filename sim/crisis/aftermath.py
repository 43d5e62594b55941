"""Aftermath: what the episode does to the arrangement, its members and the aggressor's membership."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.arrangement.credibility import after
from sim.crisis.force import go_home
from sim.crisis.history import ORGAN, History
from sim.luck import Purpose
from sim.state import UNIT
from sim.stream.codes import EndCause, Kind, Measure, Rank


def aftermath(h: History, k: int) -> Generator[Any, Any, None]:
    """Bring forces home and settle accounts, one minute after the end."""
    yield h.calendar.wait(1, Rank.AFTERMATH, k)
    go_home(h, k)
    state, behaviour, theatre = h.state, h.experiment.behaviour, h.theatres[k]
    if not behaviour.mechanisms.aftermath or state.end_cause[k] == EndCause.REFRAINED:
        return
    ended = int(state.because[k])
    for i in map(int, np.flatnonzero(state.deaths_units[k])):
        h.event(k, Kind.LOSSES, i, value=float(state.deaths_units[k, i]) * UNIT, cause=ended)
    if theatre.duties.in_motion:
        _judge(h, k, ended)
    if state.done[k] >= Measure.FORCE_AUTHORISED and not state.mandate[k] and theatre.seats.bench is not None:
        state.legitimacy[0] *= 1.0 - behaviour.legitimacy_lost * (1.0 - behaviour.unmandated)
        seq = h.event(k, Kind.LEGITIMACY_UPDATED, ORGAN, value=float(state.legitimacy[0]), cause=ended)
        for i in map(int, np.flatnonzero((state.side[k] > 0) & ~theatre.parties)):
            h.event(k, Kind.REMEDIATION_ASKED, ORGAN, i, cause=seq)
    _keep_accounts(h, k, ended)


def _judge(h: History, k: int, ended: int) -> None:
    """Credibility follows how far the promise was kept; a censured member may leave or be put out."""
    state, behaviour, charter, theatre = h.state, h.experiment.behaviour, h.experiment.charter, h.theatres[k]
    kept_promise = 1.0 - float(state.share_kept[k])
    state.credibility[0] = after(float(state.credibility[0]), kept_promise, behaviour.credibility_memory)
    h.event(k, Kind.CREDIBILITY_UPDATED, ORGAN, value=float(state.credibility[0]), cause=ended)
    censured = state.adopted[k] >= Measure.CONDEMNATION and theatre.members[theatre.aggressor]
    if not censured or theatre.seats.bench is None:
        return
    holds_veto = bool(theatre.seats.bench.veto[theatre.seats.bench.seats == theatre.aggressor].any())
    can_expel = charter.exit.expulsion and (charter.organ.rule.veto != "permanent" or not holds_veto)
    if can_expel and state.adopted[k] >= Measure.SANCTIONS_PARTIAL and kept_promise < 0.5:
        state.member[theatre.aggressor] = False
        h.event(k, Kind.EXPELLED, ORGAN, theatre.aggressor, cause=ended)
    elif h.luck.uniform(Purpose.EXIT, k) < behaviour.p_notice:
        seq = h.event(k, Kind.NOTICE_GIVEN, theatre.aggressor, ORGAN, value=charter.exit.notice_days, cause=ended)
        h.calendar.process(_run_out(h, k, seq))


def _run_out(h: History, k: int, notice: int) -> Generator[Any, Any, None]:
    """Let the term of a notice run out; the state is a member until then (Germany to 21 October 1935)."""
    leaver = h.theatres[k].aggressor
    yield h.calendar.wait_days(h.experiment.charter.exit.notice_days, Rank.AFTERMATH, k, 1)
    if h.state.member[leaver]:
        h.state.member[leaver] = False
        h.event(k, Kind.WITHDREW, leaver, ORGAN, cause=notice)


def _keep_accounts(h: History, k: int, ended: int) -> None:
    """The reliability of each debtor that was asked, or fought unasked, moves towards what it did."""
    state, behaviour, theatre = h.state, h.experiment.behaviour, h.theatres[k]
    owed = theatre.duties.owed(Measure.COLLECTIVE_DEFENCE, False, state.side[k], state.reliability) > 0.0
    judged = state.asked[k] | (owed & (state.side[k] > 0))
    for i in map(int, np.flatnonzero(judged & ~theatre.parties)):
        state.reliability[i] = after(
            float(state.reliability[i]), float(state.side[k, i] > 0), behaviour.credibility_memory
        )
        h.event(k, Kind.RELIABILITY_UPDATED, i, theatre.target, value=float(state.reliability[i]), cause=ended)
