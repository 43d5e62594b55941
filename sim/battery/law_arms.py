"""Laws of the model as paired arms, to be read with a term or a step switched off."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import compose
from sim.analysis.intervals import Interval, mean
from sim.analysis.mechanisms import ALSO, TWO, UNBIDDEN
from sim.battery.trials import play_tables
from sim.config import request
from sim.experiment import Experiment

Rows = NDArray[np.void]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LawArm:
    """A law: what happens to a reading when a lever goes from one end to the other.

    Attributes
    ----------
    name : str
    common, low, high : tuple of str
        Overrides of both arms, of one and of the other.
    reading : callable
        (r,) float64 of the rows of the table of crises.
    says : {-1, 0, 1}
        The reading falls, does not move to the wrong side, rises.
    falling : bool
        Of a reading that does not move to the wrong side: up is the wrong side, else down.
    """

    name: str
    common: tuple[str, ...]
    low: tuple[str, ...]
    high: tuple[str, ...]
    reading: Callable[[Rows], Floats]
    says: int
    falling: bool = False


def _attempts(rows: Rows) -> Floats:
    return rows["attempted"].astype(np.float64)


def _taken(rows: Rows) -> Floats:
    return (~np.isnan(rows["objective_day"])).astype(np.float64)


def _pressure(rows: Rows) -> Floats:
    return rows["peak_pressure"].astype(np.float64)


def _power(rows: Rows) -> Floats:
    return rows["coalition_power"].astype(np.float64)


def _response(rows: Rows) -> Floats:
    return rows["coalition_power"].reshape(-1, 2).sum(axis=1).astype(np.float64)


def _later_senders(rows: Rows) -> Floats:
    return rows["n_sanctioning"][rows["crisis"] == 1].astype(np.float64)


def _measure(rows: Rows) -> Floats:
    return rows["strongest_adopted"].astype(np.float64)


_ETHIOPIA = ("scenario=abyssinia_1935", "arrangement=league")
_TEMPTED = ("scenario=abyssinia_1935", "arrangement=ideal", "aggression=computed", "scenario.stake=0.3")
_SLOW = (
    "scenario=great_on_small", "arrangement=ideal", "behaviour.mechanisms.diplomacy=false", "behaviour.mechanisms.sanctions=false",
    "arrangement.forces.standing_share=0", "horizon_days=3650", "behaviour.mechanisms.settlement=false",
)  # fmt: skip
_OPEN = ("scenario=great_on_small", "arrangement=ideal", "arrangement.forces.centralisation=0", "arrangement.forces.standing_share=0")  # fmt: skip
_POWERS = ("S001", "S002", "S004", "S005")


LAWS = (
    LawArm("1: more norm commitment does not raise attempts", _TEMPTED, ("behaviour.a_norm=2.5",), ("behaviour.a_norm=4.0",), _attempts, 0, True),
    LawArm(
        "1: quicker meetings do not raise attempts", _TEMPTED, ("arrangement.calendar.notice_days=20",),
        ("arrangement.calendar.notice_days=1",), _attempts, 0, True,
    ),
    LawArm(
        "4: longer notice does not save the objective", _ETHIOPIA, ("arrangement.calendar.notice_days=1",),
        ("arrangement.calendar.notice_days=60",), _taken, 0,
    ),
    LawArm(
        "4: a slower answer loses the objective", _SLOW, ("arrangement.calendar.notice_days=0.1",),
        ("arrangement.calendar.notice_days=300",), _taken, 1,
    ),
    LawArm(
        "5: pressure falls with trade held by outsiders", (*_ETHIOPIA, "scenario.outsiders=[GMY]"),
        ("world.trade.ITA.GMY=0.0",), ("world.trade.ITA.GMY=0.17",), _pressure, -1,
    ),
    LawArm(
        "5: pressure falls without the key commodity", _ETHIOPIA, ("scenario.key_commodity=included",),
        ("scenario.key_commodity=omitted",), _pressure, -1,
    ),
    LawArm(
        "7: the response rises with affinity to great powers", (*_OPEN, "behaviour.a_inertia=3"),
        (f"+scenario.affinity.S024={{{','.join(f'{s}:-0.6' for s in _POWERS)}}}",),
        (f"+scenario.affinity.S024={{{','.join(f'{s}:0.6' for s in _POWERS)}}}",), _power, 1,
    ),
    LawArm(
        "9: parity between blocs does not invite attack",
        ("scenario=two_blocs", "arrangement=self_help", "aggression=computed", "scenario.objective=total", "scenario.stake=0.8",
         "behaviour.misperception=0.2", "world.blocs=0"),
        ("+world.states.S001.capability=0.15", "+world.states.S010.capability=0.15"),
        ("+world.states.S001.capability=0.26", "+world.states.S010.capability=0.04"), _attempts, 0,
    ),
    LawArm(
        "10: lower credibility raises attempts", (*_ETHIOPIA, "aggression=computed", "scenario.stake=0.3"),
        ("arrangement.credibility=0.95",), ("arrangement.credibility=0.05",), _attempts, 1,
    ),
    LawArm(
        "11: force without mandate lowers later joining", UNBIDDEN, ("behaviour.mechanisms.aftermath=false",),
        ("behaviour.mechanisms.aftermath=true",), _later_senders, -1,
    ),
    LawArm(
        "12: crises at once are answered less than apart", TWO, (ALSO % 500,), (ALSO % 0,), _response, -1,
    ),
    LawArm(
        "13: secret deals do not raise the strongest measure", (*_ETHIOPIA, "behaviour.mechanisms.leaks=false"),
        ("behaviour.mechanisms.diplomacy=false",), ("behaviour.mechanisms.diplomacy=true",), _measure, 0, True,
    ),
)  # fmt: skip
"""The laws that two arms of a hundred runs can show; the others are invariants, which no coefficient touches."""


def law_experiments(behaviour: str) -> list[Experiment]:
    """Return both ends of every law in turn, under a behaviour by name or path."""
    return [
        request(compose.single([*law.common, f"behaviour={behaviour}", *ends])).experiment
        for law in LAWS
        for ends in (law.low, law.high)
    ]


def crises_of(experiment: Experiment, runs: int) -> Rows:
    """Play an experiment and return its rows of the table of crises."""
    return play_tables(experiment, runs, ("crises",))["crises"]


def effects(rows: Sequence[Rows]) -> dict[str, Interval]:
    """Return the paired difference of every law, high less low, from the rows of `law_experiments`."""
    out = {}
    for law, low, high in zip(LAWS, rows[::2], rows[1::2], strict=True):
        gap = law.reading(high) - law.reading(low)
        out[law.name] = mean(float(gap.mean()), float(gap.std(ddof=1)), len(gap))
    return out


def holds(law: LawArm, found: Interval) -> bool:
    """Tell whether an effect obeys its law: wholly on the right side of 0, or not wholly on the wrong one."""
    if math.isnan(found.value):
        return False
    if law.says == 0:
        return found.low <= 0 if law.falling else found.high >= 0
    return found.low > 0 if law.says > 0 else found.high < 0
