"""What is left of the runs that were asked of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def unfinished(
    planned: Mapping[str, int | None], cells: Sequence[Mapping[str, Any]], whole: bool = True
) -> dict[str, int] | None:
    """Return what is left to do; None if nothing is.

    Parameters
    ----------
    planned : mapping
        Runs asked of each cell, as `sim.study.asked.asked` tells them.
    cells : sequence of mapping
        Each cell on disk with ``cell``, ``runs`` and ``failed``.
    whole : bool
        These are all cells on disk, so that others were not begun.

    Returns
    -------
    dict
        ``cells`` and ``runs`` asked for, ``cells_done`` and ``runs_done`` of these, ``cells_to_stop``: those that stop by what
        is seen and have not yet, of whose runs only what is done is counted.
    """
    done = {one["cell"]: one["runs"] + one["failed"] for one in cells}
    known = {cell: runs for cell, runs in planned.items() if whole or cell in done}
    kept = {
        cell: min(done.get(cell, 0), runs) if runs is not None else done.get(cell, 0) for cell, runs in known.items()
    }
    full = sum(runs is not None and kept[cell] >= runs for cell, runs in known.items())
    if full == len(known):
        return None
    return {
        "cells": len(known),
        "cells_done": full,
        "cells_to_stop": sum(runs is None for runs in known.values()),
        "runs": sum(kept[cell] if runs is None else runs for cell, runs in known.items()),
        "runs_done": sum(kept.values()),
    }


def unfinished_line(left: Mapping[str, int] | None) -> str:
    """Return what is left as it is told, empty if nothing is."""
    if left is None:
        return ""
    told = []
    if left["runs_done"] < left["runs"]:
        told.append(f"{left['runs_done']:,} of {left['runs']:,} runs")
    if left["cells"] > 1:
        told.append(f"{left['cells_done']:,} of {left['cells']:,} cells")
    if n := left["cells_to_stop"]:
        told.append(f"{n:,} cell{'s have' if n > 1 else ' has'} yet to reach stop.half_width")
    return f"Unfinished  {', '.join(told)}; the command that asked for them goes on where it stopped"
