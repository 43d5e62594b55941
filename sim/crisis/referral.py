"""Referral: somebody brings the matter before the organ, or nobody does."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from kernels.elementary import exp
from sim.crisis.deliberation import deliberation
from sim.crisis.history import History
from sim.luck import Purpose
from sim.stream.codes import Kind, Rank


def referral(h: History, k: int) -> Generator[Any, Any, None]:
    """Bring the matter to the organ after a delay, and let it deliberate."""
    theatre, behaviour, state = h.theatres[k], h.experiment.behaviour, h.state
    if theatre.bench is None:
        return
    own = theatre.members[theatre.target] or not h.experiment.scenario.disputed
    chance = behaviour.p_referral_member if own else behaviour.p_referral_other
    if not theatre.in_motion or h.luck.uniform(Purpose.REFERRED, k) >= chance:
        h.event(k, Kind.NOT_REFERRED, theatre.target, theatre.aggressor)
        return
    yield h.calendar.wait_days(_delay_days(h, k), Rank.REFERRAL, k)
    if not h.open(k):
        return
    state.referred_at[k] = h.now
    seq = h.event(k, Kind.REFERRED, _applicant(h, k), theatre.aggressor)
    h.calendar.process(deliberation(h, k, seq))


def _delay_days(h: History, k: int) -> float:
    """Lognormal: short for open invasion, long for disputed matters and proxies."""
    clocks, scenario = h.experiment.behaviour.clocks, h.experiment.scenario
    median = clocks.referral_small_days if scenario.disputed else clocks.referral_open_days
    if scenario.deniable:
        median = clocks.referral_proxy_days
    return median * float(exp(clocks.referral_ln_sd * h.luck.normal(Purpose.REFERRAL_DELAY, k)))


def _applicant(h: History, k: int) -> int:
    """The target if it is a member, else the member closest to it."""
    theatre = h.theatres[k]
    if theatre.members[theatre.target]:
        return theatre.target
    eligible = theatre.members & ~theatre.on_aggressor_side
    return int(np.argmax(np.where(eligible, theatre.affinity[:, theatre.target], -np.inf)))
