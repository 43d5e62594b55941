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
WON_BY_AGGRESSOR = ("objective_taken", "target_overrun")
WON_BY_TARGET = ("objective_lost", "aggressor_repelled")
FORTUNES = ("attacked", "objective_taken", "objective_lost")

Event = Mapping[str, Any]


def turning_points(events: Sequence[Event]) -> list[Event]:
    """Return the events that are told of a crisis, in their order."""
    passed_over, telling = _to_and_fro(events), _kept_back(events) | _sent_home(events)
    return [e for e in events if e["seq"] in telling or not (is_routine(e) or e["seq"] in passed_over)]


def of_state(events: Sequence[Event], state: str) -> list[Event]:
    """Return what one state did or suffered; taking stock only where its chance is another than before."""
    chosen, chance = [], None
    for event in events:
        if state in (event["actor"], event["subject"]):
            same = event["kind"] == "reviewed" and event["value"] == chance
            chance = event["value"] if event["kind"] == "reviewed" else chance
            chosen += [] if same else [event]
    return chosen


def is_routine(event: Event) -> bool:
    """Return whether an event is of a kind that is told only where something hangs on it."""
    return Kind[event["kind"].upper()] in ROUTINE


def grouped(events: Sequence[Event], led: Mapping[int, int], apart: str = "", every: bool = False) -> list[list[Event]]:
    """Return events put together that are told as one.

    Parameters
    ----------
    events : sequence of mapping
        Those that are told.
    led : mapping
        What each of them came from, as `leading` finds it.
    apart : str
        A state whose own events stay single.
    every : bool
        All of them do.
    """
    groups: dict[Any, list[Event]] = {}
    key_of: dict[int, Any] = {}
    for event in events:
        kind, key = Kind[event["kind"].upper()], event["seq"]
        if every or (apart and event["actor"] == apart):
            pass
        elif kind in TOGETHER:
            key = (kind, event["subject"], event["measure"], event["cause"])
        elif kind in ONE_BY_ONE:
            key = (kind, event["subject"], key_of.get(led[event["seq"]]))
        elif kind in ON_MANY:
            key = (kind, event["cause"])
        elif kind is Kind.NOT_TABLED:
            key = (kind, event["actor"], event["cause"])
        key_of[event["seq"]] = key
        groups.setdefault(key, []).append(event)
    return sorted(groups.values(), key=lambda group: (group[0]["day"], group[0]["seq"]))


def leading(chosen: Sequence[Event], events: Sequence[Event]) -> dict[int, int]:
    """Return for each event that is told the one, told too, that it came from; -1 where there is none.

    Notes
    -----
    What an objective held long enough came from is that it was taken; and nobody wins a war by forces that came against it:
    a victory after these came from how the war stood before.
    """
    told, causes = {e["seq"]: e for e in chosen}, {e["seq"]: e["cause"] for e in events}
    last = {e["kind"]: e["seq"] for e in events}
    found: dict[int, int] = {}
    for event in chosen:
        seq = causes[event["seq"]]
        if event["kind"] == "held":
            seq = last.get("objective_taken", seq)
        while seq >= 0 and seq not in told:
            seq = causes.get(seq, -1)
        if seq >= 0 and _came_against(event, told[seq]):
            seq = max((s for s, e in told.items() if e["kind"] in FORTUNES and s < event["seq"]), default=-1)
        found[event["seq"]] = seq
    return found


def _came_against(victory: Event, arrival: Event) -> bool:
    """Return whether forces arrived for the side that lost."""
    lost_by = {"subject": WON_BY_AGGRESSOR, "actor": WON_BY_TARGET}
    return arrival["kind"] == "arrived" and any(
        victory["kind"] in kinds and victory[side] == arrival["subject"] for side, kinds in lost_by.items()
    )


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
