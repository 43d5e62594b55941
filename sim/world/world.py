"""States and the ties between them at one date."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import SettingError, nearest
from sim.world.facts import Council, Obligation, Route, StateFacts, WorldFacts
from sim.world.geography import great_circle_km

__all__ = ["Council", "Obligation", "Route", "StateFacts", "World", "WorldFacts"]


@dataclass(frozen=True)
class World:
    """The states and ties of one date as arrays, in the order of `facts.states`.

    Raises
    ------
    SettingError
        A tie names a state that the world does not have, or a date is not ISO.
    """

    facts: WorldFacts
    ids: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(self.facts.states))
        if len(self.ids) < 2:
            raise SettingError(f"world.states has {len(self.ids)} states; at least 2 are needed")
        self._check()

    def index(self, state: str, key: str) -> int:
        """Return the position of `state`; SettingError names `key` and the nearest state."""
        try:
            return self._position[state]
        except KeyError:
            raise SettingError(
                f"{key}={state!r} is not a state of world {self.facts.name!r}{nearest(state, self.ids)}"
            ) from None

    @cached_property
    def n_states(self) -> int:
        return len(self.ids)

    @cached_property
    def date(self) -> Date:
        return Date.fromisoformat(self.facts.date)

    @cached_property
    def capability(self) -> NDArray[np.float64]:
        """(n,) float64, share of world capability."""
        return np.array([s.capability for s in self.facts.states.values()])

    @cached_property
    def economy(self) -> NDArray[np.float64]:
        """(n,) float64, share of world trade."""
        return np.array([s.capability if s.economy is None else s.economy for s in self.facts.states.values()])

    @cached_property
    def great_power(self) -> NDArray[np.bool_]:
        """(n,) bool."""
        return np.array([s.great_power for s in self.facts.states.values()])

    @cached_property
    def neutral(self) -> NDArray[np.bool_]:
        """(n,) bool."""
        return np.array([s.neutral for s in self.facts.states.values()])

    @cached_property
    def distance_km(self) -> NDArray[np.float64]:
        """(n, n) float64, capital to capital, whole kilometres."""
        states = self.facts.states.values()
        return great_circle_km(np.array([s.latitude for s in states]), np.array([s.longitude for s in states]))

    @cached_property
    def contiguous(self) -> NDArray[np.bool_]:
        """(n, n) bool, symmetric; a state is contiguous to itself."""
        out = np.eye(self.n_states, dtype=bool)
        for one, others in self.facts.contiguity.items():
            for other in others:
                i, j = self._position[one], self._position[other]
                out[i, j] = out[j, i] = True
        return out

    @cached_property
    def affinity(self) -> NDArray[np.float64]:
        """(n, n) float64, -1 to 1: 1 - 2 * percentile of the distance among the row's distances; stated values win.

        A value stated by one of a pair holds for both; where both state one, each holds for its own row.
        """
        width = max(len(s.ideal) for s in self.facts.states.values())
        ideal = np.array([(*s.ideal, *[0.0] * (width - len(s.ideal))) for s in self.facts.states.values()])
        apart = np.round(np.abs(ideal[:, None, :] - ideal[None, :, :]).sum(axis=2), 9)
        out = np.empty_like(apart)
        for i, row in enumerate(apart):
            others = np.sort(np.delete(row, i))
            below = np.searchsorted(others, row, side="left") + np.searchsorted(others, row, side="right")
            out[i] = 1.0 - below / len(others)
        np.fill_diagonal(out, 1.0)
        for one, row_of in self.facts.affinity.items():
            for other, value in row_of.items():
                i, j = self._position[one], self._position[other]
                out[i, j] = value
                if one not in self.facts.affinity.get(other, {}):
                    out[j, i] = value
        return out

    @cached_property
    def trade(self) -> NDArray[np.float64]:
        """(n, n) float64, share of the row's trade that is with the column; rows sum to at most 1.

        Where no share is stated, what is left of the row is spread by economy over distance (gravity).
        """
        n = self.n_states
        stated = np.full((n, n), np.nan)
        for one, row_of in self.facts.trade.items():
            for other, value in row_of.items():
                stated[self._position[one], self._position[other]] = value
        np.fill_diagonal(stated, 0.0)
        gravity = self.economy[None, :] / np.maximum(self.distance_km, 200.0)
        gravity[~np.isnan(stated)] = 0.0
        left = 1.0 - np.nansum(stated, axis=1)
        total = gravity.sum(axis=1)
        spread = gravity * (left / np.where(total > 0.0, total, 1.0))[:, None]
        return np.where(np.isnan(stated), spread, stated)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {state: i for i, state in enumerate(self.ids)}

    def _check(self) -> None:
        facts = self.facts
        _iso(facts.date, "world.date")
        for key, table in (("contiguity", facts.contiguity), ("patrons", facts.patrons)):
            for one, others in table.items():
                self.index(one, f"world.{key}")
                for other in others:
                    self.index(other, f"world.{key}.{one}")
        for key, ties in (("affinity", facts.affinity), ("trade", facts.trade)):
            for one, row in ties.items():
                self.index(one, f"world.{key}")
                for other in row:
                    self.index(other, f"world.{key}.{one}")
        for one, row in facts.trade.items():
            if (total := math.fsum(row.values())) > 1.0 + 1e-9:
                raise SettingError(
                    f"world.trade.{one} sums to {total:.3g}; shares of one state's trade sum to at most 1"
                )
        for key, groups in (("memberships", facts.memberships), ("regions", facts.regions)):
            for name, states in groups.items():
                for state in states:
                    self.index(state, f"world.{key}.{name}")
        for name, council in facts.councils.items():
            for state in (*council.permanent, *council.elected):
                self.index(state, f"world.councils.{name}")
        for state in facts.key_commodity:
            self.index(state, "world.key_commodity")
        for k, owed in enumerate(facts.obligations):
            for party in (owed.debtor, owed.creditor, owed.against, owed.provided):
                if party is not None:
                    self.index(party, f"world.obligations[{k}]")
            for place in owed.area:
                if place not in facts.regions:
                    self.index(place, f"world.obligations[{k}].area")
            for key, text in (("since", owed.since), ("until", owed.until)):
                if text is not None:
                    _iso(text, f"world.obligations[{k}].{key}")
        for k, route in enumerate(facts.routes):
            for place in (route.into, *route.travellers, *([route.keeper] if route.keeper else [])):
                self.index(place, f"world.routes[{k}]")
            if route.status == "consent" and route.keeper is None:
                raise SettingError(f"world.routes[{k}].keeper must name a state when status is consent")


def _iso(text: str, key: str) -> None:
    try:
        Date.fromisoformat(text)
    except ValueError:
        raise SettingError(f"{key}={text!r} must be a date such as 1935-10-03") from None
