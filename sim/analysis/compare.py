"""Arms compared on the same luck: differences paired by run, the runs that changed, and where they parted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analysis.cell import GROUPS, Cell, short
from sim.analysis.incidence import FIRST_DAYS, by_day
from sim.analysis.intervals import NOTHING, Interval, mean, paired_share
from sim.analysis.open import Study, open_study
from sim.errors import StudyError, nearest
from sim.stream.quantities import Quantity, quantity

if TYPE_CHECKING:
    import polars as pl

OUTCOMES = "attempted,share_kept,gain:kept,first_action_day"
COMPARED_EVENTS = 5000
SAME = ("day", "kind", "actor", "subject", "measure")


@dataclass(frozen=True)
class Difference:
    """One outcome in two arms.

    Attributes
    ----------
    outcome : str
    unit : str
    runs : int
        Runs compared: all common ones, or those in which both arms have the outcome.
    base, arm : float
        Means over these runs.
    difference : Interval
        Arm less base, paired by run.
    changed : float
        Share of these runs in which the two differ.
    reduction : float
        Variance of the difference of two independent samples of this size over that of the paired one.
    base_has, arm_has : float
        Share of common runs in which each arm has the outcome at all; 1 where it always has.
    """

    outcome: str
    unit: str
    runs: int
    base: float
    arm: float
    difference: Interval
    changed: float
    reduction: float
    base_has: float
    arm_has: float


def compare(
    study: Annotated[str, typer.Argument(help="name or path of a study")],
    by: Annotated[
        str, typer.Option(help="what to compare by: arrangement, scenario or the key of a lever")
    ] = "arrangement",
    outcome: Annotated[str, typer.Option(help="columns of crises, or column:code, separated by commas")] = OUTCOMES,
    against: Annotated[
        str, typer.Option(help="the value that the others are compared with; the first if not given")
    ] = "",
    among: Annotated[str, typer.Option(help="all runs, or those in which both arms attack: all or both")] = "all",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Differences between arms, paired by run, with 95 % intervals.

    Example: covenant-lab compare demo --by arrangement --outcome share_kept,outcome:deterred,first_measure_day
    """
    from sim.analysis.screen import console, print_json

    opened = open_study(study)
    found = [result(opened, *pair, by, outcome.split(","), among) for pair in pairs(opened, by, against)]
    if as_json:
        print_json({"study": opened.name, "by": by, "among": among, "comparisons": found})
        return
    from sim.analysis.compare_screen import show

    screen = console()
    for one in found:
        show(one, among, screen)


def pairs(study: Study, by: str, against: str = "") -> Iterator[tuple[Cell, Cell]]:
    """Yield (base, arm) for cells that differ in `by` and, as far as the study varies it, in nothing else.

    Raises
    ------
    StudyError
        The study does not vary `by`, or nothing else is held the same.
    """
    varied = study.factors
    if by not in varied:
        known = (
            f"it varies {', '.join(varied)}" if varied else "it has one cell only; run another arm into the same study="
        )
        raise StudyError(f"study {study.name!r} does not vary {by!r}; {known}{nearest(by, varied)}")
    held = [key for key in varied if key != by and not (by in GROUPS and key.startswith(f"{by}."))]
    blocks: dict[Any, list[Cell]] = {}
    for cell in filter(lambda cell: cell.runs, study.cells):
        blocks.setdefault(tuple(repr(varied[key][cell.name]) for key in held), []).append(cell)
    values = {short(value) for value in varied[by].values()}
    against = next((value for value in values if _same(value, against)), against)
    if against and against not in values:
        raise StudyError(
            f"--against={against!r} is no value of {by}; {', '.join(sorted(values))}{nearest(against, values)}"
        )
    n = 0
    for cells in blocks.values():
        base = next((c for c in cells if not against or short(varied[by][c.name]) == against), None)
        for arm in cells:
            if base is not None and arm is not base and varied[by][arm.name] != varied[by][base.name]:
                n += 1
                yield base, arm
    if n == 0:
        raise StudyError(
            f"no two cells of study {study.name!r} differ in {by!r} alone; they also differ in {', '.join(held)}"
        )


def _same(value: str, typed: str) -> bool:
    """Return whether two values are written alike, or are the same number."""
    try:
        return value == typed or float(value) == float(typed)
    except ValueError:
        return False


def result(study: Study, base: Cell, arm: Cell, by: str, outcomes: Sequence[str], among: str = "all") -> dict[str, Any]:
    """Compare two cells; see `Difference`, and ``parted`` for the first event at which their runs went apart."""
    if among not in ("all", "both"):
        raise StudyError(f"--among={among!r} is neither all nor both")
    both = paired(base, arm)
    if among == "both":
        both = both.filter("attempted", "attempted_arm")
    if both.height == 0:
        raise StudyError(
            f"no run is in both cells {base.name} and {arm.name}"
            + (" with an attack in each" if among == "both" else "")
        )
    return {
        "base": _named(study, base, by),
        "arm": _named(study, arm, by),
        "held": {k: short(v[base.name]) for k, v in study.factors.items() if k != by and not k.startswith(f"{by}.")},
        "cells": [base.name, arm.name],
        "runs": both.get_column("run").n_unique(),
        "differences": [vars(difference(both, name.strip())) for name in outcomes],
        "incidence": {name: by_day(both, name) for name in map(str.strip, outcomes) if name in FIRST_DAYS},
        "parted": parted(study, base, arm) if {"events"} <= {*base.tables} & {*arm.tables} else None,
    }


