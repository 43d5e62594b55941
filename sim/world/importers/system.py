"""The state system and the great powers (Correlates of War Project 2017)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date

import polars as pl

from sim.errors import DataError
from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import YEAR, Column
from sim.world.importers.report import Report
from sim.world.names import Names, Spell

CARRY_YEARS = 10
_MONTH = Column("int", low=1, high=12, blank=True, absent=True)
_DAY = Column("int", low=1, high=31, blank=True, absent=True)
_SPELL = {
    "ccode": Column("int", ("cowcode",), low=1, high=999),
    "styear": YEAR, "stmonth": _MONTH, "stday": _DAY, "endyear": YEAR, "endmonth": _MONTH, "endday": _DAY,
}  # fmt: skip
SYSTEM = Concept(
    "states",
    {"stateabb": Column("text"), "statenme": Column("text"), **_SPELL},
    key=("ccode", "styear", "stmonth", "stday"),
)
MAJORS = Concept("great powers", _SPELL, key=("ccode", "styear", "stmonth", "stday"), never=("statenme",))


def names(archive: Archive) -> Names:
    """Return the names of every state the system has known."""
    frame = archive.required(SYSTEM)
    columns = ("ccode", "stateabb", "statenme", "styear", "endyear")
    last = max(frame["endyear"].to_list())
    rows = frame.select(columns).iter_rows()
    return Names(Spell(c, abb, name, first, 2200 if end == last else end) for c, abb, name, first, end in rows)


def states(archive: Archive, day: Date, report: Report) -> dict[int, tuple[str, str]]:
    """Return abbreviation and name of every member of the system on a day, by number.

    Raises
    ------
    DataError
        The table does not reach the day, nor to within ten years of it.
    """
    frame = archive.required(SYSTEM)
    asked = _within(frame, day, "states", archive, report)
    found = {}
    for row in frame.iter_rows(named=True):
        if _covers(row, asked):
            if row["ccode"] in found:
                raise DataError(f"{archive.path(SYSTEM)}, column ccode: {row['ccode']} has two spells on {asked}")
            found[row["ccode"]] = (row["stateabb"], row["statenme"])
    if len(found) < 2:
        first = min(frame["styear"].to_list())
        raise DataError(f"{archive.path(SYSTEM)} has {len(found)} states on {day}; it begins in {first}")
    report.add("states", "used", f"{len(found)} members of the state system")
    return dict(sorted(found.items()))


def great_powers(archive: Archive, day: Date, report: Report) -> set[int]:
    """Return the great powers of a day, empty where the folder has no table of them."""
    frame = archive.table(MAJORS)
    if frame is None:
        report.add("great powers", "missing", "no table; none is marked")
        return set()
    asked = _within(frame, day, "great powers", archive, report)
    return {row["ccode"] for row in frame.iter_rows(named=True) if _covers(row, asked)}


def _within(frame: pl.DataFrame, day: Date, what: str, archive: Archive, report: Report) -> Date:
    last = max(_end(row) for row in frame.iter_rows(named=True))
    if day <= last:
        return day
    if day.year - last.year > CARRY_YEARS:
        raise DataError(
            f"{archive.folder}: the table of {what} ends on {last}, more than {CARRY_YEARS} years before {day}"
        )
    report.add(what, "carried", f"the table ends on {last}")
    return last


def _covers(row: dict[str, int | None], day: Date) -> bool:
    return _start(row) <= day <= _end(row)


def _start(row: dict[str, int | None]) -> Date:
    return next(_dates(row["styear"], (row["stmonth"] or 1,), (row["stday"] or 1,)))


def _end(row: dict[str, int | None]) -> Date:
    return next(_dates(row["endyear"], (row["endmonth"] or 12,), (row["endday"] or 31, 30, 29, 28)))


def _dates(year: int | None, months: tuple[int, ...], days: tuple[int, ...]) -> Iterator[Date]:
    for month in months:
        for day in days:
            try:
                yield Date(year or 1, month, day)
            except ValueError:
                continue
