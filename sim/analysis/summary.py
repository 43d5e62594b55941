"""What a study says in one screen: outcomes, measures, the race against time, who joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analysis.cell import Cell
from sim.analysis.competing import cumulative_incidence
from sim.analysis.intervals import Interval, share, share_by_run
from sim.analysis.open import Study, open_study
from sim.analysis.unfinished import unfinished
from sim.analysis.widths import Widths, two_widths
from sim.stream.codes import Gain, Measure, Outcome, labels
from sim.study.asked import asked

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

DAYS = (7, 30, 90, 180, 365)
RESPONSES = {"action": "first_action_day", "measure": "first_measure_day", "meeting": "first_meeting_day"}
TOWARDS = {
    "arrived": "fought for ",
    "obligation_honoured": "honoured pledge to ",
    "obligation_refused": "refused pledge to ",
}
HELPS = ("fought for", "honoured pledge to", "sanctioned")
ALONE = {"sanction_imposed": "sanctioned", "sanction_refused": "refused sanctions"}
NEVER, ANSWERED, FELL, ENDED = range(4)
CODED = {"outcome": Outcome, "gain": Gain, "strongest_adopted": Measure, "strongest_done": Measure}


def summary(
    study: Annotated[str, typer.Argument(help="name or path of a study")],
    cell: Annotated[str, typer.Option(help="only this cell")] = "",
    response: Annotated[str, typer.Option(help="what counts as an answer: action, measure or meeting")] = "action",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Outcomes, measures, the race against time and who joined, with 95 % intervals.

    Example: covenant-lab summary demo
    """
    opened = open_study(study)
    found = summarise(opened, cell=cell or None, response=response)
    if as_json:
        from sim.analysis.screen import print_json

        print_json(found)
        return
    from sim.analysis.screen import console
    from sim.analysis.summary_screen import show

    show(opened, found, console())


def show_summary(study: str) -> None:
    """Print the screen that ends a run."""
    summary(study)


def summarise(study: Study, cell: str | None = None, response: str = "action") -> dict[str, Any]:
    """Reduce a study to shares and intervals.

    Parameters
    ----------
    study : Study
    cell : str, optional
        Only this cell.
    response : str
        What counts as an answer: ``action`` (sanctions or force by an outsider), ``measure`` or ``meeting``.

    Returns
    -------
    dict
        ``study``, ``path``, ``response``, and under ``cells`` one dict a cell: ``outcome``, ``gain``, ``strongest_adopted``,
        ``strongest_done`` (code to Interval, all crises), ``attempted``, ``race`` (cumulative incidence at ``days`` over
        crises that were attempted), ``never_answered``, ``answered_late`` (Interval), ``joined`` (states and the share of
        attempted crises in which they did so), ``widths`` (as ``outcome`` and so on, code to Widths, where coefficients are
        drawn; else None), ``asked`` (runs asked for; None where that is not known or the cell has yet to stop by what is seen).
        Under ``unfinished`` what is left of them; None if nothing is.
    """
    from sim.errors import StudyError, nearest

    if response not in RESPONSES:
        raise StudyError(f"--response={response!r} is not one of {', '.join(RESPONSES)}{nearest(response, RESPONSES)}")
    chosen = [study.cell(cell)] if cell else list(study.cells)
    day = RESPONSES[response]
    wanted = ["run", "crisis", "aggressor", "target", "attempted", *CODED, day, "objective_day", "end_day", "censored"]
    joined = _joined(study, [c.name for c in chosen])
    cells = []
    for one in chosen:
        crises = one.scan("crises").select(wanted).collect()
        told = _cell(study, one, crises, day) | {"joined": joined.get(one.name)}
        cells.append(told | {"widths": _widths(one, crises)})
    planned = asked(study.path)
    return {
        "study": study.name,
        "path": str(study.path),
        "response": response,
        "cells": [told | {"asked": planned.get(told["cell"])} for told in cells],
        "unfinished": unfinished(planned, cells, whole=not cell),
    }


def _cell(study: Study, cell: Cell, crises: pl.DataFrame, day: str) -> dict[str, Any]:
    import polars as pl

    attempted = crises.filter(pl.col("attempted"))
    first = crises.row(0, named=True) if crises.height else {}
    out: dict[str, Any] = {
        "cell": cell.name,
        "label": study.labels[cell.name],
        "scenario": cell.scenario,
        "arrangement": cell.arrangement,
        "runs": crises.select(pl.col("run").n_unique()).item(),
        "crises": crises.height,
        "failed": cell.failures,
        "aggressor": first.get("aggressor"),
        "target": first.get("target"),
        "aggressors": crises.get_column("aggressor").unique(maintain_order=True).cast(pl.String).to_list(),
        "attempted": _share(crises, pl.col("attempted")),
        "censored": _share(crises, pl.col("censored")),
    }
    for column, codes in CODED.items():
        present = set(crises.get_column(column).drop_nulls().unique().cast(pl.String))
        out[column] = {
            code: _share(crises, pl.col(column).cast(pl.String) == code) for code in labels(codes) if code in present
        }
    out["race"] = _race(attempted, day)
    out["never_answered"] = _share(attempted, pl.col(day).is_null())
    out["answered_late"] = _share(attempted, (pl.col(day) > pl.col("objective_day")).fill_null(False))
    return out