def difference(both: pl.DataFrame, outcome: str) -> Difference:
    """Compare one outcome on paired crises, the run being the unit.

    Parameters
    ----------
    both : DataFrame
        One row per crisis found in both arms; the arm's columns end in ``_arm``.
    outcome : str
        A column of crises, or column:code for the share of crises with that code.

    Notes
    -----
    A share takes the interval of paired shares, which stays open where no run changes; so does a number between 0 and 1 that
    changes alike in every run, for which Student's would have no width.
    """
    import polars as pl

    asked, base, arm = _measured(outcome)
    values = both.select("run", a=base, b=arm)
    has = values.select(pl.col("a").is_not_null().mean(), pl.col("b").is_not_null().mean()).row(0)
    kept = values.drop_nulls().group_by("run", maintain_order=True).agg(pl.col("a", "b").cast(pl.Float64).mean())
    n = kept.height
    if n == 0:
        return Difference(outcome, asked.unit, 0, math.nan, math.nan, NOTHING, math.nan, math.nan, *has)
    kept = kept.with_columns(d=pl.col("b") - pl.col("a"))
    a, b, d, va, vb, vd, squares, changed = kept.select(
        pl.col("a").mean().alias("ma"), pl.col("b").mean().alias("mb"), pl.col("d").mean().alias("md"),
        pl.col("a").var().alias("va"), pl.col("b").var().alias("vb"), pl.col("d").var().alias("vd"),
        (pl.col("d") ** 2).sum().alias("squares"), (pl.col("d") != 0).sum().alias("changed"),
    ).row(0)  # fmt: skip
    by_count = asked.unit == "share" or (asked.bounded and not vd)
    interval = paired_share(d * n, squares, n) if by_count else mean(d, math.sqrt(vd or 0.0), n)
    reduction = (va + vb) / vd if vd else math.inf
    return Difference(outcome, asked.unit, n, a, b, interval, changed / n, reduction, *has)


def parted(study: Study, base: Cell, arm: Cell, within: int = COMPARED_EVENTS) -> dict[str, Any]:
    """Find in each of the first `within` runs the first event that differs in day, kind, states or measure.

    Returns
    -------
    dict
        ``runs`` looked at, ``share`` that parted, ``median_day``, and ``at``: the commonest pairs of events (base, arm) with
        their share of runs; an event missing on one side is null.
    """
    import polars as pl

    def told(cell: Cell) -> pl.LazyFrame:
        rows = cell.scan("events").filter(pl.col("run") < within)
        return rows.select("run", "seq", pl.col("day"), *(pl.col(c).cast(pl.String) for c in SAME[1:]))

    runs = base.scan("runs").select("run").join(arm.scan("runs").select("run"), on="run")
    n = runs.filter(pl.col("run") < within).select(pl.len()).collect().item()
    same = pl.all_horizontal(pl.col(c).eq_missing(pl.col(f"{c}_arm")) for c in SAME)
    first = (
        told(base)
        .join(told(arm), on=["run", "seq"], how="full", suffix="_arm", coalesce=True)
        .join(runs, on="run", how="semi")
        .filter(~same)
        .sort("run", "seq")
        .group_by("run", maintain_order=True)
        .first()
        .collect()
    )
    day = first.select(pl.min_horizontal("day", "day_arm").median()).item() if first.height else None
    at = first.group_by("kind", "kind_arm").len("k").sort("k", "kind", "kind_arm", descending=[True, False, False])
    rows = [{"base": a, "arm": b, "share": k / n} for a, b, k in at.iter_rows()]
    return {"runs": n, "share": first.height / n if n else math.nan, "median_day": day, "at": rows}


def _named(study: Study, cell: Cell, by: str) -> str:
    """The value of `by`, with the levers below it where two cells share the value."""
    varied = study.factors
    below = [f"{k.split('.')[-1]}={short(v[cell.name])}" for k, v in varied.items() if k.startswith(f"{by}.")]
    return " ".join([short(varied[by][cell.name]), *below])


def paired(base: Cell, arm: Cell) -> pl.DataFrame:
    """Return the crises found in both cells, one row each; the arm's columns end in ``_arm``."""
    left, right = (cell.scan("crises").drop("cell") for cell in (base, arm))
    return left.join(right, on=["run", "crisis"], how="inner", suffix="_arm").sort("run", "crisis").collect()


def _measured(outcome: str) -> tuple[Quantity, pl.Expr, pl.Expr]:
    """Return what an outcome is and its value in either arm."""
    import polars as pl

    asked = quantity(outcome, "--outcome")
    name, arm = pl.col(asked.name), pl.col(f"{asked.name}_arm")
    if not asked.code:
        return asked, name, arm
    coded = [column.cast(pl.String).eq_missing(pl.lit(asked.code)) for column in (name, arm)]
    return asked, coded[0], coded[1]
