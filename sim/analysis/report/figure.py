"""A figure of the report: drawn by Vega-Lite, carried as SVG with its values in it, and the table behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from sim.analysis.report.paper import SVG, on_paper
from sim.analysis.report.theme import NARROW, WIDE, config, fixed

FORMATS = (".svg", ".png")
Chart = Callable[[int], Any]


@dataclass(frozen=True)
class Panel:
    """One drawing of a figure.

    Attributes
    ----------
    draw : callable
        Makes the Altair chart for a width [pixels].
    alt : str
        What it shows, in words.
    title : str
        Over it; empty if the figure's own will do.
    grows : bool
        Drawn again at the width of the page where there is room, as one that is alone is in any case; else panels stand side by side.
    """

    draw: Chart
    alt: str
    title: str = ""
    grows: bool = False


@dataclass(frozen=True)
class Table:
    """The numbers behind a figure: the first column names the row."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure, what it says and the numbers behind it; `short` stands for it in the contents, `note` is how to read it."""

    name: str
    short: str
    title: str
    panels: Sequence[Panel]
    tables: Sequence[Table] = ()
    says: str = ""
    note: str = ""
    legend: Sequence[tuple[str, str]] = field(default=())

    def __post_init__(self) -> None:
        if len(self.panels) == 1:  # it has the page to itself
            object.__setattr__(self, "panels", [replace(self.panels[0], grows=True)])


def specs(panel: Panel) -> list[tuple[str, str]]:
    """Return the drawings of a panel as (size, Vega-Lite specification): `narrow`, and `wide` where it grows."""
    sizes = [("narrow", NARROW), ("wide", WIDE)] if panel.grows else [("narrow", NARROW)]
    return [(size, _spec(panel.draw, width)) for size, width in sizes]


def picture(spec: str, alt: str, name: str) -> str:
    """Return a specification drawn by Vega as an accessible SVG, colours still by name; other threads go on meanwhile."""
    import vl_convert

    return accessible(str(vl_convert.vegalite_to_svg(spec)), alt, name)


def _spec(draw: Chart, width: int) -> str:
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):  # Altair's checks of each part take longer than Vega takes to draw; tests make them
        told: Mapping[str, Any] = draw(width).to_dict(validate=False)
    whole = {**told, "width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    whole["config"] = {
        **config(),
        **{k: v for k, v in told.get("config", {}).items() if k not in ("view", "background")},
    }
    return json.dumps(whole)


def export(figure: Figure, folder: Path) -> list[Path]:
    """Write every panel as .svg and .png, in light colours on white, with what the page says over it; return the files."""
    import vl_convert

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for k, panel in enumerate(figure.panels, 1):
        name = figure.name if len(figure.panels) == 1 else f"{figure.name}-{k}"
        alone = fixed(
            on_paper(picture(specs(panel)[-1][1], panel.alt, name), (figure.title, panel.title), figure.legend)
        )
        for suffix in FORMATS:
            path = folder / f"{name}{suffix}"
            content = alone.encode() if suffix == ".svg" else vl_convert.svg_to_png(alone, scale=2)
            path.write_bytes(content)
            written.append(path)
    return written


def accessible(text: str, alt: str, name: str) -> str:
    """Return a drawing as one image with an alternative text; marks keep their values as `data-tip`.

    Parameters
    ----------
    text : str
        SVG as Vega writes it.
    alt : str
    name : str
        Put before the names of its parts, which must be unique on the page.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(text)
    for element in root.iter():
        tip = element.attrib.pop("aria-label", "")
        if element.attrib.get("aria-roledescription") and "mark-group" not in element.get("class", "") and tip:
            element.set("data-tip", tip)
        for key in ("role", "aria-roledescription", "aria-hidden", "class", "pointer-events", "opacity"):
            if key != "opacity" or element.get(key) == "1":
                element.attrib.pop(key, None)
        if element.tag == f"{{{SVG}}}text" and "stroke" in element.attrib:
            element.set("paint-order", "stroke")  # a halo, not an outline
        if "id" in element.attrib:
            element.set("id", f"{name}-{element.get('id')}")
        if element.get("clip-path", "").startswith("url(#"):
            element.set("clip-path", f"url(#{name}-{element.get('clip-path', '')[5:-1]})")
    root.set("role", "img")
    root.set("aria-label", alt)
    return ElementTree.tostring(root, encoding="unicode")
