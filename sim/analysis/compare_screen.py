"""A comparison on screen: one table a pair of arms, and where their runs parted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.incidence import ByDay
from sim.analysis.screen import Jointed, columns, emit, number, percent, styled, words

if TYPE_CHECKING:
    from rich.console import Console

ROOMY = 92


def show(one: dict[str, Any], among: str, screen: Console) -> None:
    """Print one result of `sim.analysis.compare.result`."""
    held = f" ({', '.join(f'{k}={v}' for k, v in one['held'].items())})" if one["held"] else ""
    which = " in which both attack" if among == "both" else ""
    emit(
        screen,
        styled((one["arm"], "bold"), " against ", (one["base"], "bold"), f"{held}, {_runs(one)}{which}, paired"),
    )
    roomy = screen.width >= ROOMY
    heads = ("", one["base"], one["arm"], "difference", "95 %", "changed", *(("variance",) if roomy else ()))
    table = columns(heads, wrap=(0, 1, 2))
    notes = []
    for d in one["differences"]:
        scale = 100.0 if d["unit"] == "share" else 1.0
        interval = d["difference"]
        row: list[str | Jointed] = [
            Jointed(d["outcome"] + (" %" if d["unit"] == "share" else ""), ":"),
            number(scale * d["base"]),
            number(scale * d["arm"]),
            number(scale * interval.value),
            f"{number(scale * interval.low)} to {number(scale * interval.high)}" if d["runs"] else "-",
            percent(d["changed"]),
        ]
        reduced = "all" if math.isinf(d["reduction"]) else f"/ {number(d['reduction'])}"
        table.add_row(*row, *((reduced,) if roomy else ()))
        if min(d["base_has"], d["arm_has"]) < 1.0:
            shares = f"{one['base']} {percent(d['base_has'])}, {one['arm']} {percent(d['arm_has'])}"
            notes.append(f"{d['outcome']}: among the {_runs(d)} in which both have one ({shares} have one)")
    emit(screen, table)
    if roomy:
        notes.append("variance: what pairing takes off the variance of the difference")
    for note in notes:
        emit(screen, note, space=False)
    for name, days in one["incidence"].items():
        _show_by_day(one, name, days, screen)
    if one["parted"]:
        _show_parted(one, screen)


def _show_by_day(one: dict[str, Any], name: str, days: Sequence[ByDay], screen: Console) -> None:
    """What has happened by a day, over all runs of the comparison: nobody is left out for want of a day."""
    table = columns(
        (f"{name.removesuffix('_day')} by day, %", one["base"], one["arm"], "difference", "95 %"), wrap=(0,)
    )
    for found in days:
        value, low, high = (number(100 * x) for x in found.difference)
        row = [f"  {found.day:g}", number(100 * found.base), number(100 * found.arm)]
        table.add_row(*row, value, f"{low} to {high}")
    emit(screen, table)


def _show_parted(one: dict[str, Any], screen: Console) -> None:
    parted = one["parted"]
    if not parted["at"]:
        emit(screen, f"No event differs in {parted['runs']:,} runs.")
        return
    day = number(parted["median_day"])
    emit(
        screen,
        f"{percent(parted['share'])} of {parted['runs']:,} runs part, at the median on day {day}; first event that differs:",
    )
    table = columns(("", one["base"], one["arm"]), left=3)
    for row in parted["at"][:5]:
        table.add_row(f"  {percent(row['share'])}", *(words(row[k]) if row[k] else "(none)" for k in ("base", "arm")))
    emit(screen, table, space=False)


def _runs(found: dict[str, Any]) -> str:
    return f"{found['runs']:,} run{'s' if found['runs'] != 1 else ''}"
