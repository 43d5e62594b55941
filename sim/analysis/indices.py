"""Indices of a design with intervals, and how much of what is seen is luck."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.cell import Cell
from sim.analysis.intervals import Interval
from sim.analysis.open import Study
from sim.errors import SettingError, StudyError
from sim.stream.quantities import quantity
from sim.study.design import Block, Design, problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 200
LEVEL = 0.95
FEWEST_CLOUD = 64
WHAT = {
    "sobol": {"first": "alone", "total": "with others"},
    "morris": {"mu_star": "mean size of effects", "sigma": "their spread"},
    "latin_hypercube": {"first": "alone"},
}


class Luck(NamedTuple):
    """How much of the variance between cells is noise.

    Attributes
    ----------
    runs : int
        Runs a cell, the same ones in each [runs].
    share : float
        Share of the variance of cell means that more runs would remove.
    apart : float
        What it would be had each cell had luck of its own.
    """

    runs: int
    share: float
    apart: float


@dataclass(frozen=True)
class Sensitivity:
    """Indices of one outcome at the points of one block.

    Attributes
    ----------
    held : tuple of str
        What else the sweep varies, here.
    outcome, method : str
    points, cells : int
        Points of the design, and different cells among them.
    levers : list of str
    indices : dict of str to list of Interval
        By kind (``first``, ``total``; ``mu_star``, ``sigma``), one a lever.
    luck : Luck
    spread : tuple of float
        Least and largest mean of a cell.
    """

    held: tuple[str, ...]
    outcome: str
    method: str
    points: int
    cells: int
    levers: list[str]
    indices: dict[str, list[Interval]]
    luck: Luck
    spread: tuple[float, float]


def sensitivities(study: Study, design: Design, outcomes: Sequence[str]) -> list[Sensitivity]:
    """Return the sensitivity of each outcome in each block of a design.

    Raises
    ------
    StudyError
        Cells are missing, have no runs in common, or do not differ.
    SettingError
        No such outcome; SALib is not installed.
    """
    if find_spec("SALib") is None:
        raise SettingError("sensitivity needs SALib: pip install 'covenant-sim[sensitivity]'")
    return [_of(study, design, block, outcome.strip()) for block in design.blocks for outcome in outcomes]


def luck(values: NDArray[np.float64]) -> Luck:
    """Separate levers from luck in runs that share it.

    Parameters
    ----------
    values : (n_cells, n_runs) float64 ndarray

    Notes
    -----
    Two-way layout without replication: what a run adds to all cells alike moves no difference, so the noise of a cell's mean
    is the residual variance over the number of runs. `apart` takes all of a cell's variance instead.
    """
    n_cells, n_runs = values.shape
    means = values.mean(axis=1)
    between = means.var(ddof=1)
    residual = values - means[:, None] - values.mean(axis=0)[None, :] + values.mean()
    noise = (residual**2).sum() / ((n_cells - 1) * (n_runs - 1)) / n_runs
    apart = values.var(axis=1, ddof=1).mean() / n_runs
    common = max(0.0, apart - noise)
    return Luck(n_runs, float(min(1.0, noise / between)), float(min(1.0, apart / (between + common))))


def resampled(
    values: NDArray[np.float64], rows: NDArray[np.int64], group: int, indices: Callable[[Any, Any], dict[str, Any]]
) -> dict[str, list[Interval]]:
    """Return indices with percentile intervals over designs and luck alike.

    Parameters
    ----------
    values : (n_cells, n_runs) float64 ndarray
    rows : (n_points,) int64 ndarray
        Cell at each point.
    group : int
        Points that belong together: a base point with its neighbours, a trajectory; 0 where a point must not be taken twice.
    indices : callable
        ``indices(points, means)``, from the numbers of the points taken and the mean at each.

    Notes
    -----
    Each resample draws whole groups of points, and runs for all cells at once (bootstrap; Efron 1979; Archer, Saltelli and
    Sobol 1997). Where a method sorts its points, half of them are drawn without replacement, which varies as the whole does
    (half-samples; Shao and Wu 1989), and laid about the estimate.
    """
    import numpy as np

    draw = np.random.default_rng(1)
    n_points, n_runs = len(rows), values.shape[1]
    everything = np.arange(n_points)
    best = indices(everything, values.mean(axis=1)[rows])
    drawn: dict[str, list[Any]] = {kind: [] for kind in best}
    for _ in range(RESAMPLES):
        weights = np.bincount(draw.integers(0, n_runs, n_runs), minlength=n_runs) / n_runs
        if group:
            taken = draw.integers(0, n_points // group, n_points // group)
            points = (taken[:, None] * group + np.arange(group)).ravel()
        else:
            points = np.sort(draw.permutation(n_points)[: n_points // 2])
        for kind, found in indices(points, (values @ weights)[rows[points]]).items():
            drawn[kind].append(found)
    tails = 100 * np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    bounds = {kind: np.percentile(np.array(found), tails, axis=0) for kind, found in drawn.items()}
    if not group:
        bounds = {kind: bounds[kind] + best[kind] - np.median(drawn[kind], axis=0) for kind in best}
    return {
        kind: [Interval(float(v), float(lo), float(hi)) for v, lo, hi in zip(best[kind], *bounds[kind], strict=True)]
        for kind in best
    }


def _of(study: Study, design: Design, block: Block, outcome: str) -> Sensitivity:
    import numpy as np

    cells = {cell.name: cell for cell in study.cells if cell.name in block.cells}
    if lacking := set(block.cells) - set(cells):
        raise StudyError(
            f"{len(lacking)} of {len(set(block.cells))} cells of the design have no runs; the command that began it goes on"
        )
    names = list(cells)
    values = _values([cells[name] for name in names], outcome)
    place = {name: k for k, name in enumerate(names)}
    rows = np.array([place[name] for name in block.cells])
    means = values.mean(axis=1)
    if np.ptp(means) == 0.0:
        raise StudyError(f"{outcome} is {means[0]:g} in every cell of the design: there is nothing to explain")
    group, indices = _method(design, np.array(block.values, dtype=np.float64))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = resampled(values, rows, group, indices)
    return Sensitivity(
        held=block.held,
        outcome=outcome,
        method=design.method,
        points=len(rows),
        cells=len(names),
        levers=[axis.key for axis in design.axes],
        indices=found,
        luck=luck(values),
        spread=(float(means.min()), float(means.max())),
    )


def _method(design: Design, at: NDArray[np.float64]) -> tuple[int, Callable[[Any, Any], dict[str, Any]]]:
    """Return how many points belong together, and what computes the indices; SALib does."""
    import numpy as np
    from SALib.analyze import morris, rbd_fast, sobol

    asked, n_levers = problem(design.axes), len(design.axes)
    if design.method == "sobol":

        def saltelli(points: Any, means: Any) -> dict[str, Any]:
            y = (means - means.mean()) / (means.std() or 1.0)
            a, b, ab, _ = sobol.separate_output_values(y, n_levers, len(y) // (n_levers + 2), False)
            kinds = {"first": sobol.first_order, "total": sobol.total_order}
            return {
                kind: np.array([float(np.squeeze(estimate(a, ab[:, j], b))) for j in range(n_levers)])
                for kind, estimate in kinds.items()
            }

        return n_levers + 2, saltelli
    if design.method == "morris":

        def effects(points: Any, means: Any) -> dict[str, Any]:
            found = morris.analyze(asked, at[points], means, num_resamples=2, num_levels=design.levels, seed=1)
            return {kind: np.asarray(found[kind], dtype=np.float64) for kind in ("mu_star", "sigma")}

        return n_levers + 1, effects
    if len(at) < FEWEST_CLOUD:
        raise StudyError(f"a Latin hypercube of {len(at)} points is too small for indices; take {FEWEST_CLOUD} or more")

    def shares(points: Any, means: Any) -> dict[str, Any]:
        found = rbd_fast.analyze(asked, at[points], means, num_resamples=2, seed=1)
        return {"first": np.asarray(found["S1"], dtype=np.float64)}

    return 0, shares


def _values(cells: Sequence[Cell], outcome: str) -> NDArray[np.float64]:
    """Return the outcome of the runs that all cells have, (n_cells, n_runs), crises of a run averaged."""
    import numpy as np
    import polars as pl

    asked = quantity(outcome, "--outcome")
    column = pl.col(asked.name)
    value = column.cast(pl.String).eq_missing(pl.lit(asked.code)) if asked.code else column
    columns = []
    for k, cell in enumerate(cells):
        rows = pl.scan_parquet(cell.parts("crises")).select("run", value.cast(pl.Float64).alias(str(k))).drop_nulls()
        columns.append(rows.group_by("run").agg(pl.col(str(k)).mean()).collect())
    table = columns[0]
    for other in columns[1:]:
        table = table.join(other, on="run", how="inner")
    if table.height < 2:
        raise StudyError(f"no two runs have {outcome} in every cell of the design")
    return np.ascontiguousarray(table.sort("run").drop("run").to_numpy().T)
