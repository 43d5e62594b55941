"""Values of a case file as numbers, flags, days, codes and lists of words, however they were written."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import datetime
from typing import Any

YES = ("true", "yes", "y", "1")
NO = ("false", "no", "n", "0")
_DAYS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y/%m/%d", "%d.%m.%Y")
_MONTHS = ("%Y-%m", "%B %Y", "%b %Y", "%Y/%m")
_BETWEEN = re.compile(r"[,;]\s*(?![^()]*\))")
"""A comma that stands in no brackets."""


def number(value: Any) -> float | None:
    """Return a finite number, written as one or as its text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def flag(value: Any) -> bool | None:
    """Return yes or no; None for anything else."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    return True if word in YES else False if word in NO else None


def numbers(value: Any) -> dict[str, float]:
    """Return the numbers of a mapping by name."""
    found = {str(k): number(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
    return {k: v for k, v in found.items() if v is not None}


def texts(value: Any) -> list[str]:
    """Return words: of a list, or of one text at the commas that stand in no brackets; nothing of anything else."""
    if isinstance(value, str):
        return [part.strip() for part in _BETWEEN.split(value) if part.strip()]
    return [t for t in value if isinstance(t, str)] if isinstance(value, Sequence) else []


def code(value: Any) -> Any:
    """Return a code as it is listed: lower case, underscores, plain hyphens, without brackets; what is no text as it is."""
    if not isinstance(value, str):
        return value
    plain = re.sub(r"\s*\([^)]*\)", "", value).strip().casefold().replace("–", "-")
    return re.sub(r"[\s_]+", "_", plain)


def day(value: Any) -> tuple[Date, str | None] | None:
    """Return a date and, where only its month or year was given, what was taken; None if it is no date.

    A month is taken at its first day, a year at 1 July.
    """
    text = str(value).strip()
    try:
        return datetime.fromisoformat(text).date(), None
    except ValueError:
        pass
    for form in _DAYS:
        if found := _parsed(text, form):
            return found, None
    for form in _MONTHS:
        if found := _parsed(text, form):
            return found, f"start_date={text} has no day; taken as {found}"
    if re.fullmatch(r"\d{4}", text) and int(text):
        found = Date(int(text), 7, 1)
        return found, f"start_date={text} has no day; taken as {found}"
    return None


def _parsed(text: str, form: str) -> Date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None
