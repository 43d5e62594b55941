"""What a battery found, on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.screen import columns, emit
from sim.battery.battery import ALL_INPUTS
from sim.battery.tables import CASE_HEADS, HEADS, VARIANT_HEADS, case_row, score_rows, variant_rows

if TYPE_CHECKING:
    from rich.console import Console

    from sim.battery.battery import Battery


def show(found: Battery, report: Mapping[str, Any], output: Path, screen: Console) -> None:
    """Print cases, scores, variants and what was remarked."""
    cases = report["cases"]
    scored = sum(case["foretold"] is not None for case in cases)
    emit(
        screen,
        f"{scored} of {len(cases)} cases played, {report['runs']} runs each, behaviour {report['behaviour']}",
        space=False,
    )
    table = columns(CASE_HEADS, left=5, wrap=(2, 3, 4))
    for case in cases:
        table.add_row(*case_row(case))
    emit(screen, table)
    scores = columns(HEADS, left=1)
    for row in score_rows(report["scores"][ALL_INPUTS]):
        scores.add_row(*row)
    emit(screen, scores)
    if len(report["scores"]) > 1:
        variants = columns(VARIANT_HEADS, left=1)
        for row in variant_rows(report["scores"]):
            variants.add_row(*row)
        emit(screen, variants)
    for case in cases:
        for remark in case["remarks"]:
            emit(screen, f"{case['case']}: {remark}", space=False)
    if scored:
        emit(screen, f"Pages  {output}/pages/README.md, a page per case beside it")
