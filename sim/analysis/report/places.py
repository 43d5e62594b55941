"""The map: capitals by their coordinates, and what each state did for whom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.theme import WIDE, Rows, colour
from sim.analysis.screen import percent

if TYPE_CHECKING:
    import polars as pl

ROLES = {
    "aggressor's side": "aggressor",
    "target's side": "target",
    "for the target, mostly": "defeated",
    "for the target, often": "backed_down",
    "for the aggressor, often": "compromise",
    "aside": "aside",
}
MOSTLY, OFTEN = 0.5, 0.1
MARGIN_DEGREES = 8.0
LABEL = 11


def places(told: Sequence[tuple[Mapping[str, Any], Any, pl.DataFrame]], names: Mapping[str, str]) -> Figure:
    """One panel an arm: area is capability, colour what a state mostly did.

    Parameters
    ----------
    told : sequence of (summary of the arm, cell, states)
    """
    panels, tables = [], []
    for summary, cell, states in told:
        rows = _rows(summary, cell.identity["scenario"], states, names)
        counted = {role: [r["name"] for r in rows if r["role"] == role] for role in ROLES}
        alt = "; ".join(
            f"{role}: {', '.join(who[:6])}{' and others' if len(who) > 6 else ''}"
            for role, who in counted.items()
            if who
        )
        panels.append(Panel(_map(rows), f"{summary['label']}. {alt}.", summary["label"], grows=True))
        body = [
            (r["name"], r["role"], percent(r["helped"]), percent(r["hurt"]), percent(r["capability"])) for r in rows
        ]
        heads = (
            f"{summary['label']}: state",
            "role",
            "acted for the target",
            "for the aggressor",
            "of world capability",
        )
        tables.append(Table(heads, body))
    return Figure(
        "map",
        "Map",
        "Where they were: capitals, and what they mostly did",
        panels,
        tables,
        note="Area is capability; the parties have a ring. Acting for the target is a sanction, a pledge kept or force; mostly is in half of the crises attempted or more, often in a tenth.",
        legend=list(ROLES.items()),
    )


def _rows(
    summary: Mapping[str, Any], scenario: Mapping[str, Any], states: pl.DataFrame, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    deeds = {deed: dict(found) for deed, found in (summary["joined"] or {}).items()}
    rows = []
    for one in states.iter_rows(named=True):
        state, capability = str(one["state"]), float(one["capability"])
        helped = max(
            (share.get(state, 0.0) for deed, share in deeds.items() if _for_target(deed, summary["aggressor"])),
            default=0.0,
        )
        hurt = deeds.get(f"fought for {summary['aggressor']}", {}).get(state, 0.0)
        side = (
            "aggressor's side"
            if state in scenario["aggressors"]
            else "target's side"
            if state in scenario["targets"]
            else ""
        )
        acted = (
            "for the target, mostly" if helped >= MOSTLY else "for the target, often" if helped >= OFTEN else "aside"
        )
        role = side or ("for the aggressor, often" if hurt >= max(OFTEN, helped) else acted)
        name = names.get(state, state)
        rows.append(
            {
                "state": state, "name": name, "latitude": float(one["latitude"]), "longitude": float(one["longitude"]), "capability": capability,
                "role": role, "helped": helped, "hurt": hurt, "first": bool(side),
                "tip": f"{name}, {role}\nacted for the target in {percent(helped)}, for the aggressor in {percent(hurt)} of crises attempted\n"
                f"{percent(capability)} of world capability",
            }
        )  # fmt: skip
    return sorted(rows, key=lambda r: -r["capability"])


def _for_target(deed: str, aggressor: str) -> bool:
    return deed == "sanctioned" or (
        deed.startswith(("fought for ", "honoured pledge to ")) and not deed.endswith(f" {aggressor}")
    )


def _map(rows: list[dict[str, Any]]) -> Any:
    west, east = (f(r["longitude"] for r in rows) for f in (min, max))
    south, north = (f(r["latitude"] for r in rows) for f in (min, max))
    x_domain = [max(-180.0, west - MARGIN_DEGREES), min(180.0, east + MARGIN_DEGREES)]
    y_domain = [max(-90.0, south - MARGIN_DEGREES), min(90.0, north + MARGIN_DEGREES)]
    shrink = math.cos(math.radians(sum(y_domain) / 2.0))
    ratio = (y_domain[1] - y_domain[0]) / ((x_domain[1] - x_domain[0]) * shrink)

    def draw(width: int) -> Any:
        import altair as alt

        height = round(min(width * ratio, 0.8 * width))
        largest = 2200 if width == WIDE else 600
        shown = _labelled(rows, width, height, x_domain, y_domain)
        base = alt.Chart(alt.Data(values=Rows([r | {"named": r["state"] in shown} for r in rows])), height=height)

        def degrees(values: range) -> Any:
            return alt.Axis(title=None, labels=False, ticks=False, domain=False, values=list(values))

        x = alt.X("longitude:Q", scale=alt.Scale(domain=x_domain, nice=False), axis=degrees(range(-180, 181, 30)))
        y = alt.Y("latitude:Q", scale=alt.Scale(domain=y_domain, nice=False), axis=degrees(range(-90, 91, 30)))
        hue = alt.Color(
            "role:N", scale=alt.Scale(domain=list(ROLES), range=[colour(h) for h in ROLES.values()]), legend=None
        )
        size = alt.Size("capability:Q", scale=alt.Scale(range=[16, largest]), legend=None)
        points = base.mark_circle(opacity=0.85).encode(
            x=x,
            y=y,
            size=size,
            color=hue,
            stroke=alt.condition("datum.first", alt.value(colour("ink")), alt.value(colour("paper"))),
            strokeWidth=alt.condition("datum.first", alt.value(2), alt.value(1)),
            description=alt.Description("tip:N"),
        )
        labels = base.transform_filter("datum.named").mark_text(
            dy=-12,
            fontSize=LABEL,
            fontWeight=600,
            aria=False,
            color=colour("ink"),
            stroke=colour("paper"),
            strokeWidth=3,
        )
        return points + labels.encode(x=x, y=y, text=alt.Text("state:N"))

    return draw


def _labelled(
    rows: list[dict[str, Any]], width: int, height: int, x_domain: Sequence[float], y_domain: Sequence[float]
) -> set[str]:
    """The states whose labels find room, the parties first, then by capability."""
    placed: list[tuple[float, float, float]] = []
    shown = set()
    for r in sorted(rows, key=lambda r: (not r["first"], -r["capability"]))[: 60 if width == WIDE else 14]:
        x = (r["longitude"] - x_domain[0]) / (x_domain[1] - x_domain[0]) * width
        y = (y_domain[1] - r["latitude"]) / (y_domain[1] - y_domain[0]) * height
        half = 0.38 * LABEL * len(r["state"])
        if all(abs(x - a) > half + h + 2 or abs(y - b) > LABEL + 2 for a, b, h in placed):
            placed.append((x, y, half))
            shown.add(r["state"])
    return shown
