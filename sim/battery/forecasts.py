"""What the runs of a case foretell, in the words of the case file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.battery.cases import GAINS, MEASURES, OUTCOMES, REACTION_OF, REACTIONS, Truth
from sim.stream.codes import Gain, Measure, Outcome, labels

if TYPE_CHECKING:
    from sim.experiment import Experiment

Floats = NDArray[np.float64]
Rows = Mapping[str, NDArray[Any]] | NDArray[np.void]

NO_YES = ("no", "yes")
TARGETS: dict[str, tuple[str, ...]] = {
    "outcome": OUTCOMES,
    "gain": GAINS,
    "measure": MEASURES,
    "reaction": REACTIONS,
    "agenda": NO_YES,
    "veto": NO_YES,
    "responded": NO_YES,
}
"""What is scored, with its classes."""
ORDERED = ("gain", "measure", "reaction")
TITLES = {
    "outcome": "outcome after one year",
    "gain": "gain",
    "measure": "strongest measure",
    "reaction": "talk, sanctions, force",
    "agenda": "reached the agenda",
    "veto": "a veto cast",
    "responded": "any decision",
}
_OUTCOME_OF = np.array([OUTCOMES.index("deterred" if name == "not_tempted" else name) for name in labels(Outcome)])
_REACTION_INDEX = np.array([REACTIONS.index(REACTION_OF[m]) for m in MEASURES])
assert labels(Measure) == list(MEASURES) and labels(Gain) == list(GAINS)


@dataclass(frozen=True)
class Forecast:
    """Shares of runs.

    Attributes
    ----------
    runs : int
    shares : dict of (k,) float64 ndarray
        By target, over its classes.
    response_day : float
        Middle of the first decision's day over runs that have one [days]; NaN if none has.
    endings : dict of str to float
        What closed the crisis, most frequent first.
    """

    runs: int
    shares: dict[str, Floats]
    response_day: float
    endings: dict[str, float]


def decides_by_deeds(experiment: Experiment) -> bool:
    """Whether what states did is the arrangement's answer: alliances, and where no organ decides."""
    charter = experiment.charter
    return charter.organ.kind == "none" or charter.kind in ("collective_defence", "alliances")


def outcomes_of(crises: Rows) -> NDArray[np.int64]:
    """(r,) int64, the outcome of each run as a class of the case file."""
    return _OUTCOME_OF[crises["outcome"].astype(np.int64)]


def forecast(crises: Rows, vetoed: NDArray[np.bool_], by_deeds: bool) -> Forecast:
    """Read the runs of one case.

    Parameters
    ----------
    crises : mapping of (r,) ndarray
        Columns of the table of crises, codes as numbers, one row a run.
    vetoed : (r,) bool ndarray
        A draft of the run met a veto.
    by_deeds : bool
        See `decides_by_deeds`.
    """
    from sim.stream.codes import EndCause

    measure, day = crises["strongest_adopted"].astype(np.int64), crises["first_measure_day"].astype(np.float64)
    if by_deeds:
        measure = np.maximum(measure, crises["strongest_done"].astype(np.int64))
        day = np.fmin(day, crises["first_action_day"].astype(np.float64))
    codes = {
        "outcome": outcomes_of(crises),
        "gain": crises["gain"].astype(np.int64),
        "measure": measure,
        "reaction": _REACTION_INDEX[measure],
        "agenda": (~np.isnan(crises["first_meeting_day"].astype(np.float64))).astype(np.int64),
        "veto": vetoed.astype(np.int64),
        "responded": (~np.isnan(day)).astype(np.int64),
    }
    runs = len(measure)
    shares = {name: np.bincount(code, minlength=len(TARGETS[name])) / runs for name, code in codes.items()}
    seen = day[~np.isnan(day)]
    causes = np.bincount(crises["end_cause"].astype(np.int64), minlength=len(EndCause)) / runs
    order = sorted(range(len(causes)), key=lambda k: -causes[k])
    endings = {labels(EndCause)[k]: float(causes[k]) for k in order if causes[k] > 0}
    return Forecast(runs, shares, float(np.median(seen)) if len(seen) else float("nan"), endings)


def happened(truth: Truth, target: str) -> int | None:
    """Return the class that happened, None where the file does not say."""
    value = getattr(truth, target)
    if value is None:
        return None
    return int(value) if isinstance(value, bool) else TARGETS[target].index(value)
