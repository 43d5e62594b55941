"""How the words of a case file are read as levers: one table of rules for every case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date as Date
from typing import Any, NamedTuple

from sim import shelf
from sim.battery.words import code


class EntryRule(NamedTuple):
    """How a crisis opens, whether it is fought through a proxy, and how far blame is in dispute where the case does not say."""

    entry: str
    deniable: bool
    ambiguity: float


ENTRY_STAGES: dict[str, EntryRule] = {
    "open_attack": EntryRule("attack", False, 0.25),
    "intervention_in_client": EntryRule("attack", False, 0.5),
    "covert_or_disputed": EntryRule("covert", False, 0.6),
    "proxy_attack": EntryRule("covert", True, 0.75),
    "frontier_dispute": EntryRule("frontier_dispute", False, 0.75),
    "treaty_breach": EntryRule("treaty_breach", False, 0.25),
    "threat_with_deadline": EntryRule("threat", False, 0.25),
}
CASE_TYPES: dict[str, EntryRule] = {
    "armed_attack": ENTRY_STAGES["open_attack"],
    "intervention_in_client": ENTRY_STAGES["intervention_in_client"],
    "proxy_invasion": ENTRY_STAGES["proxy_attack"],
    "nonstate_attack": ENTRY_STAGES["proxy_attack"],
    "territorial_dispute": ENTRY_STAGES["frontier_dispute"],
    "remilitarisation": ENTRY_STAGES["treaty_breach"],
    "threat_of_force": ENTRY_STAGES["threat_with_deadline"],
}
"""Used where the entry stage is not known."""
FALLBACK = EntryRule("attack", False, 0.25)
"""Of a case with neither a known entry stage nor a known type."""

ODDS_AT_THE_PLACE: dict[str, float] = {"<1": 2.0 / 3.0, "1-3": 1.4, ">3": 6.0}
"""Odds of the war at each class of local ratio: the ratio itself, the contest at the place having exponent 1 (Hirshleifer 1989).

The middle class is set so that, in the unit of the world's shares, it stays below the ratio at which wars quicken.
"""
STAKES: dict[str, tuple[float, float]] = {"limited": (1.0, 1.0), "total": (1.5, 2.0)}
"""Stake of the aggressor and of the target, as in the shipped scenarios (judgement)."""
SHUT = re.compile(r"\b(refus|denied|banned|closed|cut off|no outside|surrounded|unusable|unpromised|blocked)", re.I)
"""Words by which a way in is closed."""
LEFT_OPEN = 0.3
"""What passes a way that such words describe (judgement)."""
COLONIAL_POWERS = ("UKG", "FRN", "POR", "SPN", "NTH", "BEL")
"""States with land overseas, at which a limited attack from far away is aimed rather than at their capital."""
FAR_KM = 3000.0
"""From there on an attack is from far away [km] (judgement)."""
PROTECTS = re.compile(r"\b(formal|protector|arms|guarantor|host)", re.I)
"""Qualifiers that make a candidate patron one; a diplomatic friend is none."""
OBLIGATIONS: dict[str, str] = {"defense": "defence", "neutral": "neutrality", "nonagg": "non_aggression", "consul": "consultation"}  # fmt: skip

CHARTERS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "league": (("1920-01-10", ("league",)),),
    "un": (("1945-10-24", ("un_1945",)), ("1966-01-01", ("un_1966", "un_1965"))),
    "nato": (("1949-08-24", ("nato", "self_help")),),
    "oas": (("1948-12-03", ("rio_1947", "self_help")),),
    "oau": (("1963-09-13", ("oau_1963", "self_help")),),
    "alliance": (
        ("1816-01-01", ("alliances", "self_help")), ("1879-10-07", ("blocs_1914", "alliances", "self_help")),
        ("1920-01-10", ("alliances", "self_help")),
    ),
}  # fmt: skip
"""Charters of an institution by the day from which they hold; the first that exists is taken."""
ALSO_CALLED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), institution)
    for pattern, institution in (
        (r"united_nations|security_council|un_general_assembly|^unsc$|^unga$", "un"),
        (r"^league_of_nations", "league"),
        (r"north_atlantic", "nato"),
        (r"organi[sz]ation_of_american_states|^rio(_treaty|_pact)?$", "oas"),
        (r"organi[sz]ation_of_african_unity|^african_union$|^au$", "oau"),
        (r"^alliances$", "alliance"),
        (r"^(none|no_institution)$", "self_help"),
    )
)
"""Other names of an institution; the African Union by the charter of its predecessor."""
PACT = re.compile(r"(pact|alliance|entente|treaty)$")
"""An institution not listed that so ends is played by the treaties of the world."""
SEATS: dict[str, str] = {"league": "league", "un": "un"}
"""Councils of a world, by institution."""
NO_INSTITUTION = "self_help"


def institution_of(name: Any) -> str:
    """Return the institution that a name means; what is not listed stays as it is, an empty text stands for none."""
    folded = str(code(name)) if isinstance(name, str) else ""
    return next((institution for pattern, institution in ALSO_CALLED if pattern.search(folded)), folded)


def charter_of(institution: str | None, day: Date) -> tuple[str, str | None]:
    """Return the arrangement of an institution on a day, and a remark where another than its own had to be taken."""
    wanted_name = institution_of(institution)
    known, offered = CHARTERS.get(wanted_name), shelf.options("arrangement")
    if known is None and wanted_name in offered:
        return wanted_name, None
    if known is None:
        taken = "alliances" if PACT.search(wanted_name) else NO_INSTITUTION
        return taken, f"institution={institution!r} is not one of {', '.join(CHARTERS)}; played as {taken}"
    in_force = [names for since, names in known if since <= day.isoformat()]
    wanted = in_force[-1] if in_force else known[0][1]
    taken = next((name for name in wanted if name in offered), NO_INSTITUTION)
    early = "" if in_force else f"{institution} did not exist on {day}; "
    remark = f"{early}played as {taken}" if early or (taken != wanted[0] and taken == NO_INSTITUTION) else None
    return taken, remark


def entry_of(inputs: Mapping[str, Any]) -> tuple[EntryRule, str | None]:
    """Return how a case opens: by its entry stage, else by its type, else as an open attack."""
    stage, kind = code(inputs.get("entry_stage")), code(inputs.get("case_type"))
    if stage in ENTRY_STAGES:
        rule = ENTRY_STAGES[stage]
        return rule._replace(deniable=rule.deniable or kind == "nonstate_attack"), None
    said = "" if stage is None else f"entry_stage={stage!r} is not one of {', '.join(ENTRY_STAGES)}; "
    if kind in CASE_TYPES:
        return CASE_TYPES[kind], f"{said}opens as its type says" if said else None
    what = (
        f"case_type={kind!r} is not one of {', '.join(CASE_TYPES)}"
        if kind is not None
        else "no entry stage and no type"
    )
    return FALLBACK, f"{said}{what}; opens as an attack"
