"""Clauses of a charter other than its organ: who belongs, what is owed to whom, what is set aside, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
class Reservation:
    """What some members have declared not to be bound to."""

    states: tuple[str, ...] = lever((), doc="members that made it")
    frees: Literal["force", "sanctions", "all"] = lever("force", doc="duties that it lifts")
    binds_against: tuple[str, ...] = lever((), doc="aggressors against whom its makers are bound all the same")
    article: str = lever("", doc="where it was declared")


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Who belongs to the arrangement: the first of institution, states and region that the world knows, else `otherwise`."""

    rule: Literal["none", "universal", "institution", "list", "region"] = lever("none", doc="how members are found")
    institution: str | None = lever(None, doc="memberships of the world to read (rule institution)")
    states: tuple[str, ...] = lever(
        (), doc="members by name (rule list); founders, where the world does not know the institution"
    )
    region: str | None = lever(None, doc="region of the world to read (rule region)")
    otherwise: Literal["universal", "great_powers", "camp", "nobody"] = lever(
        "universal", doc="who takes the members' place in a world that knows none: camp is the strongest state's"
    )
    refused: tuple[str, ...] = lever((), doc="invited, and not in force for them")
    reservations: tuple[Reservation, ...] = lever((), doc="what some members are not bound to")


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """What members owe a victim."""

    wording: Literal["automatic", "as_deems_necessary", "constitutional_processes", "consult", "none"] = lever(
        "none", doc="the operative words"
    )
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Pact:
    """What some parties of the charter owe others by name, rather than every member to every victim.

    States stand by their abbreviation, or as a group: members, great_powers, neighbours (of the creditor) or camp (states
    closer to the creditor than half of its others are).
    """

    debtors: tuple[str, ...] = lever((), doc="who owes")
    creditors: tuple[str, ...] = lever((), doc="to whom")
    kind: Literal["defence", "guarantee", "neutrality", "non_aggression", "consultation"] = lever(
        "guarantee", doc="what is owed; a guarantee is owed to a state attacked, defence to an ally whoever began"
    )
    against: tuple[str, ...] = lever((), doc="only against these states; any if empty")
    provided: str | None = lever(None, doc="only once this state acts for the creditor")
    secret: bool = lever(False, doc="not known to the others")
    flagrant: bool = lever(False, doc="only where blame is plain")
    since: str | None = lever(None, doc="in force from (ISO date)")
    until: str | None = lever(None, doc="in force until (ISO date)")
    stand_in: bool = lever(False, doc="counts only in a world that has no party to the other pacts")
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Neutrality:
    """A status that the charter confers on its members: they fight for no one and trade on."""

    status: Literal["none", "isolation", "armed"] = lever(
        "none", doc="none, of those who keep away, or of those who would defend themselves"
    )
    embargo: bool = lever(False, doc="arms go to neither side from the day of the attack")
    home_defence: float = lever(0.0, 0, 10, "share of own forces", "added to a member's forces when it is attacked")
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """What the organ may do, and what that binds members to."""

    measure: MeasureName = lever(doc="rung of the ladder")
    force: Literal["binding", "recommended", "each_member"] = lever(
        "recommended", doc="binding, recommended, or for each member to judge"
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
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Exit:
    """How a member leaves or is put out."""

    notice_days: float = lever(730.0, 0, 7300, "days", "from notice to exit")
    expulsion: bool = lever(False, doc="a member in breach may be expelled")
    article: str = lever("", doc="where the charter says so")


@dataclass(frozen=True, kw_only=True)
class Dates:
    """When the charter was made, entered into force and ended: told, never asked, so that it runs in any world."""

    signed: str | None = lever(None, doc="day of signature, or of the draft (ISO date)")
    entered: str | None = lever(None, doc="day of entry into force (ISO date)")
    ended: str | None = lever(None, doc="last day (ISO date)")
