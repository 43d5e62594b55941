"""How a cell begins, and why one that is on disk may refuse to be gone on with."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.errors import StudyError
from sim.stream import durable, parts
from sim.stream.events import DESCRIBING
from sim.stream.log import Record
from sim.stream.store import Cell, open_cell
from sim.stream.tables import Footer


def begin_cell(study: Path, footer: Footer, record: Record, shard_runs: int, extra: Mapping[str, pa.Table]) -> Cell:
    """Open a cell for writing, creating it if it is new: whole, by giving a finished directory its name.

    Parameters
    ----------
    study : Path
    footer : Footer
    record : Record
    shard_runs : int
        Runs a shard [runs]; a cell keeps the size it began with.
    extra : mapping of str to pyarrow.Table
        The tables ``cells`` and ``states``; written anew where what is on disk of them was cut, altered or lost.

    Raises
    ------
    StudyError
        As `refuse` does.
    """
    path = study / "cells" / footer.cell
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = study / f".opening-{footer.cell}-{durable.token()}"
        try:
            _describe(draft, footer, record, shard_runs, extra)
            try:
                os.rename(draft, path)
            except OSError:
                # another process was faster, and made the same
                if not path.exists():
                    raise
            durable.sync(path.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    cell = refuse(study, footer, record)
    assert cell is not None
    if unsound(cell):
        _restore(cell, extra)
    return cell


def unsound(cell: Cell) -> list[Path]:
    """Return the parts of a cell that tell what it is, ``cells`` and ``states``, where they are not as they were written."""
    told = (durable.read_signed(cell.path / "cell.json") or {}).get("parts", {})
    return [path for table in DESCRIBING if not _is_sound(path := cell.part(table, 0), told.get(table), cell)]


def _is_sound(path: Path, told: Mapping[str, Any] | None, cell: Cell) -> bool:
    if told is None:  # as cells were begun before they told it
        return parts.footer(path).get("identity_hash") == cell.footer.identity_hash
    return path.is_file() and durable.checksum(path) == told["sha256"]


def _restore(cell: Cell, extra: Mapping[str, pa.Table]) -> None:
    described = durable.read_signed(cell.path / "cell.json")
    assert described is not None
    described["parts"] = {}
    for table, data in extra.items():
        path = cell.part(table, 0)
        draft = path.with_name(f".{path.name}.{durable.token()}")
        path.parent.mkdir(exist_ok=True)
        try:
            described["parts"][table] = parts.write_part(data, draft, table, cell.footer.metadata())
            durable.sync(draft)
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    durable.write_over(cell.path / "cell.json", durable.sign(described))


def _describe(draft: Path, footer: Footer, record: Record, shard_runs: int, extra: Mapping[str, pa.Table]) -> None:
    made = [draft]
    listing = {}
    for table, data in extra.items():
        (draft / table).mkdir(parents=True)
        made += [draft / table, draft / table / "part-00000.parquet"]
        listing[table] = parts.write_part(data, made[-1], table, footer.metadata())
    described = {
        "footer": {key: value for key, value in asdict(footer).items() if key != "identity"},
        "identity": json.loads(footer.identity),
        "record": {"tables": list(record.tables), "positions": record.positions},
        "shard_runs": shard_runs,
        "states": extra["states"].column("state").to_pylist(),
        "parts": listing,
    }
    made.append(draft / "cell.json")
    made[-1].write_text(durable.sign(described), encoding="utf-8")
    durable.sync_all(made)


def refuse(study: Path, footer: Footer, record: Record) -> Cell | None:
    """Return the cell if it is on disk and may be gone on with, None if it is new.

    Raises
    ------
    StudyError
        The cell was computed by other code or another schema, keeps less than `record` asks for, or is damaged.
    """
    path = study / "cells" / footer.cell
    if not path.exists():
        return None
    cell = open_cell(path)
    where = f"cell {footer.cell} of study {study}"
    if cell.footer.identity_hash != footer.identity_hash:
        raise StudyError(f"{where} holds another experiment with the same short name; take a new study=")
    if cell.footer.schema_version != footer.schema_version:
        versions = f"schema {cell.footer.schema_version}, this is schema {footer.schema_version}"
        raise StudyError(f"{where} was written with {versions}; take a new study=")
    if cell.footer.code_hash != footer.code_hash:
        was, now = cell.footer.code_hash[:8], footer.code_hash[:8]
        raise StudyError(f"{where} was computed by other code ({was}, now {now}); take a new study=")
    if not record.within(cell.record):
        kept, asked = f"{cell.record.level} (positions {cell.record.positions})", f"{record.level} ({record.positions})"
        raise StudyError(
            f"{where} keeps record={kept}, not {asked}; take a new study, such as study={study.name}-{record.level}"
        )
    cell.check()
    return cell
