"""Members of institutions on a day, notice told from exit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date as Date

from sim.world.importers.archive import Archive, Concept
from sim.world.importers.cells import Column, Resolve
from sim.world.importers.report import Report

MEMBERSHIPS = Concept(
    "memberships",
    {
        "institution": Column("text"),
        "ccode": Column("state", ("cowcode", "stateabb", "iso3", "state", "statenme", "country"), low=1, high=999),
        "start": Column("date"),
        "end": Column("date", ("end_notice_or_exit", "exit"), blank=True),
    },
    key=("institution", "ccode", "start"),
)
_KEYS = {"league of nations": "league", "united nations": "un"}
_DISSOLVED = "1946-04-18"
_NOTICE_YEARS = 2
"""Covenant, Art. 1(3)."""
_LEFT_AT_ONCE = {305: "annexed by Germany", 339: "occupied by Italy", 365: "expelled under Art. 16(4)"}
_HEIRS = {260: 255, 680: 679}
"""Germany and Yemen entered into the memberships of the parts that were united in them."""
_TOOK_NO_PART = frozenset({255, 325, 740})
"""Germany, Italy and Japan left the organs the day they gave notice, and their seats stood empty."""


def members(
    archive: Archive, states: Mapping[int, str], day: Date, resolve: Resolve, report: Report
) -> dict[str, tuple[str, ...]]:
    """Return the members of every institution in the folder.

    The League's file holds notices: a member stays bound for two years more. `league` are the members that still took part,
    `league_under_notice` all that were bound and had given notice.
    """
    frame = archive.table(MEMBERSHIPS, resolve)
    if frame is None:
        report.add("memberships", "missing", "no table")
        return {}
    iso = day.isoformat()
    inside: dict[str, list[int]] = {}
    notice: list[int] = []
    absent: set[int] = set()
    for institution, ccode, start, end in frame.sort("institution", "ccode", "start").iter_rows():
        key = _KEYS.get(institution.casefold()) or re.sub(r"[^a-z0-9]+", "_", institution.casefold()).strip("_")
        if start > iso or (end is not None and end <= iso and key != "league"):
            continue
        if key == "league" and end is not None and end <= iso:
            if ccode in _LEFT_AT_ONCE or end >= _DISSOLVED or _exit(end) <= iso:
                continue
            notice.append(ccode)
            if ccode in _TOOK_NO_PART:
                continue
        if ccode not in states:
            ccode = _HEIRS.get(ccode, ccode)
        if ccode not in states:
            absent.add(ccode)
        elif ccode not in inside.setdefault(key, []):
            inside[key].append(ccode)
    found = {key: tuple(states[c] for c in codes) for key, codes in inside.items()}
    if notice:
        found["league_under_notice"] = tuple(states[c] for c in notice if c in states)
        report.listed("memberships", "used", "bound until two years after notice", found["league_under_notice"])
    for key, who in found.items():
        if key != "league_under_notice":
            report.add("memberships", "used", f"{len(who)} members of {key}")
    report.listed("memberships", "dropped", "members that are no states of the system", (str(c) for c in absent))
    return found


def _exit(notice: str) -> str:
    return min(f"{int(notice[:4]) + _NOTICE_YEARS}{notice[4:]}", _DISSOLVED)
