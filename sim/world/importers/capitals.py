"""Seats of government (Miller 2022)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date

import polars as pl

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import Column
from sim.world.importers.report import Report

CAPITALS = Concept(
    "capitals",
    {
        "ccode": Column("state", ("cowcode", "stateabb", "iso3"), low=1, high=999),
        "stdate": Column("date"),
        "enddate": Column("date"),
        "lat": Column("float", ("latitude",), low=-90, high=90),
        "lng": Column("float", ("longitude", "lon"), low=-180, high=180),
    },
    key=("ccode", "stdate"),
)
_REGION_CENTRES = {0: (45.0, -90.0), 1: (-10.0, -65.0), 2: (50.0, 5.0), 3: (47.0, 18.0), 4: (8.0, 5.0), 5: (-8.0, 30.0), 6: (31.0, 42.0), 7: (33.0, 90.0), 8: (8.0, 108.0), 9: (-25.0, 150.0)}  # fmt: skip
"""Latitude and longitude [degrees] of the middle of each hundred of Correlates of War numbers."""


def places(archive: Archive, states: Mapping[int, str], day: Date, report: Report) -> dict[int, tuple[float, float]]:
    """Return latitude and longitude of every state's capital [degrees].

    A state without a capital on the day takes its nearest spell, else the middle of its region.
    """
    frame = archive.table(CAPITALS)
    found: dict[int, tuple[float, float]] = {}
    if frame is None:
        report.add("capitals", "missing", "no table; every state stands in the middle of its region")
    else:
        iso = day.isoformat()
        here = frame.filter(pl.col("ccode").is_in(list(states)))
        now = here.filter((pl.col("stdate") <= iso) & (pl.col("enddate") >= iso))
        near = here.sort("stdate").group_by("ccode", maintain_order=True).last()
        exact = set(now["ccode"])
        for part in (near, now):
            found |= {c: (lat, lng) for c, lat, lng in part.select("ccode", "lat", "lng").iter_rows()}
        report.add("capitals", "used", f"{len(exact)} capitals of {iso}")
        report.listed(
            "capitals", "imputed", "the last known capital stands for", (states[c] for c in found if c not in exact)
        )
        report.listed(
            "capitals", "imputed", "the middle of its region stands for", (states[c] for c in states if c not in found)
        )
    return {c: found.get(c) or _REGION_CENTRES[min(c // 100, 9)] for c in states}
