"""What the cells of an experiment are called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.stream import durable


def keep(study: Path, arms: Mapping[str, str | None]) -> None:
    """Write down the names of cells, {cell: arm}, in the order of the experiment; a name once given stays."""
    for place, (cell, arm) in enumerate(arms.items()):
        file = study / "arms" / f"{cell}.json"
        if arm is not None and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            durable.write_once(file, durable.sign({"arm": arm, "place": place}))


def read(study: Path) -> dict[str, str]:
    """Return the names of a study's cells, {cell: arm}, in the order of the experiment."""
    told = {path.stem: durable.read_signed(path) for path in (study / "arms").glob("*.json")}
    known = {cell: arm for cell, arm in told.items() if arm is not None}
    return {cell: str(arm["arm"]) for cell, arm in sorted(known.items(), key=lambda item: (item[1]["place"], item[0]))}
