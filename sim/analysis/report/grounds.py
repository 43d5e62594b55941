"""What the report rests on and what it leaves out: data years, coefficients, version, seed, levers moved, limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim import shelf
from sim.analysis.cell import Cell, short
from sim.analysis.open import Study
from sim.analysis.report.telling import dated
from sim.analysis.wording import several
from sim.stream.tables import flatten

LIMITS = (
    "The coefficients of the decision rule are mostly judgement, set near figures of the field. Differences between arms on the same luck are safer than levels.",
    "The intervals tell what luck leaves open at this number of runs, not whether the model is right.",
    "States are unitary; regimes, leaders and elections play no part. Capability is one number, in reserve and at the place alike.",
    "There is one place and a front of one dimension. Navies, air power, terrain and supply enter through distance, routes and a ratio of forces alone.",
    "What states know is complete but for luck, dispositions and the aggressor's misperception.",
    "Nothing here says whether the states of the day would have signed another charter.",
)


def rests_on(study: Study) -> list[tuple[str, str]]:
    """Return what the report rests on as (what, in words): data years, world, coefficients, version, seed."""
    cell = study.cells[0]
    states = cell.scan("states").collect()
    worlds = dict.fromkeys(_world(c) for c in study.cells)
    behaviours = list(dict.fromkeys(c.settings.get("behaviour", "") for c in study.cells))
    touched = sorted({key for c in study.cells for key in _touched(c)})
    footer = cell.facts["footer"]
    rows = [
        ("World", f"{several(list(worlds), 3)}: {states.height} states with capability, economy, capital, ties and treaties as of that date, none later"),
        ("Horizon", " or ".join(dict.fromkeys(f"{float(c.identity['horizon_days']):g} days" for c in study.cells)) + "; what is unfinished then is coded by the front"),
        ("Coefficients", _coefficients(study.cells, behaviours)),
        ("Levers moved", ", ".join(touched) if touched else "none: files as shipped"),
        ("Seed", " or ".join(dict.fromkeys(str(c.identity["seed"]) for c in study.cells)) + "; arms of the same seed share their luck run by run"),
        ("Program", f"covenant-sim {footer.get('package_version')}, sources {str(footer.get('code_hash'))[:12]}, tables of schema {footer.get('schema_version')}"),
        ("Cells", ", ".join(f"{study.labels[c.name]} {c.name}" for c in study.cells)),
    ]  # fmt: skip
    failed = sum(c.failures for c in study.cells)
    return rows + ([("Failed runs", f"{failed:,}; the table failures says why")] if failed else [])


def _world(cell: Cell) -> str:
    world = cell.identity.get("world")
    return f"{world['name']}, {dated(str(world.get('date', '')))}" if isinstance(world, dict) else str(world)


def _coefficients(cells: Sequence[Cell], behaviours: Sequence[str]) -> str:
    members = {cell.settings.get("behaviour.ensemble.members") or 0 for cell in cells}
    named = several([str(b) for b in behaviours], 3)
    if max(members):
        return f"{named}: {max(members)} sets drawn about their defaults, so every share carries both widths"
    return f"{named}: one set; what is not known of them is not carried in the widths (behaviour=ensemble would)"


def _touched(cell: Cell) -> list[str]:
    """Levers that differ from the shipped file of the part they belong to."""
    found = []
    for group in ("scenario", "arrangement", "behaviour"):
        path = shelf.SHIPPED / group / f"{cell.settings.get(group)}.yaml"
        if path.is_file():
            shipped = flatten({group: shelf.read(path)})
            found += [
                f"{key}={short(cell.settings[key])}"
                for key, value in shipped
                if key in cell.settings and _differs(cell.settings[key], value)
            ]
    return found


def _differs(used: Any, shipped: Any) -> bool:
    if isinstance(used, (int, float)) and isinstance(shipped, (int, float)):
        return float(used) != float(shipped)
    simple = (str, bool, type(None))
    return isinstance(used, simple) and isinstance(shipped, simple) and used != shipped
