"""What a battery found, as pages: scores, a calibration plot, and a page per case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.screen import plain_json, words
from sim.battery.battery import ALL_INPUTS, Played, read_crises
from sim.battery.forecasts import NO_YES, TARGETS, TITLES, happened
from sim.battery.scores import reliability
from sim.battery.tables import CASE_HEADS, HEADS, VARIANT_HEADS, case_row, figure, score_rows, variant_rows
from sim.stream.codes import Measure

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


def case_page(one: Played, study: Study, output: Path, runs: int) -> str:
    """Return the page of one case: what was expected, what happened, what decided."""
    lines = [f"# {one.case.name}", ""]
    if one.built is not None:
        scenario = one.built.experiment.scenario
        lines += [
            f"{', '.join(scenario.aggressors)} against {', '.join(scenario.targets)}, {scenario.date}, before `{one.built.experiment.charter.name}`; entry {words(scenario.entry)}, "
            f"objective {scenario.objective}, ambiguity {scenario.ambiguity:g}.",
            "",
        ]
    if one.foretold is not None:
        for target, classes in TARGETS.items():
            lines += [f"## {TITLES[target].capitalize()}", "", *_expected(one, target, classes), ""]
        day = one.case.truth.response_day
        lines += [
            f"First decision: expected on day {one.foretold.response_day:.0f}; "
            if not np.isnan(one.foretold.response_day)
            else "No decision expected; ",
            f"came on day {day:g}." if day is not None else "none came or none is known.",
            "",
        ]
        lines += ["## What decided", "", *decided(one, study, output, runs), ""]
    if one.remarks:
        lines += ["## Remarks", "", *(f"- {remark}" for remark in one.remarks), ""]
    return "\n".join(lines)


def _expected(one: Played, target: str, classes: Sequence[str]) -> list[str]:
    assert one.foretold is not None
    shares, came = one.foretold.shares[target], happened(one.case.truth, target)
    if classes == NO_YES:
        return [
            f"Expected with {figure(float(shares[1]))}; "
            + ("not known." if came is None else "it did." if came else "it did not.")
        ]
    rows = [
        (words(name), f"{100 * p:.1f} %", "came" if k == came else "")
        for k, (name, p) in enumerate(zip(classes, shares, strict=True))
        if p > 0 or k == came
    ]
    return markdown(("", "share", ""), rows)


def decided(one: Played, study: Study, output: Path, runs: int) -> list[str]:
    """Return which mechanisms ended the runs, and a typical run to read."""
    assert one.foretold is not None
    cell = study.cell(one.cell)
    rows = read_crises(cell, runs)
    taken, acted = rows["objective_day"], rows["first_action_day"]
    first = np.where(np.isnan(taken), np.inf, taken) < np.where(np.isnan(acted), np.inf, acted)
    marks = {
        "the objective fell before any outsider acted": float(first.mean()),
        "outsiders fought for the target": float((rows["n_fighting"] > 0).mean()),
        "outsiders put sanctions on the aggressor": float((rows["n_sanctioning"] > 0).mean()),
        "a draft met a veto": float(one.foretold.shares["veto"][1]),
        "great powers made a secret deal": float(rows["deal"].mean()),
        "never referred": float(1.0 - rows["referred"].mean()),
    }
    lines = markdown(
        ("the crisis closed because", "share"),
        [(words(k), f"{100 * v:.1f} %") for k, v in one.foretold.endings.items()],
    )
    lines += ["", *markdown(("in the runs", "share"), [(k, f"{100 * v:.1f} %") for k, v in marks.items()])]
    outcome, measure = np.bincount(rows["outcome"]).argmax(), np.bincount(rows["strongest_adopted"]).argmax()
    typical = np.flatnonzero((rows["outcome"] == outcome) & (rows["strongest_adopted"] == measure))
    number = int(rows["run"][typical[0] if len(typical) else np.flatnonzero(rows["outcome"] == outcome)[0]])
    lines += [
        "",
        f"A typical run (strongest measure {words(Measure(int(measure)).name.lower())}): `covenant-lab explain {output} --cell {one.cell} --run {number}`",
    ]
    return lines


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]], link: int = -1) -> list[str]:
    """Return a table in Markdown; column `link` links to the page of its name."""
    body = [
        [
            f"[{cell}]({cell}.md)"
            if k == link
            else cell.strip()
            if not cell.startswith("  ")
            else f"&emsp;{cell.strip()}"
            for k, cell in enumerate(row)
        ]
        for row in rows
    ]
    return [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads), *(f"| {' | '.join(row)} |" for row in body)]
