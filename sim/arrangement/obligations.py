"""What each state owes the target, or the aggressor, and how strongly the words bind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.charter import Charter
from sim.arrangement.membership import available
from sim.behaviour import Behaviour
from sim.stream.codes import MEASURE_NAMES, Entry, Measure
from sim.world.world import Obligation, World

Floats = NDArray[np.float64]


def wording(charter: Charter, behaviour: Behaviour) -> float:
    """Strength of the charter's operative words, 0 to 1."""
    return {
        "automatic": 1.0,
        "as_deems_necessary": behaviour.wording_necessary,
        "constitutional_processes": behaviour.wording_constitutional,
        "consult": behaviour.wording_consult,
        "none": 0.0,
    }[charter.pledge.wording]


def triggered(charter: Charter, entry: Entry, target_is_member: bool, target_in_area: bool) -> bool:
    """Whether this opening sets the charter in motion for a target that belongs to it, or is protected by it, or not."""
    if not charter.in_force:
        return False
    within = target_is_member and target_in_area
    covered = {"nobody": False, "any": True, "members": target_is_member, "area": within}[charter.covers]
    sets_off = {
        Entry.ATTACK: {"aggression", "armed_attack", "threat"},
        Entry.COVERT: {"aggression", "threat", "dispute"},
        Entry.THREAT: {"threat", "dispute"},
        Entry.TREATY_BREACH: {"treaty_breach", "threat", "dispute"},
        Entry.FRONTIER_DISPUTE: {"threat", "aggression", "dispute"},
    }[entry]
    return covered and bool(sets_off & set(charter.trigger))


def binding(charter: Charter, measure: Measure, behaviour: Behaviour) -> float:
    """How far an adopted `measure` binds members, 0 to 1; 1 while it is still a draft to be voted on."""
    force = {i.measure: i.force for i in charter.instruments}
    found = force.get(MEASURE_NAMES[measure])  # type: ignore[call-overload]
    if found is None and measure >= Measure.FORCE_AUTHORISED:
        found = force.get("force_authorised", force.get("collective_defence"))
    strength = {"binding": 1.0, "each_member": behaviour.each_member, "recommended": behaviour.recommended}
    return strength[found or "recommended"]


@dataclass(frozen=True)
class Treaties:
    """Bilateral debts to one creditor against one adversary; n states.

    Attributes
    ----------
    owed : (n,) float64 ndarray
        1 for defence or guarantee, less for consultation, 0 for none; -1 where neutrality or
        non-aggression towards the adversary forbids acting.
    conditional : tuple of (debtor, provided, strength)
        Debts that wait until the state `provided` acts for the creditor.
    """

    owed: Floats
    conditional: tuple[tuple[int, int, float], ...]

    def now(self, acting: NDArray[np.int8], side: int) -> Floats:
        """Return the debts in force, (n,) float64, given who fights on which `side` already."""
        met = [c for c in self.conditional if acting[c[1]] == side]
        if not met:
            return self.owed
        owed = self.owed.copy()
        for debtor, _, strength in met:
            owed[debtor] = max(owed[debtor], strength)
        return owed


def treaties(
    ties: Sequence[Obligation], world: World, creditor: int, against: int, on: str, consult: float, attacked: bool
) -> Treaties:
    """Read from treaties what is owed to `creditor` against `against` on a date.

    Parameters
    ----------
    ties : sequence of Obligation
    on : str
        Date (ISO).
    consult : float
        Strength of a mere promise to consult, 0 to 1.
    attacked : bool
        The creditor is the one attacked: a guarantee is owed to no other (Locarno, Art. 4: against the flagrant violator).
    """
    owed, conditional = np.zeros(world.n_states), []
    ids = world.ids
    strengths = {"defence": 1.0, "guarantee": 1.0 if attacked else 0.0, "consultation": consult}
    for tie in ties:
        if not available(tie.since, on) or (tie.until is not None and available(tie.until, on)):
            continue
        debtor = world.index(tie.debtor, "world.obligations")
        if tie.creditor == ids[creditor] and tie.against in (None, ids[against]):
            strength = strengths.get(tie.kind, 0.0)
            if tie.provided is not None:
                conditional.append((debtor, world.index(tie.provided, "world.obligations"), strength))
            else:
                owed[debtor] = max(owed[debtor], strength)
        elif tie.kind in ("neutrality", "non_aggression") and tie.creditor == ids[against] and owed[debtor] == 0.0:
            owed[debtor] = -1.0
    return Treaties(owed, tuple(conditional))
