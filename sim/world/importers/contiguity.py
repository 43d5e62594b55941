"""Direct contiguity (Stinnett et al. 2002)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date

import polars as pl

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import YEAR, Column
from sim.world.importers.report import Report

_STATE_1 = Column("int", ("state1no", "statelno"), low=1, high=999)
_STATE_2 = Column("int", ("state2no", "statehno"), low=1, high=999)
_TYPE = Column("int", low=0, high=5)
SPELLS = Concept(
    "contiguity by spell",
    {"ccode1": _STATE_1, "ccode2": _STATE_2, "conttype": _TYPE, "stdate": Column("date"), "enddate": Column("date")},
    key=("ccode1", "ccode2", "stdate"),
)
YEARS = Concept(
    "contiguity by year",
    {"ccode1": _STATE_1, "ccode2": _STATE_2, "conttype": _TYPE, "year": YEAR},
    key=("ccode1", "ccode2", "year"),
)
_CARRY_YEARS = 10
_TOUCHING = (1, 2)
"""Common land or river border, or at most twelve miles of water."""


def neighbours(archive: Archive, states: Mapping[int, str], day: Date, report: Report) -> dict[str, tuple[str, ...]]:
    """Return who touches whom, each pair once; frontiers of colonies are in no such table and stay out."""
    frame = _on(archive, day, report)
    if frame is None:
        report.add("contiguity", "missing", "no table for the day; no state touches another")
        return {}
    known = list(states)
    frame = frame.filter(
        pl.col("conttype").is_in(_TOUCHING) & pl.col("ccode1").is_in(known) & pl.col("ccode2").is_in(known)
    )
    pairs = sorted({(min(i, j), max(i, j)) for i, j in frame.select("ccode1", "ccode2").iter_rows() if i != j})
    report.add("contiguity", "used", f"{len(pairs)} common frontiers, colonies not counted")
    out: dict[str, list[str]] = {}
    for i, j in pairs:
        out.setdefault(states[i], []).append(states[j])
    return {one: tuple(others) for one, others in out.items()}


def _on(archive: Archive, day: Date, report: Report) -> pl.DataFrame | None:
    spells = archive.table(SPELLS)
    if spells is not None:
        last = Date.fromisoformat(str(spells["enddate"].max()))
        asked = min(day, last)
        if day.year - last.year > _CARRY_YEARS:
            return None
        if asked != day:
            report.add("contiguity", "carried", f"the table ends on {last}")
        iso = asked.isoformat()
        return spells.filter((pl.col("stdate") <= iso) & (pl.col("enddate") >= iso))
    years = archive.table(YEARS)
    if years is None:
        return None
    asked_year = min(day.year, max(years["year"].to_list()))
    return None if day.year - asked_year > _CARRY_YEARS else years.filter(pl.col("year") == asked_year)
