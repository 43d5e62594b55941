"""Colours and type of the report: named once, light and dark; told apart by most eyes and legible at WCAG AA."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any, ClassVar

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
SIZE = 13
LETTER = 0.62
"""Width of a letter in a wide font, as a share of the type's size."""
NARROW, WIDE = 330, 860
"""Widths of a figure: of a phone's column and of the page [pixels]."""

LIGHT = {
    "paper": "#ffffff", "ink": "#1b1f24", "muted": "#57606a", "grid": "#e2e2dd", "line": "#8a8f98", "accent": "#1f5fa8",
    "not_tempted": "#8a8f98", "on_not_tempted": "#14171b", "deterred": "#1f5fa8", "on_deterred": "#ffffff",
    "backed_down": "#4b9cd3", "on_backed_down": "#14171b", "defeated": "#147a5e", "on_defeated": "#ffffff",
    "compromise": "#c2971a", "on_compromise": "#14171b", "stalemate": "#9a5296", "on_stalemate": "#ffffff",
    "fait_accompli": "#bd4716", "on_fait_accompli": "#ffffff",
    "arm1": "#1f5fa8", "arm2": "#bd4716", "arm3": "#147a5e", "arm4": "#9a5296", "arm5": "#8a6d00", "arm6": "#57606a",
    "target": "#1f5fa8", "aggressor": "#bd4716", "aside": "#8a8f98",
}  # fmt: skip
DARK = {
    "paper": "#15181c", "ink": "#e9e7e2", "muted": "#a9b1bb", "grid": "#30353c", "line": "#8d96a1", "accent": "#86b8f0",
    "not_tempted": "#8f96a1", "on_not_tempted": "#14171b", "deterred": "#6aa3e6", "on_deterred": "#14171b",
    "backed_down": "#b4defa", "on_backed_down": "#14171b", "defeated": "#3fb894", "on_defeated": "#14171b",
    "compromise": "#e3bd4b", "on_compromise": "#14171b", "stalemate": "#d196cc", "on_stalemate": "#14171b",
    "fait_accompli": "#f0854f", "on_fait_accompli": "#14171b",
    "arm1": "#86b8f0", "arm2": "#f0854f", "arm3": "#3fb894", "arm4": "#d196cc", "arm5": "#e3bd4b", "arm6": "#a9b1bb",
    "target": "#5f9df0", "aggressor": "#f0854f", "aside": "#8f96a1",
}  # fmt: skip
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
MOST_ARMS = len(SHAPES)


def colour(name: str) -> str:
    """Return a colour as the page knows it, which follows light and dark."""
    return f"var(--{name.replace('_', '-')})"


class Rows:
    """Rows of a chart that Altair takes as they are: it would copy and look through each of them many times over."""

    _schema: ClassVar[dict[str, Any]] = {}

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._rows = list(rows)

    def to_dict(self) -> list[dict[str, Any]]:
        return self._rows


def room(names: Sequence[str], most: int = 150) -> dict[str, Any]:
    """Return what an axis needs so that its labels fit in whatever font the reader has."""
    widest = max((len(name) for name in names), default=0)
    return {
        "minExtent": min(most, round(0.59 * SIZE * widest) + 12),
        "labelLimit": most - 12,
        "labelPadding": 6,
        "domain": False,
        "ticks": False,
    }


def broken(name: str, width: int) -> str:
    """Return a name in lines that fit beside a figure: on a phone at most two, and what is longer is cut."""
    if width == WIDE:
        return name
    lines = textwrap.wrap(name, 14) or [name]
    return "\n".join(lines if len(lines) < 3 else [lines[0], f"{lines[1][:13]}\u2026"])


def lettering(names: Sequence[str], width: int) -> dict[str, Any]:
    """Return what a legend needs so that its names stand apart and within a figure, in whatever font the reader has."""
    left = width - (80 if width == NARROW else 160)
    widest = max((len(name) for name in names), default=0)
    return {
        "columns": max(1, int(left // (LETTER * SIZE * widest + 40))),
        "columnPadding": 24,
        "labelLimit": min(280, left - 20),
    }


def day_ticks(horizon: float) -> list[float]:
    """Return the days to mark up to a horizon: about four, at lengths that people count in."""
    step = next((s for s in (1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 1825) if horizon / s <= 5), 3650)
    return [float(k * step) for k in range(int(horizon // step) + 1)]


def arm_colours(n: int) -> list[str]:
    """Return the colours of `n` arms in their order."""
    return [colour(f"arm{k + 1}") for k in range(n)]


def fixed(svg: str) -> str:
    """Return a figure with the light colours written out, for files that stand alone."""
    return re.sub(r"var\(--([\w-]+)\)", lambda found: LIGHT[found[1].replace("-", "_")], svg)


def variables(palette: dict[str, str]) -> str:
    """Return the palette as CSS custom properties."""
    return "".join(f"--{name.replace('_', '-')}:{value};" for name, value in palette.items())


def config() -> dict[str, Any]:
    """Return the look of every chart, as Vega-Lite takes it."""
    ink, muted, grid = colour("ink"), colour("muted"), colour("grid")
    return {
        "background": None,
        "font": FONT,
        "padding": {"left": 0, "right": 8, "top": 4, "bottom": 0},
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": SIZE, "titleFontSize": SIZE, "titleFontWeight": "normal", "labelColor": ink, "titleColor": muted,
            "gridColor": grid, "domainColor": colour("line"), "tickColor": colour("line"), "labelLimit": 260, "titlePadding": 6,
        },
        "legend": {
            "labelFontSize": SIZE, "titleFontSize": SIZE, "labelColor": ink, "titleColor": muted, "title": None, "labelLimit": 280,
            "symbolSize": 110, "symbolOpacity": 1, "orient": "bottom", "columnPadding": 14, "rowPadding": 3,
        },
        "text": {"fontSize": SIZE, "color": ink},
        "title": {"fontSize": SIZE + 1, "color": ink, "fontWeight": 600, "anchor": "start", "frame": "group"},
    }  # fmt: skip
