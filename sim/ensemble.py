"""Coefficients as far as they are known: sets of them drawn from a stated distribution, one set a run."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from sim.behaviour import Behaviour, Ensemble
from sim.errors import SettingError, nearest
from sim.schema import describe


def member_of(behaviour: Behaviour, number: int) -> int | None:
    """Return which set of coefficients run `number` is played with, or None where there is no ensemble.

    Notes
    -----
    Runs take turns, so every set is played equally often and arms of the same seed share both luck and coefficients.
    """
    members = behaviour.ensemble.members
    return number % members if members else None


def drawn(behaviour: Behaviour, seed: int, member: int) -> Behaviour:
    """Return the coefficients of one member.

    Notes
    -----
    Around the value that stands in `behaviour`: lognormal; logit-normal for a share (range 0 to 1); normal for a lever that
    may be negative. What falls beyond a lever's range takes its end. The draw of a lever is addressed by its name, so
    another lever in the spread moves no other.
    """
    from sim.luck import OF_THE_CELL, Luck, Purpose  # with the compiler: only where there is an ensemble

    luck, levers = Luck(seed, OF_THE_CELL), levers_of_behaviour()
    changed: dict[str, Any] = {}
    for name, spread in behaviour.ensemble.spread.items():
        z = luck.normal(Purpose.COEFFICIENT, 0, member, zlib.crc32(name.encode()))
        changed[name] = moved(value_of(behaviour, name), spread * z, levers[name])
    return with_levers(behaviour, changed)


def check(behaviour: Behaviour) -> None:
    """Refuse an ensemble that names no lever, or something that is not a number.

    Raises
    ------
    SettingError
    """
    ensemble, levers = behaviour.ensemble, levers_of_behaviour()
    for name in ensemble.spread:
        if name not in levers:
            raise SettingError(
                f"behaviour.ensemble.spread.{name} is not a lever of behaviour that takes any number{nearest(name, levers)}"
            )
    if ensemble.members and not ensemble.spread:
        raise SettingError(
            f"behaviour.ensemble.members={ensemble.members} needs behaviour.ensemble.spread; behaviour=ensemble has one"
        )


@cache
def levers_of_behaviour() -> dict[str, Mapping[str, Any]]:
    """Return every number of a behaviour by dotted name, as `sim.schema.describe` tells of it."""
    rows = [row for row in describe(Behaviour) if row["type"] == "number"]
    return {row["key"]: row for row in rows}


def moved(value: float, step: float, lever: Mapping[str, Any]) -> float:
    """Return a lever's value moved by a step on its own scale: logarithm, log-odds of a share, or its own unit."""
    from kernels.elementary import exp

    low, high = lever["low"], lever["high"]
    if low is None or low < 0.0:
        new = value + step
    elif low == 0.0 and high == 1.0:
        new = value if value in (0.0, 1.0) else 1.0 / (1.0 + (1.0 - value) / value * exp(-step))
    else:
        new = value * exp(step)
    return float(np.clip(new, low, high))


def value_of(behaviour: Behaviour, name: str) -> float:
    """Return a number of a behaviour by its dotted name."""
    value: Any = behaviour
    for part in name.split("."):
        value = getattr(value, part)
    return float(value)


def with_levers(behaviour: Behaviour, changed: Mapping[str, Any]) -> Behaviour:
    """Return a behaviour without ensemble in which some levers, by dotted name, have other values."""
    own: dict[str, Any] = {name: value for name, value in changed.items() if "." not in name}
    for group in sorted({name.split(".")[0] for name in changed if "." in name}):
        inner = {name.split(".")[1]: value for name, value in changed.items() if name.startswith(f"{group}.")}
        own[group] = dataclasses.replace(getattr(behaviour, group), **inner)
    return dataclasses.replace(behaviour, ensemble=Ensemble(), **own)
