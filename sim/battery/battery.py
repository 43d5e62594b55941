"""Every case of a file played as a study, with and without some of its inputs, and read back as forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.cell import Cell
from sim.analysis.open import Study, open_study
from sim.battery.build import Builder, Built
from sim.battery.cases import Case, hidden
from sim.battery.forecasts import Forecast, decides_by_deeds, forecast
from sim.errors import CovenantError
from sim.stream.codes import EndCause, Gain, Measure, Outcome, labels
from sim.stream.log import Record
from sim.study.cell import cell_id

if TYPE_CHECKING:
    from sim.study.progress import Watcher

VARIANTS: dict[str, tuple[str, ...]] = {
    "all inputs": (),
    "without entry_stage": ("entry_stage",),
    "without theatre_ratio": ("theatre_ratio",),
    "without case_type": ("case_type",),
    "without all three": ("entry_stage", "theatre_ratio", "case_type"),
}
"""Inputs that hindsight may have coloured, left out one by one and together."""
ALL_INPUTS = "all inputs"
_CODED = {
    "outcome": Outcome,
    "gain": Gain,
    "strongest_adopted": Measure,
    "strongest_done": Measure,
    "end_cause": EndCause,
}
_DAYS = ("first_meeting_day", "first_measure_day", "first_action_day", "objective_day")


@dataclass
class Played:
    """A case, how it was built, and what its runs foretell.

    Attributes
    ----------
    case : Case
    built : Built or None
    refusal : str
        Why it was not played; empty if it was.
    cell : str
        Its cell in the study.
    foretold : Forecast or None
    """

    case: Case
    built: Built | None = None
    refusal: str = ""
    cell: str = ""
    foretold: Forecast | None = None

    @property
    def remarks(self) -> list[str]:
        """Everything that was missing, unknown or replaced."""
        refused = [f"not played: {self.refusal}"] if self.refusal else []
        return [*refused, *self.case.remarks, *(self.built.remarks if self.built else [])]

    @property
    def aggressors(self) -> tuple[int, ...]:
        """Correlates of War numbers of the aggressor side, lead first; empty if it was not played."""
        if self.built is None:
            return ()
        experiment = self.built.experiment
        states = experiment.world.facts.states
        return tuple(states[s].ccode for s in experiment.scenario.aggressors)


Battery = dict[str, list[Played]]
"""The cases of a file, in its order, by variant."""


def prepare(cases: Sequence[Case], builder: Builder, variants: Sequence[str]) -> Battery:
    """Build every case of every variant; a case that cannot be built says why and the others go on."""
    return {
        name: [_built(hidden(case, VARIANTS[name]) if VARIANTS[name] else case, builder) for case in cases]
        for name in variants
    }


def play(battery: Battery, study: Path, runs: int, workers: int, watcher: Watcher | None = None) -> Study | None:
    """Compute what is missing of the study and read the forecasts; None if no case can be played.

    Raises
    ------
    StudyError
        The study refuses or was interrupted.
    """
    from sim.study.study import conduct

    unique = {p.cell: p.built.experiment for some in battery.values() for p in some if p.built is not None}
    if not unique:
        return None
    shard = max(25, min(250, runs))
    result = conduct([(e, runs) for e in unique.values()], study, Record.at("events"), workers, shard, watcher)
    if result.signal:
        raise KeyboardInterrupt(result.message)
    opened = open_study(result.path)
    cells = {cell.name: cell for cell in opened.cells}
    for some in battery.values():
        for one in some:
            if one.built is not None and one.cell in cells:
                one.foretold = read_forecast(cells[one.cell], decides_by_deeds(one.built.experiment), runs)
    return opened


def read_forecast(cell: Cell, by_deeds: bool, runs: int) -> Forecast:
    """Read the first `runs` runs of a cell."""
    crises = read_crises(cell, runs)
    return forecast(crises, read_vetoed(cell, runs)[crises["run"]], by_deeds)


def read_crises(cell: Cell, runs: int) -> dict[str, NDArray[Any]]:
    """Return columns of the table of crises with codes as numbers, one row a run."""
    import polars as pl

    flags = ("n_fighting", "n_sanctioning", "deal", "referred", "run")
    frame = (
        cell.scan("crises")
        .filter((pl.col("run") < runs) & (pl.col("crisis") == 0))
        .select(*_CODED, *_DAYS, *flags)
        .sort("run")
        .collect()
    )
    out: dict[str, NDArray[Any]] = {name: frame[name].to_numpy() for name in flags}
    for name, codes in _CODED.items():
        number = {word: k for k, word in enumerate(labels(codes))}
        out[name] = np.array([number[word] for word in frame[name].to_list()], dtype=np.int64)
    for name in _DAYS:
        out[name] = frame[name].fill_null(float("nan")).to_numpy()
    return out


def read_vetoed(cell: Cell, runs: int) -> NDArray[np.bool_]:
    """(runs,) bool, whether a draft of the run met a veto."""
    import polars as pl

    vetoed = np.zeros(runs, dtype=bool)
    if cell.parts("drafts"):
        met = cell.scan("drafts").filter(pl.col("vetoed_by").is_not_null() & (pl.col("run") < runs))
        vetoed[met.select("run").collect()["run"].to_numpy()] = True
    return vetoed


def _built(case: Case, builder: Builder) -> Played:
    try:
        built = builder.build(case)
    except CovenantError as error:
        return Played(case, refusal=" ".join(str(error).split()))
    return Played(case, built, cell=cell_id(built.experiment))
