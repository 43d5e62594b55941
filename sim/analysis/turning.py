"""Which events of a crisis are turning points, which are told as one, and what the end came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.wording import ROUTINE
from sim.stream.codes import Kind

TOGETHER = {
    Kind.SANCTION_IMPOSED, Kind.SANCTION_REFUSED, Kind.OBLIGATION_HONOURED, Kind.OBLIGATION_REFUSED, Kind.SANCTION_LIFTED,
    Kind.RELIABILITY_UPDATED, Kind.RETURNED,
}  # fmt: skip
ONE_BY_ONE = {Kind.PLEDGED, Kind.ARRIVED}
ON_MANY = {Kind.REMEDIATION_ASKED, Kind.EXPELLED}

Event = Mapping[str, Any]


def turning_points(events: Sequence[Event]) -> list[Event]:
    """Return the events that are told of a crisis, in their order."""
    passed_over, telling = _to_and_fro(events), _kept_back(events) | _sent_home(events)
    return [e for e in events if e["seq"] in telling or not (is_routine(e) or e["seq"] in passed_over)]


def is_routine(event: Event) -> bool:
    """Return whether an event is of a kind that is told only where something hangs on it."""
    return Kind[event["kind"].upper()] in ROUTINE


def grouped(events: Sequence[Event], apart: str = "", every: bool = False) -> list[list[Event]]:
    """Return events put together that are told as one; `apart` keeps one state's own events single, `every` all of them."""
    groups: dict[Any, list[Event]] = {}
    for event in events:
        kind = Kind[event["kind"].upper()]
        key: Any = event["seq"]
        if every or (apart and event["actor"] == apart):
            pass
        elif kind in TOGETHER:
            key = (kind, event["subject"], event["measure"], event["cause"])
        elif kind in ONE_BY_ONE:
            key = (kind, event["subject"])
        elif kind in ON_MANY:
            key = (kind, event["cause"])
        elif kind is Kind.NOT_TABLED:
            key = (kind, event["actor"], event["cause"])
        groups.setdefault(key, []).append(event)
    return sorted(groups.values(), key=lambda group: (group[0]["day"], group[0]["seq"]))


def holding(events: Sequence[Event]) -> dict[int, int]:
    """Return what an objective that was held long enough comes from: that it was taken, whatever fell in between."""
    seqs = {e["kind"]: e["seq"] for e in events if e["kind"] in ("objective_taken", "held")}
    return {seqs["held"]: seqs["objective_taken"]} if len(seqs) == 2 else {}


def _to_and_fro(events: Sequence[Event]) -> set[int]:
    """Meetings after the first, and times the objective changed hands and back again in between."""
    met = [e["seq"] for e in events if e["kind"] == "met"]
    changed = [e["seq"] for e in events if e["kind"] in ("objective_taken", "objective_lost")]
    return {*met[1:], *changed[1 : -2 if len(changed) % 2 else -1]}


def _kept_back(events: Sequence[Event]) -> set[int]:
    """Drafts kept back for fear of a veto at the sitting that passed the matter to the fallback: they are why."""
    sittings = {e["cause"] for e in events if e["kind"] == "fallback_opened"}
    return {e["seq"] for e in events if e["kind"] == "not_tabled" and e["cause"] in sittings}


def _sent_home(events: Sequence[Event]) -> set[int]:
    """Forces that went home while the crisis lasted."""
    ended = next((e["seq"] for e in events if e["kind"] == "ended"), None)
    return {e["seq"] for e in events if e["kind"] == "returned" and (ended is None or e["seq"] < ended)}
