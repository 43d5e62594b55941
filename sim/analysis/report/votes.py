"""Voting power beside influence: what the rule gives each seat, and what it made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.sample import Sample
from sim.analysis.report.theme import NARROW, Rows, colour, room
from sim.analysis.screen import percent

SEATS = 16


def influence(samples: Sequence[tuple[str, Sample]], names: Mapping[str, str]) -> Figure | None:
    """One panel an arm whose organ votes: Shapley-Shubik index, voice, and the share of votes that turned on the seat."""
    panels, tables = [], []
    most = max((max(i, t) for _, one in samples if one.votes for _, i, _, t in one.votes.seats), default=0.0)
    for label, sample in samples:
        if sample.votes is None:
            continue
        drafts, seats = sample.votes
        named = [(names.get(state, state), index, voice, turned) for state, index, voice, turned in seats]
        rows = [
            {"state": s, "index": index, "turned": turned, "tip": f"{s}\npower by the rule {percent(index)}\nspoke on {percent(voice)} of drafts\ndecided {percent(turned)} of votes"}
            for s, index, voice, turned in named[:SEATS]
        ]  # fmt: skip
        alt = ", ".join(f"{s} power {percent(i)} decided {percent(t)}" for s, i, _, t in named[:5])
        panels.append(Panel(_dots(rows, most), f"{label}, {drafts:,} votes: {alt}.", label))
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


def _dots(rows: list[dict[str, Any]], most: float) -> Any:
    def draw(width: int) -> Any:
        import altair as alt

        base = alt.Chart(alt.Data(values=Rows(rows)), height=alt.Step(22))
        y = alt.Y(
            "state:N",
            title=None,
            sort=[r["state"] for r in rows],
            axis=alt.Axis(grid=True, **room([r["state"] for r in rows], 130 if width == NARROW else 260)),
        )
        x = alt.X(
            "turned:Q",
            title=None,
            axis=alt.Axis(format="%", tickCount=3 if width == NARROW else 5, grid=False),
            scale=alt.Scale(domain=[0, most], nice=True),
        )
        dots = base.mark_point(filled=True, size=70, opacity=1, color=colour("target")).encode(
            x=x, y=y, description=alt.Description("tip:N")
        )
        ticks = base.mark_tick(thickness=3, size=14, color=colour("line"), aria=False).encode(x=alt.X("index:Q"), y=y)
        return ticks + dots

    return draw
