"""Yearly figures, carried forward where the last years are missing."""

from __future__ import annotations

from typing import Any

import polars as pl


def latest(frame: pl.DataFrame, value: str, year: int, back_years: int) -> dict[int, tuple[Any, int]]:
    """Return each state's newest value within `back_years` up to `year`, with the year it is of.

    Parameters
    ----------
    frame : DataFrame
        Columns ccode, year and `value`.
    """
    rows = (
        frame.filter(pl.col("year").is_between(year - back_years, year) & pl.col(value).is_not_null())
        .sort("year")
        .group_by("ccode", maintain_order=True)
        .agg(pl.col(value).last(), pl.col("year").last())
    )
    return {ccode: (found, when) for ccode, found, when in rows.select("ccode", value, "year").iter_rows()}


def pairs_of(frame: pl.DataFrame, year: int, back_years: int) -> tuple[pl.DataFrame, int | None]:
    """Return the dyads of `year`, or those of the table's last year when that lies at most `back_years` before."""
    if frame.is_empty():
        return frame, None
    asked = min(year, max(frame["year"].to_list()))
    found = frame.filter(pl.col("year") == asked)
    if year - asked > back_years or found.is_empty():
        return frame.head(0), None
    return found, asked
