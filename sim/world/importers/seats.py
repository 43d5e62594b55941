"""Councils of a day: known seats first, then region rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date

from sim.world.facts import Council
from sim.world.importers.known import (
    LEAGUE_ELECTED,
    LEAGUE_LAST_KNOWN,
    LEAGUE_PERMANENT,
    SUCCESSORS,
    UN_ELECTED,
    UN_LAST_KNOWN,
    UN_PERMANENT,
    UN_QUOTAS,
)
from sim.world.importers.report import Report

REGIONS = {
    "americas": (2, 200),
    "europe": (200, 400),
    "africa": (400, 600),
    "middle_east": (600, 700),
    "asia": (700, 900),
    "oceania": (900, 1000),
}
"""Ranges of Correlates of War numbers."""
_LEAGUE = ("1920-01-16", "1946-04-18")
_UN = "1946-01-17"


def regions(states: Mapping[int, str]) -> dict[str, tuple[str, ...]]:
    """Return the states of each region."""
    found = {name: tuple(abb for c, abb in states.items() if low <= c < high) for name, (low, high) in REGIONS.items()}
    return {name: who for name, who in found.items() if who}


def councils(
    states: Mapping[int, str],
    day: Date,
    members: Mapping[str, Sequence[str]],
    capability: Mapping[int, float],
    report: Report,
) -> dict[str, Council]:
    """Return the Councils of the League and of the United Nations that sat on a day, members of the world only."""
    iso, here = day.isoformat(), set(states.values())
    found = {}
    if _LEAGUE[0] <= iso < _LEAGUE[1]:
        permanent = tuple(s for s, start, end in LEAGUE_PERMANENT if start <= iso < end)
        elected = next(tuple(who.split()) for since, who in reversed(LEAGUE_ELECTED) if since <= iso)
        if iso > LEAGUE_LAST_KNOWN:
            elected = ()
            report.add(
                "councils",
                "imputed",
                f"no elected seats of the League are known after {LEAGUE_LAST_KNOWN}; it has its permanent members alone",
            )
        found["league"] = _present("league", permanent, elected, here, report)
    if iso >= _UN:
        china = "CHN" if iso >= "1971-10-25" or iso < "1949-12-08" else "TAW"
        permanent = (*(s for s, *_ in UN_PERMANENT), china)
        elected = tuple(s if s in here else SUCCESSORS.get(s, s) for s in UN_ELECTED.get(day.year, ()))
        if day.year > UN_LAST_KNOWN:
            elected = _by_region(states, members.get("un", tuple(here)), permanent, capability)
            report.listed(
                "councils",
                "imputed",
                f"the strongest of each region, for elections after {UN_LAST_KNOWN} are not known",
                elected,
            )
        found["un"] = _present("un", permanent, elected, here, report)
    return found


def _present(name: str, permanent: Sequence[str], elected: Sequence[str], here: set[str], report: Report) -> Council:
    report.add("councils", "used", f"{len(permanent)} permanent and {len(elected)} elected seats of {name}")
    report.listed(
        "councils",
        "dropped",
        f"members of {name} that are no states of the system",
        (s for s in (*permanent, *elected) if s not in here),
    )
    return Council(permanent=tuple(s for s in permanent if s in here), elected=tuple(s for s in elected if s in here))


def _by_region(
    states: Mapping[int, str], members: Sequence[str], permanent: Sequence[str], capability: Mapping[int, float]
) -> tuple[str, ...]:
    words = UN_QUOTAS.split()
    code = {abb: c for c, abb in states.items()}
    chosen: list[str] = []
    for count, region in zip(words[::2], words[1::2], strict=True):
        low, high = REGIONS[region]
        fit = [s for s in members if low <= code[s] < high and s not in permanent]
        chosen += sorted(fit, key=lambda s: (-capability[code[s]], s))[: int(count)]
    return tuple(chosen)
