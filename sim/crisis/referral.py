"""Referral: somebody brings the matter before the organ, or nobody does."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from kernels.elementary import exp
from sim.crisis.deliberation import deliberation
from sim.crisis.history import History
from sim.decision.theatre import Theatre
from sim.luck import Purpose
from sim.stream.codes import Kind, Measure, Rank


def referral(h: History, k: int) -> Generator[Any, Any, None]:
    """Bring the matter to the organ after a delay, and let it deliberate."""
    theatre, state = h.theatres[k], h.state
    if theatre.bench is None:
        return
    if not theatre.in_motion or h.luck.uniform(Purpose.REFERRED, k) >= p_referral(theatre):
        h.event(k, Kind.NOT_REFERRED, theatre.target, theatre.aggressor)
        return
    yield h.calendar.wait_days(_delay_days(h, k), Rank.REFERRAL, k)
    if not h.open(k):
        return
    state.referred_at[k] = h.now
    seq = h.event(k, Kind.REFERRED, _applicant(h, k), theatre.aggressor)
    h.calendar.process(deliberation(h, k, seq))


def p_referral(theatre: Theatre) -> float:
    """Chance that the matter is ever brought before the organ.

    High where both sides belong or a power of the council speaks for the target; lower for strangers (Cambodia
    1970), and where a veto stands behind the aggressor, so that nothing is to be had (Vietnam and Cambodia, 1977).
    """
    behaviour, bench, members = theatre.experiment.behaviour, theatre.bench, theatre.members
    assert bench is not None
    shields = bench.seats[bench.veto & ~bench.absent & ~bench.excluded(Measure.CONDEMNATION)]
    spoken_for = theatre.patrons_of_target[bench.seats[bench.permanent]].any()
    own = (members[theatre.aggressor] and members[theatre.target]) or spoken_for
    chance = behaviour.p_referral_member if own else behaviour.p_referral_other
    shielded = (theatre.on_aggressor_side | theatre.patrons)[shields].any()
    return chance * (behaviour.referral_against_veto if shielded else 1.0)


def _delay_days(h: History, k: int) -> float:
    """Lognormal: short for open invasion, long for disputed matters and proxies."""
    clocks, scenario = h.experiment.behaviour.clocks, h.theatres[k].scenario
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
