"""One cell of a study as it stands on disk: what it is, what is committed, and what tells it from its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import StudyError
from sim.stream import durable
from sim.stream.events import DESCRIBING, TABLES
from sim.study import arms

if TYPE_CHECKING:
    import polars as pl

GROUPS = ("scenario", "arrangement", "world", "behaviour")
KNOWN = (*DESCRIBING, *TABLES, "failures")
LABEL_PARTS = 4


@dataclass(frozen=True)
class Cell:
    """One configuration of a study and the runs committed for it.

    Attributes
    ----------
    name : str
        Folder of the cell; the value of the key column `cell`.
    path : Path
    facts : mapping
        What the cell says of itself: footer, identity, record, states.
    entries : tuple of mapping
        What the manifest says of each committed shard, in order.
    arm : str, optional
        What an experiment calls it.
    """

    name: str
    path: Path
    facts: Mapping[str, Any] = field(repr=False)
    entries: tuple[Mapping[str, Any], ...] = field(repr=False)
    arm: str | None = None

    @property
    def identity(self) -> Mapping[str, Any]:
        """The part of the configuration that decides results."""
        return self.facts["identity"]

    @cached_property
    def runs(self) -> int:
        """Runs committed."""
        return sum(entry["tally"]["runs"] for entry in self.entries)

    @cached_property
    def bytes(self) -> int:
        """Size of the committed parts [bytes]."""
        return sum(part["bytes"] for entry in self.entries for part in entry["tables"].values())

    @cached_property
    def failures(self) -> int:
        """Runs that raised."""
        return sum(entry["tally"]["failures"] for entry in self.entries)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the cell keeps."""
        kept = {"cells", "states", *self.facts["record"]["tables"], *(("failures",) if self.failures else ())}
        return tuple(name for name in KNOWN if name in kept)

    @property
    def scenario(self) -> str:
        return _name(self.identity, "scenario")

    @property
    def arrangement(self) -> str:
        return _name(self.identity, "arrangement")

    def parts(self, table: str) -> list[Path]:
        """Return the committed part files of a table in order of run."""
        if table in DESCRIBING:
            return [self.path / table / "part-00000.parquet"]
        return [self.part(table, entry) for entry in self.entries if table in entry["tables"]]

    def part(self, table: str, entry: Mapping[str, Any]) -> Path:
        """Return the part file of a table that an entry of the manifest lists.

        Raises
        ------
        StudyError
            It is missing or was cut.
        """
        from sim.stream.store import present

        return present(self.path / table / f"part-{entry['shard']['number']:05d}.parquet", entry["tables"][table])

    @property
    def schema_version(self) -> int:
        return int(self.facts["footer"]["schema_version"])

    def scan(self, table: str) -> pl.LazyFrame:
        """Return a table of this cell as a LazyFrame, as the newest schema has it."""
        return scanned(table, self.parts(table), self.schema_version)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Every lever of the identity by dotted key; a group's name under the group."""
        out: dict[str, Any] = {}
        for key, value in self.identity.items():
            if key in GROUPS:
                out[key] = _name(self.identity, key)
            _flatten(key, value, out)
        return out


def scanned(table: str, parts: list[Path], version: int) -> pl.LazyFrame:
    """Return part files of a table, all written with schema `version`, as a LazyFrame of the newest."""
    import polars as pl
    import pyarrow.parquet as pq

    from sim.stream.migrations import steps, upgraded

    frame = pl.scan_parquet(parts)
    if not steps(version):
        return frame
    written = pq.read_schema(parts[0]).remove_metadata()
    newest = pl.DataFrame(upgraded(table, written.empty_table(), version)).schema
    known = set(written.names)
    return frame.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in newest.items() if name not in known
    ).select(newest.names())


def read_cell(path: Path) -> Cell | None:
    """Read what a cell says of itself and what is committed; None for a folder that is no cell."""
    if not (path / "cell.json").exists():
        return None
    facts = durable.read_signed(path / "cell.json")
    if facts is None:
        raise StudyError(f"{path / 'cell.json'} is damaged; restore it, or remove the directory {path}")
    listed = sorted((path / "manifest").glob("[0-9]*.json"), key=lambda p: (len(p.name), p.name))
    entries = [durable.read_signed(p) for p in listed if p.suffixes == [".json"]]
    arm = arms.read(path.parent.parent).get(path.name)
    return Cell(path.name, path, facts, tuple(entry for entry in entries if entry is not None), arm)


def factors(cells: Iterable[Cell]) -> dict[str, dict[str, Any]]:
    """Settings in which `cells` differ: {key: {cell: value}}, groups first; see `Study.factors`."""
    cells = list(cells)
    named = {cell.name: cell.arm for cell in cells}
    if None not in named.values() and len(set(named.values())) > 1:
        # the name of an arm stands for all that the experiment changes in it
        same = {arm: [cell for cell in cells if cell.arm == arm] for arm in named.values()}
        within = {key for arm in same.values() for key in differing(arm)}
        return {"arm": named} | {key: told for key, told in differing(cells).items() if key in within}
    return differing(cells)


def differing(cells: Sequence[Cell]) -> dict[str, dict[str, Any]]:
    """Return every setting in which cells differ, also where arms have names of their own."""
    keys = dict.fromkeys(key for cell in cells for key in cell.settings)
    if all(cell.settings.get("world") == cell.settings.get("scenario") for cell in cells):
        # each scenario in the world of its own name: one factor, not two
        keys.pop("world", None)
    out: dict[str, dict[str, Any]] = {}
    for key in sorted(keys, key=lambda k: (k not in GROUPS, k)):
        head = key.split(".")[0]
        peers: dict[Any, set[str]] = {}
        for cell in cells:
            same = cell.settings.get(head) if head in GROUPS and key != head else None
            peers.setdefault(same, set()).add(repr(cell.settings.get(key)))
        if any(len(values) > 1 for values in peers.values()):
            out[key] = {cell.name: cell.settings.get(key) for cell in cells}
    return out


def label(cell: Cell, varied: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the settings in which a cell differs from the others, or its name where they are many."""
    parts = [
        str(v[cell.name]) if k in GROUPS or k == "arm" else f"{k.split('.')[-1]}={short(v[cell.name])}"
        for k, v in varied.items()
    ]
    return " ".join(parts) if 0 < len(parts) <= LABEL_PARTS else cell.name


def short(value: Any) -> str:
    """Return a setting as it is typed on a command line."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{short(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(short, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def order(value: Any) -> tuple[int, float, str]:
    """Return a key that sorts numbers by size and before words."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return (0, float(value), "") if number else (1, 0.0, str(value))


def _name(identity: Mapping[str, Any], group: str) -> str:
    value = identity.get(group)
    return str(value.get("name", group)) if isinstance(value, Mapping) else str(value)


def _flatten(key: str, value: Any, out: dict[str, Any]) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not (key in GROUPS and name in ("name", "title")):
                _flatten(f"{key}.{name}", inner, out)
    elif key not in GROUPS:
        out[key] = value[:8] if key.endswith(".sha256") else value
