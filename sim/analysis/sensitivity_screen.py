"""Sensitivities on screen and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.figures import FONT, WIDTH
from sim.analysis.indices import WHAT, Sensitivity
from sim.analysis.screen import Jointed, columns, emit, number, percent, styled

if TYPE_CHECKING:
    import altair as alt
    from rich.console import Console

COLOURS = ("#0072B2", "#D55E00")
NAMES = {"first": "first order", "total": "total order", "mu_star": "mu*", "sigma": "sigma"}


def show(one: Sensitivity, screen: Console) -> None:
    """Print one table: levers by importance, an interval to each index, and the part of luck."""
    held = f" ({', '.join(one.held)})" if one.held else ""
    low, high = one.spread
    emit(
        screen,
        styled(
            (one.outcome, "bold"),
            f"{held}: {one.method.replace('_', ' ')}, {one.points:,} points, {one.luck.runs:,} runs each, means {number(low)} to {number(high)}",
        ),
    )
    kinds = list(one.indices)
    table = columns(("", *(text for kind in kinds for text in (NAMES[kind], "95 %"))), wrap=(0,))
    order = sorted(
        range(len(one.levers)), key=lambda j: -one.indices[kinds[-1] if "total" in kinds else kinds[0]][j].value
    )
    for j in order:
        row: list[str | Jointed] = [Jointed(one.levers[j], ".")]
        for kind in kinds:
            found = one.indices[kind][j]
            row += [number(found.value), f"{number(found.low)} to {number(found.high)}"]
        table.add_row(*row)
    emit(screen, table)
    if "first" in one.indices:
        alone = sum(found.value for found in one.indices["first"])
        emit(screen, f"first orders sum to {number(alone)}: what is left of 1 is interaction, or noise", space=False)
    emit(
        screen,
        f"luck: {percent(one.luck.share)} of the variance between cells is noise that more runs would remove ({percent(one.luck.apart)} had cells not shared their luck)",
        space=False,
    )


def draw(found: Sequence[Sensitivity]) -> alt.VConcatChart:
    """Return a picture: a dot and an interval for each lever and index, a panel an outcome."""
    import altair as alt
    import polars as pl

    panels: list[Any] = []
    for one in found:
        rows = [
            {"lever": lever, "index": NAMES[kind], "value": i.value, "low": i.low, "high": i.high}
            for kind, intervals in one.indices.items()
            for lever, i in zip(one.levers, intervals, strict=True)
        ]
        y = alt.Y(
            "lever:N",
            title=None,
            sort=alt.EncodingSortField("value", op="max", order="descending"),
            axis=alt.Axis(labelLimit=0),
        )
        colour = alt.Color(
            "index:N", scale=alt.Scale(domain=[NAMES[k] for k in one.indices], range=list(COLOURS[: len(one.indices)]))
        )
        offset = alt.YOffset("index:N", sort=[NAMES[k] for k in one.indices])
        base = alt.Chart(pl.DataFrame(rows)).encode(y=y, color=colour, yOffset=offset)
        title = "; ".join([one.outcome, *one.held])
        said = " · ".join(f"{NAMES[kind]}: {text}" for kind, text in WHAT[one.method].items())
        panels.append(
            alt.layer(
                base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=None), x2="high:Q"),
                base.mark_point(filled=True, size=90).encode(x=alt.X("value:Q", title=None)),
            ).properties(
                width=WIDTH,
                height=alt.Step(22),
                title=alt.Title(
                    title, subtitle=f"{said}; noise {percent(one.luck.share)}", anchor="start", frame="group"
                ),
            )
        )
    return (
        alt.vconcat(*panels, spacing=24)
        .properties(background="white", padding=12)
        .configure(font="Helvetica, Arial, sans-serif")
        .configure_title(fontSize=FONT + 2, subtitleFontSize=FONT - 1, subtitleColor="#444444")
        .configure_axis(labelFontSize=FONT)
        .configure_legend(labelFontSize=FONT, title=None, labelLimit=0)
        .configure_view(stroke=None)
    )
