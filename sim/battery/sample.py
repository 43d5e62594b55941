"""Single crises sampled over the imported worlds of 1946-1989, by a stated rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date as Date
from typing import Any

import numpy as np

from sim import shelf
from sim.battery.rules import STAKES, charter_of
from sim.config import request
from sim.experiment import Experiment, Scenario
from sim.schema import decode, plain
from sim.world.facts import WorldFacts
from sim.world.importers.archive import Archive
from sim.world.importers.build import RIVAL_AFFINITY, build_world

YEARS = tuple(range(1947, 1990, 3))
"""1 July of each; fifteen worlds."""
ENTRIES = (("attack", 0.25, 0.6), ("covert", 0.6, 0.2), ("threat", 0.25, 0.2))
"""How a sampled crisis opens, its ambiguity, and how often (judgement)."""
P_TOTAL = 0.2
"""How often the objective is the whole state (judgement)."""
HORIZON_DAYS = 1825.0
SEED = 19460117
MOST_PAIRS = 1000
"""Pairs of a year, at the most: every sampled crisis has luck of its own."""


def sampled(
    archive: Archive, per_year: int, behaviour: Mapping[str, Any], seed: int = 1, horizon_days: float = HORIZON_DAYS
) -> Iterator[Experiment]:
    """Yield the experiments of a sample.

    For each year of `YEARS`, `per_year` pairs of strategic rivals (Thompson 2001) are drawn, all equally likely; a coin says which is
    the aggressor; entry and objective are drawn by `ENTRIES` and `P_TOTAL`. Each pair stands before the United Nations of its day, and
    the aggressor acts only if it finds it worth while: who attacks is selected, as in history.
    """
    generator = np.random.Generator(np.random.PCG64(SEED))
    for year in YEARS:
        day = Date(year, 7, 1)
        facts, _ = build_world(archive, day, ties_of=year - 1)
        world = plain(facts)
        pairs = rivals_of(facts)
        chosen = generator.permutation(len(pairs))[:per_year]
        arrangement = shelf.read(shelf.find("arrangement", charter_of("un", day)[0]))
        first = None
        for number, k in enumerate(chosen):
            pair = list(pairs[int(k)])
            if generator.random() < 0.5:
                pair.reverse()
            entry, ambiguity, _ = ENTRIES[int(generator.choice(len(ENTRIES), p=[p for _, _, p in ENTRIES]))]
            objective = "total" if generator.random() < P_TOTAL else "limited"
            stake, target_stake = STAKES[objective]
            scenario = {
                "name": f"{pair[0]}-{pair[1]}-{year}", "title": f"{pair[0]} and {pair[1]}, {year}", "date": day.isoformat(),
                "aggressors": pair[:1], "targets": pair[1:], "entry": entry, "objective": objective, "stake": stake,
                "target_stake": target_stake, "ambiguity": ambiguity,
            }  # fmt: skip
            luck = seed + year * MOST_PAIRS + number
            if first is None:
                first = request(
                    {
                        "scenario": scenario, "arrangement": arrangement, "world": world, "behaviour": dict(behaviour), "seed": luck,
                        "horizon_days": horizon_days, "aggression": "computed", "study": "distributions",
                    }
                ).experiment  # fmt: skip
            yield replace(first, scenario=decode(Scenario, scenario, "scenario"), seed=luck)


def rivals_of(facts: WorldFacts) -> list[tuple[str, str]]:
    """Return the pairs of rivals of a world, told by the affinity that the importer states for them."""
    return sorted(
        (one, other)
        for one, row in facts.affinity.items()
        for other, value in row.items()
        if one < other and value <= RIVAL_AFFINITY
    )
