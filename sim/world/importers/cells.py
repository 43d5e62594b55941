"""Cells of tables from outside: what a column may hold, and what a text in it means."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any, Literal

MISSING = frozenset({"", "NA", ".", "-9", "-9.0", "-9.00"})
ISO3_HEADINGS = frozenset({"iso3", "iso3c", "iso"})
FORMULA = ("=", "+", "-", "@", "\t")

Resolve = Callable[[str, int | None, bool], int]


@dataclass(frozen=True)
class Column:
    """What a column may hold.

    Attributes
    ----------
    kind : {'int', 'float', 'text', 'date', 'state'}
        `state` takes a Correlates of War number, an abbreviation, an ISO 3166 code or a name.
    also : tuple of str
        Other headings under which publishers give it.
    low, high : float, optional
        Inclusive bounds.
    blank : bool
        Cells may be missing: empty, NA or the code -9.
    absent : bool
        The whole column may be missing.
    """

    kind: Literal["int", "float", "text", "date", "state"]
    also: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    blank: bool = False
    absent: bool = False

    def heading(self, name: str, headings: Sequence[str]) -> str | None:
        """Return the heading of `headings` that stands for this column."""
        by_fold = {h.strip().casefold(): h for h in headings}
        return next((by_fold[n.casefold()] for n in (name, *self.also) if n.casefold() in by_fold), None)


YEAR = Column("int", low=1800, high=2100)


def read_cell(text: str, when: str, column: Column, resolve: Resolve | None, heading: str) -> Any:
    """Return what a text means in a column.

    Parameters
    ----------
    text : str
    when : str
        The year of its row, by which a state's name is understood; empty if none.
    column : Column
    resolve : callable or None
        Reads names of states.
    heading : str
        As the file spells it.

    Raises
    ------
    ValueError
        What is wrong, for the caller to say where.
    """
    text = text.strip()
    if column.kind in ("int", "float"):
        return _number(text, column)
    if text in MISSING:
        if column.blank:
            return None
        raise ValueError("the cell is empty")
    if column.kind == "date":
        try:
            day = Date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text[:40]!r} is no date such as 1935-10-03") from None
        if not 1800 <= day.year <= 2100:
            raise ValueError(f"{text} is out of range: years from 1800 to 2100 are allowed")
        return text
    if column.kind == "state":
        if text.isascii() and text.isdigit():
            return _number(text, Column("int", low=1, high=999))
        _no_formula(text)
        if resolve is None:
            raise ValueError(f"{text[:40]!r} must be a Correlates of War number")
        year = int(when) if when.isdigit() else None
        return resolve(text, year, heading.strip().casefold() in ISO3_HEADINGS)
    _no_formula(text)
    return text


def _no_formula(text: str) -> None:
    if text.startswith(FORMULA):
        raise ValueError(f"{text[:40]!r} begins like a spreadsheet formula")


def _number(text: str, column: Column) -> float | int | None:
    if text in MISSING and column.blank:
        return None
    try:
        if "_" in text:
            raise ValueError
        value = float(text)
    except ValueError:
        if text.startswith(("=", "@", "+")):
            _no_formula(text)
        raise ValueError(f"{text[:40]!r} is no number" if text else "the cell is empty") from None
    return bounded(value, column)


def bounded(value: float, column: Column) -> float | int:
    """Return a number that its column allows, else raise ValueError with the bounds."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no finite number")
    if (column.low is not None and value < column.low) or (column.high is not None and value > column.high):
        bounds = f"of {column.low:g} or more" if column.high is None else f"from {column.low:g} to {column.high:g}"
        raise ValueError(f"{value:g} is out of range: {bounds} is allowed")
    if column.kind in ("int", "state"):
        if not value.is_integer():
            raise ValueError(f"{value:g} is no whole number")
        return int(value)
    return value
