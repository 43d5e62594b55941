"""The position that each state took, with the terms that decided it: "why did i stay out?" has an answer in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.voting import ABSENT
from sim.arrangement.organ import Bench
from sim.crisis.history import History
from sim.decision.ballots import Ballot, consulted
from sim.decision.coalitions import Coalition
from sim.decision.terms import NOBODY, SHARES, Terms, severity
from sim.stream.codes import Decision, Measure, Position

Floats = NDArray[np.float64]

_VOTES = {1: Position.YES, 0: Position.ABSTAIN, -1: Position.NO, ABSENT: Position.ABSENT}


def record_coalition(
    h: History, k: int, decision: Decision, measure: Measure, found: Coalition, asked: NDArray[np.bool_]
) -> None:
    """Write the position of every state asked to act on crisis k, where positions are kept."""
    if not h.explained:
        return
    assert found.social is not None
    shift = h.state.deal_shift[k]
    for i in map(int, np.flatnonzero(asked & ~h.theatres[k].parties)):
        share, social = float(found.share[i]), found.social[i]
        if found.side[i] < 0:
            noise = float(found.noise_against[i])
            _record(h, k, decision, NOBODY, measure, i, Position.FOR_AGGRESSOR, share, found.against, social, noise)
            continue
        position = Position.FOR_TARGET if found.side[i] > 0 else Position.ASIDE
        noise = float(found.noise_for[i] - shift[i])
        _record(h, k, decision, NOBODY, measure, i, position, share, found.terms, social, noise)


def record_votes(h: History, k: int, bench: Bench, ballot: Ballot, draft: int, measure: Measure, luck: Floats) -> None:
    """Write the vote of every seat on a draft of crisis k, where positions are kept.

    Parameters
    ----------
    luck : (n,) float64 ndarray
        Every state's luck in this vote [logits].
    """
    if not h.explained:
        return
    theatre, behaviour = h.theatres[k], h.experiment.behaviour
    pull = behaviour.a_pull * max(severity(behaviour, measure), behaviour.vote_floor)
    noise = h.state.disposition[k] + consulted(theatre, measure, luck) - h.state.deal_shift[k]
    affinity, capability = theatre.seated(bench)
    stand = np.where(ballot.position == ABSENT, 0, ballot.position) * capability
    for s, i in enumerate(map(int, bench.seats)):
        position = Position.EXCLUDED if ballot.excluded[s] else _VOTES[int(ballot.position[s])]
        social = (0.0, ballot.terms.assurance, pull * (float(affinity[s] @ stand) - float(affinity[s, s] * stand[s])))
        _record(h, k, Decision.VOTE, draft, measure, i, position, 0.0, ballot.terms, social, float(noise[i]))


def _record(
    h: History, k: int, decision: Decision, draft: int, measure: Measure, i: int, position: Position, share: float,
    terms: Terms, social: Any, noise: float,
) -> None:  # fmt: skip
    norm, partisan, reputation, cost, entry, duty = (
        float(x[i]) for x in (terms.norm, terms.partisan, terms.reputation, terms.cost, terms.entry, terms.duty)
    )
    security, assurance, pull = (float(x) for x in social)
    sent = 1.0 if decision == Decision.VOTE else share if share > 0.0 else float(SHARES[0])
    paid = entry + cost * sent + duty * (1.0 - sent)
    utility = norm + partisan + reputation - terms.inertia + security + assurance + pull - paid + noise
    h.log.row(
        "positions", k, decision, draft, h.calendar.today, measure, i, position, share, utility, terms.inertia,
        norm, partisan, security, assurance, pull, reputation, paid, noise,
    )  # fmt: skip
