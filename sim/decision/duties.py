"""What states owe the sides of a quarrel, by treaty and by charter."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.membership import known
from sim.arrangement.obligations import Treaties, binding, treaties, wording
from sim.arrangement.pacts import debts_of
from sim.decision.quarrel import Quarrel
from sim.stream.codes import Entry, Measure
from sim.world.facts import Obligation

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Duties:
    """Debts of all states in one quarrel; n states, indices as in the world."""

    def __init__(self, quarrel: Quarrel) -> None:
        self.quarrel, self.experiment, self.world = quarrel, quarrel.experiment, quarrel.world
        self._usually_owed: dict[tuple[Measure, bool, bool], Floats] = {}

    def owed(
        self, measure: Measure, mandated: bool, acting: NDArray[np.int8], reliability: Floats, voting: bool = False
    ) -> Floats:
        """o_i(m) = wording * in scope * reliability, the larger of charter and bilateral treaty.

        An adopted measure binds as far as its instrument says. A draft is voted on under the whole obligation and
        without the reliability, which is the rate at which deeds follow words.

        Returns
        -------
        (n,) float64 ndarray
            0 to 1 (a treaty of non-aggression towards the aggressor counts against: down to -1).
        """
        by_treaty = self.treaties_for_target.now(acting, 1)
        if by_treaty is not self.treaties_for_target.owed:
            larger = self._larger(measure, mandated, voting, by_treaty)
        elif (key := (measure, mandated, voting)) in self._usually_owed:
            larger = self._usually_owed[key]
        else:
            larger = self._usually_owed[key] = self._larger(measure, mandated, voting, by_treaty)
        return larger if voting else larger * reliability

    def owed_to_aggressor(self, acting: NDArray[np.int8], reliability: Floats) -> Floats:
        """(n,) float64, the same towards the aggressor, by bilateral treaty alone."""
        return self.treaties_for_aggressor.now(acting, -1) * reliability

    @cached_property
    def forbearance(self) -> Floats:
        """(n,) float64, 0 to 1: what a member of an arrangement that covers the target owes it at the least.

        To give its attacker no help: Covenant, Arts. 10 and 16(1); UN Charter, Art. 2(5).
        """
        owed = wording(self.experiment.charter, self.experiment.behaviour) if self.in_motion else 0.0
        return np.where(self.quarrel.members & ~self.quarrel.parties, owed, 0.0)

    @cached_property
    def in_motion(self) -> bool:
        """Whether the charter covers this target against this opening, or somebody owes the target its pact."""
        return self.quarrel.covered or self.owed_by_pact

    @cached_property
    def self_executing(self) -> bool:
        """Whether members are bound without a decision of the organ: automatically, by a pact, or for collective defence."""
        charter = self.experiment.charter
        armed = charter.kind == "collective_defence" and self.quarrel.opening.entry == Entry.ATTACK
        return self.owed_by_pact or (self.quarrel.covered and (armed or charter.pledge.wording == "automatic"))

    @cached_property
    def owed_by_pact(self) -> bool:
        """Whether the charter itself makes somebody owe the target more than restraint: by a pact, or as a system of alliances."""
        charter = self.experiment.charter
        allied = charter.kind == "alliances" and charter.in_force
        owed = self.treaties_for_target if allied else self._treaties(self.pacts, True)
        return bool((owed.owed > 0.0).any() or owed.conditional)

    @cached_property
    def pacts(self) -> tuple[Obligation, ...]:
        """What the charter's parties owe each other by name."""
        plain = not self.quarrel.undertaking.disputed
        return debts_of(self.experiment.charter, self.quarrel.members, self.world, plain)

    @cached_property
    def treaties_for_target(self) -> Treaties:
        """What is owed the target against the aggressor."""
        return self._treaties((*self.world.facts.obligations, *self.pacts), True)

    @cached_property
    def treaties_for_aggressor(self) -> Treaties:
        """What is owed the aggressor against the target."""
        return self._treaties((*self.world.facts.obligations, *self.pacts), False)

    @cached_property
    def named_by_treaty(self) -> Mask:
        """(n,) bool, who owes the target its help against this aggressor by name, or by a pact of the charter."""
        ids, sides = self.world.ids, self.quarrel.opening
        creditors, adversaries = ({ids[s] for s in side} for side in (sides.targets, sides.aggressors))
        named = [t.debtor for t in self.world.facts.obligations if t.creditor in creditors and t.against in adversaries]
        named += [pact.debtor for pact in self.pacts if pact.creditor in creditors]
        return self.quarrel.mask([self.world.index(s, "world.obligations") for s in named])

    @cached_property
    def casus_foederis(self) -> Floats:
        """(n,) float64, chance that the exact terms of each state's treaty with the target cover this attack.

        A treaty that names the aggressor, or is a pact of the charter, covers it for sure; of the others, whose conditions and
        places are not told, a part does; a breach of treaty meets either more rarely.
        """
        likely = np.where(self.named_by_treaty, 1.0, self.experiment.behaviour.casus_foederis)
        return self.quarrel.undertaking.gravity * likely

    @cached_property
    def reserved(self) -> Mask:
        """(n,) bool, members whose reservation frees them from force against this aggressor."""
        return self._freed("force")

    @cached_property
    def reserved_from_sanctions(self) -> Mask:
        """(n,) bool, the same for sanctions."""
        return self._freed("sanctions")

    def hidden_from(self, i: int) -> bool:
        """Whether state i does not know of some treaty: a secret one of others."""
        me = self.world.ids[i]
        ties = (*self.world.facts.obligations, *self.pacts)
        return any(t.secret and me not in (t.debtor, t.creditor) for t in ties)

    def _larger(self, measure: Measure, mandated: bool, voting: bool, by_treaty: Floats) -> Floats:
        """(n,) float64, what charter or treaty asks, whichever is more, before reliability."""
        charter, behaviour, quarrel = self.experiment.charter, self.experiment.behaviour, self.quarrel
        in_scope = quarrel.members & ~quarrel.parties if quarrel.covered else quarrel.mask(())
        if measure >= Measure.FORCE_AUTHORISED:
            in_scope = in_scope & ~self.reserved
        elif measure in (Measure.SANCTIONS_PARTIAL, Measure.SANCTIONS_COMPREHENSIVE):
            in_scope = in_scope & ~self.reserved_from_sanctions
        strength = wording(charter, behaviour)
        if mandated:
            strength *= binding(charter, measure, behaviour)
        elif not voting and not self.self_executing:
            strength = 0.0
        by_charter = strength * in_scope
        return np.where(
            by_treaty < 0.0, np.where(by_charter > 0.0, by_charter, by_treaty), np.maximum(by_charter, by_treaty)
        )

    def _treaties(self, ties: tuple[Obligation, ...], attacked: bool) -> Treaties:
        opening = self.quarrel.opening
        if opening.eyes is not None:
            knows = self.world.ids[opening.eyes]
            ties = tuple(t for t in ties if not t.secret or knows in (t.debtor, t.creditor))
        ties = tuple(t for t in ties if not t.area or self.quarrel.lies_in(t.area))
        on, consult = self.quarrel.scenario.date, self.experiment.behaviour.wording_consult
        sides = opening.targets, opening.aggressors
        creditors, adversaries = sides if attacked else sides[::-1]
        pairs = [treaties(ties, self.world, c, a, on, consult, attacked) for c in creditors for a in adversaries]
        most, least = np.max([p.owed for p in pairs], axis=0), np.min([p.owed for p in pairs], axis=0)
        return Treaties(np.where(most > 0.0, most, least), tuple(c for p in pairs for c in p.conditional))

    def _freed(self, duty: str) -> Mask:
        freed = np.zeros(self.world.n_states, dtype=bool)
        for reservation in self.experiment.charter.membership.reservations:
            bound = self.world.ids[self.quarrel.aggressor] in reservation.binds_against
            if reservation.frees in (duty, "all") and not bound:
                freed |= known(self.world, reservation.states)
        return freed
