"""A drawing for a file of its own: a background, and over it the title and the legend that the page has in words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from xml.etree import ElementTree

from sim.analysis.report.theme import FONT, LETTER, SIZE, colour

SVG = "http://www.w3.org/2000/svg"
MARGIN, LINE, SWATCH = 12, 20, 11
BESIDE = 48
"""Room at the right for labels that stand aslant [pixels]."""


def on_paper(text: str, heads: Sequence[str], legend: Sequence[tuple[str, str]]) -> str:
    """Return a drawing on a background with its heads, the first of them the title, and what its colours mean.

    Parameters
    ----------
    text : str
        SVG.
    heads : sequence of str
        Empty ones are left out.
    legend : sequence of (str, str)
        Names, and the colours as the page knows them.
    """
    ElementTree.register_namespace("", SVG)
    drawing = ElementTree.fromstring(text)
    width, height = (float(drawing.get(side, "0").removesuffix("px")) for side in ("width", "height"))
    whole = width + MARGIN + BESIDE
    lines = [
        (line, k == 0)
        for k, head in enumerate(filter(None, heads))
        for line in textwrap.wrap(head, int((whole - 2 * MARGIN) / (LETTER * (SIZE + 2)))) or [""]
    ]
    entries = _flowing(legend, whole)
    rows = len(lines) + (entries[-1][1] + 1 if entries else 0)
    top = MARGIN + rows * LINE + (SWATCH if rows else 0)
    total = {"width": f"{whole:g}", "height": f"{top + height + MARGIN:g}"}
    kept = {key: value for key, value in drawing.attrib.items() if key in ("role", "aria-label")}
    root = ElementTree.Element(f"{{{SVG}}}svg", {**total, "viewBox": f"0 0 {total['width']} {total['height']}", **kept})
    _add(root, "rect", total | {"fill": colour("paper")})
    for k, (line, title) in enumerate(lines):
        size, weight = (SIZE + 2, "600") if title else (SIZE, "400")
        _text(root, line, MARGIN, MARGIN + k * LINE + SIZE, size, weight)
    for (name, hue), row, x in entries:
        y = MARGIN + (len(lines) + row) * LINE
        side = {"x": f"{x:g}", "y": f"{y + 2:g}", "width": str(SWATCH), "height": str(SWATCH)}
        _add(root, "rect", side | {"fill": colour(hue)})
        _text(root, name, x + SWATCH + 6, y + SIZE - 1, SIZE, "400")
    for key in ("role", "aria-label"):
        drawing.attrib.pop(key, None)
    drawing.set("x", str(MARGIN))
    drawing.set("y", f"{top:g}")
    drawing.set("overflow", "visible")
    root.append(drawing)
    return ElementTree.tostring(root, encoding="unicode")


def _flowing(legend: Sequence[tuple[str, str]], width: float) -> list[tuple[tuple[str, str], int, float]]:
    """Return the entries of a legend with row and place, as many in a row as fit."""
    placed, row, x = [], 0, float(MARGIN)
    for entry in legend:
        needs = LETTER * SIZE * len(entry[0]) + SWATCH + 24
        if x > MARGIN and x + needs > width:
            row, x = row + 1, float(MARGIN)
        placed.append((entry, row, x))
        x += needs
    return placed


def _add(root: ElementTree.Element, tag: str, attributes: dict[str, str]) -> ElementTree.Element:
    return ElementTree.SubElement(root, f"{{{SVG}}}{tag}", attributes)


def _text(root: ElementTree.Element, text: str, x: float, y: float, size: int, weight: str) -> None:
    look = {"font-family": FONT, "font-size": f"{size}px", "font-weight": weight, "fill": colour("ink")}
    _add(root, "text", {"x": f"{x:g}", "y": f"{y:g}", **look}).text = text
