"""What sampled crises look like beside history, on one screen and as a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.analysis.screen import columns, console, emit, number, plain_json, print_json
from sim.battery.census import count, together
from sim.battery.distributions import compare, simulated
from sim.battery.observed import FIRST, LAST, recomputed
from sim.battery.sample import YEARS, sampled
from sim.battery.tables import markdown
from sim.battery.trials import Trials
from sim.config import available_cores
from sim.world.importers.archive import Archive

HEADS = ("figure", "simulated", "n", "published", "apart", "recomputed", "n", "apart")


def hold_distributions(
    archive: Archive,
    behaviour: Mapping[str, Any],
    runs: int,
    sample: int,
    seed: int,
    workers: int | None,
    output: Path,
    as_json: bool,
) -> None:
    """Sample, play, compare, print and write `output`/pages/distributions.md and .json."""
    experiments = list(sampled(archive, sample, behaviour, seed))
    with Trials(experiments, count, runs, workers or available_cores()) as trials:
        counts = together(trials.play({}))
    rows = compare(simulated(counts), recomputed(archive))
    attacked = float(counts.crises["attempted"].mean())
    head = (
        f"{len(experiments)} pairs of rivals, {len(YEARS)} years from {FIRST} to {LAST}, {runs} runs each: "
        f"{100 * attacked:.0f} % attacked, {int(counts.war.sum()):,} wars"
    )
    folder = output / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "distributions.json").write_text(json.dumps(plain_json(rows), indent=1), encoding="utf-8")
    (folder / "distributions.md").write_text(page(head, rows), encoding="utf-8")
    if as_json:
        print_json({"sample": len(experiments), "runs": runs, "attacked": attacked, "figures": rows})
        return
    screen = console()
    table = columns(HEADS, left=1, wrap=(0,))
    for row in rows:
        table.add_row(*cells(row))
    emit(screen, head, space=False)
    emit(screen, table)
    emit(screen, "apart: difference of logarithms of days, or of log-odds of shares; .7 is a factor of two")


def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one figure as words."""
    return (
        row["figure"], number(row["simulated"]), f"{row['n']:,}", number(row["published"]), number(row["distance"], 2),
        number(row["recomputed"]), f"{row['recomputed_n']:,}" if row["recomputed_n"] else "", number(row["distance_recomputed"], 2),
    )  # fmt: skip


def page(head: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the table as a page, each figure with its source."""
    body = [(*cells(row), row["source"]) for row in rows]
    return "\n".join(["# Distributions", "", f"{head}.", "", *markdown((*HEADS, "source"), body), ""])
