"""A security arrangement as data: who is covered, who decides, by what rule, with what obligation and delay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.errors import SettingError, nearest
from sim.schema import lever

MeasureName = Literal[
    "mediation",
    "condemnation",
    "ceasefire_demand",
    "sanctions_partial",
    "sanctions_comprehensive",
    "peacekeeping",
    "force_authorised",
    "collective_defence",
]


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Who belongs to the arrangement."""

    rule: Literal["none", "universal", "institution", "list", "region"] = lever("none", doc="how members are found")
    institution: str | None = lever(None, doc="memberships of the world to read (rule institution or region)")
    states: tuple[str, ...] = lever((), doc="members by name (rule list)")
    reserved: tuple[str, ...] = lever(
        (), doc="members whose reservation frees them from force (Swiss neutrality, 1920)"
    )


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
    veto: Literal["none", "permanent", "all", "listed"] = lever("none", doc="whose vote against defeats a draft")
    veto_states: tuple[str, ...] = lever((), doc="holders of a veto (veto listed)")
    parties: Literal["vote", "abstain", "excluded"] = lever("vote", doc="how parties to the dispute vote")
    parties_abstain_on: tuple[MeasureName, ...] = lever((), doc="measures on which alone parties must abstain")
    abstention_blocks: bool = lever(False, doc="a veto holder's abstention defeats a draft")
    absence_blocks: bool = lever(False, doc="a veto holder's absence defeats a draft")
    automatic: bool = lever(False, doc="the finding follows from the facts; no vote is taken")


@dataclass(frozen=True, kw_only=True)
class Organ:
    """Who sits and decides."""

    kind: Literal["none", "council", "assembly"] = lever("none", doc="none, council or assembly")
    seats: str | None = lever(None, doc="council of the world to read; the members' great powers if it has none")
    size: int = lever(0, 0, 300, "seats", "seats where the world does not name them, filled by capability")
    rule: Rule = lever(factory=Rule, doc="how it decides")


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """What the organ may do, and what that binds members to."""

    measure: MeasureName = lever(doc="rung of the ladder")
    force: Literal["binding", "recommended", "each_member"] = lever(
        "recommended", doc="binding, recommended, or for each member to judge"
    )
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """What members owe a victim."""

    wording: Literal["automatic", "as_deems_necessary", "constitutional_processes", "consult", "none"] = lever(
        "none", doc="the operative words"
    )
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """The organ's calendar."""

    notice_days: float = lever(2.0, 0, 365, "days", "from referral to the first sitting, median")
    sitting_days: float = lever(4.0, 0, 365, "days", "between sittings, mean")
    dwell_days: float = lever(10.0, 0, 365, "days", "how long a rung must stand unheeded before the next")
    cooling_off_days: float = lever(0.0, 0, 730, "days", "from an award or report to the right of war")


@dataclass(frozen=True, kw_only=True)
class Forces:
    """Forces at the organ's disposal."""

    centralisation: float = lever(0.0, 0, 1, doc="0 order without government, 1 unchallengeable force")
    standing_share: float = lever(0.0, 0, 1, "share of members' capability", "forces kept ready under the organ")
    ready_days: float = lever(10.0, 0, 365, "days", "mobilisation of the standing forces, mean")


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """What opens when the organ fails."""

    kind: Literal["none", "assembly", "coalition"] = lever("none", doc="assembly report, or a coalition of the willing")
    since: str | None = lever(None, doc="available from (ISO date)")
    after_days: float = lever(10.0, 0, 365, "days", "from the failure to the fallback's first sitting, median")
    rule: Rule = lever(factory=Rule, doc="how the fallback decides")
    instruments: tuple[MeasureName, ...] = lever((), doc="what it may recommend")
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Exit:
    """How a member leaves or is put out."""

    notice_days: float = lever(730.0, 0, 7300, "days", "from notice to exit")
    expulsion: bool = lever(False, doc="a member in breach may be expelled")
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Charter:
    """One arrangement.

    Raises
    ------
    SettingError
        Two clauses contradict each other.
    """

    name: str = lever(doc="name of the arrangement")
    title: str = lever(doc="what it is, in words")
    kind: Literal["none", "collective_security", "collective_defence", "alliances", "balance"] = lever(
        "none", doc="which idea of order it follows"
    )
    membership: Membership = lever(factory=Membership, doc="who belongs")
    covers: Literal["nobody", "members", "any", "area"] = lever("nobody", doc="whom it protects")
    area: tuple[str, ...] = lever((), doc="states of the treaty area (covers area)")
    trigger: tuple[Literal["aggression", "armed_attack", "threat", "treaty_breach"], ...] = lever(
        (), doc="what sets it in motion"
    )
    organ: Organ = lever(factory=Organ, doc="who decides")
    instruments: tuple[Instrument, ...] = lever((), doc="the ladder it may use")
    pledge: Pledge = lever(factory=Pledge, doc="what members owe a victim")
    calendar: Timetable = lever(factory=Timetable, doc="when it meets")
    forces: Forces = lever(factory=Forces, doc="what it can field by itself")
    fallback: Fallback = lever(factory=Fallback, doc="what opens when it fails")
    exit: Exit = lever(factory=Exit, doc="how members leave")
    credibility: float = lever(0.5, 0, 1, doc="chance that the others are expected to act, at the start")
    in_force: bool = lever(True, doc="false for a treaty signed or drafted and never in force")

    def __post_init__(self) -> None:
        organ, rule = self.organ, self.organ.rule
        if organ.kind == "none" and self.instruments:
            raise SettingError(
                f"{{key}}.instruments={self.instruments[0].measure!r} needs an organ; {{key}}.organ.kind is none"
            )
        if organ.kind != "none" and self.membership.rule == "none":
            raise SettingError(f"{{key}}.membership.rule='none' leaves the {organ.kind} without members")
        if organ.kind != "none" and not rule.quotas and not rule.automatic:
            raise SettingError("{key}.organ.rule.quotas is empty; give a majority or set rule.automatic=true")
        if self.membership.rule == "list":
            for state in rule.veto_states:
                if state not in self.membership.states:
                    hint = nearest(state, self.membership.states)
                    raise SettingError(f"{{key}}.organ.rule.veto_states={state!r} is no member of {self.name!r}{hint}")
        if rule.veto == "listed" and not rule.veto_states:
            raise SettingError("{key}.organ.rule.veto='listed' needs {key}.organ.rule.veto_states")
        seen = [i.measure for i in self.instruments]
        if len(seen) != len(set(seen)):
            raise SettingError(f"{{key}}.instruments names {next(m for m in seen if seen.count(m) > 1)!r} twice")
