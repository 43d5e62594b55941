"""Who belongs to an arrangement in any world: the members it names, or those who take their place."""

from __future__ import annotations

from datetime import date as Date

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.clauses import Membership
from sim.arrangement.rule import Organ, Seat
from sim.world.world import World

Mask = NDArray[np.bool_]


def available(since: str | None, on: str) -> bool:
    """Whether a clause dated `since` is in force `on` a date (both ISO)."""
    return since is None or Date.fromisoformat(since) <= Date.fromisoformat(on)


def members_of(membership: Membership, world: World, organ: Organ | None = None, on: str | None = None) -> Mask:
    """Return who belongs.

    Parameters
    ----------
    organ : Organ, optional
        Whose permanent seats by date tell a state that stands in another's place (China, 25 October 1971).
    on : str, optional
        Date (ISO); that of the world if not given.

    Returns
    -------
    (n,) bool ndarray
    """
    belongs = known(world, found(membership, world)[0])
    for place in organ.permanent if organ else ():
        if place.succeeds in world.ids and place.state in world.ids and holds(place, on or world.facts.date):
            old, new = world.ids.index(place.succeeds), world.ids.index(place.state)
            belongs[new] |= belongs[old]
            belongs[old] = False
    belongs[known(world, membership.refused)] = False
    return belongs


def found(membership: Membership, world: World) -> tuple[tuple[str, ...], str]:
    """Return the states that the rule of membership yields in a world, and what yielded them.

    Returns
    -------
    states : tuple of str
    source : str
        The rule itself, or what had to take its place.
    """
    rule, facts = membership.rule, world.facts
    if rule == "none":
        return (), rule
    if rule == "universal":
        return world.ids, rule
    if rule == "institution" and membership.institution in facts.memberships:
        return facts.memberships[membership.institution], rule
    if rule == "region" and membership.region in facts.regions:
        return facts.regions[membership.region], rule
    here = tuple(s for s in membership.states if s in world.ids)
    if here:
        return here, "list"
    if membership.region in facts.regions:
        return facts.regions[membership.region], "region"
    return tuple(s for s, stands in zip(world.ids, _stand_in(membership, world), strict=True) if stands), "otherwise"


def holds(place: Seat, on: str) -> bool:
    """Whether the holder of a permanent seat has it on a date."""
    return available(place.since, on) and (place.until is None or not available(place.until, on))


def known(world: World, states: tuple[str, ...]) -> Mask:
    """(n,) bool, the states named, as far as the world has them."""
    return np.isin(np.array(world.ids), np.array(states, dtype=str))


def camp_of(world: World, leader: int) -> Mask:
    """(n,) bool, a state and those that are closer to it than half of its others are."""
    camp = world.affinity[:, leader] > 0.0
    camp &= world.affinity[leader] > 0.0
    camp[leader] = True
    return np.asarray(camp)


def _stand_in(membership: Membership, world: World) -> Mask:
    if membership.otherwise == "universal":
        return np.ones(world.n_states, dtype=bool)
    if membership.otherwise == "great_powers":
        return world.great_power.copy()
    if membership.otherwise == "camp":
        return camp_of(world, int(np.argmax(world.capability)))
    return np.zeros(world.n_states, dtype=bool)
