"""How many runs launches asked of each cell of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.study.launch import launches


def asked(study: Path) -> dict[str, int | None]:
    """Return the runs asked of each cell [runs]; None where it stops by what is seen and has not yet.

    A cell that was never begun is named as well.
    """
    found: dict[str, int | None] = {}
    by: dict[str, Any] = {}
    for told in launches(study):
        stop, stopped = told.get("stop"), told.get("stopped") or {}
        for cell, runs in told.get("cells", {}).items():
            if cell in stopped:
                found[cell], by[cell] = stopped[cell]["runs"], stop
            elif not stop:
                found[cell] = max(found.get(cell) or 0, runs)
            elif by.get(cell) != stop:
                found[cell] = None
    return found
