"""Scores as rows of words, for the screen and for pages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.screen import words
from sim.battery.forecasts import TITLES

HEADS = ("", "hits", "95 %", "Brier", "ranked", "lead", "95 %", "p")


def score_rows(scores: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return rows under `HEADS` for every target: the model, then each baseline."""
    rows: list[tuple[str, ...]] = []
    for target, title in TITLES.items():
        if not scores.get(target):
            continue
        rows.append((title, *[""] * 7))
        for name, one in scores[target].items():
            lead = one.get("lead")
            p = one.get("p_of_chance", one.get("p_of_no_gain"))
            rows.append(
                (
                    f"  {name}", f"{one['hits']} of {one['n']}", bounds(one["share"]), figure(one.get("brier")), figure(one.get("ranked")),
                    figure(lead.value, sign=True) if lead else "", bounds(lead) if lead else "", figure(p),
                )
            )  # fmt: skip
    days = scores.get("response_day")
    if days:
        rows.append(("day of first decision, log error", *[""] * 7))
        for name, one in days.items():
            lead = one.get("lead")
            rows.append(
                (
                    f"  {name}", f"{one['n']} cases", "", figure(one["log_error"]), "",
                    figure(lead.value, sign=True) if lead else "", bounds(lead) if lead else "", figure(one.get("p_of_no_gain")),
                )
            )  # fmt: skip
    return rows


def variant_rows(scores: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return a row per variant: hits and Brier score of the model on outcome, gain, measure and its three classes."""
    rows = []
    for name, targets in scores.items():
        cells = [
            f"{targets[t]['model']['hits']}  {figure(targets[t]['model']['brier'])}" if targets.get(t) else "-"
            for t in ("outcome", "gain", "measure", "reaction", "agenda", "veto")
        ]
        rows.append((name, *cells))
    return rows


VARIANT_HEADS = ("hits and Brier", "outcome", "gain", "measure", "3 classes", "agenda", "veto")


def case_row(case: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a row of one case: what was most expected beside what happened, on outcome, gain and measure."""
    told = case["foretold"]
    cells = []
    for target in ("outcome", "gain", "measure"):
        came = case["happened"][target]
        if told is None:
            cells.append(f"- / {words(came or '-')}")
            continue
        best = max(told[target], key=lambda k: told[target][k])
        mark = "=" if best == came else " "
        cells.append(f"{mark} {words(best)} {100 * told[target][best]:.0f} % / {words(came or '-')}")
    return (case["case"], case["arrangement"] or "-", *cells)


CASE_HEADS = ("case", "charter", "outcome: expected / came", "gain", "strongest measure")


def figure(value: float | None, sign: bool = False) -> str:
    """Return a number with three decimals, `-` when unknown."""
    if value is None or math.isnan(value):
        return ""
    return f"{value:+.3f}" if sign else f"{value:.3f}"


def bounds(interval: Any) -> str:
    """Return the bounds of an interval with two decimals."""
    if interval is None or math.isnan(interval.low):
        return ""
    return f"{interval.low:.2f} to {interval.high:.2f}"


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
