"""Where cells stopped by what they saw, with an interval that holds although they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.screen import emit, span
from sim.study.launch import launches

if TYPE_CHECKING:
    from rich.console import Console

    from sim.analysis.open import Study


def stopped(study: Study) -> dict[str, dict[str, Any]]:
    """Return what the newest launch that stopped a cell says of it: {cell: runs, n, value, low, high, on, half_width}."""
    found: dict[str, dict[str, Any]] = {}
    for told in launches(study.path):
        for cell, seen in (told.get("stopped") or {}).items():
            found[cell] = {**seen, "on": told["stop"]["on"], "half_width": told["stop"]["half_width"]}
    return {cell.name: found[cell.name] for cell in study.cells if cell.name in found}


def show_stopped(study: Study, console: Console) -> None:
    """Print a line for each cell that stopped by what it saw."""
    from sim.analysis.intervals import Interval

    found = stopped(study)
    for cell, seen in found.items():
        interval = Interval(seen["value"], seen["low"], seen["high"])
        short = "" if (seen["high"] - seen["low"]) / 2 <= seen["half_width"] else ", wider than asked: stop.max_runs"
        emit(
            console,
            f"Stopped at {seen['runs']:,} runs  {study.labels[cell]}: {seen['on']} {100 * seen['value']:.1f} % ({span(interval)}){short}",
            space=cell == next(iter(found)),
        )
    if found:
        emit(
            console,
            "These are confidence sequences: they hold wherever one stops. Intervals above are for a number of runs fixed beforehand.",
            space=False,
        )
