"""Where things stand on a map: windows on the globe, the close-up a small map needs, and labels that find room."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARGIN_DEGREES = 8.0
SPANS = (10.0, 15.0, 22.0, 32.0, 46.0, 64.0)
"""Widths a close-up may have [degrees of longitude]."""
LEAST_APART = 4.0
"""What a close-up must tell apart to be worth its place; the parties count twice."""
AIR = 3.0
LABEL = 11
LONGEST = 18

Row = Mapping[str, Any]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Window:
    """A part of the globe on a part of the drawing, parallels at equal distances.

    Attributes
    ----------
    west, east, south, north : float
        [degrees]
    top, width, height : float
        Where it is drawn [pixels].
    """

    west: float
    east: float
    south: float
    north: float
    top: float
    width: float
    height: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return where a place is drawn, from the left and from the top [pixels]."""
        x = (longitude - self.west) / (self.east - self.west) * self.width
        return x, self.top + (self.north - latitude) / (self.north - self.south) * self.height

    def holds(self, row: Row) -> bool:
        """Return whether a state's capital lies in it."""
        return self.west <= row["longitude"] <= self.east and self.south <= row["latitude"] <= self.north

    def mesh(self, step: int) -> list[dict[str, float]]:
        """Return meridians and parallels every `step` degrees as lines, (x, y) to (x2, y2)."""
        lines = []
        for meridian in range(-180, 181, step):
            if self.west <= meridian <= self.east:
                x, y = self.place(meridian, self.north)
                lines.append({"x": x, "y": y, "x2": x, "y2": self.top + self.height})
        for parallel in range(-90, 91, step):
            if self.south <= parallel <= self.north:
                _, y = self.place(self.west, parallel)
                lines.append({"x": 0.0, "y": y, "x2": self.width, "y2": y})
        return lines


def whole(rows: Sequence[Row], width: float, least: float = 90.0) -> Window:
    """Return the window that holds every state."""
    west, east = (f(r["longitude"] for r in rows) for f in (min, max))
    south, north = (f(r["latitude"] for r in rows) for f in (min, max))
    west, east = max(-180.0, west - MARGIN_DEGREES), min(180.0, east + MARGIN_DEGREES)
    south, north = max(-90.0, south - MARGIN_DEGREES), min(90.0, north + MARGIN_DEGREES)
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2.0)))
    height = min(max(width * ratio, least), 0.8 * width)
    return Window(west, east, south, north, 0.0, width, height)


def close_up(rows: Sequence[Row], on: Window, top: float, height: float) -> Window | None:
    """Return the window that tells most of the states apart that matter and touch others on a map; None where few do.

    Parameters
    ----------
    rows : sequence of mapping
        With ``longitude``, ``latitude``, ``radius`` [pixels], and what the state counts for: ``matters``.
    on : Window
        The map.
    top, height : float
        Where the close-up is to be drawn, as wide as the map [pixels].
    """
    touching = [r for r in rows if r["matters"] > 0 and _touches(r, rows, on)]

    def seen(longitude: float, latitude: float, span: float) -> Window:
        tall = span * math.cos(math.radians(latitude)) * height / on.width
        west, south = longitude - span / 2, latitude - tall / 2
        return Window(west, west + span, south, south + tall, top, on.width, height)

    def apart(window: Window) -> float:
        inside = [r for r in rows if window.holds(r)]
        return float(sum(r["matters"] for r in touching if window.holds(r) and not _touches(r, inside, window)))

    tried = [(seen(r["longitude"], r["latitude"], span), span) for r in touching for span in SPANS]
    best, span = max(tried, key=lambda one: (apart(one[0]), one[1]), default=(None, 0.0))
    if best is None or apart(best) < LEAST_APART:
        return None
    shown = [r for r in touching if best.holds(r)]
    east, north = (sum(f(r[axis] for r in shown) for f in (min, max)) / 2 for axis in ("longitude", "latitude"))
    centred = seen(east, north, span)
    return centred if apart(centred) >= apart(best) else best


def _touches(row: Row, rows: Iterable[Row], on: Window) -> bool:
    x, y = on.place(row["longitude"], row["latitude"])
    for other in rows:
        if other is not row:
            a, b = on.place(other["longitude"], other["latitude"])
            if math.hypot(x - a, y - b) < row["radius"] + other["radius"]:
                return True
    return False


def label(name: str) -> str:
    """Return a name as it stands on a map, cut where it is long."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}\u2026"


def labels(points: Sequence[Row], on: Window, most: int, besides: Window | None = None) -> list[dict[str, Any]]:
    """Return the labels that find room beside their points, as text, x, y and side.

    Parameters
    ----------
    points : sequence of mapping
        With ``x``, ``y``, ``radius`` [pixels], ``name``, ``weight`` and ``first``; those that come first are labelled in any
        case, the others in order of weight and size.
    on : Window
    most : int
        Labels in all.
    besides : Window, optional
        Whoever it holds is labelled there.
    """
    taken: list[Box] = []
    blots = [(p["x"] - p["radius"], p["y"] - p["radius"], p["x"] + p["radius"], p["y"] + p["radius"]) for p in points]
    found = []
    here = [p for p in points if besides is None or not besides.holds(p)]
    for p in sorted(here, key=lambda p: (not p["first"], -p["weight"], -p["radius"]))[:most]:
        text = label(p["name"])
        sides = [(side, x, y, _box(side, x, y, text)) for side, x, y in _sides(p, text, on)]
        inside = [s for s in sides if _inside(s[3], on)]
        free = [s for s in inside if not any(_meet(s[3], box) for box in taken)]
        # a large state is worth a speck or two beneath its name
        others = [blot for blot, q in zip(blots, points, strict=True) if q is not p and q["radius"] > p["radius"] / 3]
        clear = [s for s in free if not any(_meet(s[3], blot) for blot in others)]
        chosen = clear or ((free or inside or sides) if p["first"] else [])
        if chosen:
            side, x, y, box = chosen[0]
            taken.append(box)
            found.append({"text": text, "x": x, "y": y, "side": side})
    return found


def _sides(p: Row, text: str, on: Window) -> list[tuple[str, float, float]]:
    """Above, below, to the right, to the left; above and below not beyond the edge."""
    x, y, off, half = p["x"], p["y"], p["radius"] + AIR, _wide(text) / 2
    up, down, middle = y - off - LABEL / 2, y + off + LABEL / 2, min(max(x, half), on.width - half)
    return [("center", middle, up), ("center", middle, down), ("left", x + off, y), ("right", x - off, y)]


def _wide(text: str) -> float:
    return 0.62 * LABEL * len(text)


def _box(side: str, x: float, y: float, text: str) -> Box:
    wide = _wide(text)
    left = x - wide / 2 if side == "center" else x if side == "left" else x - wide
    return left, y - LABEL / 2 - 1, left + wide, y + LABEL / 2 + 1


def _inside(box: Box, on: Window) -> bool:
    return box[0] >= 0.0 and box[2] <= on.width and box[1] >= on.top and box[3] <= on.top + on.height


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
