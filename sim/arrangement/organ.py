"""Who sits in the organ of an arrangement, and by what arrays it decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.charter import Charter
from sim.arrangement.membership import available, holds
from sim.arrangement.rule import Organ, Rule
from sim.stream.codes import MEASURE_NAMES, Measure
from sim.world.world import World

Mask = NDArray[np.bool_]

_BASIS = {"members": 0, "voting": 1, "present": 2, "votes": 3}


@dataclass(frozen=True)
class Bench:
    """The seats of one organ for one crisis, and its rule as the voting kernel takes it; s seats, q quotas.

    Attributes
    ----------
    seats : (s,) int64 ndarray
        States by index, permanent members first.
    permanent, party, absent, veto : (s,) bool ndarray
    weight : (q, s) float64 ndarray
        Votes of each seat towards each quota.
    quota : (q,) float64 ndarray
        Share of the basis, or votes where the basis is 3.
    basis : (q,) int64 ndarray
        0 members, 1 voting, 2 present, 3 an absolute number.
    strict : (q,) bool ndarray
    """

    seats: NDArray[np.int64]
    permanent: Mask
    party: Mask
    absent: Mask
    veto: Mask
    weight: NDArray[np.float64]
    quota: NDArray[np.float64]
    basis: NDArray[np.int64]
    strict: Mask
    rule: Rule

    @cached_property
    def empty(self) -> frozenset[int]:
        """States whose chairs stand empty."""
        return frozenset(map(int, self.seats[self.absent]))

    def excluded(self, measure: Measure) -> Mask:
        """Seats whose votes are not counted on `measure`: parties, where the charter says so."""
        if self.rule.parties == "excluded":
            return self.party
        return self.party if MEASURE_NAMES[measure] in self.rule.parties_abstain_on else np.zeros_like(self.party)


def seat(
    organ: Organ,
    rule: Rule,
    kind: str,
    members: Mask,
    world: World,
    parties: Mask,
    empty: tuple[str, ...],
    on: str | None = None,
) -> Bench:
    """Seat `organ` (as `kind`: council or assembly) and lay out its rule for the crisis of `parties`.

    Permanent seats that the charter names are held by who has them `on` the date (ISO; the world's if not given). A council
    that the world does not name is filled by capability: great powers that are members hold the permanent seats, the
    strongest other members the elected ones.
    """
    permanent, elected = _council(organ, members, world, on or world.facts.date)
    if kind == "assembly":
        elected = [i for i in map(int, np.flatnonzero(members)) if i not in permanent]
    seats = np.array([*permanent, *elected], dtype=np.int64)
    is_permanent = np.arange(len(seats)) < len(permanent)
    party = parties[seats] if len(seats) else np.zeros(0, dtype=bool)
    absent_states = {world.index(s, "scenario.absent") for s in empty}
    absent = np.array([int(s) in absent_states for s in seats], dtype=bool)
    veto = _veto(rule, seats, is_permanent, party, world)
    weight = np.array([_votes(q.among, is_permanent) for q in rule.quotas]).reshape(len(rule.quotas), len(seats))
    return Bench(
        seats=seats,
        permanent=is_permanent,
        party=party,
        absent=absent,
        veto=veto,
        weight=weight,
        quota=np.array([q.share for q in rule.quotas]),
        basis=np.array([_BASIS[q.of] for q in rule.quotas], dtype=np.int64),
        strict=np.array([q.strict for q in rule.quotas], dtype=bool),
        rule=rule,
    )


def ladder(charter: Charter) -> tuple[list[Measure], list[Measure]]:
    """Return the charter's instruments as its coercive and its settlement track, weakest first."""
    offered = sorted(Measure[i.measure.upper()] for i in charter.instruments)
    settlement = {Measure.MEDIATION, Measure.CEASEFIRE_DEMAND, Measure.PEACEKEEPING}
    return [m for m in offered if m not in settlement], [m for m in offered if m in settlement]


def size_of(organ: Organ, on: str) -> int:
    """Seats that a charter gives its council on a date (ISO); 0 where it says nothing."""
    dated = [s for s in organ.sizes if available(s.since, on)]
    return max(dated, key=lambda s: s.since).seats if dated else organ.size


def _council(organ: Organ, members: Mask, world: World, on: str) -> tuple[list[int], list[int]]:
    named = world.facts.councils.get(organ.seats) if organ.seats else None
    by_charter = [s.state for s in organ.permanent if holds(s, on) and s.state in world.ids]
    if named is not None and (named.permanent or named.elected):
        seated = by_charter or named.permanent
        return (
            [i for s in seated if members[i := world.index(s, "world.councils")]],
            [i for s in named.elected if s not in seated and members[i := world.index(s, "world.councils")]],
        )
    by_power = sorted(map(int, np.flatnonzero(members)), key=lambda i: (-world.capability[i], i))
    size = size_of(organ, on) or len(by_power)
    permanent = [i for s in by_charter if members[i := world.index(s, "arrangement.organ.permanent")]]
    permanent = (permanent or [i for i in by_power if world.great_power[i]])[:size]
    return permanent, [i for i in by_power if i not in permanent][: max(0, size - len(permanent))]


def _veto(rule: Rule, seats: NDArray[np.int64], permanent: Mask, party: Mask, world: World) -> Mask:
    if rule.consensus or rule.veto == "all":
        return np.ones(len(seats), dtype=bool)
    if rule.veto == "permanent":
        return permanent.copy()
    if rule.veto == "parties":
        return party.copy()
    holders = rule.veto_states if rule.veto == "listed" else ()
    return np.array([world.ids[int(s)] in holders for s in seats], dtype=bool)


def _votes(among: str, permanent: Mask) -> NDArray[np.float64]:
    if among == "permanent":
        return permanent.astype(np.float64)
    if among == "elected":
        return (~permanent).astype(np.float64)
    return np.ones(len(permanent))
