"""A folder of downloads: which file holds which concept, told by its columns and never by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from sim.errors import DataError
from sim.world.importers.cells import Column, Resolve
from sim.world.importers.table import headings, read


@dataclass(frozen=True)
class Concept:
    """One kind of table.

    Attributes
    ----------
    name : str
    columns : mapping
        By the name used here.
    key : tuple of str
        What occurs once.
    never : tuple of str
        Headings that show a file to be something else.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def fits(self, head: list[str]) -> bool:
        """Tell whether a file with these headings is such a table."""
        folded = {h.strip().casefold() for h in head}
        if any(name.casefold() in folded for name in self.never):
            return False
        return all(c.absent or c.heading(name, head) is not None for name, c in self.columns.items())

    def needed(self) -> str:
        """Return the columns that such a table must have, in words."""
        return ", ".join(name for name, column in self.columns.items() if not column.absent)


class Archive:
    """The files of one folder, each read once.

    Parameters
    ----------
    folder : Path
        Holds CSV and Parquet files as their publishers give them.

    Raises
    ------
    DataError
        The folder does not exist.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DataError(f"--data {folder} is no folder")
        self.folder = folder
        self._frames: dict[str, pl.DataFrame] = {}
        self.files: dict[str, Path] = {}

    @cached_property
    def _heads(self) -> dict[Path, list[str]]:
        heads = {}
        for path in sorted(self.folder.iterdir()):
            if path.suffix in (".csv", ".parquet") and path.is_file():
                heads[path] = headings(path)
        return heads

    def path(self, concept: Concept) -> Path | None:
        """Return the file of a concept, the last by name where several versions stand side by side."""
        fitting = [path for path, head in self._heads.items() if concept.fits(head)]
        return fitting[-1] if fitting else None

    def table(self, concept: Concept, resolve: Resolve | None = None) -> pl.DataFrame | None:
        """Return the table of a concept, or None where the folder has none.

        Raises
        ------
        DataError
            The file is damaged; file, line and column.
        """
        path = self.path(concept)
        if path is None:
            return None
        if concept.name not in self._frames:
            self.files[concept.name] = path
            self._frames[concept.name] = read(path, concept.columns, concept.key, resolve)
        return self._frames[concept.name]

    def required(self, concept: Concept) -> pl.DataFrame:
        """Return the table of a concept that no world can be built without."""
        frame = self.table(concept)
        if frame is None:
            raise DataError(f"{self.folder} has no table of {concept.name} (columns {concept.needed()})")
        return frame
