"""Worlds that never were, drawn from a few levers: for theory and for scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import SettingError
from sim.schema import lever
from sim.world.facts import Council, Obligation, StateFacts, WorldFacts
from sim.world.geography import great_circle_km

Geography = Literal["scatter", "ring", "grid", "islands"]
_N_NEAREST = 3


@dataclass(frozen=True, kw_only=True)
class SyntheticFacts:
    """The levers of a synthetic world."""

    name: str = lever("synthetic", doc="name of the world")
    date: str = lever("2000-01-01", doc="the date it stands for, which sets the era (ISO)")
    n_states: int = lever(30, 2, 300, "states", "how many states")
    power_law: float = lever(1.0, 0, 4, doc="capability falls as rank to minus this (Zipf); 0 makes equals")
    blocs: int = lever(2, 0, 10, "blocs", "alliance blocs, each led by one of the strongest")
    cohesion: float = lever(0.7, 0, 1, doc="probability that a state joins the bloc of the nearest leader")
    geography: Geography = lever(
        "scatter", doc="scatter on the sphere, ring on the equator, grid, islands that touch no one"
    )
    great_powers: int = lever(5, 0, 30, "states", "the strongest, who hold permanent seats")
    council_seats: int = lever(15, 0, 60, "seats", "seats of the council, permanent ones included")
    democracies: float = lever(0.5, 0, 1, "share of states", "how many are democratic")
    norm_commitment: float = lever(
        0.5, 0, 1, doc="mean weight of the norm against self-interest; states spread .2 about it"
    )


def make_synthetic(facts: SyntheticFacts, seed: int) -> WorldFacts:
    """Draw a world.

    Parameters
    ----------
    facts : SyntheticFacts
    seed : int
        The same seed draws the same world; a larger one keeps the draws of the smaller.

    Raises
    ------
    SettingError
        More blocs than states.
    """
    n = facts.n_states
    if facts.blocs > n:
        raise SettingError(f"{{key}}.blocs={facts.blocs} is more than {{key}}.n_states={n}".replace("{key}", "world"))
    luck = np.array([np.random.Generator(np.random.Philox(key=[seed, i])).random(8) for i in range(n)])
    ids = [f"S{i + 1:03d}" for i in range(n)]
    latitude, longitude = _places(facts.geography, luck)
    bloc = _blocs(facts, luck, latitude, longitude)
    capability = _zipf(n, facts.power_law)
    democratic = luck[:, 4] < facts.democracies
    states = {
        ids[i]: StateFacts(
            name=f"State {i + 1}",
            ccode=i + 1,
            capability=capability[i],
            latitude=latitude[i],
            longitude=longitude[i],
            ideal=_position(int(bloc[i]), facts.blocs, luck[i]),
            polity=8 if democratic[i] else -7,
            norm_commitment=round(min(1.0, max(0.0, facts.norm_commitment + 0.4 * (luck[i, 5] - 0.5))), 3),
            public=0.8 if democratic[i] else 0.2,
            great_power=i < facts.great_powers,
        )
        for i in range(n)
    }
    leaders = range(facts.blocs)
    ties = [(i, int(bloc[i])) for i in range(n) if bloc[i] >= 0 and bloc[i] != i]
    camps = {f"bloc_{k + 1}": tuple(ids[i] for i in range(n) if bloc[i] == k) for k in leaders}
    everyone, permanent = tuple(ids), tuple(ids[: facts.great_powers])
    council = Council(permanent=permanent, elected=everyone[len(permanent) : max(facts.council_seats, len(permanent))])
    return WorldFacts(
        name=facts.name,
        date=facts.date,
        states=states,
        contiguity=_frontiers(facts.geography, ids, latitude, longitude),
        obligations=tuple(
            Obligation(debtor=ids[a], creditor=ids[b], kind="defence") for i, k in ties for a, b in ((k, i), (i, k))
        ),
        patrons={ids[i]: (ids[k],) for i, k in ties},
        regions={
            f"octant_{k + 1}": who
            for k in range(8)
            if (who := tuple(s for s, la, lo in zip(ids, latitude, longitude, strict=True) if _octant(la, lo) == k))
        },
        memberships={"league": everyone, "un": everyone, **camps},
        councils={"league": council, "un": council},
    )


def _zipf(n: int, exponent: float) -> list[float]:
    weight = [math.exp(-exponent * math.log(rank)) for rank in range(1, n + 1)]
    total = math.fsum(weight)
    return [round(w / total, 9) for w in weight]


def _places(geography: Geography, luck: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    n = len(luck)
    if geography == "ring":
        return [0.0] * n, [round(-180.0 + 360.0 * i / n, 3) for i in range(n)]
    if geography == "grid":
        width = math.ceil(math.sqrt(n))
        return [round(60.0 - 120.0 * (i // width) / width, 3) for i in range(n)], [
            round(-60.0 + 120.0 * (i % width) / width, 3) for i in range(n)
        ]
    latitude = [round(math.degrees(math.asin(2.0 * u - 1.0)), 3) for u in luck[:, 0]]
    return latitude, [round(360.0 * u - 180.0, 3) for u in luck[:, 1]]


def _blocs(
    facts: SyntheticFacts, luck: NDArray[np.float64], latitude: Sequence[float], longitude: Sequence[float]
) -> NDArray[np.int64]:
    """Index of the leader of each state's bloc, -1 for the unaligned."""
    if not facts.blocs:
        return np.full(facts.n_states, -1)
    km = great_circle_km(np.array(latitude), np.array(longitude))
    nearest = np.argmin(km[:, : facts.blocs], axis=1)
    joins = luck[:, 2] < facts.cohesion
    joins[: facts.blocs] = True
    return np.where(joins, nearest, -1)


def _position(bloc: int, n_blocs: int, luck: NDArray[np.float64]) -> tuple[float, float]:
    """A place near its bloc's on a circle of radius .7; anywhere for the unaligned."""
    if bloc < 0:
        return round(2.0 * luck[6] - 1.0, 4), round(2.0 * luck[7] - 1.0, 4)
    turn = 2.0 * math.pi * bloc / n_blocs
    return round(0.7 * math.cos(turn) + 0.5 * (luck[6] - 0.5), 4), round(
        0.7 * math.sin(turn) + 0.5 * (luck[7] - 0.5), 4
    )


def _frontiers(
    geography: Geography, ids: Sequence[str], latitude: Sequence[float], longitude: Sequence[float]
) -> dict[str, tuple[str, ...]]:
    n = len(ids)
    if geography == "islands":
        return {}
    if geography == "ring":
        pairs = {(min(i, (i + 1) % n), max(i, (i + 1) % n)) for i in range(n)}
    elif geography == "grid":
        width = math.ceil(math.sqrt(n))
        pairs = {(i, i + 1) for i in range(n - 1) if (i + 1) % width} | {(i, i + width) for i in range(n - width)}
    else:
        km = great_circle_km(np.array(latitude), np.array(longitude))
        pairs = set()
        for i in range(n):
            for j in np.argsort(km[i], kind="stable")[1 : _N_NEAREST + 1]:
                pairs.add((min(i, int(j)), max(i, int(j))))
    out: dict[str, list[str]] = {}
    for i, j in sorted(pairs):
        out.setdefault(ids[i], []).append(ids[j])
    return {one: tuple(others) for one, others in out.items()}


def _octant(latitude: float, longitude: float) -> int:
    return (latitude < 0) * 4 + min(3, int((longitude + 180.0) // 90.0))
