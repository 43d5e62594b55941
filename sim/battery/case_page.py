"""The page of one case: what was expected, what happened, and which mechanism stood between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.screen import words
from sim.battery.battery import Played, read_crises, read_vetoed
from sim.battery.forecasts import NO_YES, TARGETS, TITLES, happened, outcomes_of
from sim.battery.tables import markdown
from sim.stream.codes import Kind, Measure

if TYPE_CHECKING:
    from sim.analysis.cell import Cell
    from sim.analysis.open import Study

Mask = NDArray[np.bool_]

ENTRIES = {
    "attack": "open attack", "covert": "disputed attack", "threat": "threat with a deadline", "treaty_breach": "breach of a treaty",
    "frontier_dispute": "dispute over a frontier",
}  # fmt: skip
CLOSED_BY = {
    "refrained": "the aggressor did not act", "objective_held": "the objective was taken and held with no force against it",
    "target_defeated": "the target's forces were beaten", "aggressor_defeated": "the aggressor's forces were beaten",
    "yielded": "the aggressor gave way under pressure", "split": "both preferred a split to fighting on",
    "horizon": "a year passed with nothing decided", "conceded": "the target conceded",
    "peacekeepers": "peacekeepers let the aggressor leave", "rolled_back": "the objective was taken back",
    "award": "an award settled it",
}  # fmt: skip
"""What closed a crisis, as a mechanism."""
MOST = 6
"""Outsiders named for each thing they did."""
FEW = 5
"""Runs below which nothing is said of what sets them apart."""


def case_page(one: Played, study: Study, output: Path, runs: int) -> str:
    """Return the page of one case: what was expected, what happened, what decided."""
    lines = [f"# {one.case.name}", ""]
    if one.built is not None:
        lines += [_opening(one), ""]
    if one.foretold is not None:
        cell = study.cell(one.cell)
        rows = read_crises(cell, runs)
        vetoed = read_vetoed(cell, runs)[rows["run"]]
        lines += ["## In short", "", *_in_short(one), "", "## What decided", "", *decided(one, rows, vetoed), ""]
        lines += [*_actors(one, cell, runs), ""]
        lines += [_typical(one, rows, output), ""]
        for target in ("outcome", "gain", "measure", "reaction"):
            lines += [f"## {TITLES[target].capitalize()}", "", *_shares(one, target), ""]
        lines += ["## The organ", "", *_organ(one), ""]
    if one.remarks:
        lines += ["## Remarks", "", *(f"- {remark}" for remark in one.remarks), ""]
    return "\n".join(lines)


def _opening(one: Played) -> str:
    assert one.built is not None
    experiment = one.built.experiment
    scenario, states = experiment.scenario, experiment.world.facts.states

    def named(side: Sequence[str]) -> str:
        names = [states[s].name for s in side]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    day = Date.fromisoformat(scenario.date)
    exponent, ratio = experiment.behaviour.war.exponent, scenario.theatre_ratio
    local = "" if ratio is None else f", odds of the war at the place {ratio**exponent:.2g} to 1"
    proxy = ", through a proxy" if scenario.deniable else ""
    return (
        f"{named(scenario.aggressors)} against {named(scenario.targets)}, {day.day} {day:%B %Y}, before {experiment.charter.title} (`{experiment.charter.name}`): "
        f"{ENTRIES.get(scenario.entry, words(scenario.entry))}{proxy}, {scenario.objective} objective, ambiguity {scenario.ambiguity:g}{local}."
    )


def _in_short(one: Played) -> list[str]:
    """Return, for outcome, gain and measure, what was most expected, what came and how likely that had been."""
    assert one.foretold is not None
    rows = []
    for target in ("outcome", "gain", "measure"):
        shares, came = one.foretold.shares[target], happened(one.case.truth, target)
        best = int(shares.argmax())
        names = TARGETS[target]
        said = "not known" if came is None else words(names[came])
        given = "" if came is None else f"{100 * shares[came]:.0f} %"
        verdict = (
            ""
            if came is None
            else "as expected"
            if came == best
            else "missed"
            if shares[came] < 0.1
            else "thought possible"
        )
        rows.append((TITLES[target], f"{words(names[best])} {100 * shares[best]:.0f} %", said, given, verdict))
    return markdown(("", "most expected", "what came", "had been given", ""), rows)


def decided(one: Played, rows: Mapping[str, NDArray[Any]], vetoed: Mask) -> list[str]:
    """Return what closed the runs, and what sets those that came out as history apart from the rest."""
    assert one.foretold is not None
    came = happened(one.case.truth, "outcome")
    alike = np.zeros(len(vetoed), dtype=bool) if came is None else outcomes_of(rows) == came
    closing = [
        (CLOSED_BY.get(name, words(name)), f"{100 * share:.0f} %") for name, share in one.foretold.endings.items()
    ]
    lines = [
        f"Most often ({closing[0][1]}) {closing[0][0]}.",
        "",
        *markdown(("the crisis closed because", "share"), closing),
        "",
    ]
    marks = _marks(rows, vetoed)
    if came is None or min(alike.sum(), (~alike).sum()) < FEW:
        lines += markdown(("in the runs", "share"), [(name, _percent(mark)) for name, mark in marks.items()])
        if came is not None and alike.sum() < FEW:
            lines += [
                "",
                f"Too few runs ({int(alike.sum())}) came out as history, {words(TARGETS['outcome'][came])}, to say what sets them apart.",
            ]
        return lines
    order = sorted(marks, key=lambda name: -abs(float(marks[name][alike].mean() - marks[name][~alike].mean())))
    body = [(name, *(_percent(marks[name][some]) for some in (slice(None), alike, ~alike))) for name in order]
    heads = ("in the runs", "all", f"that came out as history ({words(TARGETS['outcome'][came])})", "that did not")
    return [*lines, "What sets the runs that came out as history apart stands first.", "", *markdown(heads, body)]


def _marks(rows: Mapping[str, NDArray[Any]], vetoed: Mask) -> dict[str, Mask]:
    """Return what may have happened on the way, run by run; what never did is left out."""
    taken, acted = (np.nan_to_num(rows[key], nan=np.inf) for key in ("objective_day", "first_action_day"))
    marks = {
        "the organ took the matter up": ~np.isnan(rows["first_meeting_day"]),
        "a measure was adopted": ~np.isnan(rows["first_measure_day"]),
        "a draft met a veto": vetoed,
        "outsiders put sanctions on the aggressor": rows["n_sanctioning"] > 0,
        "outsiders fought for the target": rows["n_fighting"] > 0,
        "great powers made a secret deal": rows["deal"].astype(bool),
        "the objective was taken": np.isfinite(taken),
        "it was taken before any outsider acted": taken < acted,
    }
    return {name: mark for name, mark in marks.items() if mark.any()}


def _actors(one: Played, cell: Cell, runs: int) -> list[str]:
    """Return which outsiders acted most often."""
    import polars as pl

    assert one.built is not None
    states = one.built.experiment.world.facts.states
    rows = []
    for kind, title in (
        (Kind.ARRIVED, "fought for the target"),
        (Kind.SANCTION_IMPOSED, "put sanctions on the aggressor"),
        (Kind.VETOED, "vetoed"),
    ):
        seen = cell.scan("events").filter(
            (pl.col("kind").cast(pl.String) == kind.name.lower())
            & (pl.col("run") < runs)
            & pl.col("actor").is_not_null()
        )
        counts = seen.select("run", "actor").unique().group_by("actor").len().collect()
        order = sorted(counts.iter_rows(), key=lambda row: (-row[1], row[0]))[:MOST]
        if order:
            rows.append(
                (title, ", ".join(f"{states[s].name if s in states else s} {100 * n / runs:.0f} %" for s, n in order))
            )
    return markdown(("who", "share of runs"), rows) if rows else ["No outsider acted."]


def _typical(one: Played, rows: Mapping[str, NDArray[Any]], output: Path) -> str:
    outcome, measure = np.bincount(rows["outcome"]).argmax(), np.bincount(rows["strongest_adopted"]).argmax()
    typical = np.flatnonzero((rows["outcome"] == outcome) & (rows["strongest_adopted"] == measure))
    number = int(rows["run"][typical[0] if len(typical) else np.flatnonzero(rows["outcome"] == outcome)[0]])
    strongest = words(Measure(int(measure)).name.lower())
    return f"A typical run (strongest measure {strongest}): `covenant-lab explain {output} --cell {one.cell} --run {number}`"


def _shares(one: Played, target: str) -> list[str]:
    assert one.foretold is not None
    shares, came = one.foretold.shares[target], happened(one.case.truth, target)
    rows = [
        (words(name), f"{100 * p:.1f} %", "came" if k == came else "")
        for k, (name, p) in enumerate(zip(TARGETS[target], shares, strict=True))
        if p > 0 or k == came
    ]
    return markdown(("", "share", ""), rows)


def _organ(one: Played) -> list[str]:
    """Return whether the organ took it up, was vetoed and decided, and when."""
    assert one.foretold is not None
    rows = []
    for target, classes in TARGETS.items():
        if classes == NO_YES:
            came = happened(one.case.truth, target)
            rows.append(
                (
                    TITLES[target],
                    f"{100 * one.foretold.shares[target][1]:.1f} %",
                    "not known" if came is None else NO_YES[came],
                )
            )
    day, told = one.case.truth.response_day, one.foretold.response_day
    rows.append(
        (
            "day of the first decision",
            "none" if np.isnan(told) else f"{told:.0f}",
            "none or not known" if day is None else f"{day:g}",
        )
    )
    return markdown(("", "expected", "what came"), rows)


def _percent(mark: Mask) -> str:
    return f"{100 * float(mark.mean()):.0f} %"
