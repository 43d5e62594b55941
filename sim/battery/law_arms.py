"""Laws of the model as paired arms, to be read with a term or a step switched off."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import compose
from sim.analysis.intervals import Interval, mean
from sim.battery.trials import play_tables
from sim.config import request

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
        The reading falls, does not fall, rises.
    """

    name: str
    common: tuple[str, ...]
    low: tuple[str, ...]
    high: tuple[str, ...]
    reading: Callable[[Rows], Floats]
    says: int


def _attempts(rows: Rows) -> Floats:
    return rows["attempted"].astype(np.float64)


def _taken(rows: Rows) -> Floats:
    return (~np.isnan(rows["objective_day"])).astype(np.float64)


def _pressure(rows: Rows) -> Floats:
    return rows["peak_pressure"].astype(np.float64)


def _power(rows: Rows) -> Floats:
    return rows["coalition_power"].astype(np.float64)


_ETHIOPIA = ("scenario=abyssinia_1935", "arrangement=league")
_OPEN = ("scenario=great_on_small", "arrangement=ideal", "arrangement.forces.centralisation=0", "arrangement.forces.standing_share=0")  # fmt: skip
_POWERS = ("S001", "S002", "S004", "S005")
LAWS = (
    LawArm(
        "10: lower credibility raises attempts", (*_ETHIOPIA, "aggression=computed", "scenario.stake=0.3"),
        ("arrangement.credibility=0.95",), ("arrangement.credibility=0.05",), _attempts, 1,
    ),
    LawArm(
        "4: longer notice does not save the objective", _ETHIOPIA, ("arrangement.calendar.notice_days=1",),
        ("arrangement.calendar.notice_days=60",), _taken, 0,
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
)  # fmt: skip


def effect(law: LawArm, off: Sequence[str], runs: int) -> Interval:
    """Return the paired difference, high less low, with further overrides on both arms."""
    arms = [
        law.reading(
            play_tables(request(compose.single([*law.common, *ends, *off])).experiment, runs, ("crises",))["crises"]
        )
        for ends in (law.low, law.high)
    ]
    gap = arms[1] - arms[0]
    return mean(float(gap.mean()), float(gap.std(ddof=1)), runs)


def holds(law: LawArm, found: Interval) -> bool:
    """Tell whether an effect obeys its law: wholly on the right side of 0, or not wholly on the wrong one."""
    if math.isnan(found.value):
        return False
    return found.low > 0 if law.says > 0 else found.high < 0 if law.says < 0 else found.high >= 0
