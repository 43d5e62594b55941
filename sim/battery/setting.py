"""What a case says of its world: seats, protectors, arms, ways in, the place, the commodity that matters."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from sim.battery.ground import LEAST_CAPABILITY, Ground
from sim.battery.parties import Party, read_names, read_parties
from sim.battery.rules import (
    COLONIAL_POWERS,
    FAR_KM,
    LEFT_OPEN,
    OBLIGATIONS,
    SEATS,
    SHUT,
    institution_of,
)
from sim.battery.words import code, flag
from sim.world.geography import great_circle_km


class Setting(Ground):
    """Lays over a world what its case says of it, the sides being known."""

    @property
    def institution(self) -> str:
        return institution_of(self.case.known("institution"))

    def patrons(self, aggressors: list[str], targets: list[str]) -> None:
        """Add protectors by their qualifiers, and what the aggressor's patron owes by treaty; no state protects against itself."""
        patron = self.case.known("patron") or {}
        for side, lead, own, others in (
            ("aggressor", aggressors[0], aggressors, targets), ("target", targets[0], targets, aggressors),
        ):  # fmt: skip
            named = self.protectors(side)
            if side == "aggressor" and isinstance(patron.get("name"), str):
                named.append(patron["name"])
            codes, _ = read_names(named, self.day.year, self.names)
            found = [self.abb[c] for c in codes if c in self.abb]
            stand = dict.fromkeys((*self.world["patrons"].get(lead, ()), *found))
            self.world["patrons"][lead] = [s for s in stand if s != lead and s not in others]
            for state in own[1:]:
                if state in self.world["patrons"]:
                    self.world["patrons"][state] = [s for s in self.world["patrons"][state] if s not in others]
        kinds = [k for word, k in OBLIGATIONS.items() if word in str(patron.get("atop") or "")]
        codes, _ = read_names([str(patron.get("name") or "")], self.day.year, self.names)
        owed = {(o["debtor"], o["creditor"], o["kind"]) for o in self.world["obligations"]}
        for debtor in (self.abb[c] for c in codes if c in self.abb and self.abb[c] != aggressors[0]):
            self.world["obligations"] += [
                {"debtor": debtor, "creditor": aggressors[0], "kind": kind}
                for kind in kinds
                if (debtor, aggressors[0], kind) not in owed
            ]

    def council(self) -> None:
        """Seat the council of the day as the case gives it; which seats are permanent follows from the date."""
        seats, listed = SEATS.get(self.institution), self.case.texts("council_members")
        if seats is None or not listed:
            return
        parties = [party for text in listed for party in self.seated(text)]
        here = list(dict.fromkeys(self.abb[party.code] for party in parties))
        known = self.world["councils"].get(seats, {"permanent": (), "elected": ()})
        permanent = [s for s in known["permanent"] if s in here]
        if len(here) * 2 < len(listed) or not permanent:
            self.note(f"council of {len(here)} known states in {len(listed)} is not used; the data's own is")
            return
        self.world["councils"][seats] = {"permanent": permanent, "elected": [s for s in here if s not in permanent]}

    def seated(self, text: str) -> list[Party]:
        """States that a text seats; a member that was no state of the system stands beside a power of its region and votes as it did."""
        found = read_parties(text, self.day.year, self.names)
        for party in found:
            if party.code not in self.abb:
                self.added_voter(party)
        if not found:
            self.note(f"council member {text!r} is no state; its seat is left out")
        return found

    def added_voter(self, party: Party) -> None:
        """Add a voter without power of its own, at the position of its votes, else in the middle."""
        voted = self.voted(party)
        abb = self.names.abbreviation(party.code)
        self.admit(abb, party, LEAST_CAPABILITY, self.capital(party), 0.0 if voted is None else voted)
        self.note(
            f"council member {party.name!r} was no state of the system on {self.day}; it votes without power of its own"
        )

    def place(self, aggressor: str, target: str) -> None:
        """Bring a limited attack on a far colonial power to what that holds near the aggressor: no minor power marches on its capital."""
        states = self.world["states"]
        latitude, longitude = (
            np.array([states[s][key] for s in (aggressor, target)]) for key in ("latitude", "longitude")
        )
        far = float(great_circle_km(latitude, longitude)[0, 1])
        near = target in self.world["contiguity"].get(aggressor, ()) or aggressor in self.world["contiguity"].get(
            target, ()
        )
        elsewhere = target in COLONIAL_POWERS and far > FAR_KM and not near and not states[aggressor].get("great_power")
        if not elsewhere or code(self.case.known("objective")) == "total":
            return
        here = {key: states[aggressor][key] for key in ("latitude", "longitude")}
        states[target] = {**states[target], **here}
        self.note(
            f"{target} lies {far:,.0f} km from {aggressor} and holds land overseas: what is fought for is taken to lie near {aggressor}"
        )

    def nuclear(self, aggressors: list[str], targets: list[str]) -> None:
        """Arm or disarm the leads as the case says."""
        stated = self.case.known("nuclear")
        for side, lead in (("aggressor", aggressors[0]), ("target", targets[0])):
            value = flag(stated.get(side)) if isinstance(stated, Mapping) else None
            if value is not None:
                self.world["states"][lead] = {**self.world["states"][lead], "nuclear": value}

    def routes(self, place: str) -> None:
        """Narrow every way in but across a common frontier where the case calls a way closed."""
        if any(SHUT.search(text) for text in self.case.texts("access")):
            self.world["routes"] = [{"into": place, "status": "open", "share": LEFT_OPEN}]

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
