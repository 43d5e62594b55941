"""How forces and pressure moved over time: medians and bands over runs looked at in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.race import hover
from sim.analysis.report.sample import Sample
from sim.analysis.report.theme import Rows, colour, day_ticks, room
from sim.analysis.screen import number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bands = Mapping[str, Sequence[tuple[float, int, NDArray[np.float64]]]]

POINTS = 49
TABLED = (0, 30, 90, 180, 365)
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
LEAST_OPEN = 10
"""A band of fewer crises would be theirs alone."""
SIDES = (("power_target", "target's side", "target"), ("power_aggressor", "aggressor's side", "aggressor"))


def power(samples: Sequence[tuple[str, Sample]]) -> Figure | None:
    """Forces in the field on both sides, under the arms where enough crises are open to tell."""
    panels, tables = [], []
    every = {
        label: {
            name: _bands(sample, series, "target_power" if hue == "target" else "aggressor_power")
            for series, name, hue in SIDES
        }
        for label, sample in samples
    }
    top = _highest(every.values())
    for label, found in every.items():
        if not any(found.values()):
            continue
        panels.append(_panel(label, found, "% of world capability", 100.0, top, {name: hue for _, name, hue in SIDES}))
        tables += [_table(f"{label}, {name}", bands, 100.0) for name, bands in found.items()]
    if not panels:
        return None
    return Figure(
        "power",
        "Power",
        "Power of both sides at the place, day by day",
        panels,
        tables,
        note=f"Forces that count at the place, outsiders' included, in per cent of world capability, over crises still open (at least {LEAST_OPEN} of the "
        f"{_sizes(samples)} runs looked at in full). Line: median; bands hold half and four fifths of the runs.{_first(samples)}",
        legend=[(name, hue) for _, name, hue in SIDES],
    )


def pressure(samples: Sequence[tuple[str, Sample]]) -> Figure | None:
    """Economic pressure on the aggressor, under the arms where there was any."""
    panels, tables = [], []
    every = {label: {"pressure": _bands(sample, "pressure", None)} for label, sample in samples}
    top = _highest(every.values())
    for label, found in every.items():
        if _highest([found]) == 0.0:
            continue
        panels.append(_panel(label, found, "% of its trade", 100.0, top, {"pressure": "defeated"}))
        tables.append(_table(label, found["pressure"], 100.0))
    if not panels:
        return None
    return Figure(
        "pressure",
        "Pressure",
        "Economic pressure on the aggressor",
        panels,
        tables,
        note=f"Share of its trade that sanctions stop, after leakage and substitution, as the aggressor finds it at its reviews; crises still open, of "
        f"{_sizes(samples)} runs. Line: median; bands hold half and four fifths of the runs. Arms under which hardly any run saw pressure are left out.{_first(samples)}",
    )


def _bands(sample: Sample, series: str, opening: str | None) -> list[tuple[float, int, NDArray[np.float64]]]:
    """Return (day, crises open, quantiles) on a grid of days; a value holds until the next."""
    import numpy as np
    import polars as pl

    horizon = sample.horizon_days
    crises = sample.tables["crises"].filter("attempted", pl.col("crisis") == 0)
    grid = np.unique(np.concatenate((np.linspace(0.0, horizon, POINTS), [d for d in TABLED if d <= horizon])))
    rows = sample.tables["tracks"].filter(pl.col("series").cast(pl.String) == series).sort("run", "crisis", "day")
    seen = {key: (part["day"].to_numpy(), part["value"].to_numpy()) for key, part in rows.group_by("run", "crisis")}
    values = np.full((crises.height, len(grid)), np.nan)
    for r, row in enumerate(crises.iter_rows(named=True)):
        days, found = seen.get((row["run"], row["crisis"]), (np.zeros(0), np.zeros(0)))
        start = row[opening] if opening else 0.0
        at = np.searchsorted(days - row["opening_day"], grid, side="right")
        values[r] = np.concatenate(([start], found))[at]
        values[r, grid > row["end_day"]] = np.nan
    still = (~np.isnan(values)).sum(axis=0)
    return [
        (float(day), int(n), np.nanquantile(values[:, k], QUANTILES))
        for k, (day, n) in enumerate(zip(grid, still, strict=True))
        if n >= LEAST_OPEN
    ]


def _highest(every: Iterable[Bands]) -> float:
    """Return the upper end of all bands, for arms are read against each other and so share an axis."""
    return max((float(q[-1]) for found in every for bands in found.values() for *_, q in bands), default=0.0)


def _panel(label: str, found: Bands, unit: str, scale: float, top: float, hues: dict[str, str]) -> Panel:
    rows: list[dict[str, Any]] = []
    texts: dict[float, list[str]] = {}
    for name, bands in found.items():
        for day, n, q in bands:
            low, lower, middle, upper, high = (float(scale * v) for v in q)
            rows.append(
                {"day": day, "side": name, "low": low, "lower": lower, "middle": middle, "upper": upper, "high": high}
            )
            texts.setdefault(day, [f"day {day:.0f}, {n} crises open"]).append(
                f"{name}: {number(middle)} ({number(low)} to {number(high)})"
            )
    days = sorted(texts)
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(days)), days[-1] if days else 0.0]
    strips = [{"from": edges[k], "to": edges[k + 1], "tip": "\n".join(texts[day])} for k, day in enumerate(days)]

    def draw(width: int) -> Any:
        import altair as alt

        base = alt.Chart(alt.Data(values=Rows(rows)), height=180)
        x = alt.X(
            "day:Q",
            title="days since the opening",
            axis=alt.Axis(grid=False, values=day_ticks(days[-1] if days else 0.0)),
            scale=alt.Scale(nice=False),
        )
        hue = alt.Color(
            "side:N", scale=alt.Scale(domain=list(hues), range=[colour(h) for h in hues.values()]), legend=None
        )
        y = alt.Y(
            "low:Q",
            title=unit,
            axis=alt.Axis(tickCount=4, **room(["10.0"])),
            scale=alt.Scale(domain=[0, scale * top], nice=True),
        )
        outer = base.mark_area(opacity=0.14, aria=False).encode(x=x, y=y, y2=alt.Y2("high:Q"), color=hue)
        inner = base.mark_area(opacity=0.22, aria=False).encode(
            x=x, y=alt.Y("lower:Q"), y2=alt.Y2("upper:Q"), color=hue
        )
        dash = alt.StrokeDash(
            "side:N", scale=alt.Scale(domain=list(hues), range=[[1, 0], [7, 3]][: len(hues)]), legend=None
        )
        line = base.mark_line(strokeWidth=2.5, aria=False).encode(x=x, y=alt.Y("middle:Q"), color=hue, strokeDash=dash)
        return outer + inner + line + hover(strips)

    told = "; ".join(
        f"{name} {number(scale * bands[0][2][2])} on day 0, {number(scale * bands[-1][2][2])} on day {bands[-1][0]:.0f}"
        for name, bands in found.items()
        if bands
    )
    return Panel(draw, f"{label}: median {told or 'of too few open crises'}, {unit}.", label)


def _table(head: str, bands: Sequence[tuple[float, int, Any]], scale: float) -> Table:
    rows = [
        (
            f"{day:.0f}",
            f"{n:,}",
            number(scale * q[2]),
            f"{number(scale * q[1])} to {number(scale * q[3])}",
            f"{number(scale * q[0])} to {number(scale * q[4])}",
        )
        for day, n, q in bands
        if day in TABLED or day == bands[-1][0]
    ]
    return Table((f"{head}: day", "crises open", "median", "half of them", "four fifths"), rows)


def _first(samples: Sequence[tuple[str, Sample]]) -> str:
    several = any((sample.tables["crises"]["crisis"] > 0).any() for _, sample in samples)
    return " Of the crises of one history the first is drawn." if several else ""


def _sizes(samples: Sequence[tuple[str, Sample]]) -> str:
    return " / ".join(dict.fromkeys(f"{sample.runs:,}" for _, sample in samples))
