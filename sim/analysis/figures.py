"""Pictures of a study: how crises end under each arm, and who wins the race against time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analysis.cell import Cell
from sim.analysis.competing import cumulative_incidence
from sim.analysis.open import Study, open_study
from sim.errors import StudyError

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

# Okabe and Ito (2008): told apart with every common kind of colour vision; ordered from the best end for the target to the worst.
COLOURS = {
    "not_tempted": "#999999",
    "deterred": "#0072B2",
    "backed_down": "#56B4E9",
    "defeated": "#009E73",
    "compromise": "#F0E442",
    "stalemate": "#CC79A7",
    "fait_accompli": "#D55E00",
}
DARK = ("deterred", "defeated", "fait_accompli")
RACE = {"answered first": "#0072B2", "objective fell first": "#D55E00", "ended without either": "#777777"}
DASHES = ([1, 0], [7, 3], [2, 3])
WIDTH = 560
FONT = 15
LABELLED = 0.07
MOST_ARMS = 6
GRID_DAYS = 73
FORMATS = (".svg", ".png")


def picture(
    study: Annotated[str, typer.Argument(help="name or path of a study")],
    out: Annotated[
        list[Path] | None, typer.Option("--out", "-o", help="file to write, .svg or .png; may be given twice")
    ] = None,
) -> None:
    """Draw outcomes by arm and the race of the response against the fall of the objective.

    Example: covenant-lab picture demo -o docs/demo.svg
    """
    opened = open_study(study)
    paths = out or [Path(f"{opened.name}.svg")]
    for path in paths:
        if path.suffix not in FORMATS:
            raise StudyError(f"--out={path} must end in {' or '.join(FORMATS)}")
    chart = draw(opened)
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        chart.save(str(path), scale_factor=2 if path.suffix == ".png" else 1)
        print(path)


def draw(study: Study) -> alt.VConcatChart:
    """Return the picture as an Altair chart, readable from 390 pixels of width upwards.

    Raises
    ------
    StudyError
        More arms than a picture can hold.
    """
    import altair as alt

    cells = [cell for cell in study.cells if cell.runs]
    if not cells or len(cells) > MOST_ARMS:
        raise StudyError(f"study {study.name!r} has {len(cells)} cells with runs; a picture holds 1 to {MOST_ARMS}")
    runs = " / ".join(dict.fromkeys(f"{cell.runs:,}" for cell in cells))
    titles = dict.fromkeys(str(c.identity["scenario"].get("title", c.scenario)) for c in cells)
    return (
        alt.vconcat(_outcomes(study, cells), _race(study, cells), spacing=28)
        .resolve_scale(color="independent")
        .properties(
            background="white",
            padding=12,
            title=alt.Title(
                "; ".join(titles), subtitle=f"{runs} simulated crises under each arrangement", anchor="start", offset=14
            ),
        )
        .configure(font="Helvetica, Arial, sans-serif")
        .configure_title(fontSize=FONT + 4, subtitleFontSize=FONT, subtitleColor="#444444", color="#111111")
        .configure_axis(
            labelFontSize=FONT, titleFontSize=FONT, titleFontWeight="normal", labelColor="#222222", titleColor="#222222"
        )
        .configure_legend(labelFontSize=FONT, titleFontSize=FONT, symbolSize=160, labelLimit=0, title=None)
        .configure_header(labelFontSize=FONT, labelFontWeight="bold")
        .configure_view(stroke=None)
    )


def _outcomes(study: Study, cells: list[Cell]) -> Any:
    import altair as alt
    import polars as pl

    rows = []
    for cell in cells:
        counted = cell.scan("crises").group_by(pl.col("outcome").cast(pl.String)).len().collect()
        total = counted.get_column("len").sum()
        shares = dict(counted.iter_rows())
        low = 0.0
        for code in COLOURS:
            share = shares.get(code, 0) / total
            if share > 0:
                rows.append(_segment(_arm(study, cell), code, low, share))
            low += share
    present = [code for code in COLOURS if any(row["code"] == code for row in rows)]
    base = alt.Chart(alt.Data(values=rows), width=WIDTH - 110, height=alt.Step(46))
    y = alt.Y(
        "arm:N",
        title=None,
        sort=[_arm(study, c) for c in cells],
        axis=alt.Axis(ticks=False, domain=False, labelLimit=220),
    )
    percent = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=False)
    colour = alt.Color(
        "outcome:N",
        scale=alt.Scale(domain=[code.replace("_", " ") for code in present], range=[COLOURS[code] for code in present]),
        legend=alt.Legend(orient="bottom", columns=4 if len(present) < 5 else 3, offset=6),
    )
    bars = base.mark_bar(height=30, stroke="white", strokeWidth=1).encode(
        x=alt.X("low:Q", title="share of crises", scale=alt.Scale(domain=[0, 1]), axis=percent),
        x2=alt.X2("high:Q"),
        y=y,
        color=colour,
    )
    figures = (
        base.transform_filter(alt.datum.share >= LABELLED)
        .mark_text(fontSize=FONT, fontWeight="bold")
        .encode(x=alt.X("middle:Q"), y=y, text=alt.Text("label:N"), color=alt.Color("ink:N", scale=None))
    )
    told = "; ".join(f"{r['arm']}: {r['outcome']} {r['label']} %" for r in rows)
    title = alt.Title("How the crisis ended for the aggressor", fontSize=FONT + 1, anchor="start", frame="group")
    return alt.layer(bars, figures).properties(title=title, description=f"Shares of outcomes. {told}.")


def _race(study: Study, cells: list[Cell]) -> Any:
    import altair as alt

    rows = [row for cell in cells for row in incidence(cell, _arm(study, cell))]
    across = min(3, len(cells))
    horizon = round(max(float(cell.identity["horizon_days"]) for cell in cells))
    width = (WIDTH - 60) // across - 14
    base = alt.Chart(alt.Data(values=rows), width=max(width, 130), height=170)
    x = alt.X(
        "day:Q",
        title="days since the attack",
        axis=alt.Axis(grid=False, values=[0, horizon // 2, horizon]),
        scale=alt.Scale(domain=[0, horizon], nice=False),
    )
    y = alt.Y(
        "value:Q",
        title="share of attacks",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=4, gridColor="#e6e6e6"),
    )
    names = list(RACE)
    legend = alt.Legend(orient="bottom", columns=3, symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=3)
    colour = alt.Color("cause:N", scale=alt.Scale(domain=names, range=list(RACE.values())), legend=legend)
    dash = alt.StrokeDash("cause:N", scale=alt.Scale(domain=names, range=list(DASHES)), legend=None)
    band = base.mark_area(opacity=0.18, interpolate="step-after").encode(
        x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), color=colour
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(x=x, y=y, color=colour, strokeDash=dash)
    ends = "; ".join(f"{r['arm']}, {r['cause']}: {100 * r['value']:.0f} %" for r in rows if r["last"])
    return (
        alt.layer(band, line)
        .facet(alt.Facet("arm:N", title=None, sort=[_arm(study, c) for c in cells]), columns=across)
        .properties(
            title=alt.Title(
                "Which came first: outsiders' sanctions or force, or the objective's fall",
                subtitle="cumulative incidence with 95 % band", fontSize=FONT + 1, subtitleFontSize=FONT - 1, anchor="start", frame="group",
            ),
            description=f"Cumulative incidence by day. At the end: {ends}.",
        )
    )  # fmt: skip


def incidence(cell: Cell, arm: str, response: str = "action") -> list[dict[str, Any]]:
    """Return the race of a cell day by day: cause, value, low and high; nothing where no crisis was attempted.

    Parameters
    ----------
    cell : Cell
    arm : str
        What it is called.
    response : str
        What counts as an answer: action, measure or meeting.
    """
    import numpy as np

    from sim.analysis.summary import ANSWERED, ENDED, FELL, RESPONSES, race_of

    crises: pl.DataFrame = cell.scan("crises").filter("attempted").collect()
    if crises.height == 0:
        return []
    horizon = float(cell.identity["horizon_days"])
    time, cause = race_of(crises, RESPONSES[response])
    at, run = np.linspace(0.0, horizon, GRID_DAYS + 1), crises.get_column("run").to_numpy()
    rows = []
    for name, of in zip(RACE, (ANSWERED, FELL, ENDED), strict=True):
        found = cumulative_incidence(time, cause, of, at, run=run)
        for k, day in enumerate(at.tolist()):
            value, low, high = (round(float(x[k]), 4) for x in (found.value, found.low, found.high))
            row = {"arm": arm, "cause": name, "day": day, "value": value, "low": low, "high": high}
            rows.append(row | {"last": k == len(at) - 1})
    return rows


def _arm(study: Study, cell: Cell) -> str:
    return study.labels[cell.name].replace("_", " ")


def _segment(arm: str, code: str, low: float, share: float) -> dict[str, Any]:
    return {
        "arm": arm,
        "code": code,
        "outcome": code.replace("_", " "),
        "low": low,
        "high": low + share,
        "middle": low + share / 2,
        "share": share,
        "label": f"{100 * share:.0f}",
        "ink": "#ffffff" if code in DARK else "#111111",
    }
