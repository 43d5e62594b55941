"""What happened in one crisis, event by event, in sentences: who the states are, what was voted, what decided them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.cell import Cell
from sim.analysis.wording import OPENINGS, PASSED_ON, STOOD_DOWN, phrase, reason, several, stance, the
from sim.stream.codes import Kind

OWED = {Kind.OBLIGATION_HONOURED, Kind.OBLIGATION_REFUSED}
SANCTIONS = {Kind.SANCTION_IMPOSED, Kind.SANCTION_REFUSED}
VERDICTS = (Kind.ADOPTED, Kind.REJECTED, Kind.VETOED)
STANDS = ("no", "aside", "for_aggressor", "abstain", "yes", "for_target")
ORGANS = {"council": "the Council", "assembly": "the Assembly"}
OFFERS = ("mediation", "peacekeeping")
NO_VOTE = ("absent", "excluded")
OWN_CASE = "a party votes for itself"
VOICES = 3

Row = Mapping[str, Any]


class Sentences:
    """The words for the events of one crisis.

    Parameters
    ----------
    cell : Cell
    row : mapping
        The crisis.
    names : mapping
        Of states, the most capable first.
    events, drafts, positions : sequence of mapping
        What is known of it; drafts and positions may be missing.
    """

    def __init__(
        self,
        cell: Cell,
        row: Row,
        names: Mapping[str, str],
        events: Sequence[Row],
        drafts: Sequence[Row],
        positions: Sequence[Row],
    ) -> None:
        self._row, self._names, self._positions = row, names, positions
        self._order = {state: k for k, state in enumerate(names)}
        self._drafts = {d["seq"]: d for d in drafts}
        self._sides = [cell.identity["scenario"], *cell.identity["scenario"].get("also", ())]
        organ, fallback = (cell.settings.get(f"arrangement.{body}.kind") for body in ("organ", "fallback"))
        self._organ = ORGANS.get(str(organ), "the organ")
        self._fallback = ORGANS.get(str(fallback), "the fallback body") if organ != fallback else "the fallback body"
        self._done: dict[tuple[str, str, str], int] = {}
        for e in events:
            self._done.setdefault((e["kind"], e["actor"], e["subject"]), e["seq"])
        self._taken_at = next((e["seq"] for e in events if e["kind"] == "objective_taken"), None)

    def said(self, events: Sequence[Row]) -> str:
        """Return the sentence for one event, or for several of one kind."""
        first = events[0]
        kind = Kind[first["kind"].upper()]
        actors, subjects = (self._ranked({e[part] for e in events if e[part]}) for part in ("actor", "subject"))
        draft = self._drafts.get(first["seq"]) if kind in VERDICTS else None
        actor, subject = (several([self.name(s) for s in who]) if who else self._organ for who in (actors, subjects))
        if kind in OWED and len(self.with_lead(subjects[0])) > 1:
            subject = f"the side of {subject}"
        if special := self._special(kind, first):
            return capital(special.format(actor=actor, subject=subject, organ=self._organ, fallback=self._fallback))
        text = phrase(
            kind,
            actor,
            subject,
            list(dict.fromkeys(e["measure"] for e in events)),
            None if draft or len(events) > 1 else first["value"],
            self._organ if not draft or draft["body"] == 0 else self._fallback,
            all(self._done[e["kind"], e["actor"], e["subject"]] < first["seq"] for e in events),
        )
        if draft:
            told = f"{draft['yes']} in favour, {draft['no']} against, {draft['abstain']} abstaining"
            extra = "".join(f", {draft[k]} {k}" for k in ("absent", "excluded") if draft[k])
            text += f": {told}{extra}; tabled by {self.name(draft['sponsor'])}"
        return capital(text)

    def reasons(self, events: Sequence[Row]) -> list[str]:
        """Return the most telling positions behind a vote or a round of decisions: the strongest on each side."""
        kind = Kind[events[0]["kind"].upper()]
        if kind in VERDICTS and (draft := self._drafts.get(events[0]["seq"])):
            taken = [p for p in self._positions if p["decision"] == "vote" and p["draft"] == draft["draft"]]
        elif kind in OWED | SANCTIONS:
            decision = "sanction" if kind in SANCTIONS else "obligation"
            actors = {e["actor"] for e in events}
            taken = [p for p in self._positions if p["decision"] == decision and p["measure"] == events[0]["measure"]]
            taken = [p for p in taken if p["state"] in actors][: len(actors)]
        else:
            return []
        chosen: dict[str, Row] = {}
        for stand in STANDS:
            same = [p for p in taken if p["position"] == stand]
            for p in sorted(same, key=lambda p: (self._is_given(p), self._order.get(p["state"], 0)))[:1]:
                chosen.setdefault(p["state"], p)
        return [self.stood(p) for p in chosen.values() if self._why(p)][:VOICES]

    def stood(self, position: Row) -> str:
        """Return which position a state took, and why."""
        why = self._why(position)
        return f"{capital(self.name(position['state']))} {stance(position)}{f': {why}' if why else ''}"

    def name(self, state: str | None) -> str:
        """Return a state as it stands in a sentence, or the organ for none."""
        return the(self._names.get(state) or state) if state else self._organ

    def with_lead(self, lead: str) -> list[str]:
        """Return the lead of a side, and who is with it from the start."""
        own = self._sides[self._row["crisis"]] if self._row["crisis"] < len(self._sides) else {}
        found = next((own[p] for p in ("aggressors", "targets") if own.get(p) and own[p][0] == lead), (lead,))
        return list(found)

    def _why(self, position: Row) -> str:
        if position["position"] in NO_VOTE:
            return ""
        return OWN_CASE if self._is_given(position) else reason(position)

    def _is_given(self, position: Row) -> bool:
        """Return whether a vote follows from whose case it is: the target's side for it, the aggressor's against a demand on itself."""
        if position["decision"] != "vote" or position["position"] not in ("yes", "no"):
            return False
        accused, helped = (self.with_lead(self._row[side]) for side in ("aggressor", "target"))
        return position["state"] in helped or (position["state"] in accused and position["measure"] not in OFFERS)

    def _special(self, kind: Kind, event: Row) -> str:
        """Return what an event is in this crisis, where it is more than its kind."""
        if kind is Kind.FALLBACK_OPENED:
            return PASSED_ON
        if kind is Kind.ATTACKED:
            return OPENINGS.get(str(self._row["entry"]), "")
        loss_is_a_fact = self._taken_at is not None and self._taken_at < event["seq"]
        return STOOD_DOWN if kind is Kind.CONCEDED and loss_is_a_fact else ""

    def _ranked(self, states: set[str]) -> list[str]:
        return sorted(states, key=lambda s: self._order.get(s, 0))


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]