def helps_target(deed: str, aggressors: Sequence[str]) -> bool:
    """Return whether a deed of `joined` was for the target: `sanctioned`, or `fought for` one that is no aggressor."""
    return deed.startswith(HELPS) and deed.rpartition(" ")[2] not in aggressors


def _share(crises: pl.DataFrame, which: pl.Expr) -> Interval:
    import polars as pl

    if crises.height == crises.select(pl.col("run").n_unique()).item():
        return share(int(crises.select(which.sum()).item() or 0), crises.height)
    by_run = crises.group_by("run", maintain_order=True).agg(which.sum().alias("k"), pl.len().alias("n"))
    return share_by_run(by_run.get_column("k").to_list(), by_run.get_column("n").to_list())


def _widths(cell: Cell, crises: pl.DataFrame) -> dict[str, dict[str, Widths]] | None:
    """What luck and what the coefficients leave open, where the cell was played with an ensemble of them."""
    import polars as pl

    if not cell.settings.get("behaviour.ensemble.members"):
        return None
    taken = crises.join(cell.scan("runs").select("run", "member").collect(), on="run")
    out: dict[str, dict[str, Widths]] = {}
    for column, codes in CODED.items():
        is_code = {code: (pl.col(column).cast(pl.String) == code).sum().alias(code) for code in labels(codes)}
        counts = taken.group_by("member", maintain_order=True).agg(pl.len().alias("n"), *is_code.values())
        found = {
            code: two_widths(counts[code].to_list(), counts["n"].to_list()) for code in is_code if counts[code].sum()
        }
        out[column] = {code: widths for code, widths in found.items() if widths is not None}
    return out


def race_of(attempted: pl.DataFrame, day: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return when each crisis was decided and by what: an answer, the fall of the objective, another end, or not yet.

    Parameters
    ----------
    attempted : DataFrame
        Crises that were attempted.
    day : str
        Column with the day of the answer.
    """
    import numpy as np
    import polars as pl

    when = attempted.select(
        pl.col(day).fill_null(np.inf).alias("answer"),
        pl.col("objective_day").fill_null(np.inf).alias("fall"),
        pl.col("end_day").fill_null(np.inf).alias("end"),
        pl.col("censored").fill_null(False).alias("censored"),
    )
    answer, fall, end, censored = (when.get_column(c).to_numpy() for c in when.columns)
    time = np.minimum(np.minimum(answer, fall), end)
    other = np.where(censored, NEVER, ENDED)
    return time, np.where(answer <= time, ANSWERED, np.where(fall <= time, FELL, other))


def _race(attempted: pl.DataFrame, day: str) -> dict[str, Any]:
    """Cumulative incidence of an answer, the fall of the objective and another end, whichever comes first."""
    time, cause = race_of(attempted, day)
    out: dict[str, Any] = {"days": list(DAYS)}
    for name, of in (("answered", ANSWERED), ("fell", FELL), ("ended", ENDED)):
        found = cumulative_incidence(time, cause, of, DAYS, run=attempted.get_column("run").to_numpy())
        out[name] = [
            Interval(*row) for row in zip(found.value.tolist(), found.low.tolist(), found.high.tolist(), strict=True)
        ]
    return out


def _joined(study: Study, cells: list[str]) -> dict[str, dict[str, list[tuple[str, float]]]]:
    """For each cell, the states that sanctioned, fought or refused, with the share of attempted crises.

    Those that acted stand in the order of the capability they brought on average, those that refused in that of the share.
    """
    import polars as pl

    kept = [name for name in cells if "events" in study.cell(name).tables]
    if not kept:
        return {}
    whom = [*TOWARDS, *ALONE]
    aimed = pl.when(pl.col("kind").is_in(list(TOWARDS))).then(pl.col("subject"))
    deeds = (
        study.scan("events", [study.cell(name) for name in kept])
        .filter(pl.col("kind").is_in(whom) & pl.col("actor").is_not_null())
        .select("cell", "run", "crisis", "kind", "actor", aimed.alias("subject"))
        .unique()
        .group_by("cell", "kind", "actor", "subject")
        .len("k")
        .select(pl.col("cell", "kind", "actor", "subject").cast(pl.String), "k")
        .select(
            "cell", "k", pl.col("actor").alias("state"),
            deed=pl.col("kind").replace_strict(TOWARDS | ALONE, return_dtype=pl.String) + pl.col("subject").fill_null(""),
        )
    )  # fmt: skip
    attempted = study.crises.filter("attempted").group_by("cell").len("n").with_columns(pl.col("cell").cast(pl.String))
    weight = study.states.select(pl.col("cell").cast(pl.String), pl.col("state").cast(pl.String), "capability")
    counted = (
        deeds.join(attempted, on="cell")
        .join(weight, on=["cell", "state"], how="left")
        .with_columns(share=pl.col("k") / pl.col("n"))
        .with_columns(
            rank=pl.when(pl.col("deed").str.starts_with("refused"))
            .then("share")
            .otherwise(pl.col("share") * pl.col("capability"))
        )
        .sort(
            "cell", "deed", "rank", "capability", "state", descending=[False, False, True, True, False], nulls_last=True
        )
        .collect()
    )
    out: dict[str, dict[str, list[tuple[str, float]]]] = {name: {} for name in kept}
    for name, deed, state, part in counted.select("cell", "deed", "state", "share").iter_rows():
        out[name].setdefault(deed, []).append((state, part))
    return out
