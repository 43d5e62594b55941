"""A security arrangement as data: who is covered, who decides, by what rule, with what obligation and delay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

from sim.arrangement.clauses import (
    Dates,
    Exit,
    Forces,
    Instrument,
    Membership,
    Neutrality,
    Pact,
    Pledge,
    Timetable,
)
from sim.arrangement.rule import Fallback, Organ
from sim.errors import SettingError, nearest
from sim.schema import lever

GROUPS = ("members", "great_powers", "neighbours", "camp")
"""Words that stand for states in a pact."""


@dataclass(frozen=True, kw_only=True)
class Charter:
    """One arrangement.

    Raises
    ------
    SettingError
        Two clauses contradict each other, or a date is none.
    """

    name: str = lever(doc="name of the arrangement")
    title: str = lever(doc="what it is, in words")
    kind: Literal[
        "none", "collective_security", "collective_defence", "alliances", "balance", "neutrality", "arbitration"
    ] = lever("none", doc="which idea of order it follows")
    dates: Dates = lever(factory=Dates, doc="when it was made and in force")
    membership: Membership = lever(factory=Membership, doc="who belongs")
    covers: Literal["nobody", "members", "any", "area"] = lever("nobody", doc="whom it protects")
    area: tuple[str, ...] = lever((), doc="treaty area: regions of the world or states (covers area)")
    protects: tuple[str, ...] = lever((), doc="states that it protects though they are no members")
    trigger: tuple[Literal["aggression", "armed_attack", "threat", "treaty_breach", "dispute"], ...] = lever(
        (), doc="what sets it in motion"
    )
    defers_to: tuple[str, ...] = lever(
        (), doc="bodies (memberships or regions of the world) that hear quarrels among their own first"
    )
    organ: Organ = lever(factory=Organ, doc="who decides")
    instruments: tuple[Instrument, ...] = lever((), doc="the ladder it may use")
    pledge: Pledge = lever(factory=Pledge, doc="what members owe a victim")
    pacts: tuple[Pact, ...] = lever((), doc="what some parties owe others by name")
    neutrality: Neutrality = lever(factory=Neutrality, doc="what members keep out of")
    calendar: Timetable = lever(factory=Timetable, doc="when it meets")
    forces: Forces = lever(factory=Forces, doc="what it can field by itself")
    fallback: Fallback = lever(factory=Fallback, doc="what opens when it fails")
    exit: Exit = lever(factory=Exit, doc="how members leave")
    credibility: float = lever(0.5, 0, 1, doc="chance that the others are expected to act, at the start")
    in_force: bool = lever(True, doc="false for a treaty signed or drafted and never in force")

    def __post_init__(self) -> None:
        organ, rule, membership = self.organ, self.organ.rule, self.membership
        if organ.kind == "none" and self.instruments:
            raise SettingError(
                f"{{key}}.instruments={self.instruments[0].measure!r} needs an organ; {{key}}.organ.kind is none"
            )
        if organ.kind != "none" and membership.rule == "none":
            raise SettingError(f"{{key}}.membership.rule='none' leaves the {organ.kind} without members")
        for key, one in (("organ", rule), ("fallback", self.fallback.rule)):
            needs = organ.kind != "none" if key == "organ" else self.fallback.kind == "assembly"
            if needs and not (one.quotas or one.automatic or one.consensus):
                raise SettingError(
                    f"{{key}}.{key}.rule.quotas is empty; give a majority or set rule.consensus or rule.automatic=true"
                )
            if one.veto == "listed" and not one.veto_states:
                raise SettingError(f"{{key}}.{key}.rule.veto='listed' needs {{key}}.{key}.rule.veto_states")
        if membership.rule == "list":
            if not membership.states:
                raise SettingError("{key}.membership.states is empty; rule 'list' needs names")
            for state in rule.veto_states:
                if state not in membership.states:
                    hint = nearest(state, membership.states)
                    raise SettingError(f"{{key}}.organ.rule.veto_states={state!r} is no member of {self.name!r}{hint}")
        for needed in ("institution", "region"):
            if membership.rule == needed and getattr(membership, needed) is None:
                raise SettingError(f"{{key}}.membership.{needed} is missing; rule {needed!r} reads it from the world")
        if self.neutrality.status == "none" and (self.neutrality.embargo or self.neutrality.home_defence):
            raise SettingError(
                "{key}.neutrality.status='none' has neither embargo nor home_defence; isolation or armed has"
            )
        if self.covers == "area" and not self.area:
            raise SettingError("{key}.area is empty; {key}.covers='area' needs regions or states")
        seen = [i.measure for i in self.instruments]
        if len(seen) != len(set(seen)):
            raise SettingError(f"{{key}}.instruments names {next(m for m in seen if seen.count(m) > 1)!r} twice")
        for k, pact in enumerate(self.pacts):
            if not pact.debtors or not pact.creditors:
                raise SettingError(f"{{key}}.pacts[{k}] needs debtors and creditors")
        for key, text in self._dated():
            try:
                Date.fromisoformat(text)
            except ValueError:
                raise SettingError(f"{{key}}.{key}={text!r} must be a date such as 1950-11-03") from None

    def named(self) -> dict[str, tuple[str, ...]]:
        """Return the states that each clause names, by its key."""
        m = self.membership
        found = {
            "membership.states": m.states,
            "membership.refused": m.refused,
            "protects": self.protects,
            "organ.permanent": tuple(s.state for s in self.organ.permanent),
            "organ.rule.veto_states": self.organ.rule.veto_states,
            "fallback.rule.veto_states": self.fallback.rule.veto_states,
        }
        for k, reservation in enumerate(m.reservations):
            found[f"membership.reservations[{k}].states"] = reservation.states
            found[f"membership.reservations[{k}].binds_against"] = reservation.binds_against
        for k, pact in enumerate(self.pacts):
            for side in ("debtors", "creditors", "against"):
                found[f"pacts[{k}].{side}"] = tuple(s for s in getattr(pact, side) if s not in GROUPS)
            found[f"pacts[{k}].provided"] = (pact.provided,) if pact.provided else ()
        return found

    def _dated(self) -> Iterator[tuple[str, str]]:
        """Every date that a clause bears, with its key."""
        parts: list[tuple[str, object, tuple[str, ...]]] = [
            ("dates", self.dates, ("signed", "entered", "ended")),
            ("fallback", self.fallback, ("since",)),
            *((f"organ.permanent[{k}]", seat, ("since", "until")) for k, seat in enumerate(self.organ.permanent)),
            *((f"organ.sizes[{k}]", size, ("since",)) for k, size in enumerate(self.organ.sizes)),
            *((f"pacts[{k}]", pact, ("since", "until")) for k, pact in enumerate(self.pacts)),
        ]
        for key, part, fields in parts:
            for field in fields:
                if (text := getattr(part, field)) is not None:
                    yield f"{key}.{field}", text
