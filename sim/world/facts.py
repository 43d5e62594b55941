"""States and ties of one date as they are written in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.schema import lever


@dataclass(frozen=True, kw_only=True)
class StateFacts:
    """One state, as known at the date of its world."""

    name: str = lever(doc="name in English")
    ccode: int = lever(low=1, high=999, doc="Correlates of War number")
    iso3: str | None = lever(None, doc="ISO 3166 code, where there is one")
    capability: float = lever(
        low=0, high=1, unit="share of world capability", doc="CINC (Singer, Bremer and Stuckey 1972)"
    )
    economy: float | None = lever(None, 0, 1, "share of world trade", "weight as a trading partner; capability if null")
    latitude: float = lever(low=-90, high=90, unit="degrees", doc="latitude of the capital")
    longitude: float = lever(low=-180, high=180, unit="degrees", doc="longitude of the capital")
    ideal: tuple[float, ...] = lever(low=-1, high=1, doc="policy position, one to three dimensions")
    polity: int = lever(0, -10, 10, doc="regime score, -10 autocracy to 10 democracy (Marshall 2017)")
    norm_commitment: float = lever(0.5, 0, 1, doc="weight of the covenant's norm against self-interest")
    reliability: float | None = lever(None, 0, 1, doc="propensity to honour an obligation; the era's rate if null")
    public: float = lever(0.5, 0, 1, doc="how far outcry binds the government")
    nuclear: bool = lever(False, doc="has nuclear weapons")
    great_power: bool = lever(False, doc="a major power of its day")
    neutral: bool = lever(False, doc="neutral by treaty or by choice: fights for no one")


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """What one state owes another by treaty."""

    debtor: str = lever(doc="who owes")
    creditor: str = lever(doc="to whom")
    kind: Literal["defence", "guarantee", "neutrality", "non_aggression", "consultation"] = lever(doc="what is owed")
    against: str | None = lever(None, doc="only against this state; any if null")
    provided: str | None = lever(None, doc="only once this state acts for the creditor")
    area: tuple[str, ...] = lever((), doc="only in these regions of the world or states; anywhere if empty")
    secret: bool = lever(False, doc="not known to the others")
    since: str | None = lever(None, doc="in force from (ISO date)")
    until: str | None = lever(None, doc="in force until (ISO date)")


@dataclass(frozen=True, kw_only=True)
class Route:
    """A way that forces must take to reach a place."""

    into: str = lever(doc="the state whose territory is reached")
    travellers: tuple[str, ...] = lever((), doc="who must take it; every state not contiguous if empty")
    status: Literal["open", "consent", "closed"] = lever("open", doc="open, by consent, closed")
    keeper: str | None = lever(None, doc="whose consent it takes")
    share: float = lever(1.0, 0, 1, "share of power", "what passes when it is open")


@dataclass(frozen=True, kw_only=True)
class Council:
    """Seats of an organ at the date of the world."""

    permanent: tuple[str, ...] = lever((), doc="permanent members")
    elected: tuple[str, ...] = lever((), doc="elected members")


@dataclass(frozen=True, kw_only=True)
class WorldFacts:
    """A world as written in a file: states, ties, memberships, councils."""

    name: str = lever(doc="name of the world")
    date: str = lever(doc="the date of its facts (ISO)")
    states: dict[str, StateFacts] = lever(doc="by Correlates of War abbreviation")
    contiguity: dict[str, tuple[str, ...]] = lever(
        factory=dict, doc="common frontiers, dependencies included; given once per pair"
    )
    affinity: dict[str, dict[str, float]] = lever(
        factory=dict,
        low=-1,
        high=1,
        doc="stated affinities, for both of a pair unless both state one; else from ideal points",
    )
    trade: dict[str, dict[str, float]] = lever(
        factory=dict,
        low=0,
        high=1,
        unit="share of the row's trade",
        doc="row's trade with column; else by economy and distance",
    )
    key_commodity: dict[str, float] = lever(
        factory=dict, low=0, high=1, unit="share of world exports", doc="exporters of the key commodity"
    )
    obligations: tuple[Obligation, ...] = lever((), doc="treaties in force or dated")
    patrons: dict[str, tuple[str, ...]] = lever(factory=dict, doc="protectors and arms suppliers of a state")
    routes: tuple[Route, ...] = lever((), doc="ways into a place")
    regions: dict[str, tuple[str, ...]] = lever(factory=dict, doc="named sets of states")
    memberships: dict[str, tuple[str, ...]] = lever(factory=dict, doc="members of an institution at the date")
    councils: dict[str, Council] = lever(factory=dict, doc="seats of an institution's council at the date")
