"""What each seat of an organ made of its votes: how often it spoke, and how often a vote turned on it alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from sim.experiment import Experiment

CODES = {"yes": 1, "abstain": 0, "no": -1, "absent": 2, "excluded": 0}


class Votes(NamedTuple):
    """Votes looked at and, for each seat, (state, Shapley-Shubik index, voice, share of votes decided), strongest first."""

    drafts: int
    seats: list[tuple[str, float, float, float]]


def votes_of(experiment: Experiment, tables: Mapping[str, pl.DataFrame]) -> Votes | None:
    """Return what each seat made of its votes in the council, over runs in full; None where no organ votes or none was taken."""
    import numpy as np
    import polars as pl

    from kernels.voting import decide
    from sim.arrangement.voting.game import game_of
    from sim.arrangement.voting.power import power_of
    from sim.run import theatres_of
    from sim.stream.codes import Measure

    bench = theatres_of(experiment, experiment.openings)[0].seats.bench
    if bench is None or bench.rule.automatic:
        return None
    ids = experiment.world.ids
    index = power_of(game_of(bench, ids, Measure.CONDEMNATION)).shapley_shubik
    place = {ids[int(i)]: s for s, i in enumerate(bench.seats)}
    council = tables["drafts"].filter((pl.col("body") == 0) & (pl.col("crisis") == 0)).select("run", "draft")
    taken = (
        tables["positions"]
        .filter((pl.col("crisis") == 0) & (pl.col("decision").cast(pl.String) == "vote"))
        .select(
            "run",
            pl.col("draft").cast(pl.Int64),
            *(pl.col(c).cast(pl.String) for c in ("measure", "state", "position")),
        )
        .join(council.with_columns(pl.col("draft").cast(pl.Int64)), on=["run", "draft"])
        .filter(pl.col("state").is_in(list(place)))
    )
    spoken, turned = np.zeros(len(place)), np.zeros(len(place))
    n = 0
    for _, vote in taken.group_by("run", "draft", maintain_order=True):
        n += 1
        position, excluded = np.where(bench.absent, 2, 0).astype(np.int8), np.zeros(len(place), dtype=bool)
        for state, stand in vote.select("state", "position").iter_rows():
            position[place[state]], excluded[place[state]] = CODES[stand], stand == "excluded"
        spoken += np.abs(position) == 1

        def passes(position: Any = position, excluded: Any = excluded) -> bool:
            return bool(
                decide(
                    position, excluded, bench.veto, bench.weight, bench.quota, bench.basis, bench.strict,
                    bench.rule.abstention_blocks, bench.rule.absence_blocks,
                )[0]
            )  # fmt: skip

        result = passes()
        for s in np.flatnonzero(~excluded & (position != 2)):
            kept = position[s]
            position[s] = -1 if result else 1
            turned[s] += passes() != result
            position[s] = kept
    if n == 0:
        return None
    rows = [(state, float(index[s]), float(spoken[s] / n), float(turned[s] / n)) for state, s in place.items()]
    return Votes(n, sorted(rows, key=lambda row: (-row[3], -row[1], row[0])))
