"""A study on disk as lazy tables: what `open_study` returns."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.cell import KNOWN, Cell, factors, label, order, read_cell, scanned
from sim.errors import StudyError, nearest
from sim.stream.log import LEVELS
from sim.study import arms

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Study:
    """What a study holds, table by table; reading starts when a frame is collected.

    Attributes
    ----------
    name : str
    path : Path
    cells : tuple of Cell
        In the order of their names.

    Examples
    --------
    >>> from sim.analysis import open_study
    >>> study = open_study("demo")                                        # doctest: +SKIP
    >>> study.crises.group_by("cell", "outcome").len().collect()          # doctest: +SKIP
    """

    name: str
    path: Path
    cells: tuple[Cell, ...]

    @property
    def typed(self) -> str:
        """What stands for this study in a command: its name, or the path of one that is not among the outputs."""
        if (outputs_root() / self.name).resolve() == self.path.resolve():
            return self.name
        return shlex.quote(str(self.path) if os.sep in str(self.path) else f".{os.sep}{self.path}")

    def table(self, name: str) -> pl.LazyFrame:
        """Return a table of all cells as a LazyFrame with key columns cell, run and crisis.

        Raises
        ------
        StudyError
            No such table, or no cell kept it.
        """
        if name not in KNOWN:
            raise StudyError(f"no table {name!r}{nearest(name, KNOWN)}")
        files = self.files(name)
        if not files:
            kept = f"keeps {', '.join(self.tables)}"
            level = next((level for level, tables in LEVELS.items() if name in tables), None)
            more = f"; record={level} and another study= would" if level else ""
            raise StudyError(f"study {self.name!r} {kept}, not {name!r}{more}")
        return self.scan(name, self.cells)

    def scan(self, name: str, cells: Iterable[Cell]) -> pl.LazyFrame:
        """Return a table of some cells that keep it as a LazyFrame, whatever the schema each was written with."""
        import polars as pl

        files: dict[int, list[Path]] = {}
        for cell in cells:
            if name in cell.tables:
                files.setdefault(cell.schema_version, []).extend(cell.parts(name))
        frames = [scanned(name, parts, version) for version, parts in files.items()]
        return frames[0] if len(frames) == 1 else pl.concat(frames, how="vertical_relaxed")

    def has(self, name: str) -> bool:
        """Return whether any cell kept table `name`."""
        return name in self.tables

    def of_run(self, name: str, cell: Cell, run: int) -> pl.DataFrame:
        """Return the rows of one run of one cell, reading no other shard."""
        import polars as pl

        if name not in cell.tables:
            self.table(name)
            raise StudyError(f"cell {cell.name} of study {self.name!r} keeps {', '.join(cell.tables)}, not {name!r}")
        for entry in cell.entries:
            shard = entry["shard"]
            if shard["first"] <= run < shard["stop"] and name in entry["tables"]:
                rows = scanned(name, [cell.part(name, entry)], cell.schema_version)
                return rows.filter(pl.col("run") == run).collect()
        last = max(entry["shard"]["stop"] for entry in cell.entries) - 1
        raise StudyError(f"study {self.name!r} has no run {run}; its runs are 0 to {last}")

    def files(self, name: str, cell: str | None = None) -> list[Path]:
        """Return the committed part files of a table in order of cell and run."""
        return [
            part for c in self.cells if cell is None or c.name == cell if name in c.tables for part in c.parts(name)
        ]

    def cell(self, name: str) -> Cell:
        """Return a cell by its name, the start of it, or its label; StudyError names the nearest."""
        for cell in self.cells:
            if name in (cell.name, self.labels[cell.name]) or (len(name) >= 4 and cell.name.startswith(name)):
                return cell
        known = [word for cell in self.cells for word in (self.labels[cell.name], cell.name)]
        some = [*known[::2][:5], *["..."][: len(known) > 10]]
        raise StudyError(
            f"study {self.name!r} has no cell {name!r}{nearest(name, known) or '; it has ' + ', '.join(some)}"
        )

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables that this study kept."""
        kept = {name for cell in self.cells for name in cell.tables}
        return tuple(name for name in KNOWN if name in kept)

    @cached_property
    def factors(self) -> dict[str, dict[str, Any]]:
        """Settings in which the cells differ: {key: {cell: value}}, groups first.

        A lever below a group counts only where two cells of the same group member differ in it: two arrangements differ in
        many clauses, and their names say so.
        """
        return factors(self.cells)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The shortest words that tell the cells apart."""
        if len(self.cells) == 1:
            return {self.cells[0].name: self.cells[0].arrangement}
        return {cell.name: label(cell, self.factors) for cell in self.cells}

    def named(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return a table with a column `arm` before the others: what tells its cell from the rest, in words."""
        import polars as pl

        arm = pl.col("cell").cast(pl.String).replace_strict(self.labels, return_dtype=pl.String).alias("arm")
        return frame.select(arm, pl.all())

    @property
    def crises(self) -> pl.LazyFrame:
        """One row per crisis: the fact table."""
        return self.table("crises")

    @property
    def runs(self) -> pl.LazyFrame:
        """One row per run."""
        return self.table("runs")

    @property
    def events(self) -> pl.LazyFrame:
        """One row per event; `cause` is the seq of the event that led to it."""
        return self.table("events")

    @property
    def drafts(self) -> pl.LazyFrame:
        """One row per draft put to a vote."""
        return self.table("drafts")

    @property
    def positions(self) -> pl.LazyFrame:
        """One row per recorded position, with its terms."""
        return self.table("positions")

    @property
    def contributions(self) -> pl.LazyFrame:
        """One row per sanction or contingent of a state."""
        return self.table("contributions")

    @property
    def tracks(self) -> pl.LazyFrame:
        """Series by day."""
        return self.table("tracks")

    @property
    def spells(self) -> pl.LazyFrame:
        """Phases of each crisis, ready for survival analysis."""
        return self.table("spells")

    @property
    def forecasts(self) -> pl.LazyFrame:
        """What the aggressor foresaw."""
        return self.table("forecasts")

    @property
    def states(self) -> pl.LazyFrame:
        """The states of each cell's world as used."""
        return self.table("states")


