"""A case as an experiment: its world from data of the year before, its charter and its scenario by the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Any

from sim import shelf
from sim.battery.cases import Case
from sim.battery.parties import Party, qualifier, read_names, read_parties, read_side
from sim.battery.rules import (
    LEFT_OPEN,
    OBLIGATIONS,
    ODDS_AT_THE_PLACE,
    PROTECTS,
    SEATS,
    SHUT,
    STAKES,
    charter_of,
    entry_of,
    folded,
)
from sim.config import request
from sim.errors import DataError
from sim.experiment import Experiment
from sim.schema import plain
from sim.world.importers import capitals, system
from sim.world.importers.archive import Archive
from sim.world.importers.build import build_world
from sim.world.importers.report import Report
from sim.world.names import Names

LEAST_CAPABILITY = 1e-6
HORIZON_DAYS = 365.0


@dataclass
class Built:
    """A case as it will be played.

    Attributes
    ----------
    experiment : Experiment
    remarks : list of str
        Fallbacks taken, names left out.
    """

    experiment: Experiment
    remarks: list[str]


@dataclass
class Builder:
    """Builds every case in the same way.

    Attributes
    ----------
    archive : Archive
        The field's tables.
    behaviour : mapping
        The one behaviour of all cases, as in a file.
    seed : int
    """

    archive: Archive
    behaviour: Mapping[str, Any]
    seed: int = 1
    horizon_days: float = HORIZON_DAYS
    _worlds: dict[Date, dict[str, Any]] = field(default_factory=dict)

    def build(self, case: Case) -> Built:
        """Return the experiment of a case.

        Raises
        ------
        CovenantError
            One line: why it cannot be played.
        """
        if case.date is None:
            raise DataError("start_date is missing or no date")
        return _Building(self, case, case.date).built()

    def world(self, day: Date) -> dict[str, Any]:
        """Return the world of a day with the ties of the year before, as plain containers."""
        if day not in self._worlds:
            facts, _ = build_world(self.archive, day, name=f"world-{day.isoformat()}", ties_of=day.year - 1)
            self._worlds[day] = plain(facts)
        return self._worlds[day]

    @property
    def exponent(self) -> float:
        """Exponent of the contest at the level of the war."""
        from sim.behaviour import War

        return float(self.behaviour.get("war", {}).get("exponent", War().exponent))


class _Building:
    """One case under construction."""

    def __init__(self, builder: Builder, case: Case, day: Date) -> None:
        self.builder, self.case, self.day = builder, case, day
        self.remarks: list[str] = []
        base = builder.world(day)
        self.world: dict[str, Any] = {
            **base,
            "states": dict(base["states"]),
            "contiguity": dict(base["contiguity"]),
            "patrons": dict(base["patrons"]),
            "memberships": dict(base["memberships"]),
            "councils": dict(base["councils"]),
            "obligations": list(base["obligations"]),
        }
        self.names: Names = system.names(builder.archive)
        self.abb = {one["ccode"]: abb for abb, one in self.world["states"].items()}
        self.institution = str(case.known("institution") or "").casefold()

    def built(self) -> Built:
        aggressors, targets = self.sides()
        arrangement, remark = charter_of(case_institution(self.case), self.day)
        self.note(remark)
        self.members(aggressors, targets)
        self.council()
        self.patrons(aggressors, targets)
        self.nuclear(aggressors, targets)
        self.routes(targets[0])
        composed = {
            "scenario": self.scenario(aggressors, targets),
            "arrangement": shelf.read(shelf.find("arrangement", arrangement)),
            "world": self.world,
            "behaviour": dict(self.builder.behaviour),
            "seed": self.builder.seed,
            "horizon_days": self.builder.horizon_days,
            "aggression": "forced",
            "study": "battery",
        }
        return Built(request(composed).experiment, self.remarks)

    def note(self, remark: str | None) -> None:
        if remark:
            self.remarks.append(remark)

    def sides(self) -> tuple[list[str], list[str]]:
        """States of both sides, lead first; entities that are no states of the day are added to the world."""
        found = {}
        for side in ("aggressor", "target"):
            parties, unknown = read_side(self.case.texts(side), self.stated(side), self.day.year, self.names)
            if not parties:
                raise DataError(f"{side}: none of {', '.join(self.case.texts(side)) or 'no names'} is a state")
            for text in unknown:
                self.note(f"{side} {text!r} is no state")
            found[side] = parties
        both = {p.code for p in found["aggressor"]} & {p.code for p in found["target"]}
        if both:
            raise DataError(
                f"{', '.join(sorted(self.label(p) for p in found['target'] if p.code in both))} stands on both sides"
            )
        leads = {side: parties[0] for side, parties in found.items()}
        for side, other in (("aggressor", "target"), ("target", "aggressor")):
            found[side] = [p for p in found[side] if p.code in self.abb or self.added(p, side, leads[other])]
            if not found[side]:
                raise DataError(f"{side}: {leads[side].name} was no state on {self.day} and has no place in the data")
        return [self.abb[p.code] for p in found["aggressor"]], [self.abb[p.code] for p in found["target"]]

    def stated(self, side: str) -> dict[str, float]:
        """Shares of world capability that the case states for a side, by name."""
        found = (self.case.known("power") or {}).get(side)
        return (
            {str(k): float(v) for k, v in found.items() if isinstance(v, (int, float))}
            if isinstance(found, Mapping)
            else {}
        )

    def label(self, party: Party) -> str:
        return self.abb.get(party.code, party.name)

    def added(self, party: Party, side: str, opponent: Party) -> bool:
        """Add an entity that is a state of another year at the capital it has then; next to who attacks it."""
        report = Report()
        place = capitals.places(self.builder.archive, {party.code: party.name}, self.day, report)[party.code]
        stated = self.stated(side)
        share = next(
            (
                v
                for k, v in stated.items()
                if party.code in {p.code for p in read_parties(k, self.day.year, self.names)}
            ),
            None,
        )
        if share is None:
            named = {p.code for k in stated for p in read_parties(k, self.day.year, self.names) if p.of_the_year}
            everyone = {p.code for t in self.case.texts(side) for p in read_parties(t, self.day.year, self.names)}
            share = sum(stated.values()) if stated and not named & everyone else LEAST_CAPABILITY
        abb = self.names.abbreviation(party.code)
        capability = min(max(float(share), LEAST_CAPABILITY), 1.0)
        self.world["states"][abb] = {
            "name": re.sub(r"\s*\([^)]*\)", "", party.name), "ccode": party.code, "capability": capability,
            "economy": min(capability, 0.001), "latitude": place[0], "longitude": place[1], "ideal": [0.0],
        }  # fmt: skip
        self.abb[party.code] = abb
        if opponent.code in self.abb:
            self.world["contiguity"][abb] = [self.abb[opponent.code]]
        self.note(
            f"{party.name} was no state of the system on {self.day}; added with {capability:.2g} of world capability"
        )
        return True

    def members(self, aggressors: list[str], targets: list[str]) -> None:
        """Make the leads members or not, as the case says."""
        self.outsiders: list[str] = []
        table = self.world["memberships"].get(self.institution)
        for side, key in (
            (aggressors[:1], "aggressor_member_of_institution"), (targets[:1], "target_member_of_institution"),
        ):  # fmt: skip
            belongs = self.case.known(key)
            if belongs is False:
                self.outsiders += side
            elif belongs is True and table is not None:
                self.world["memberships"][self.institution] = list(
                    dict.fromkeys([*self.world["memberships"][self.institution], *side])
                )

    def council(self) -> None:
        """Seat the council of the day as the case gives it; which seats are permanent follows from the date."""
        seats, listed = SEATS.get(self.institution), self.case.texts("council_members")
        if seats is None or not listed:
            return
        codes, unknown = read_names(listed, self.day.year, self.names)
        here = [self.abb[c] for c in codes if c in self.abb]
        for text in unknown:
            self.note(f"council member {text!r} is no state")
        known = self.world["councils"].get(seats, {"permanent": (), "elected": ()})
        permanent = [s for s in known["permanent"] if s in here]
        if len(here) * 2 < len(listed) or not permanent:
            self.note(f"council of {len(here)} known states in {len(listed)} is not used; the data's own is")
            return
        self.world["councils"][seats] = {"permanent": permanent, "elected": [s for s in here if s not in permanent]}

    def patrons(self, aggressors: list[str], targets: list[str]) -> None:
        """Add protectors by their qualifiers, and what the aggressor's patron owes by treaty."""
        candidates = self.case.known("candidate_patrons")
        patron = self.case.known("patron") or {}
        for side, lead in (("aggressor", aggressors[0]), ("target", targets[0])):
            texts = candidates.get(side) if isinstance(candidates, Mapping) else None
            texts = [t for t in texts or () if isinstance(t, str) and PROTECTS.search(qualifier(t))]
            if side == "aggressor" and isinstance(patron.get("name"), str):
                texts.append(patron["name"])
            codes, _ = read_names(texts, self.day.year, self.names)
            found = [self.abb[c] for c in codes if c in self.abb]
            before = self.world["patrons"].get(lead, ())
            if found:
                self.world["patrons"][lead] = [s for s in dict.fromkeys((*before, *found)) if s != lead]
        kinds = [k for word, k in OBLIGATIONS.items() if word in str(patron.get("atop") or "")]
        codes, _ = read_names([str(patron.get("name") or "")], self.day.year, self.names)
        owed = {(o["debtor"], o["creditor"], o["kind"]) for o in self.world["obligations"]}
        for debtor in (self.abb[c] for c in codes if c in self.abb and self.abb[c] != aggressors[0]):
            self.world["obligations"] += [
                {"debtor": debtor, "creditor": aggressors[0], "kind": kind}
                for kind in kinds
                if (debtor, aggressors[0], kind) not in owed
            ]

    def nuclear(self, aggressors: list[str], targets: list[str]) -> None:
        """Arm or disarm the leads as the case says."""
        stated = self.case.known("nuclear")
        for side, lead in (("aggressor", aggressors[0]), ("target", targets[0])):
            value = stated.get(side) if isinstance(stated, Mapping) else None
            if isinstance(value, bool):
                self.world["states"][lead] = {**self.world["states"][lead], "nuclear": value}

    def routes(self, place: str) -> None:
        """Narrow every way in but across a common frontier where the case calls a way closed."""
        if any(SHUT.search(text) for text in self.case.texts("access")):
            self.world["routes"] = [{"into": place, "status": "open", "share": LEFT_OPEN}]

    def scenario(self, aggressors: list[str], targets: list[str]) -> dict[str, Any]:
        case = self.case
        rule, remark = entry_of(case.inputs)
        self.note(remark)
        objective = folded(case.known("objective"))
        if objective not in STAKES:
            if objective is not None:
                self.note(f"objective={objective!r} is not one of {', '.join(STAKES)}; played as limited")
            objective = "limited"
        stake, target_stake = STAKES[objective]
        ambiguity = case.known("ambiguity")
        if isinstance(ambiguity, bool) or not isinstance(ambiguity, (int, float)) or not 0 <= ambiguity <= 1:
            ambiguity = rule.ambiguity
        absent, _ = read_names(case.texts("absent_or_empty_seats"), self.day.year, self.names)
        return {
            "name": case.name,
            "title": case.name.replace("_", " "),
            "date": self.day.isoformat(),
            "aggressors": aggressors,
            "targets": targets,
            "entry": rule.entry,
            "objective": objective,
            "stake": stake,
            "target_stake": target_stake,
            "ambiguity": float(ambiguity),
            "deniable": rule.deniable,
            "theatre_ratio": self.ratio(),
            "key_commodity": self.key_commodity(),
            "absent": [self.abb[c] for c in absent if c in self.abb],
            "outsiders": self.outsiders,
        }

    def ratio(self) -> float | None:
        """The local ratio in the unit of the world's shares: the ratio there at which the war has the same odds."""
        stated = folded(self.case.known("theatre_ratio"))
        if stated is None:
            return None
        odds = ODDS_AT_THE_PLACE.get(str(stated).replace("_", ""))
        if odds is None and isinstance(stated, (int, float)) and not isinstance(stated, bool) and stated > 0:
            odds = float(stated)
        if odds is None:
            self.note(f"theatre_ratio={stated!r} is not one of {', '.join(ODDS_AT_THE_PLACE)}; from capability")
            return None
        return min(max(odds ** (1.0 / max(self.builder.exponent, 0.05)), 1e-3), 1000.0)

    def key_commodity(self) -> str:
        """Whether sanctions could reach the key commodity: omitted where a supplier named stands outside or protects the aggressor."""
        text = self.case.known("trade_key_commodity")
        if not isinstance(text, str) or re.match(r"\s*(none|no )", text, re.I):
            return "none"
        suppliers, _ = read_names(re.findall(r"[A-Z][\w]+(?: [A-Z][\w]+)*", text), self.day.year, self.names)
        here = [self.abb[c] for c in suppliers if c in self.abb]
        if not here:
            return "none"
        self.world["key_commodity"] = {s: round(1.0 / len(here), 6) for s in here}
        members = self.world["memberships"].get(self.institution)
        shields = {s for who in self.world["patrons"].values() for s in who} if members is None else set()
        outside = any(members is not None and s not in members for s in here)
        return "omitted" if outside or shields & set(here) else "included"


def case_institution(case: Case) -> str | None:
    """Return the institution a case names, None if it names none."""
    found = case.known("institution")
    return found if isinstance(found, str) else None
