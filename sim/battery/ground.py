"""The world of a case while it is being laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from sim.battery.cases import Case
from sim.battery.parties import Party, plain_name, qualifier
from sim.battery.rules import PROTECTS
from sim.battery.words import texts
from sim.world.importers import capitals, ideal_points, system
from sim.world.importers.archive import Archive
from sim.world.importers.report import Report
from sim.world.names import Names

LEAST_CAPABILITY = 1e-6
"""Of an entity of which nothing is known [share of world capability]."""


@dataclass
class Ground:
    """A case and the world it is laid over.

    Attributes
    ----------
    archive : Archive
        The field's tables.
    case : Case
    day : date
    world : dict
        Plain containers of a world; changed in place, down to the tables that `over` has copied.
    names : Names
    abb : dict of int to str
        Abbreviations of the world's states by number; added to in place.
    remarks : list of str
        What was taken for what; added to in place.
    """

    archive: Archive
    case: Case
    day: Date
    world: dict[str, Any]
    names: Names
    abb: dict[int, str]
    remarks: list[str]

    @classmethod
    def over(cls, base: Mapping[str, Any], archive: Archive, case: Case, day: Date) -> Ground:
        """Return a ground whose world may be changed without changing `base`."""
        copied = {key: dict(base[key]) for key in ("states", "contiguity", "patrons", "memberships", "councils")}
        world = {**base, **copied, "obligations": list(base["obligations"])}
        abb = {one["ccode"]: abb for abb, one in world["states"].items()}
        return cls(archive, case, day, world, system.names(archive), abb, [])

    def protectors(self, side: str) -> list[str]:
        """Return the candidate patrons of a side that the case calls its protectors."""
        candidates = self.case.known("candidate_patrons")
        named = texts(candidates.get(side)) if isinstance(candidates, Mapping) else []
        return [text for text in named if PROTECTS.search(qualifier(text))]

    def capital(self, party: Party) -> tuple[float, float]:
        """Return latitude and longitude of the capital that a party has on the day or in another year [degrees]."""
        return capitals.places(self.archive, {party.code: party.name}, self.day, Report())[party.code]

    def voted(self, party: Party) -> float | None:
        """Return a party's position by its votes of the year before, None if it cast none."""
        votes = ideal_points.positions(self.archive, {party.code: party.name}, self.day.year - 1, Report())
        return votes.get(party.code)

    def admit(self, abb: str, party: Party, capability: float, place: tuple[float, float], ideal: float) -> None:
        """Add to the world a party that is no state of the day."""
        self.world["states"][abb] = {
            "name": plain_name(party.name), "ccode": party.code, "capability": capability, "economy": min(capability, 0.001),
            "latitude": place[0], "longitude": place[1], "ideal": [ideal],
        }  # fmt: skip
        self.abb[party.code] = abb

    def note(self, remark: str | None) -> None:
        """Keep a remark, if there is one."""
        if remark:
            self.remarks.append(remark)
