"""What there is: studies on disk, tables and columns, levers, scenarios, arrangements; each searchable by a word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from sim.analysis.cell import KNOWN, read_cell, short
from sim.analysis.open import open_study, outputs_root, study_names
from sim.errors import CovenantError

Word = Annotated[str, typer.Argument(help="only what contains this word", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


LEAST_MEANING = 24


def studies(word: Word = "", as_json: AsJson = False) -> None:
    """Studies on disk: cells, runs, size.

    Example: covenant-lab list
    """
    root = outputs_root()
    rows = []
    for name in study_names(root):
        found = [c for p in sorted((root / name / "cells").iterdir()) if (c := _cell_or_none(p)) is not None]
        scenarios = sorted({c.scenario for c in found})
        arrangements = sorted({c.arrangement for c in found})
        rows.append(
            {
                "study": name,
                "cells": len(found),
                "runs": sum(c.runs for c in found),
                "bytes": sum(c.bytes for c in found),
                "failed": sum(c.failures for c in found),
                "scenario": _few(scenarios),
                "arrangement": _few(arrangements),
            }
        )
    heads = ("study", "cells", "runs", "size", "scenario", "arrangements")
    shown = [
        (r["study"], r["cells"], f"{r['runs']:,}", size(r["bytes"]), r["scenario"], r["arrangement"]) for r in rows
    ]
    _list(
        rows,
        shown,
        heads,
        word,
        as_json,
        numbers=(1, 2, 3),
        empty=f"no study in {root} yet; covenant runs=100 makes one",
    )


def tables(
    study: Annotated[str, typer.Argument(help="only the tables this study kept; or a word", show_default=False)] = "",
    word: Word = "",
    as_json: AsJson = False,
) -> None:
    """Every table and column with unit and meaning.

    Example: covenant-lab tables demo front
    """
    kept: Sequence[str] = KNOWN
    if study and (study in study_names(outputs_root()) or "/" in study):
        kept = open_study(study).tables
    elif study:
        study, word = "", f"{study} {word}".strip()
    rows = [row for row in columns_of(kept)]
    shown = [(r["table"], r["column"], r["type"], r["unit"], r["doc"]) for r in rows]
    _list(rows, shown, ("table", "column", "type", "unit", "meaning"), word, as_json)


def levers(word: Word = "", as_json: AsJson = False) -> None:
    """Every key of the configuration: default, range, unit, meaning.

    Example: covenant-lab levers norm
    """
    rows = lever_rows()
    shown = [(r["key"], _default(r["default"]), _range(r), r["unit"], r["doc"]) for r in rows]
    _list(rows, shown, ("key", "default", "allowed", "unit", "meaning"), word, as_json)


def scenarios(word: Word = "", as_json: AsJson = False) -> None:
    """Crises that can be run.

    Example: covenant-lab scenarios 1935
    """
    _options("scenario", ("date", "aggressors", "targets", "own_arrangement"), word, as_json)


def arrangements(word: Word = "", as_json: AsJson = False) -> None:
    """Arrangements that can be put to the test.

    Example: covenant-lab arrangements league
    """
    _options("arrangement", ("kind",), word, as_json)


def experiments(word: Word = "", as_json: AsJson = False) -> None:
    """Experiments that are shipped: a question and the arms that answer it.

    Example: covenant-lab experiments veto
    """
    _options("experiment", ("asks",), word, as_json)


NAMED = {"dictionary": "text", "string": "text", "double": "float64"}


def columns_of(names: Iterable[str]) -> list[dict[str, str]]:
    """Return table, column, type, unit, meaning and codes of every column of the tables named."""
    import json

    from sim.stream.tables import SCHEMAS

    rows = []
    for table in names:
        for one in SCHEMAS[table]:
            told = {k.decode(): v.decode() for k, v in (one.metadata or {}).items()}
            codes = told.get("codes", "")
            words = ", ".join(json.loads(codes)) if codes.startswith("[") else codes
            kind = str(one.type).split("<")[0]
            if codes:
                kind = "code" if codes.startswith("[") else "state"
            rows.append(
                {
                    "table": table,
                    "column": one.name,
                    "type": NAMED.get(kind, kind),
                    "unit": told.get("unit", ""),
                    "doc": told.get("description", ""),
                    "codes": words if codes.startswith("[") else "",
                }
            )
    return rows


def lever_rows() -> list[dict[str, Any]]:
    """Return key, type, default, low, high, unit and doc of every lever a configuration may set."""
    from sim.config import Settings
    from sim.schema import describe

    rows = sorted(describe(Settings), key=lambda row: "." in row["key"])
    return [{key: row.get(key) for key in ("key", "type", "default", "low", "high", "unit", "doc")} for row in rows]


def _options(group: str, facts: Sequence[str], word: str, as_json: bool) -> None:
    from sim import shelf

    rows = []
    for name in shelf.options(group):
        try:
            content = shelf.read(shelf.find(group, name))
        except CovenantError as error:
            rows.append({group: name, "title": f"cannot be read: {error}", **dict.fromkeys(facts, "")})
            continue
        told = {fact: _default(content.get(fact, "")) for fact in facts}
        rows.append({group: name, **told, "title": str(content.get("title", ""))})
    shown = [tuple(str(v) for v in row.values()) for row in rows]
    _list(rows, shown, (group, *facts, "title"), word, as_json)


def _list(
    rows: Sequence[dict[str, Any]],
    shown: Sequence[tuple[Any, ...]],
    heads: Sequence[str],
    word: str,
    as_json: bool,
    numbers: Sequence[int] = (),
    empty: str = "",
) -> None:
    from rich.padding import Padding

    from sim.analysis.screen import columns, console, emit, print_json, styled

    wanted = word.casefold().split()
    kept = [k for k, row in enumerate(rows) if all(w in " ".join(map(str, row.values())).casefold() for w in wanted)]
    if as_json:
        print_json([rows[k] for k in kept])
        return
    # one line each in a pipe, however long, so that grep finds whole items
    screen = console(piped_width=None)
    if not rows and empty:
        emit(screen, empty, space=False)
        return
    if not kept:
        text = " ".join(str(v) for row in rows for v in row.values()).casefold()
        tokens = set(text.replace(".", " ").replace("_", " ").split())
        near = difflib.get_close_matches(word.casefold(), tokens, n=1, cutoff=0.6)
        emit(screen, f"nothing contains {word!r}" + (f"; did you mean {near[0]}?" if near else ""), space=False)
        return
    cells = [[str(v) for v in shown[k]] for k in kept]
    widths = [max(len(row[k]) for row in [list(heads), *cells]) + 2 for k in range(len(heads) - 1)]
    if sum(widths) + LEAST_MEANING > screen.width:
        for row in cells:
            facts = "  ".join(f"{head} {value}" for head, value in zip(heads[1:-1], row[1:-1], strict=True) if value)
            emit(screen, styled((row[0], "bold"), f"  {facts}"), space=False)
            if row[-1]:
                emit(screen, Padding(row[-1], (0, 0, 0, 4)), space=False)
        return
    table = columns(heads, left=len(heads), wrap=(len(heads) - 1,))
    for k in numbers:
        table.columns[k].justify = "right"
    for row in cells:
        table.add_row(*row)
    emit(screen, table, space=False)


def _cell_or_none(path: Any) -> Any:
    try:
        return read_cell(path)
    except CovenantError:
        return None


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f", {len(names) - 3} more" if len(names) > 3 else "")


def size(of: float) -> str:
    """Return a size in bytes in words: ``1.2 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if of < 1000:
            return f"{of:.0f} {unit}" if unit == "B" or of >= 10 else f"{of:.1f} {unit}"
        of /= 1000
    return f"{of:.1f} TB"


def _default(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(short, value))
    if isinstance(value, dict):
        return ""
    return short(value) if value is not None else ""


def _range(row: dict[str, Any]) -> str:
    low, high = (None if bound is None or abs(bound) >= 1e15 else f"{bound:,g}" for bound in (row["low"], row["high"]))
    if low is None and high is None:
        return "" if row["type"] in ("text", "number", "whole number") else str(row["type"])
    if high is None:
        return f"{low} or more"
    return f"{low} to {high}" if low is not None else f"at most {high}"
