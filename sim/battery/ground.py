"""The world of a case while it is being laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from sim.battery.cases import Case
from sim.world.importers import system
from sim.world.importers.archive import Archive
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

    def note(self, remark: str | None) -> None:
        """Keep a remark, if there is one."""
        if remark:
            self.remarks.append(remark)
