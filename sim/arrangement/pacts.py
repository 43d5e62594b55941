"""What the parties of a charter owe each other by name, as debts between the states of a world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.charter import GROUPS, Charter
from sim.arrangement.clauses import Pact
from sim.arrangement.membership import camp_of
from sim.world.world import Obligation, World

Mask = NDArray[np.bool_]


def debts_of(charter: Charter, members: Mask, world: World, plain: bool = True) -> tuple[Obligation, ...]:
    """Return the debts that a charter's pacts make among its members.

    Parameters
    ----------
    members : (n,) bool ndarray
    plain : bool
        Blame is plain: pacts against a flagrant violation count.
    """
    if not charter.in_force:
        return ()
    named = [pact for pact in charter.pacts if not pact.stand_in]
    applies = [pact for pact in named if applicable(pact, members, world)]
    chosen = applies if applies else [pact for pact in charter.pacts if pact.stand_in]
    return tuple(debt for pact in chosen if plain or not pact.flagrant for debt in _debts(pact, members, world))


def applicable(pact: Pact, members: Mask, world: World) -> bool:
    """Whether a pact has a debtor, a creditor, and whoever else it names, in a world."""
    if pact.provided is not None and pact.provided not in world.ids:
        return False
    if pact.against and not any(s in world.ids for s in pact.against):
        return False
    return bool(_debts(pact, members, world))


def _debts(pact: Pact, members: Mask, world: World) -> list[Obligation]:
    against: tuple[str | None, ...] = tuple(s for s in pact.against if s in world.ids) or (None,)
    return [
        Obligation(
            debtor=world.ids[i],
            creditor=world.ids[j],
            kind=pact.kind,
            against=adversary,
            provided=pact.provided,
            secret=pact.secret,
            since=pact.since,
            until=pact.until,
        )
        for j in _states(pact.creditors, members, world, -1)
        for i in _states(pact.debtors, members, world, j)
        for adversary in against
        if i != j and adversary not in (world.ids[i], world.ids[j]) and pact.provided != world.ids[i]
    ]


def _states(words: tuple[str, ...], members: Mask, world: World, creditor: int) -> list[int]:
    """Members meant by names and groups, by index."""
    meant = np.isin(np.array(world.ids), np.array([w for w in words if w not in GROUPS], dtype=str))
    for word in words:
        if word == "members":
            meant |= members
        elif word == "great_powers":
            meant |= world.great_power
        elif word == "neighbours" and creditor >= 0:
            meant |= world.contiguous[creditor]
        elif word == "camp" and creditor >= 0:
            meant |= camp_of(world, creditor)
    return list(map(int, np.flatnonzero(meant & members)))
