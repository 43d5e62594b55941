"""The two sides of a case as states of its world, whatever the file calls them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.battery.ground import LEAST_CAPABILITY, Ground
from sim.battery.parties import Party, plain_name, read_parties
from sim.battery.rules import entry_of, institution_of
from sim.battery.words import flag, numbers
from sim.errors import DataError

_GROUP = re.compile(r"\s*\b(members?|member states|states|countries|allies|coalition|forces|contingents?)$", re.I)
_SIDES = ("aggressor", "target")


@dataclass
class Sides(Ground):
    """The sides of one case; names that are no states of the day are told by what else the case says, or added to the world.

    Attributes
    ----------
    aggressors, targets : list of str
        The lead first.
    by_proxy : bool
        The aggressor is an armed band for which only its patron stands.
    own : dict of int to (str, float)
        Entities of no year: abbreviation and stated share of world capability, by a number that no state has.
    """

    aggressors: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    by_proxy: bool = False
    own: dict[int, tuple[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, ground: Ground) -> Sides:
        """Return the sides of a case, its world being added to where it lacks them.

        Raises
        ------
        DataError
            No name of a side is a state and nothing else tells it; a state stands on both sides.
        """
        sides = cls(**vars(ground))
        sides.aggressors, sides.targets = sides.found()
        return sides

    def belong(self) -> tuple[list[str], list[str]]:
        """Return the leads that the case calls members, and those it calls none."""
        leads = {"aggressor": self.aggressors[0], "target": self.targets[0]}
        said = {lead: flag(self.case.known(f"{side}_member_of_institution")) for side, lead in leads.items()}
        return [lead for lead, yes in said.items() if yes], [lead for lead, yes in said.items() if yes is False]

    def found(self) -> tuple[list[str], list[str]]:
        """Return aggressors and targets, the lead first."""
        sides = {side: self.read(side) for side in _SIDES}
        for side in _SIDES:
            if not sides[side]:
                said = ", ".join(self.case.texts(side)) or "no names"
                raise DataError(
                    f"{side}: none of {said} is a state; name states under power.{side}, or give it a share of capability there"
                )
        both = {p.code for p in sides["aggressor"]} & {p.code for p in sides["target"]}
        if both:
            raise DataError(
                f"{', '.join(sorted(self.label(p) for p in sides['target'] if p.code in both))} stands on both sides"
            )
        leads = {side: sides[side][0] for side in _SIDES}
        for side, other in zip(_SIDES, reversed(_SIDES), strict=True):
            for party in sides[side]:
                if party.code not in self.abb:
                    self.add(party, side, leads[other])
        return [self.abb[p.code] for p in sides["aggressor"]], [self.abb[p.code] for p in sides["target"]]

    def read(self, side: str) -> list[Party]:
        """Return the states of one side, in order: those named, else those whose power is stated, a group's members, a patron, a band by itself."""
        found: dict[int, Party] = {}
        unknown = []
        for text in self.case.texts(side):
            parties = read_parties(text, self.day.year, self.names)
            if not parties:
                unknown.append(text)
            for party in parties:
                found.setdefault(party.code, party)
        if found:
            for text in unknown:
                self.note(f"{side} {text!r} is no state; left out beside {self.told(found)}")
            return list(found.values())
        for way in (self.by_power, self.by_membership, self.by_share, self.by_patron):
            if unknown and (taken := way(side, unknown)):
                return taken
        return [] if unknown else self.by_power(side, unknown)

    def by_power(self, side: str, unknown: list[str]) -> list[Party]:
        """Return the states whose capability the case states for a side."""
        found = {p.code: p for text in self.stated(side) for p in read_parties(text, self.day.year, self.names)}
        if found:
            self.note(
                f"{side} {_listed(unknown)} is no state; told by the power that the case states for {self.told(found)}"
            )
        return list(found.values())

    def by_membership(self, side: str, unknown: list[str]) -> list[Party]:
        """Return the members of an institution that a name means, the strongest first."""
        found: dict[str, None] = {}
        for text in unknown:
            key = institution_of(_GROUP.sub("", plain_name(text)))
            found |= dict.fromkeys(self.world["memberships"].get(key, ()) if key not in ("un", "league") else ())
        states = self.world["states"]
        order = sorted((s for s in found if s in states), key=lambda s: (-states[s]["capability"], s))
        if order:
            self.note(f"{side} {_listed(unknown)} is no state; told by its {len(order)} members, {order[0]} first")
        return [Party(s, states[s]["ccode"], True) for s in order]

    def by_share(self, side: str, unknown: list[str]) -> list[Party]:
        """Return an entity of its own, where the case gives it a share of world capability: it has neither seat nor obligations."""
        shares = self.stated(side)
        total = sum(shares.values())
        if total <= 0:
            return []
        name = plain_name(unknown[0])
        free = [k for k in range(1, 1000) if k not in self.names]
        code = free[zlib.crc32(name.casefold().encode()) % len(free)]
        self.own[code] = (_abbreviated(name, self.world["states"]), total)
        return [Party(name, code, False)]

    def by_patron(self, side: str, unknown: list[str]) -> list[Party]:
        """Return who stands behind an armed band, where the case calls it one: its patron's power applies."""
        if side != "aggressor" or not entry_of(self.case.inputs)[0].deniable:
            return []
        patron = self.case.known("patron") or {}
        named = [patron["name"]] if isinstance(patron.get("name"), str) else []
        for text in (*named, *self.protectors(side)):
            found = [p for p in read_parties(text, self.day.year, self.names) if p.code in self.abb][:1]
            if found:
                self.by_proxy = True
                self.note(
                    f"{side} {_listed(unknown)} is no state; fought through it by its patron {self.label(found[0])}"
                )
                return found
        return []

    def add(self, party: Party, side: str, opponent: Party) -> None:
        """Add an entity that is no state of the day: at the capital it has in another year, else where its opponent is; next to that."""
        own = self.own.get(party.code)
        states = self.world["states"]
        if own:
            abb, share = own
            if opponent.code not in self.abb:
                raise DataError(f"{side}: neither {party.name} nor {opponent.name} was a state on {self.day}")
            near = states[self.abb[opponent.code]]
            place = near["latitude"], near["longitude"]
        else:
            abb, share = self.names.abbreviation(party.code), self.share(party, side)
            place = self.capital(party)
        capability = min(max(share, LEAST_CAPABILITY), 1.0)
        self.admit(abb, party, capability, place, self.ideal(party, side))
        if opponent.code in self.abb:
            self.world["contiguity"][abb] = [self.abb[opponent.code]]
        self.note(
            f"{party.name} was no state of the system on {self.day}; added with {capability:.2g} of world capability"
        )

    def share(self, party: Party, side: str) -> float:
        """Return the share of world capability that the case states for an entity, or for its side by another name."""
        stated, year = self.stated(side), self.day.year
        for name, value in stated.items():
            if party.code in {p.code for p in read_parties(name, year, self.names)}:
                return value
        named = {p.code for name in stated for p in read_parties(name, year, self.names) if p.of_the_year}
        everyone = {p.code for t in self.case.texts(side) for p in read_parties(t, year, self.names)}
        return sum(stated.values()) if stated and not named & everyone else LEAST_CAPABILITY

    def ideal(self, party: Party, side: str) -> float:
        """Return a position: of its votes, else the mean of its patrons', else the middle."""
        voted = self.voted(party)
        if voted is not None:
            return voted
        codes = [p.code for t in self.protectors(side) for p in read_parties(t, self.day.year, self.names)]
        positions = [self.world["states"][self.abb[c]]["ideal"][0] for c in codes if c in self.abb]
        return round(sum(positions) / len(positions), 4) if positions else 0.0

    def stated(self, side: str) -> dict[str, float]:
        """Return shares of world capability that the case states for a side, by name."""
        return numbers((self.case.known("power") or {}).get(side))

    def told(self, found: Mapping[int, Party]) -> str:
        return ", ".join(self.label(p) for p in found.values())

    def label(self, party: Party) -> str:
        return self.abb.get(party.code, party.name)


def _listed(texts: list[str]) -> str:
    return ", ".join(repr(text) for text in texts)


def _abbreviated(name: str, states: Mapping[str, Any]) -> str:
    """Return three letters that no state has."""
    letters = re.sub(r"[^A-Z]", "", name.upper())[:3].ljust(3, "X")
    return next(
        abb for abb in (letters, *(f"{letters[:2]}{k}" for k in range(10)), f"X{len(states)}") if abb not in states
    )
