"""How it ended under each arm: shares of outcomes, with what luck and what the coefficients leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.figures import COLOURS
from sim.analysis.intervals import Interval
from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.theme import SHAPES, WIDE, Rows, arm_colours, broken, colour, lettering, room
from sim.analysis.screen import percent, words
from sim.analysis.summary_screen import CODES, GAINS, SECTIONS
from sim.stream.codes import labels

LABELLED = {False: 0.11, True: 0.055}
ORDER = tuple(COLOURS)
"""Outcomes from the best end for the target to the worst."""


def both_widths(cell: Mapping[str, Any], key: str, code: str) -> str:
    """Return a share in words: `67.2 % (64.2 to 70.0; coefficients 41.0 to 85.1)`."""
    interval = cell[key].get(code)
    if interval is None:
        return "0 %"
    known = ((cell["widths"] or {}).get(key) or {}).get(code)
    more = f"; coefficients {spanned(known.coefficients)}" if known else ""
    return f"{percent(interval.value)} ({spanned(interval)}{more})"


def spanned(interval: Interval) -> str:
    """Return the bounds of a share in words: `64.2 to 70.0`."""
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f}"


def shares(cells: Sequence[Mapping[str, Any]]) -> Figure:
    """Stacked shares of outcomes, one bar an arm."""
    present = [code for code in ORDER if any(code in cell["outcome"] for cell in cells)]
    rows = []
    for cell in cells:
        low = 0.0
        for code in present:
            value = cell["outcome"][code].value if code in cell["outcome"] else 0.0
            if value > 0:
                rows.append(
                    {
                        "arm": cell["label"], "outcome": words(code), "low": low, "high": low + value, "middle": low + value / 2,
                        "share": value, "label": f"{100 * value:.0f}", "ink": colour(f"on_{code}"),
                        "tip": f"{cell['label']}\n{words(code)}: {both_widths(cell, 'outcome', code)}",
                    }
                )  # fmt: skip
            low += value

    def draw(width: int) -> Any:
        import altair as alt

        labels = [cell["label"] for cell in cells]
        lines = {label: broken(label, width) for label in labels}
        if len(set(lines.values())) < len(labels):
            lines = {label: label for label in labels}
        y = alt.Y(
            "line:N",
            title=None,
            sort=list(lines.values()),
            axis=alt.Axis(
                labelExpr="split(datum.label, '\\n')",
                labelLineHeight=15,
                **room([part for line in lines.values() for part in line.split("\n")], width // 3),
            ),
        )
        scale = alt.Scale(domain=[words(code) for code in present], range=[colour(code) for code in present])
        legend = alt.Legend(columns=7 if width == WIDE else 2, symbolType="square")
        base = alt.Chart(alt.Data(values=Rows([r | {"line": lines[r["arm"]]} for r in rows])), height=alt.Step(44))
        bars = base.mark_bar(height=32, stroke=colour("paper"), strokeWidth=1.5).encode(
            x=alt.X(
                "low:Q",
                title="share of crises",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", values=[0, 0.5, 1], grid=False),
            ),
            x2=alt.X2("high:Q"),
            y=y,
            color=alt.Color("outcome:N", scale=scale, legend=legend),
            description=alt.Description("tip:N"),
        )
        figures = (
            base.transform_filter(alt.datum.share >= LABELLED[width == WIDE])
            .mark_text(fontWeight=600, aria=False)
            .encode(x=alt.X("middle:Q"), y=y, text=alt.Text("label:N"), color=alt.Color("ink:N", scale=None))
        )
        return bars + figures

    told = "; ".join(
        f"{cell['label']}: " + ", ".join(f"{words(c)} {percent(i.value)}" for c, i in cell["outcome"].items())
        for cell in cells
    )
    tables = [
        Table(
            (head.lower(), *(cell["label"] for cell in cells)),
            [
                (GAINS[code] if key == "gain" else words(code), *(both_widths(cell, key, code) for cell in cells))
                for code in labels(CODES[key])
                if any(code in cell[key] for cell in cells)
            ],
            head,
        )
        for key, head in SECTIONS
    ]
    return Figure(
        "outcomes",
        "Outcomes",
        "How the crisis ended for the aggressor",
        [Panel(draw, f"Shares of outcomes. {told}.")],
        tables,
    )


def widths(cells: Sequence[Mapping[str, Any]]) -> Figure:
    """Each outcome's share under each arm as a point, with a line for luck and, where played, a bar for the coefficients."""
    present = [code for code in ORDER if any(code in cell["outcome"] for cell in cells)]
    names = [cell["label"] for cell in cells]
    rows = []
    for cell in cells:
        for code in present:
            interval = cell["outcome"].get(code, Interval(0.0, 0.0, 0.0))
            known = ((cell["widths"] or {}).get("outcome") or {}).get(code)
            wide = known.coefficients if known else interval
            rows.append(
                {
                    "arm": cell["label"], "outcome": words(code), "value": interval.value, "low": interval.low, "high": interval.high,
                    "least": wide.low, "most": wide.high, "tip": f"{cell['label']}\n{words(code)}: {both_widths(cell, 'outcome', code)}",
                }
            )  # fmt: skip

    def draw(width: int) -> Any:
        import altair as alt

        base = alt.Chart(alt.Data(values=Rows(rows)), height=alt.Step(15))
        y = alt.Y(
            "outcome:N",
            title=None,
            sort=[words(code) for code in present],
            scale=alt.Scale(paddingOuter=0.2, paddingInner=0.4),
            axis=alt.Axis(**room([words(code) for code in present])),
        )
        offset = alt.YOffset("arm:N", sort=names)
        legend = alt.Legend(**lettering(names, width))
        hue = alt.Color(
            "arm:N", scale=alt.Scale(domain=names, range=arm_colours(len(names))), sort=names, legend=legend
        )
        x = alt.X(
            "low:Q",
            title="share of crises",
            axis=alt.Axis(format="%", tickCount=5 if width == WIDE else 3),
            scale=alt.Scale(domainMin=0),
        )
        span = base.mark_rule(strokeWidth=2.5, aria=False).encode(
            x=x, x2=alt.X2("high:Q"), y=y, yOffset=offset, color=hue
        )
        broad = base.mark_rule(strokeWidth=8, opacity=0.3, aria=False).encode(
            x=alt.X("least:Q"), x2=alt.X2("most:Q"), y=y, yOffset=offset, color=hue
        )
        shape = alt.Shape(
            "arm:N", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])), sort=names, legend=legend
        )
        points = base.mark_point(filled=True, size=64, opacity=1).encode(
            x=alt.X("value:Q"), y=y, yOffset=offset, color=hue, shape=shape, description=alt.Description("tip:N")
        )
        return (broad + span if any(cell["widths"] for cell in cells) else span) + points

    carried = any(cell["widths"] for cell in cells)
    note = (
        "The thin line holds 95 % of the luck; the broad band holds 95 % of the sets of coefficients, their luck taken out."
        if carried
        else "The line holds 95 % of the luck. What is not known of the coefficients is not carried: behaviour=ensemble would add it."
    )
    told = "; ".join(
        f"{words(code)}: " + ", ".join(f"{cell['label']} {both_widths(cell, 'outcome', code)}" for cell in cells)
        for code in present
    )
    return Figure(
        "widths",
        "How sure",
        "How sure that is",
        [Panel(draw, f"Shares of outcomes with their widths. {told}.")],
        (),
        note=note,
    )
