"""Ideal points from votes in the General Assembly (Bailey, Strezhnev and Voeten 2017)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import Column
from sim.world.importers.report import Report
from sim.world.importers.yearly import latest

IDEAL_POINTS = Concept(
    "ideal points",
    {
        "ccode": Column("state", ("cowcode", "iso3c"), low=1, high=999),
        "session": Column("int", low=1, high=160),
        "IdealPointAll": Column("float", ("IdealPoint", "IdealPointFP"), low=-10, high=10, blank=True),
    },
    key=("ccode", "session"),
)
_SESSION_ZERO = 1945
_CARRY_YEARS = 10
_SCALE = 3.0
"""Estimates reach about 3 on either side; beyond it they are cut off."""


def positions(archive: Archive, states: Mapping[int, str], year: int, report: Report) -> dict[int, float]:
    """Return each state's position, -1..1; empty before votes exist."""
    frame = archive.table(IDEAL_POINTS)
    if frame is None or year <= _SESSION_ZERO:
        return {}
    dated = frame.with_columns(year=pl.col("session") + _SESSION_ZERO)
    found = {c: v for c, v in latest(dated, "IdealPointAll", year, _CARRY_YEARS).items() if c in states}
    if found:
        report.add("ideal points", "used", f"{sum(v[1] == year for v in found.values())} states that voted in {year}")
        report.listed(
            "ideal points",
            "carried",
            "an earlier session stands for",
            (states[c] for c, v in found.items() if v[1] != year),
        )
    return {c: round(max(-1.0, min(1.0, v[0] / _SCALE)), 4) for c, v in found.items()}


def voters(archive: Archive, states: Mapping[int, str], year: int) -> list[str]:
    """Return the states that voted in the sessions of `year` or the year before."""
    frame = archive.table(IDEAL_POINTS)
    if frame is None:
        return []
    seen = set(frame.filter(pl.col("session").is_in([year - _SESSION_ZERO, year - _SESSION_ZERO - 1]))["ccode"])
    return [abb for c, abb in states.items() if c in seen]
