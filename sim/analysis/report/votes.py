"""Voting power beside influence: what the rule gives each seat, and what it made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.sample import Sample
from sim.analysis.report.theme import Rows, colour, room
from sim.analysis.screen import percent

SEATS = 16
CODES = {"yes": 1, "abstain": 0, "no": -1, "absent": 2, "excluded": 0}


def influence(samples: Sequence[tuple[str, Sample]], names: Mapping[str, str]) -> Figure | None:
    """One panel an arm whose organ votes: Shapley-Shubik index, voice, and the share of votes that turned on the seat."""
    panels, tables = [], []
    for label, sample in samples:
        found = _seats(sample)
        if not found:
            continue
        drafts, seats = found
        named = [(names.get(state, state), index, voice, turned) for state, index, voice, turned in seats]
        rows = [
            {"state": s, "index": index, "turned": turned, "tip": f"{s}\npower by the rule {percent(index)}\nspoke on {percent(voice)} of drafts\ndecided {percent(turned)} of votes"}
            for s, index, voice, turned in named[:SEATS]
        ]  # fmt: skip
        alt = ", ".join(f"{s} power {percent(i)} decided {percent(t)}" for s, i, _, t in named[:5])
        panels.append(Panel(_dots(rows), f"{label}, {drafts:,} votes: {alt}.", label))
        body = [(s, percent(i), percent(v), percent(t)) for s, i, v, t in named]
        heads = (
            f"{label}: seat",
            "power (Shapley-Shubik, on condemnation)",
            "voice: for or against",
            "decided: vote turns on it alone",
        )
        tables.append(Table(heads, body, f"{drafts:,} votes in {sample.runs:,} runs"))
    if not panels:
        return None
    return Figure(
        "influence",
        "Influence",
        "Voting power beside influence",
        panels,
        tables,
        note="Power is the Shapley-Shubik index of the rule on condemnation, parties as the charter has it. Influence is the share of the votes cast that would have "
        "gone the other way had this seat alone voted otherwise; several seats may hold one vote, or none.",
        legend=[("power by the rule", "line"), ("share of votes it decided", "target")],
    )


def _seats(sample: Sample) -> tuple[int, list[tuple[str, float, float, float]]] | None:
    """Return the votes looked at and, for each seat, (state, index, voice, share of votes decided), strongest first."""
    import numpy as np
    import polars as pl

    from kernels.voting import decide
    from sim.arrangement.voting.game import game_of
    from sim.arrangement.voting.power import power_of
    from sim.run import theatres_of
    from sim.stream.codes import Measure

    experiment = sample.experiment
    bench = theatres_of(experiment, experiment.openings)[0].seats.bench
    if bench is None or bench.rule.automatic:
        return None
    ids = experiment.world.ids
    index = power_of(game_of(bench, ids, Measure.CONDEMNATION)).shapley_shubik
    place = {ids[int(i)]: s for s, i in enumerate(bench.seats)}
    council = sample.tables["drafts"].filter((pl.col("body") == 0) & (pl.col("crisis") == 0)).select("run", "draft")
    taken = (
        sample.tables["positions"]
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
    return n, sorted(rows, key=lambda row: (-row[3], -row[1], row[0]))


def _dots(rows: list[dict[str, Any]]) -> Any:
    def draw(width: int) -> Any:
        import altair as alt

        base = alt.Chart(alt.Data(values=Rows(rows)), height=alt.Step(22))
        y = alt.Y(
            "state:N",
            title=None,
            sort=[r["state"] for r in rows],
            axis=alt.Axis(grid=True, **room([r["state"] for r in rows], 130)),
        )
        x = alt.X(
            "turned:Q", title=None, axis=alt.Axis(format="%", tickCount=4, grid=False), scale=alt.Scale(domainMin=0)
        )
        dots = base.mark_point(filled=True, size=70, opacity=1, color=colour("target")).encode(
            x=x, y=y, description=alt.Description("tip:N")
        )
        ticks = base.mark_tick(thickness=3, size=14, color=colour("line"), aria=False).encode(x=alt.X("index:Q"), y=y)
        return ticks + dots

    return draw
