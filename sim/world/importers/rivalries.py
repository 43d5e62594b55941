"""Strategic rivalries (Thompson)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import Column
from sim.world.importers.report import Report

RIVALRIES = Concept(
    "rivalries",
    {
        "rivalry": Column("text"),
        "ccode1": Column("int", low=1, high=999),
        "ccode2": Column("int", low=1, high=999),
        "start": Column("int", low=1400, high=2100),
        "end": Column("int", low=1400, high=2100, blank=True),
    },
)


def rivals(archive: Archive, states: Mapping[int, str], year: int, report: Report) -> list[tuple[str, str]]:
    """Return the pairs of states that were strategic rivals in a year."""
    frame = archive.table(RIVALRIES)
    if frame is None:
        report.add("rivalries", "missing", "no table")
        return []
    now = frame.filter((pl.col("start") <= year) & pl.col("end").fill_null(2100).ge(year))
    pairs = sorted(
        {
            (states[i], states[j])
            for i, j in now.select("ccode1", "ccode2").iter_rows()
            if i in states and j in states and i != j
        }
    )
    report.add("rivalries", "used", f"{len(pairs)} pairs; their affinity is at most -0.5")
    return pairs
