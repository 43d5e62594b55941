"""Regime scores (Marshall 2017; where missing, V-Dem's electoral democracy, Coppedge et al.)."""

from __future__ import annotations

from collections.abc import Mapping

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import YEAR, Column
from sim.world.importers.report import Report
from sim.world.importers.yearly import latest

REGIME = Concept(
    "regime scores",
    {
        "ccode": Column("int", ("cowcode",), low=1, high=999),
        "year": YEAR,
        "polity2": Column("float", ("polity",), low=-10, high=10, blank=True),
        "v2x_polyarchy": Column("float", low=0, high=1, blank=True, absent=True),
    },
    key=("ccode", "year"),
    never=("cinc", "milex", "session", "ccode1", "conttype"),
)
_CARRY_YEARS = 10


def scores(archive: Archive, states: Mapping[int, str], year: int, report: Report) -> dict[int, int]:
    """Return each state's regime score, -10 autocracy to 10 democracy; 0 where nothing is known."""
    frame = archive.table(REGIME)
    if frame is None:
        report.add("regime scores", "missing", "no table; all are 0")
        return dict.fromkeys(states, 0)
    polity = {c: v for c, v in latest(frame, "polity2", year, _CARRY_YEARS).items() if c in states}
    polyarchy = {
        c: v for c, v in latest(frame, "v2x_polyarchy", year, _CARRY_YEARS).items() if c in states and c not in polity
    }
    report.add("regime scores", "used", f"Polity of {sum(v[1] == year for v in polity.values())} states in {year}")
    report.listed(
        "regime scores", "carried", "an earlier year stands for", (states[c] for c, v in polity.items() if v[1] != year)
    )
    report.listed("regime scores", "imputed", "V-Dem's polyarchy stands for", (states[c] for c in polyarchy))
    report.listed(
        "regime scores",
        "imputed",
        "0 stands for",
        (states[c] for c in states if c not in polity and c not in polyarchy),
    )
    known = {c: round(v[0]) for c, v in polity.items()} | {c: round(20 * v[0] - 10) for c, v in polyarchy.items()}
    return {c: known.get(c, 0) for c in states}
