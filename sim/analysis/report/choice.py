"""Which cells of a study a report is about, and which stands first."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.cell import Cell
from sim.analysis.open import Study
from sim.errors import StudyError


def based(study: Study, against: str = "") -> Study:
    """Return the study with the arm first that the others are compared with: as told, else the scenario's own arrangement."""
    own = [c for c in study.cells if c.arrangement == c.identity["scenario"].get("own_arrangement")]
    base = study.cell(against) if against else own[0] if len(own) == 1 else study.cells[0]
    return Study(study.name, study.path, (base, *(cell for cell in study.cells if cell is not base)))


def finished(study: Study) -> tuple[Study, list[str]]:
    """Return the study with the cells that have a crisis to tell of, and the labels of the others.

    Raises
    ------
    StudyError
        None has.
    """
    told = tuple(cell for cell in study.cells if any(entry["tally"]["crises"] for entry in cell.entries))
    if not told:
        failed = sum(cell.failures for cell in study.cells)
        why = f": {failed:,} failed, and the table failures says why" if failed else ""
        raise StudyError(f"study {study.name!r} has no finished run to report on{why}")
    empty = [study.labels[cell.name] for cell in study.cells if cell not in told]
    return (study if not empty else Study(study.name, study.path, told)), empty


def chosen(study: Study, cells: Sequence[str]) -> Study:
    """Return the study with only some of its cells."""
    if not cells:
        return study
    kept: list[Cell] = [study.cell(name) for name in cells]
    return Study(study.name, study.path, tuple(kept))
