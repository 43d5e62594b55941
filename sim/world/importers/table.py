"""Tables from outside, read cell by cell so that a damaged one is refused by file, line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import DataError
from sim.world.importers.cells import Column, Resolve, bounded, read_cell

LINE_LIMIT = 1 << 20


def headings(path: Path) -> list[str]:
    """Return the column names of a CSV or Parquet file.

    Raises
    ------
    DataError
        The file cannot be read that far.
    """
    if path.suffix == ".parquet":
        try:
            return list(pl.read_parquet_schema(path))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise DataError(f"{path} is not a readable Parquet file: {_brief(error)}") from None
    with path.open("rb") as file:
        first = file.readline(LINE_LIMIT + 1)
    return next(_records(path, first))[1]


def read(
    path: Path, columns: Mapping[str, Column], key: Sequence[str] = (), resolve: Resolve | None = None
) -> pl.DataFrame:
    """Read the named columns of a file.

    Parameters
    ----------
    path : Path
        CSV in UTF-8 with a heading line, or Parquet.
    columns : mapping
        By the name that the frame is to use.
    key : sequence of str
        Columns whose values together may occur once.
    resolve : callable, optional
        Turns a state's name, a year and whether the name is an ISO 3166 code into its Correlates of War number.

    Raises
    ------
    DataError
        One line: file, line, column, what is wrong, what is allowed.
    """
    if path.suffix == ".parquet":
        return _read_parquet(path, columns, key)
    records = _records(path, path.read_bytes())
    _, head = next(records)
    places = _places(path, columns, head)
    lines, rows = [], []
    for line, record in records:
        if len(record) != len(head):
            raise DataError(
                f"{path}, line {line}: {len(record)} fields under a heading of {len(head)}; the line is cut or a quote is open"
            )
        lines.append(line)
        rows.append(record)
    if not rows:
        raise DataError(f"{path}, line 2: no rows below the heading")
    year_at = next((place for name, place in places.items() if name in ("year", "start")), None)
    cells = list(zip(*rows, strict=True))
    years = [text[:4] for text in cells[year_at]] if year_at is not None else [""] * len(rows)
    out: dict[str, list[Any]] = {name: [None] * len(rows) for name in columns}
    for name, place in places.items():
        column = columns[name]
        marks = (
            list(zip(cells[place], years, strict=True))
            if column.kind == "state"
            else [(text, "") for text in cells[place]]
        )
        known: dict[tuple[str, str], Any] = {}
        for mark in dict.fromkeys(marks):
            try:
                known[mark] = read_cell(*mark, column, resolve, head[place])
            except ValueError as error:
                raise DataError(f"{path}, line {lines[marks.index(mark)]}, column {head[place]}: {error}") from None
        out[name] = [known[mark] for mark in marks]
    _check_key(path, lines, out, key)
    types = {"int": pl.Int64, "state": pl.Int64, "float": pl.Float64, "text": pl.String, "date": pl.String}
    return pl.DataFrame(out, schema={name: types[column.kind] for name, column in columns.items()})


def _check_key(path: Path, lines: Sequence[int], values: Mapping[str, Sequence[Any]], key: Sequence[str]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for line, mark in zip(lines, zip(*(values[name] for name in key), strict=True), strict=False):
        if mark in seen:
            named = ", ".join(f"{name}={value}" for name, value in zip(key, mark, strict=True))
            raise DataError(f"{path}, line {line}, column {key[0]}: {named} is given twice, first in line {seen[mark]}")
        seen[mark] = line


def _records(path: Path, raw: bytes) -> Iterator[tuple[int, list[str]]]:
    for number, size in enumerate(map(len, raw.split(b"\n")), start=1):
        if size > LINE_LIMIT:
            raise DataError(f"{path}, line {number}, column 1: the line is longer than {LINE_LIMIT} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = raw.rfind(b"\n", 0, error.start) + 1
        line = raw.count(b"\n", 0, error.start) + 1
        column = raw.count(b",", start, error.start) + 1
        raise DataError(
            f"{path}, line {line}, column {column}: byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(f"{path}, line {line}, column 1: holds a zero byte; the file is no text")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    count = start = 0
    while True:
        start = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            cause = "a quote is opened and never closed" if "end of data" in str(error) else str(error)
            raise DataError(f"{path}, line {start}, column 1: {cause}") from None
        if record:
            count += 1
            yield start, record
    if not count:
        raise DataError(f"{path}, line 1: the file is empty")


def _places(path: Path, columns: Mapping[str, Column], head: list[str]) -> dict[str, int]:
    folded = [h.strip().casefold() for h in head]
    for place, name in enumerate(folded):
        if name and name in folded[:place]:
            raise DataError(f"{path}, line 1, column {head[place]}: the heading is given twice")
    places = {}
    for name, column in columns.items():
        found = column.heading(name, head)
        if found is not None:
            places[name] = head.index(found)
        elif not column.absent:
            raise DataError(f"{path}, line 1: no column {' or '.join((name, *column.also))}")
    return places


def _read_parquet(path: Path, columns: Mapping[str, Column], key: Sequence[str]) -> pl.DataFrame:
    head = headings(path)
    places = _places(path, columns, head)
    try:
        frame = pl.read_parquet(path, columns=[head[place] for place in places.values()])
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"{path} is not a readable Parquet file: {_brief(error)}") from None
    frame = frame.rename({head[place]: name for name, place in places.items() if head[place] != name})
    for name in places:
        column, series = columns[name], frame[name]
        if column.kind in ("text", "date"):
            if series.dtype != pl.String:
                raise DataError(f"{path}, line 1, column {name}: holds {series.dtype}, not text")
            continue
        if not series.dtype.is_numeric():
            raise DataError(f"{path}, line 1, column {name}: holds {series.dtype}, not numbers")
        values = series.cast(pl.Float64)
        values = values.set(values == -9, None) if column.blank else values
        bad = values.is_null() & (not column.blank) | ~values.is_finite().fill_null(True)
        for bound, wrong in ((column.low, values.lt), (column.high, values.gt)):
            if bound is not None:
                bad = bad | wrong(bound).fill_null(False)
        if column.kind != "float":
            bad = bad | (values.is_finite().fill_null(False) & (values != values.floor()).fill_null(False))
        if bad.any():
            row = bad.arg_max() or 0
            try:
                reason = "the cell is empty" if values[row] is None else str(bounded(values[row], column))
            except ValueError as error:
                reason = str(error)
            raise DataError(f"{path}, line {row + 1}, column {name}: {reason}")
        frame = frame.with_columns((values if column.kind == "float" else values.cast(pl.Int64)).alias(name))
    packed = sum((pl.col(name) * 10_000**k for k, name in enumerate(key)), pl.lit(0))
    if key and frame.select(packed.n_unique()).item() < len(frame):
        _check_key(path, range(1, len(frame) + 1), {name: frame[name].to_list() for name in key}, key)
    return frame.with_columns(pl.lit(None).alias(name) for name in columns if name not in places)


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0][:120]
