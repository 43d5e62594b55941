"""Capabilities: the National Material Capabilities (Singer, Bremer and Stuckey 1972)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import YEAR, Column
from sim.world.importers.report import Report
from sim.world.importers.yearly import latest

CAPABILITY = Concept(
    "capabilities",
    {
        "ccode": Column("state", ("cowcode", "stateabb", "iso3", "iso3c"), low=1, high=999),
        "year": YEAR,
        "cinc": Column("float", low=0, high=1),
    },
    key=("ccode", "year"),
    never=("conttype", "session", "polity2"),
)
_BACK_YEARS = 10


def shares(archive: Archive, states: Mapping[int, str], year: int, report: Report) -> dict[int, float]:
    """Return each state's share of the capability of all that the table rates in the year [six decimals].

    Parameters
    ----------
    states : mapping of int to str
        Abbreviations by number.
    year : int
        A state without a figure keeps its latest of the last ten years, else takes the world's lower quartile.
    """
    frame = archive.required(CAPABILITY)
    found = latest(frame, "cinc", year, _BACK_YEARS)
    known = {c: float(v[0]) for c, v in found.items() if c in states}
    report.add(
        "capabilities", "used", f"CINC of {sum(v[1] == year for c, v in found.items() if c in states)} states in {year}"
    )
    report.listed(
        "capabilities",
        "carried",
        "an earlier year stands for",
        (states[c] for c, v in found.items() if c in states and v[1] != year),
    )
    lacking = [c for c in states if c not in known]
    if lacking:
        rank = sorted(known.values()) or [1.0 / len(states)]
        known |= dict.fromkeys(lacking, rank[len(rank) // 4])
        report.listed("capabilities", "imputed", "the lower quartile stands for", (states[c] for c in lacking))
    rated = frame.filter(pl.col("year") == year)
    total = math.fsum(rated["cinc"]) + math.fsum(known[c] for c in known if c not in set(rated["ccode"]))
    if not total:
        known, total = dict.fromkeys(known, 1.0), float(len(known))
    report.add("capabilities", "renormalised", f"shares summed to {total:.4f}")
    return {c: round(known[c] / total, 6) for c in states}
