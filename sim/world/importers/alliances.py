"""Alliances (ATOP: Leeds et al. 2002; Correlates of War: Gibler 2009), as obligations and as portfolios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.world.facts import Obligation
from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import YEAR, Column
from sim.world.importers.report import Report
from sim.world.importers.yearly import pairs_of

Source = Literal["atop", "cow"]
Kind = Literal["defence", "neutrality", "non_aggression", "consultation"]

_DEBTOR = Column("int", ("statea", "state1", "mem1"), low=1, high=999)
_CREDITOR = Column("int", ("stateb", "state2", "mem2"), low=1, high=999)
ATOP = Concept(
    "alliances (ATOP)",
    {
        "ccode1": _DEBTOR, "ccode2": _CREDITOR, "year": YEAR,
        "atop_defense": Column("int", ("defense",), 0, 1), "atop_neutral": Column("int", ("neutral",), 0, 1),
        "atop_nonagg": Column("int", ("nonagg",), 0, 1), "atop_consul": Column("int", ("consul",), 0, 1),
    },
    key=("ccode1", "ccode2", "year"),
)  # fmt: skip
COW = Concept(
    "alliances (Correlates of War)",
    {
        "ccode1": _DEBTOR, "ccode2": _CREDITOR, "year": YEAR,
        "cow_defense": Column("int", ("defense",), 0, 1, True), "cow_neutral": Column("int", ("neutrality",), 0, 1, True),
        "cow_nonagg": Column("int", ("nonaggression",), 0, 1, True), "cow_entente": Column("int", ("entente",), 0, 1),
    },
    key=("ccode1", "ccode2", "year"),
)  # fmt: skip
_KINDS: dict[str, tuple[tuple[str, Kind, int], ...]] = {
    ATOP.name: (
        ("atop_defense", "defence", 3),
        ("atop_neutral", "neutrality", 2),
        ("atop_nonagg", "non_aggression", 2),
        ("atop_consul", "consultation", 1),
    ),
    COW.name: (
        ("cow_defense", "defence", 3),
        ("cow_neutral", "neutrality", 2),
        ("cow_nonagg", "non_aggression", 2),
        ("cow_entente", "consultation", 1),
    ),
}
"""Column, kind of obligation, and its score in a portfolio (Signorino and Ritter 1999)."""
_CARRY_YEARS = 10


def treaties(
    archive: Archive, states: Mapping[int, str], year: int, prefer: Source, report: Report
) -> tuple[Obligation, ...]:
    """Return what every state owes every other in a year, from ATOP or the Correlates of War."""
    for concept in (ATOP, COW) if prefer == "atop" else (COW, ATOP):
        frame = archive.table(concept)
        if frame is None:
            continue
        found, asked = pairs_of(frame, year, _CARRY_YEARS)
        if asked is None:
            continue
        known = list(states)
        found = found.filter(pl.col("ccode1").is_in(known) & pl.col("ccode2").is_in(known)).sort("ccode1", "ccode2")
        kinds = _KINDS[concept.name]
        owed = tuple(
            Obligation(debtor=states[row[0]], creditor=states[row[1]], kind=kind)
            for row in found.select("ccode1", "ccode2", *(k[0] for k in kinds)).iter_rows()
            for flag, (_, kind, _) in zip(row[2:], kinds, strict=True)
            if flag and row[0] != row[1]
        )
        report.add(
            "alliances",
            "used" if asked == year else "carried",
            f"{len(owed)} obligations of {asked} from {concept.name}",
        )
        return owed
    report.add("alliances", "missing", "no table for the year; no obligations")
    return ()


def portfolio_distance(ids: Sequence[str], owed: Sequence[Obligation]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Distances between alliance portfolios, and which states have one.

    Returns
    -------
    (n, n) float64 ndarray
        0 for the same commitments to everyone, 1 for opposite ones: (1 - S) / 2 with Signorino and Ritter's S (1999), unweighted.
    (n,) bool ndarray
    """
    scores: dict[str, int] = {kind: score for kinds in _KINDS.values() for _, kind, score in kinds}
    place = {state: i for i, state in enumerate(ids)}
    held = np.zeros((len(ids), len(ids)))
    for one in owed:
        i, j = place[one.debtor], place[one.creditor]
        held[i, j] = max(held[i, j], scores[one.kind])
    allied: NDArray[np.bool_] = np.asarray((held > 0).any(axis=1))
    np.fill_diagonal(held, 3.0)
    apart = np.array([np.abs(held - row).sum(axis=1) for row in held])
    return apart / (3.0 * len(ids)), allied
