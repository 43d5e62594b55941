"""Who stands against whom in one crisis, who of the states belongs to the arrangement, and whether its charter covers the case."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.obligations import triggered
from sim.decision.undertaking import undertaking
from sim.experiment import Experiment, Opening
from sim.stream.codes import Entry

Mask = NDArray[np.bool_]


class Quarrel:
    """The parties of one opening under a charter; n states, indices as in the world.

    Attributes
    ----------
    scenario : Scenario
        With what the opening says of itself.
    undertaking : Undertaking
        What the aggressor is about to do.
    aggressor, target : int
        The leads of both sides.
    on_aggressor_side, on_target_side, parties : (n,) bool ndarray
    members : (n,) bool ndarray
        Who belongs to the arrangement, without those that have left it since.
    """

    def __init__(self, experiment: Experiment, opening: Opening) -> None:
        self.experiment, self.opening, self.world = experiment, opening, experiment.world
        self.scenario = opening.of(experiment.scenario)
        self.undertaking = undertaking(self.scenario, experiment.behaviour, opening)
        self.aggressor, self.target = opening.aggressors[0], opening.targets[0]
        self.on_aggressor_side, self.on_target_side = self.mask(opening.aggressors), self.mask(opening.targets)
        self.parties = self.on_target_side | self.on_aggressor_side
        self.members = experiment.belongs & ~self.mask(opening.left)

    def mask(self, states: Iterable[int]) -> Mask:
        """(n,) bool, these states."""
        out = np.zeros(self.world.n_states, dtype=bool)
        out[list(states)] = True
        return out

    @cached_property
    def covered(self) -> bool:
        """Whether every member owes the target what the charter pledges, at the latest when a threat is carried out."""
        executed = Entry.ATTACK if self.opening.entry == Entry.THREAT else self.opening.entry
        return self.heeds_threats or self._sets_off(executed)

    @cached_property
    def heeds_threats(self) -> bool:
        """Whether the charter is set in motion by the opening itself, before a threat is carried out."""
        return self._sets_off(self.opening.entry)

    def _sets_off(self, entry: Entry) -> bool:
        charter = self.experiment.charter
        protected = bool(self.members[self.target]) or self.world.ids[self.target] in charter.protects
        return triggered(charter, entry, protected, self.lies_in(charter.area))

    @cached_property
    def rival_forum(self) -> str | None:
        """Another body that might hear the quarrel first: the scenario's, or one that the charter defers to and both belong to."""
        scenario, facts = self.scenario, self.world.facts
        leads = {self.world.ids[self.aggressor], self.world.ids[self.target]}
        for name in (scenario.rival_forum,) if scenario.rival_forum else self.experiment.charter.defers_to:
            its_own = facts.memberships.get(name, facts.regions.get(name, ()))
            if name == scenario.rival_forum or leads <= set(its_own):
                return name
        return None

    def lies_in(self, area: tuple[str, ...]) -> bool:
        """Whether the place lies in a treaty area: the scenario's region where it is not the target's own, else the target."""
        scenario, regions = self.scenario, self.world.facts.regions
        if not any(place in regions or place in self.world.ids for place in area):
            return True
        target = self.world.ids[self.target]
        elsewhere = scenario.region in regions and target not in regions[scenario.region or ""]
        if elsewhere:
            return scenario.region in area
        return target in area or any(target in regions.get(name, ()) for name in area)