def outputs_root() -> Path:
    """Return the folder of studies: `$COVENANT_OUTPUTS`, or `outputs` here."""
    return Path(os.environ.get("COVENANT_OUTPUTS") or "outputs")


def open_study(study: str | Path) -> Study:
    """Open a study by name or path.

    Parameters
    ----------
    study : str or Path
        A name under `outputs/` (or `$COVENANT_OUTPUTS`), or the path of a study's folder.

    Raises
    ------
    StudyError
        There is no such study, or it holds no committed runs; the message names the nearest.
    """
    root = outputs_root()
    # what is written as a path is one, also where a study of that name stands among the outputs
    places = (Path(study), root / study) if os.sep in str(study) else (root / study, Path(study))
    path = next((p for p in places if (p / "cells").is_dir()), None)
    if path is None:
        known = study_names(root)
        raise StudyError(
            f"no study {str(study)!r} in {root}" + (nearest(str(study), known) if known else ", which holds none yet")
        )
    cells = [cell for p in sorted((path / "cells").iterdir()) if (cell := read_cell(p)) is not None and cell.entries]
    if not cells:
        raise StudyError(f"study {path.name!r} holds no finished runs yet; the command that began it goes on with it")
    varied = [key for key in factors(cells) if key != "arm"]
    place = {cell: k for k, cell in enumerate(arms.read(path))}
    cells.sort(key=lambda cell: (place.get(cell.name, len(place)), [order(cell.settings.get(key)) for key in varied]))
    return Study(path.resolve().name, path, tuple(cells))


def study_names(root: Path) -> list[str]:
    """Return the names of the studies under `root`."""
    return sorted(p.parent.name for p in root.glob("*/cells") if p.is_dir())
