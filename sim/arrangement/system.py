"""The system of states as a whole: how far it is parted into opposing camps, and how much of it is protected."""

from __future__ import annotations

from math import fsum

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.charter import Charter
from sim.arrangement.membership import available
from sim.arrangement.pacts import debts_of
from sim.world.world import World

Mask = NDArray[np.bool_]

PROTECTS = ("defence", "guarantee")


def polarisation(world: World) -> float:
    """How far the world is parted into opposing camps: 0 all friends, 1 two equal camps of sworn enemies.

    Notes
    -----
    4 sum_i c_i (sum_j c_j s+_ij) (sum_j c_j s-_ij), with c the share of the world's capability and s+, s- the friendly and the
    hostile part of affinity. Source: Duclos, Esteban and Ray (2004): identification with one's own times alienation from
    others, alpha = 1.
    """
    total = fsum(world.capability)
    if total <= 0.0:
        return 0.0
    c = world.capability / total
    own = [fsum(c * row) for row in np.maximum(world.affinity, 0.0)]
    others = [fsum(c * row) for row in np.maximum(-world.affinity, 0.0)]
    return float(4.0 * fsum(c * np.array(own) * np.array(others)))


def coverage(charter: Charter, world: World, members: Mask, on: str) -> float:
    """Share of ordered dyads in which somebody is bound to come to the second state's aid against the first.

    Parameters
    ----------
    members : (n,) bool ndarray
        Members of the charter.
    on : str
        Date (ISO).

    Notes
    -----
    Bound by the charter's pledge, whatever its words beyond consultation, or by a treaty of defence or guarantee in force,
    secret ones and those that wait for another state included. Whether they would come is the model's question.
    """
    n = world.n_states
    if n < 2:
        return 0.0
    protected = np.zeros((n, n), dtype=bool)
    if charter.in_force and charter.pledge.wording not in ("none", "consult"):
        protected[:] = _covered(charter, world, members)[None, :] & (
            members.sum() > members[:, None].astype(int) + members
        )
    index = {state: i for i, state in enumerate(world.ids)}
    for tie in (*world.facts.obligations, *debts_of(charter, members, world)):
        in_force = available(tie.since, on) and not (tie.until is not None and available(tie.until, on))
        if tie.kind in PROTECTS and in_force:
            creditor, debtor = index[tie.creditor], index[tie.debtor]
            against = [index[tie.against]] if tie.against is not None else [i for i in range(n) if i != debtor]
            protected[against, creditor] = True
    np.fill_diagonal(protected, False)
    return float(protected.sum() / (n * (n - 1)))


def _covered(charter: Charter, world: World, members: Mask) -> Mask:
    """(n,) bool, whom the charter covers against an armed attack."""
    if charter.covers in ("nobody", "any"):
        return np.full(world.n_states, charter.covers == "any")
    belongs = members | np.isin(world.ids, charter.protects)
    places = {*charter.area, *(s for name in charter.area for s in world.facts.regions.get(name, ()))}
    if charter.covers == "members" or not places & {*world.ids}:
        return belongs
    return belongs & np.isin(world.ids, sorted(places))
