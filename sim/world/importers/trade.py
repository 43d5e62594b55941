"""Bilateral trade (Barbieri and Keshk 2016)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import YEAR, Column
from sim.world.importers.report import Report
from sim.world.importers.yearly import pairs_of

_SMOOTH = Column("float", low=0, blank=True, absent=True)
TRADE = Concept(
    "trade",
    {
        "ccode1": Column("int", low=1, high=999),
        "ccode2": Column("int", low=1, high=999),
        "year": YEAR,
        "flow1": Column("float", low=0, blank=True),
        "flow2": Column("float", low=0, blank=True),
        "smoothflow1": _SMOOTH,
        "smoothflow2": _SMOOTH,
    },
    key=("ccode1", "ccode2", "year"),
    never=("conttype", "defense", "atop_defense", "cow_defense", "entente", "cow_entente"),
)
_CARRY_YEARS = 10
_SMALLEST = 0.0005


def flows(
    archive: Archive, states: Mapping[int, str], year: int, report: Report
) -> tuple[dict[int, float], dict[str, dict[str, float]]]:
    """Return each state's share of world trade, and the shares of its own trade by partner (four decimals).

    Both directions are summed; flows are the smoothed series where the file has it. Partners below a twentieth of a per cent are left out.
    """
    frame = archive.table(TRADE)
    found, asked = (None, None) if frame is None else pairs_of(frame, year, _CARRY_YEARS)
    if found is None or asked is None:
        report.add(
            "trade", "missing", "no table for the year; partners by economy over distance, economies by capability"
        )
        return {}, {}
    known = list(states)
    value = pl.coalesce("smoothflow1", "flow1", pl.lit(0.0)) + pl.coalesce("smoothflow2", "flow2", pl.lit(0.0))
    pairs = found.filter(pl.col("ccode1").is_in(known) & pl.col("ccode2").is_in(known)).select(
        "ccode1", "ccode2", value=value
    )
    both = pl.concat([pairs, pairs.select(ccode1="ccode2", ccode2="ccode1", value="value")]).filter(pl.col("value") > 0)
    totals = dict(both.group_by("ccode1").agg(pl.col("value").sum()).sort("ccode1").iter_rows())
    world = sum(totals.values())
    if not world:
        report.add("trade", "missing", f"all flows of {asked} are blank")
        return {}, {}
    report.add("trade", "used" if asked == year else "carried", f"{len(both) // 2} pairs that traded in {asked}")
    report.listed(
        "trade", "imputed", "partners by economy over distance for", (states[c] for c in states if c not in totals)
    )
    rows: dict[str, dict[str, float]] = {}
    for i, j, amount in both.sort("ccode1", "ccode2").iter_rows():
        share = amount / totals[i]
        if share >= _SMALLEST:
            rows.setdefault(states[i], {})[states[j]] = int(share * 10_000) / 10_000
    return {c: round(total / world, 6) for c, total in totals.items()}, rows
