"""Clauses about the organ of a charter: who sits in it from when, and how it decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.arrangement.clauses import MeasureName
from sim.schema import lever


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One majority that a decision needs."""

    of: Literal["members", "voting", "present", "votes"] = lever(
        "voting", doc="what the share is a share of; votes: an absolute number"
    )
    share: float = lever(1.0, 0, doc="share, or number of votes")
    strict: bool = lever(False, doc="more than the share rather than at least")
    among: Literal["all", "permanent", "elected"] = lever("all", doc="whose votes count towards it")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How an organ decides."""

    quotas: tuple[Quota, ...] = lever((), doc="majorities needed, all at once")
    consensus: bool = lever(False, doc="what nobody opposes is decided; any seat's objection stops it")
    veto: Literal["none", "permanent", "parties", "all", "listed"] = lever(
        "none", doc="whose vote against defeats a draft"
    )
    veto_states: tuple[str, ...] = lever((), doc="holders of a veto (veto listed)")
    parties: Literal["vote", "abstain", "excluded"] = lever("vote", doc="how parties to the dispute vote")
    parties_abstain_on: tuple[MeasureName, ...] = lever((), doc="measures on which alone parties must abstain")
    abstention_blocks: bool = lever(False, doc="a veto holder's abstention defeats a draft")
    absence_blocks: bool = lever(False, doc="a veto holder's absence defeats a draft")
    automatic: bool = lever(False, doc="the finding follows from the facts; no vote is taken")


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A permanent seat that the charter names, while its holder has it."""

    state: str = lever(doc="who holds it")
    since: str | None = lever(None, doc="from (ISO date)")
    until: str | None = lever(None, doc="until (ISO date)")
    succeeds: str | None = lever(None, doc="state in whose place, as a member too, the holder stands")
    article: str = lever("", doc="where this is laid down")


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many seats the organ has from a date on."""

    since: str = lever(doc="from (ISO date)")
    seats: int = lever(doc="seats, permanent ones included", low=1, high=300, unit="seats")
    article: str = lever("", doc="where this is laid down")


@dataclass(frozen=True, kw_only=True)
class Organ:
    """Who sits and decides."""

    kind: Literal["none", "council", "assembly"] = lever("none", doc="none, council or assembly")
    seats: str | None = lever(None, doc="council of the world to read; the members' great powers if it has none")
    permanent: tuple[Seat, ...] = lever((), doc="permanent seats by name and date; as the world says if empty")
    size: int = lever(0, 0, 300, "seats", "seats where the world does not name them, filled by capability")
    sizes: tuple[Size, ...] = lever((), doc="the same by date, the last before the day of the crisis counting")
    rule: Rule = lever(factory=Rule, doc="how it decides")


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """What opens when the organ fails."""

    kind: Literal["none", "assembly", "coalition"] = lever("none", doc="assembly report, or a coalition of the willing")
    since: str | None = lever(None, doc="available from (ISO date)")
    upon: Literal["deadlock", "veto"] = lever(
        "deadlock", doc="opens once a veto is to be expected, or only once a draft has fallen by veto alone"
    )
    after_days: float = lever(10.0, 0, 365, "days", "from the failure to the fallback's first sitting, median")
    rule: Rule = lever(factory=Rule, doc="how the fallback decides")
    instruments: tuple[MeasureName, ...] = lever((), doc="what it may recommend")
    article: str = lever("", doc="where the charter says so")
