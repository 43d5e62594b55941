"""What happened in many simulated crises, counted: wars, joiners, obligations, days, votes, yielding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.battery.trials import play_tables
from sim.decision.theatre import Theatre
from sim.experiment import Experiment
from sim.run import theatres_of
from sim.stream.codes import Instrument, Kind, Outcome
from sim.stream.log import DTYPES

Rows = NDArray[np.void]

WAR_DEATHS = 1000.0
"""Battle deaths from which a dispute is a war (Sarkees and Wayman 2010)."""


@dataclass
class Counts:
    """Runs of one or more sampled crises, one entry a run where an array.

    Attributes
    ----------
    crises : structured ndarray
        Rows of the table of crises.
    year : (r,) int64 ndarray
    onset : (r,) float64 ndarray
        Day of the attack, counted like those of the crisis from its opening; 0 without one [days].
    threatened : (r,) bool ndarray
        Runs in which a threat was made; an aggressor that opens with one and refrains makes none.
    resolved : (r,) float64 ndarray
        Day of the council's first resolution, counted like those of the crisis; not a number without one. An assembly's are none [days].
    joined : (r,) int64 ndarray
        Outsiders that fought, for either side.
    allies, ally_joined, others, other_joined : (r,) int64 ndarray
        Outsiders owing the target defence, those of them that fought for it; the rest, those that fought for either side.
    honoured, refused : (r,) int64 ndarray
        Decisions on obligations to the target; a first refusal counts, and the second answer if it is another.
    drafts : structured ndarray
        Rows of the table of drafts of the council.
    draft_year : (d,) int64 ndarray
    """

    crises: Rows
    year: NDArray[np.int64]
    onset: NDArray[np.float64]
    threatened: NDArray[np.bool_]
    resolved: NDArray[np.float64]
    joined: NDArray[np.int64]
    allies: NDArray[np.int64]
    ally_joined: NDArray[np.int64]
    others: NDArray[np.int64]
    other_joined: NDArray[np.int64]
    honoured: NDArray[np.int64]
    refused: NDArray[np.int64]
    drafts: Rows
    draft_year: NDArray[np.int64]

    @property
    def war(self) -> NDArray[np.bool_]:
        """(r,) bool, runs with as many deaths as make a war."""
        return self.crises["attempted"] & (self.crises["battle_deaths"] >= WAR_DEATHS)

    @property
    def crisis(self) -> NDArray[np.bool_]:
        """(r,) bool, runs in which something happened: a threat or an attack."""
        return self.crises["attempted"] | self.threatened

    @property
    def won(self) -> NDArray[np.int8]:
        """(r,) int8, +1 where the aggressor won by arms, -1 where it lost, 0 otherwise."""
        outcome = self.crises["outcome"]
        return ((outcome == Outcome.FAIT_ACCOMPLI).astype(np.int8) - (outcome == Outcome.DEFEATED)).astype(np.int8)


def count(experiment: Experiment, runs: int) -> Counts:
    """Play a sampled crisis and count."""
    tables = play_tables(experiment, runs, ("crises", "drafts", "events", "contributions"))
    theatre: Theatre = theatres_of(experiment, experiment.openings)[0]
    outside = ~theatre.parties
    owing = np.zeros(len(outside), dtype=bool)
    world = experiment.world
    target = experiment.scenario.targets[0]
    for one in world.facts.obligations:
        if one.creditor == target and one.kind == "defence":
            owing[world.index(one.debtor, "obligations")] = True
    owing &= outside
    sent = tables["contributions"]
    fights_for = sent[sent["instrument"] == Instrument.FORCE]
    fights_against = sent[sent["instrument"] == Instrument.FORCE_FOR_AGGRESSOR]
    for_target, against = np.zeros((2, runs, len(outside)), dtype=bool)
    for_target[fights_for["run"], fights_for["state"]] = True
    against[fights_against["run"], fights_against["state"]] = True
    events = tables["events"]
    attacks = events[(events["kind"] == Kind.ATTACKED) & (events["crisis"] == 0)]
    owed_target = events["subject"] == world.index(target, "scenario.targets")
    told = {
        kind: np.bincount(events["run"][(events["kind"] == kind) & owed_target], minlength=runs)
        for kind in (Kind.OBLIGATION_HONOURED, Kind.OBLIGATION_REFUSED)
    }
    either = for_target | against
    year = np.full(runs, world.date.year)
    drafts = tables["drafts"][tables["drafts"]["body"] == 0]
    return Counts(
        crises=tables["crises"],
        year=year,
        onset=_first_day(attacks, runs, 0.0),
        threatened=np.bincount(events["run"][events["kind"] == Kind.THREATENED], minlength=runs) > 0,
        resolved=_first_day(drafts[drafts["adopted"]], runs, np.nan),
        joined=(either & outside).sum(axis=1),
        allies=np.full(runs, owing.sum()),
        ally_joined=(for_target & owing).sum(axis=1),
        others=np.full(runs, (outside & ~owing).sum()),
        other_joined=(either & outside & ~owing).sum(axis=1),
        honoured=told[Kind.OBLIGATION_HONOURED],
        refused=told[Kind.OBLIGATION_REFUSED],
        drafts=drafts,
        draft_year=np.full(len(drafts), world.date.year),
    )


def _first_day(rows: Rows, runs: int, none: float) -> NDArray[np.float64]:
    """(r,) float64, day of the first of these rows in each run; `none` where there is none."""
    day = np.full(runs, np.inf)
    np.minimum.at(day, rows["run"].astype(np.int64), rows["day"])
    return np.where(np.isfinite(day), day, none)


def together(parts: list[Counts]) -> Counts:
    """Return the runs of several crises as one."""
    if not parts:
        none, ones = np.zeros(0, dtype=np.int64), [np.zeros(0, dtype=np.int64)] * 8
        years, joined, allies, ally_joined, others, other_joined, honoured, refused = ones
        rows = (np.zeros(0, DTYPES["crises"]), np.zeros(0, DTYPES["drafts"]))
        return Counts(
            rows[0],
            years,
            none.astype(np.float64),
            none.astype(np.bool_),
            none.astype(np.float64),
            joined,
            allies,
            ally_joined,
            others,
            other_joined,
            honoured,
            refused,
            rows[1],
            none,
        )
    return Counts(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in Counts.__annotations__})
