"""What a battery found, as pages: scores, a calibration plot, and a page per case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.screen import plain_json
from sim.battery.battery import ALL_INPUTS
from sim.battery.case_page import case_page
from sim.battery.scores import reliability
from sim.battery.tables import (
    CASE_HEADS,
    HEADS,
    VARIANT_HEADS,
    case_row,
    markdown,
    score_rows,
    variant_rows,
)

if TYPE_CHECKING:
    import altair as alt

    from sim.analysis.open import Study
    from sim.battery.battery import Battery

POOLED = ("outcome", "gain", "measure")
EDGES = np.array([0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0 + 1e-9])


def write_pages(found: Battery, report: Mapping[str, Any], study: Study, output: Path) -> None:
    """Write README.md, calibration.svg, scores.json and a page per case under `output`/pages."""
    folder = output / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    played = found[ALL_INPUTS]
    rows = reliability(played, POOLED, EDGES)
    calibration(rows).save(str(folder / "calibration.svg"))
    (folder / "README.md").write_text(overview(report), encoding="utf-8")
    (folder / "scores.json").write_text(json.dumps(plain_json(report), indent=1), encoding="utf-8")
    for one in played:
        (folder / f"{one.case.name}.md").write_text(case_page(one, study, output, report["runs"]), encoding="utf-8")


def calibration(rows: Sequence[Mapping[str, Any]]) -> alt.LayerChart:
    """Return the reliability diagram: how often what was foretold with a probability came to pass."""
    import altair as alt
    import polars as pl

    frame = pl.DataFrame(list(rows), schema={"told": pl.Float64, "came": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64})  # fmt: skip
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("told:Q", title="probability foretold", scale=scale)
    base = alt.Chart(frame).encode(x=x)
    line = alt.Chart(pl.DataFrame({"told": [0.0, 1.0], "came": [0.0, 1.0]})).mark_line(
        color="#999999", strokeDash=[4, 4]
    )
    return (
        alt.layer(
            line.encode(x=x, y=alt.Y("came:Q", scale=scale)),
            base.mark_rule(color="#0072B2").encode(y=alt.Y("low:Q", title="share that came to pass"), y2="high:Q"),
            base.mark_point(filled=True, size=90, color="#0072B2").encode(y="came:Q"),
            base.mark_text(dx=14, dy=-10, fontSize=13, color="#444444").encode(y="came:Q", text="n:Q"),
        )
        .properties(width=420, height=420, background="white", padding=12)
        .configure(font="Helvetica, Arial, sans-serif")
        .configure_axis(labelFontSize=13, titleFontSize=14, titleFontWeight="normal")
    )


def overview(report: Mapping[str, Any]) -> str:
    """Return the page of scores."""
    scores = report["scores"]
    lines = [
        "# The battery",
        "",
        f"{len(report['cases'])} cases, {report['runs']} runs each, behaviour `{report['behaviour']}`. A baseline is fitted without the cases of the same leading aggressor; intervals of Brier scores and leads come from drawing aggressors"
        " again, coalitions with their members. `p` of the model: chance that forecasts dealt out at random score as well; of a baseline: chance of so large a lead over it if neither were better.",
        "",
        *markdown(CASE_HEADS, [case_row(case) for case in report["cases"]], link=0),
        "",
        *markdown(HEADS, score_rows(scores[ALL_INPUTS])),
        "",
        "Inputs left out one by one:",
        "",
        *markdown(VARIANT_HEADS, variant_rows(scores)),
        "",
        "![Share of classes that came to pass, by the probability foretold; the number of forecasts in each bin beside it](calibration.svg)",
        "",
    ]
    return "\n".join(lines)
