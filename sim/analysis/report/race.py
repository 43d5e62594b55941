"""The race of the response against the fall of the objective, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.cell import Cell
from sim.analysis.figures import DASHES, RACE, incidence
from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.theme import Rows, colour, day_ticks, room
from sim.analysis.screen import percent, span
from sim.analysis.summary_screen import ANSWERS
from sim.analysis.summary_screen import RACE as KEYS

HUES = ("target", "aggressor", "aside")
HEIGHT = 190


def race(cells: Sequence[Mapping[str, Any]], on_disk: Sequence[Cell], response: str) -> Figure | None:
    """Cumulative incidence of an answer, of the fall, and of any other end, one panel an arm; None where nothing was attempted."""
    panels, tables = [], []
    for told, cell in zip(cells, on_disk, strict=True):
        rows = incidence(cell, told["label"], response)
        if not rows:
            continue
        ends = ", ".join(f"{r['cause']} {percent(r['value'])}" for r in rows if r["last"])
        panels.append(
            Panel(_drawer(rows), f"{told['label']}: cumulative incidence by day; at the end {ends}.", told["label"])
        )
        days = told["race"]["days"]
        body = [
            (name, *(f"{percent(i.value)} ({span(i)})" for i in told["race"][key]))
            for name, (key, _) in zip(RACE, KEYS, strict=True)
        ]
        tables.append(Table((f"{told['label']}: by day", *map(str, days)), body))
    if not panels:
        return None
    return Figure(
        "race",
        "The race",
        "Which came first: the answer, or the fall of the objective",
        panels,
        tables,
        note=f"Share of crises attempted; an answer is {ANSWERS[response]} by any outsider. Bands hold 95 % of the luck.",
        legend=[(name, hue) for name, hue in zip(RACE, HUES, strict=True)],
    )


def _drawer(rows: list[dict[str, Any]]) -> Any:
    days = sorted({r["day"] for r in rows})
    step = days[1] - days[0]
    strips = []
    for day in days:
        here = [r for r in rows if r["day"] == day]
        text = "\n".join(
            f"{r['cause']}: {percent(r['value'])} ({100 * r['low']:.1f} to {100 * r['high']:.1f})" for r in here
        )
        strips.append(
            {"from": max(0.0, day - step / 2), "to": min(days[-1], day + step / 2), "tip": f"day {day:.0f}\n{text}"}
        )

    def draw(width: int) -> Any:
        import altair as alt

        names, horizon = list(RACE), days[-1]
        base = alt.Chart(alt.Data(values=Rows(rows)), height=HEIGHT)
        x = alt.X(
            "day:Q",
            title="days since the opening",
            axis=alt.Axis(grid=False, values=day_ticks(horizon)),
            scale=alt.Scale(domain=[0, horizon], nice=False),
        )
        y = alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=4, **room(["100%"])),
        )
        hue = alt.Color("cause:N", scale=alt.Scale(domain=names, range=[colour(h) for h in HUES]), legend=None)
        dash = alt.StrokeDash("cause:N", scale=alt.Scale(domain=names, range=list(DASHES)), legend=None)
        band = base.mark_area(opacity=0.18, interpolate="step-after", aria=False).encode(
            x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), color=hue
        )
        line = base.mark_line(interpolate="step-after", strokeWidth=2.5, aria=False).encode(
            x=x, y=y, color=hue, strokeDash=dash
        )
        return band + line + hover(strips)

    return draw


def hover(strips: list[dict[str, Any]]) -> Any:
    """Return a layer of unseen strips that carry what stands at each day."""
    import altair as alt

    base = alt.Chart(alt.Data(values=Rows(strips)))
    return base.mark_rect(color="transparent").encode(
        x=alt.X("from:Q"), x2=alt.X2("to:Q"), description=alt.Description("tip:N")
    )
