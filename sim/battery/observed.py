"""What was observed: figures as published, and the same recomputed from the field's tables where they are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date

import numpy as np
import polars as pl

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import YEAR, Column

FIRST, LAST = 1946, 1989
"""Years of the sample."""
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
_CODE = Column("int", blank=True)
_NUMBER = Column("float", blank=True)
_WORD = Column("text", blank=True)
WARS = Concept(
    "wars",
    {
        "WarNum": _CODE, "ccode": _CODE, "Side": _CODE, "StartMonth1": _CODE, "StartDay1": _CODE, "StartYear1": _CODE, "EndMonth1": _CODE,
        "EndDay1": _CODE, "EndYear1": _CODE, "EndMonth2": _CODE, "EndDay2": _CODE, "EndYear2": _CODE, "Initiator": _CODE, "Outcome": _CODE,
    },
)  # fmt: skip
DISPUTES = Concept("disputes", {"dispnum": _CODE, "styear": YEAR, "hostlev": _CODE, "recip": _CODE, "numa": _CODE, "numb": _CODE, "outcome": _CODE})  # fmt: skip
CRISES = Concept(
    "international crises",
    {"crisno": _CODE, "yrtrig": YEAR, "globorg": _CODE, "globefct": _CODE, "viol": _CODE, "gpinvtp": _CODE},
)
ACTORS = Concept(
    "crisis actors",
    {
        "crisno": _CODE, "actor": _WORD, "yrtrig": _CODE, "motrig": _CODE, "datrig": _CODE, "yerres": _CODE, "monres": _CODE, "dayres": _CODE,
    },
)  # fmt: skip
COUNCIL = Concept("Security Council", {"year": YEAR, "meeting": _WORD, "status": _WORD, "no": _NUMBER, "abstain": _NUMBER, "vote_note": _WORD})  # fmt: skip
TIMING = Concept(
    "Council by war", {"war": _WORD, "onset": _WORD, "meet": _NUMBER, "first_res": _NUMBER, "n_veto": _CODE}
)


@dataclass(frozen=True)
class Observed:
    """One figure.

    Attributes
    ----------
    value : float
        Days, or a share.
    n : int or None
        Observations behind it, where known.
    source : str
    """

    value: float
    n: int | None
    source: str


_JOYCE = "Joyce, Ghosn and Bayer 2014"
_COW_WARS = "Correlates of War 4.0, 1823-2003"
_MID = "Correlates of War disputes 5.0, ATOP 5.1"
_UNSC = "Dag Hammarskjöld Library"
PUBLISHED: dict[str, Observed] = {
    **{
        f"war length, {q:.0%} quantile": Observed(d, 95, _COW_WARS)
        for q, d in zip(QUANTILES, (23, 59, 163, 459, 1206), strict=True)
    },
    "stronger side wins": Observed(0.62, 76, _COW_WARS),
    "stronger side wins, ratio 1-2": Observed(0.53, None, _COW_WARS),
    "stronger side wins, ratio 2-5": Observed(0.57, None, _COW_WARS),
    "stronger side wins, ratio 5-10": Observed(0.60, None, _COW_WARS),
    "stronger side wins, ratio over 10": Observed(0.76, None, _COW_WARS),
    "initiator wins": Observed(0.67, 76, _COW_WARS),
    "wars that outsiders join": Observed(0.45, None, _MID),
    "defence ally of the target joins, per state and war": Observed(0.082, None, _MID),
    "another state joins, per state and war": Observed(0.017, None, _MID),
    "obligations honoured": Observed(0.22, None, "Berkemeier and Fuhrmann 2018, 1945-2003"),
    "Council meets within 7 days of a war": Observed(17 / 38, 38, "Council records by war, 1947-2003"),
    "Council meets within a year of a war": Observed(26 / 38, 38, "Council records by war, 1947-2003"),
    "first resolution within 7 days of a war": Observed(11 / 38, 38, "Council records by war, 1947-2003"),
    "first resolution within a year of a war": Observed(22 / 38, 38, "Council records by war, 1947-2003"),
    "day of the first meeting on a war, median": Observed(1.5, 26, "Council records by war, 1947-2003"),
    "day of the first resolution on a war, median": Observed(8.0, 22, "Council records by war, 1947-2003"),
    "Council takes up a crisis": Observed(0.348, 282, "International Crisis Behavior 14, 1946-89"),
    "an organisation matters to how a crisis ends": Observed(0.12, 282, "International Crisis Behavior 14, 1946-89"),
    "drafts adopted, 1946-65": Observed(0.576, 380, _UNSC),
    "drafts vetoed, 1946-65": Observed(0.205, 380, _UNSC),
    "drafts adopted, 1966-89": Observed(0.834, 512, _UNSC),
    "drafts vetoed, 1966-89": Observed(0.160, 512, _UNSC),
    "unanimous among adopted, 1946-65": Observed(0.495, 219, _UNSC),
    "unanimous among adopted, 1966-89": Observed(0.698, 427, _UNSC),
    "sanctioned aggressor gives way": Observed(0.33, None, "TIES, imposed sanctions"),
    "threat against a protected state is not carried out": Observed(0.58, 58, "Huth and Russett 1984; Huth 1988"),
}
"""As printed by the source or computed from its full public files."""


def recomputed(archive: Archive) -> dict[str, Observed]:
    """Return the figures that the folder's tables give for the years of the sample, whatever of them is there."""
    found: dict[str, Observed] = {}
    for concept, reading in _READINGS:
        frame = archive.table(concept)
        if frame is not None:
            found |= reading(frame)
    return found


