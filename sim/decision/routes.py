"""The ways to the target's place, and who has to let others through."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.decision.quarrel import Quarrel
from sim.world.facts import Route

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Routes:
    """What the routes of the world let through to the target of a quarrel; n states, indices as in the world."""

    def __init__(self, quarrel: Quarrel) -> None:
        self.quarrel, self.world = quarrel, quarrel.world

    def passage(self) -> Floats:
        """(n,) float64, share of each state's power that the routes to the target let through, where consent is given."""
        passes = np.ones(self.world.n_states)
        for route in self.world.facts.routes:
            if self.world.index(route.into, "world.routes.into") != self.quarrel.target:
                continue
            share = 0.0 if route.status == "closed" else route.share
            if route.status == "consent" and self.quarrel.on_target_side[self._keeper(route)]:
                share = 0.0
            passes[self._travellers(route)] = share
        return passes

    @cached_property
    def by_leave(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Keepers outside the quarrel, and those who come to the target by their leave alone."""
        target = self.world.ids[self.quarrel.target]
        routes = [r for r in self.world.facts.routes if r.status == "consent" and r.into == target]
        asked = [(self._keeper(r), tuple(map(int, np.flatnonzero(self._travellers(r))))) for r in routes]
        return tuple((keeper, travellers) for keeper, travellers in asked if not self.quarrel.parties[keeper])

    def _keeper(self, route: Route) -> int:
        return self.world.index(route.keeper or "", "world.routes.keeper")

    def _travellers(self, route: Route) -> Mask:
        """(n,) bool, who must take a route: those named, or every state that is not contiguous."""
        if not route.travellers:
            return ~self.world.contiguous[:, self.quarrel.target]
        return self.quarrel.mask([self.world.index(t, "world.routes.travellers") for t in route.travellers])
