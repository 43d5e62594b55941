"""The vocabulary: code lists shared by the simulator, the tables and the readers. Append only."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

C = TypeVar("C", bound=type[IntEnum])


def code_list(cls: C) -> C:
    """Make the members plain attributes of their class: Python 3.11 looks each up by a slow path, thousands of times a run."""
    for member in cls:
        type.__setattr__(cls, member.name, member)
    return cls


@code_list
class Measure(IntEnum):
    """The ladder on which measures are coded, weakest first."""

    NONE = 0
    MEDIATION = 1
    CONDEMNATION = 2
    CEASEFIRE_DEMAND = 3
    SANCTIONS_PARTIAL = 4
    SANCTIONS_COMPREHENSIVE = 5
    PEACEKEEPING = 6
    FORCE_AUTHORISED = 7
    COLLECTIVE_DEFENCE = 8


@code_list
class Outcome(IntEnum):
    """How a crisis ended, for the aggressor."""

    NOT_TEMPTED = 0
    DETERRED = 1
    BACKED_DOWN = 2
    COMPROMISE = 3
    FAIT_ACCOMPLI = 4
    DEFEATED = 5
    STALEMATE = 6


@code_list
class Gain(IntEnum):
    """Share of its objective that the aggressor keeps: none < .1 <= partial < .5 <= kept."""

    NONE = 0
    PARTIAL = 1
    KEPT = 2


@code_list
class Entry(IntEnum):
    """How the crisis opens."""

    THREAT = 0
    ATTACK = 1
    TREATY_BREACH = 2
    COVERT = 3
    FRONTIER_DISPUTE = 4


@code_list
class EndCause(IntEnum):
    """What closed the crisis."""

    REFRAINED = 0
    OBJECTIVE_HELD = 1
    TARGET_DEFEATED = 2
    AGGRESSOR_DEFEATED = 3
    YIELDED = 4
    SPLIT = 5
    HORIZON = 6
    CONCEDED = 7
    PEACEKEEPERS = 8
    ROLLED_BACK = 9
    AWARD = 10


@code_list
class Phase(IntEnum):
    """State of a crisis, as in the table of spells."""

    OPPORTUNITY = 0
    THREAT = 1
    FIGHTING = 2
    OBJECTIVE_HELD = 3
    SANCTIONED = 4
    FOUGHT_BY_COALITION = 5
    SETTLED = 6


@code_list
class Position(IntEnum):
    """A recorded position on a draft or a decision."""

    NO = 0
    ABSTAIN = 1
    YES = 2
    ABSENT = 3
    EXCLUDED = 4
    FOR_TARGET = 5
    ASIDE = 6
    FOR_AGGRESSOR = 7


@code_list
class Decision(IntEnum):
    """What a recorded position was a position on."""

    VOTE = 0
    OBLIGATION = 1
    SANCTION = 2
    FORCE = 3


@code_list
class Instrument(IntEnum):
    """What a contribution consists of."""

    SANCTION = 0
    FORCE = 1
    FORCE_FOR_AGGRESSOR = 2
    STANDING_FORCE = 3
    PEACEKEEPERS = 4


@code_list
class Series(IntEnum):
    """Series recorded day by day."""

    FRONT = 0
    POWER_AGGRESSOR = 1
    POWER_TARGET = 2
    PRESSURE = 3
    GREAT_POWERS_DEMANDING = 4


@code_list
class Kind(IntEnum):
    """Kinds of event."""

    OPPORTUNITY = 0
    FORECAST = 1
    REFRAINED = 2
    THREATENED = 3
    RESISTED = 4
    CONCEDED = 5
    ATTACKED = 6
    BATTLE_WON = 7
    BATTLE_LOST = 8
    OBJECTIVE_TAKEN = 9
    OBJECTIVE_LOST = 10
    TARGET_OVERRUN = 11
    AGGRESSOR_REPELLED = 12
    ATTRIBUTED = 13
    INQUIRY_OPENED = 14
    INQUIRY_REPORTED = 15
    REFERRED = 16
    NOT_REFERRED = 17
    MET = 18
    TABLED = 19
    ADOPTED = 20
    REJECTED = 21
    VETOED = 22
    NOT_TABLED = 23
    WATERED_DOWN = 24
    FALLBACK_OPENED = 25
    BARGAIN_OPENED = 26
    DEAL_MADE = 27
    DEAL_LEAKED = 28
    DEAL_CANCELLED = 29
    OBLIGATION_HONOURED = 30
    OBLIGATION_REFUSED = 31
    SANCTION_IMPOSED = 32
    SANCTION_REFUSED = 33
    SANCTION_LIFTED = 34
    KEY_COMMODITY_INCLUDED = 35
    PLEDGED = 36
    MOBILISED = 37
    ARRIVED = 38
    RETURNED = 39
    LOSSES = 40
    REVIEWED = 41
    YIELDED = 42
    SPLIT_AGREED = 43
    HELD = 44
    ENDED = 45
    CREDIBILITY_UPDATED = 46
    LEGITIMACY_UPDATED = 47
    RELIABILITY_UPDATED = 48
    NOTICE_GIVEN = 49
    EXPELLED = 50
    REMEDIATION_ASKED = 51
    PEACEKEEPERS_ACCEPTED = 52
    ROUTE_CLOSED = 53
    DEAL_REFUSED = 54
    LEADERSHIP_TAKEN = 55
    ADVISED_TO_CONCEDE = 56
    EMBARGO_ON_BOTH = 57
    SEAT_RETAKEN = 58
    PROBED = 59
    WITHDREW = 60
    COOLING_OFF = 61
    COVENANT_BROKEN = 62
    AWARD_ACCEPTED = 63
    AWARD_REFUSED = 64
    TAKEN_ELSEWHERE = 65
    CONSENT_GIVEN = 66
    CONSENT_REFUSED = 67


@code_list
class Rank(IntEnum):
    """Order of the steps at one instant."""

    OPPORTUNITY = 0
    CAMPAIGN = 1
    INQUIRY = 2
    REFERRAL = 3
    DELIBERATION = 4
    DIPLOMACY = 5
    OBLIGATIONS = 6
    SANCTIONS = 7
    FORCE = 8
    SETTLEMENT = 9
    AFTERMATH = 10
    SOURCE = 11
    HORIZON = 12


def label(member: IntEnum) -> str:
    """Return the code as written in the tables: lower case, underscores."""
    return member.name.lower()


def labels(codes: type[IntEnum]) -> list[str]:
    """Return all codes of a list in order."""
    return [label(m) for m in codes]


MEASURE_NAMES = tuple(labels(Measure))
"""By code; what a measure is called in charters and among the coefficients."""