def _wars(frame: pl.DataFrame) -> dict[str, Observed]:
    days, initiator = [], []
    for _, sides in frame.group_by("WarNum", maintain_order=True):
        starts = [_date(r["StartYear1"], r["StartMonth1"], r["StartDay1"]) for r in sides.iter_rows(named=True)]
        ends = [
            _date(r["EndYear2"], r["EndMonth2"], r["EndDay2"]) or _date(r["EndYear1"], r["EndMonth1"], r["EndDay1"])
            for r in sides.iter_rows(named=True)
        ]
        if None in starts or None in ends or not FIRST <= min(starts).year <= LAST:  # type: ignore[type-var, union-attr]
            continue
        days.append((max(ends) - min(starts)).days + 1)  # type: ignore[type-var, operator]
        results = {(r["Initiator"], r["Outcome"]) for r in sides.iter_rows(named=True) if r["Outcome"] in (1, 2)}
        if (1, 1) in results or (1, 2) in results:
            initiator.append((1, 1) in results)
    source = f"wars that began in {FIRST}-{LAST}"
    out = {f"war length, {q:.0%} quantile": Observed(float(np.quantile(days, q)), len(days), source) for q in QUANTILES}
    return out | {"initiator wins": Observed(float(np.mean(initiator)), len(initiator), source)}


def _disputes(frame: pl.DataFrame) -> dict[str, Observed]:
    war = frame.filter(pl.col("hostlev") == 5)
    joined = (war["numa"] + war["numb"] > 2).mean()
    return {"wars that outsiders join": Observed(float(joined), war.height, "disputes at war level, 1946-89")}  # type: ignore[arg-type]


def _council(frame: pl.DataFrame) -> dict[str, Observed]:
    out = {}
    for first, last in ((1946, 1965), (1966, 1989)):
        voted = frame.filter(
            pl.col("year").is_between(first, last) & pl.col("status").is_in(["adopted", "vetoed", "not adopted"])
        )
        adopted = voted.filter(pl.col("status") == "adopted")
        together = ((pl.col("no") == 0) & (pl.col("abstain") == 0)).fill_null(False) | pl.col("vote_note").is_not_null()
        years = f"{first}-{last - 1900}"
        out[f"drafts adopted, {years}"] = _share(voted["status"] == "adopted")
        out[f"drafts vetoed, {years}"] = _share(voted["status"] == "vetoed")
        out[f"unanimous among adopted, {years}"] = _share(adopted.select(together.alias("t"))["t"])
    return out


def _timing(frame: pl.DataFrame) -> dict[str, Observed]:
    out = {}
    for column, what in (("meet", "Council meets"), ("first_res", "first resolution")):
        for days, when in ((7, "7 days"), (365, "a year")):
            out[f"{what} within {when} of a war"] = _share((frame[column] <= days).fill_null(False))
        here = frame[column].drop_nulls()
        name = "meeting" if column == "meet" else "resolution"
        out[f"day of the first {name} on a war, median"] = Observed(float(here.median()), len(here), _FOLDER)  # type: ignore[arg-type]
    return out


def _crises(frame: pl.DataFrame) -> dict[str, Observed]:
    return {
        "Council takes up a crisis": _share(frame["globorg"] == 5),
        "an organisation matters to how a crisis ends": _share(frame["globefct"] >= 5),
    }


def _share(flags: pl.Series) -> Observed:
    return Observed(float(flags.mean()), len(flags), _FOLDER)  # type: ignore[arg-type]


def _date(year: int | None, month: int | None, day: int | None) -> Date | None:
    try:
        return Date(year or 0, month or 0, day or 0) if min(year or 0, month or 0, day or 0) > 0 else None
    except ValueError:
        return None


_FOLDER = "recomputed"
_READINGS: tuple[tuple[Concept, Callable[[pl.DataFrame], dict[str, Observed]]], ...] = (
    (WARS, _wars),
    (DISPUTES, _disputes),
    (COUNCIL, _council),
    (TIMING, _timing),
    (CRISES, _crises),
)
