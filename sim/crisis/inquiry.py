"""Detection and attribution: blame is plain, or a commission must fix it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sim.crisis.history import ORGAN, History
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import Kind, Rank


def inquiry(h: History, k: int) -> Generator[Any, Any, None]:
    """Fix the blame: at once for an open invasion, after a commission for a disputed incident (Lytton, 1931-32).

    A commission that reports after the aggressor has broken its word before the organ has no blame left to fix.
    """
    behaviour, theatre = h.experiment.behaviour, h.theatres[k]
    opened = int(h.state.because[k])
    disputed = theatre.undertaking.disputed
    if disputed and behaviour.mechanisms.inquiry:
        opened = h.event(k, Kind.INQUIRY_OPENED, ORGAN, theatre.aggressor, value=disputed)
        delay = behaviour.clocks.inquiry_days * disputed * h.luck.exponential(Purpose.INQUIRY_DELAY, k)
        yield h.calendar.wait_days(delay, Rank.INQUIRY, k)
        if not h.open(k):
            return
        opened = h.event(k, Kind.INQUIRY_REPORTED, ORGAN, theatre.aggressor, cause=opened)
    else:
        yield h.calendar.wait(1, Rank.INQUIRY, k)
        if not h.open(k):
            return
    if h.state.attributed_at[k] != NEVER:
        return
    h.state.attributed_at[k] = h.now
    h.event(k, Kind.ATTRIBUTED, ORGAN, theatre.aggressor, cause=opened)
    h.organ[k].ring()
