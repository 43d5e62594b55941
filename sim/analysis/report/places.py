"""The map: capitals by their coordinates, and what each state did for whom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.report.atlas import LABEL, Window, close_up, labels, whole
from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.theme import WIDE, Rows, colour
from sim.analysis.screen import percent
from sim.analysis.summary import helps_target
from sim.analysis.wording import several

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
LARGEST, SMALLEST, PARTY, GAP = 27.0, 2.3, 5.0, 14.0
"""Radius of the most capable state on a wide map, of the least and of the least party, and the space above a close-up [pixels]."""


def places(told: Sequence[tuple[Mapping[str, Any], Any, pl.DataFrame]], names: Mapping[str, str]) -> Figure:
    """One panel an arm, or one for those that look the same: area is capability, colour what a state mostly did.

    Parameters
    ----------
    told : sequence of (summary of the arm, cell, states)
    """
    panels, tables = [], []
    every = [(one, _rows(one, cell.identity["scenario"], states, names)) for one, cell, states in told]
    matters: dict[tuple[str, str], float] = {}
    for summary, rows in every:
        for r in rows:
            key = (summary["scenario"], r["state"])
            matters[key] = max(matters.get(key, 0.0), r["weight"])
    alike: dict[str, list[str]] = {}
    for summary, rows in every:
        alike.setdefault(repr((summary["scenario"], rows)), []).append(summary["label"])
    for summary, rows in every:
        arms = alike[repr((summary["scenario"], rows))]
        if arms[0] != summary["label"]:
            continue
        label = several(arms, len(arms))
        rows = [r | {"matters": matters[summary["scenario"], r["state"]]} for r in rows]
        counted = {role: [r["name"] for r in rows if r["role"] == role] for role in ROLES}
        alt = "; ".join(
            f"{role}: {', '.join(who[:6])}{' and others' if len(who) > 6 else ''}"
            for role, who in counted.items()
            if who
        )
        panels.append(Panel(_map(rows), f"{label}. {alt}.", label, grows=True))
        body = [
            (r["name"], r["role"], percent(r["helped"]), percent(r["hurt"]), percent(r["capability"])) for r in rows
        ]
        heads = (
            f"{label}: state",
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
        legend=[
            (role, hue) for role, hue in ROLES.items() if any(r["role"] == role for _, rows in every for r in rows)
        ],
    )


def _rows(
    summary: Mapping[str, Any], scenario: Mapping[str, Any], states: pl.DataFrame, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    deeds = {deed: dict(found) for deed, found in (summary["joined"] or {}).items()}
    aggressors, crises = summary["aggressors"], (scenario, *scenario.get("also", ()))
    sides = {f"{part}'s side": {s for one in crises for s in one[f"{part}s"]} for part in ("aggressor", "target")}
    rows = []
    for one in states.iter_rows(named=True):
        state, capability = str(one["state"]), float(one["capability"])
        helped = max((p.get(state, 0.0) for deed, p in deeds.items() if helps_target(deed, aggressors)), default=0.0)
        hurt = max((deeds.get(f"fought for {who}", {}).get(state, 0.0) for who in aggressors), default=0.0)
        side = next((role for role, parties in sides.items() if state in parties), "")
        acted = (
            "for the target, mostly" if helped >= MOSTLY else "for the target, often" if helped >= OFTEN else "aside"
        )
        role = side or ("for the aggressor, often" if hurt >= max(OFTEN, helped) else acted)
        name = names.get(state, state)
        rows.append(
            {
                "state": state, "name": name, "latitude": float(one["latitude"]), "longitude": float(one["longitude"]), "capability": capability,
                "role": role, "helped": helped, "hurt": hurt, "first": bool(side), "weight": 2.0 if side else 0.0 if role == "aside" else 1.0,
                "tip": f"{name}, {role}\nacted for the target in {percent(helped)}, for the aggressor in {percent(hurt)} of crises attempted\n"
                f"{percent(capability)} of world capability",
            }
        )  # fmt: skip
    return sorted(rows, key=lambda r: -r["capability"])


def _map(rows: list[dict[str, Any]]) -> Any:
    def draw(width: int) -> Any:
        import altair as alt

        largest = LARGEST if width == WIDE else LARGEST / 2
        top = max(r["capability"] for r in rows)
        sized = [
            r | {"radius": max(PARTY if r["first"] else SMALLEST, largest * math.sqrt(r["capability"] / top))}
            for r in rows
        ]
        world = whole(sized, width)
        near = close_up(sized, world, world.height + GAP, 0.66 * width) if width != WIDE else None
        windows = [world, *([near] if near else [])]
        height = windows[-1].top + windows[-1].height
        x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))
        y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
        x2, y2 = alt.X2("x2:Q"), alt.Y2("y2:Q")

        def layer(found: list[dict[str, Any]]) -> Any:
            return alt.Chart(alt.Data(values=Rows(found)), height=height)

        mesh = [line for on, step in zip(windows, (30, 10), strict=False) for line in on.mesh(step)]
        parts = [layer(mesh).mark_rule(color=colour("grid"), aria=False).encode(x=x, y=y, x2=x2, y2=y2)]
        if near:
            seen = _frame(world.place(near.west, near.north), world.place(near.east, near.south))
            frames = [seen, _frame((0.0, near.top), (near.width, near.top + near.height))]
            box = layer(frames).mark_rect(filled=False, stroke=colour("muted"), aria=False)
            parts.append(box.encode(x=x, y=y, x2=x2, y2=y2))
        hue = alt.Color(
            "role:N", scale=alt.Scale(domain=list(ROLES), range=[colour(h) for h in ROLES.values()]), legend=None
        )
        texts = []
        for on in windows:
            points = _points(sized, on)
            parts.append(
                layer(points)
                .mark_circle(opacity=0.85)
                .encode(
                    x=x,
                    y=y,
                    size=alt.Size("area:Q", scale=None, legend=None),
                    color=hue,
                    stroke=alt.condition("datum.first", alt.value(colour("ink")), alt.value(colour("paper"))),
                    strokeWidth=alt.condition("datum.first", alt.value(2), alt.value(1)),
                    description=alt.Description("tip:N"),
                )
            )
            texts += labels(points, on, 60 if width == WIDE else 24, near if on is world else None)
        for side in ("center", "left", "right"):
            parts.append(
                layer([t for t in texts if t["side"] == side])
                .mark_text(
                    align=side,
                    baseline="middle",
                    fontSize=LABEL,
                    fontWeight=600,
                    aria=False,
                    color=colour("ink"),
                    stroke=colour("paper"),
                    strokeWidth=3,
                )
                .encode(x=x, y=y, text=alt.Text("text:N"))
            )
        return alt.layer(*parts)

    return draw


def _points(rows: Sequence[Mapping[str, Any]], on: Window) -> list[dict[str, Any]]:
    """The states of a window as they are drawn: those aside first, then the larger below the smaller."""
    found = []
    for r in sorted(rows, key=lambda r: (r["weight"] > 0, -r["radius"])):
        if on.holds(r):
            x, y = on.place(r["longitude"], r["latitude"])
            found.append({**r, "x": x, "y": y, "area": math.pi * r["radius"] ** 2})
    return found


def _frame(corner: tuple[float, float], other: tuple[float, float]) -> dict[str, float]:
    return {"x": corner[0], "y": corner[1], "x2": other[0], "y2": other[1]}
