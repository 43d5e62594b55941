"""What a configuration means by a world: states typed out, a file of them, or levers to draw them by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from sim.schema import decode, overlay, plain
from sim.world.facts import WorldFacts
from sim.world.store import world_mapping
from sim.world.synthetic import SyntheticFacts, make_synthetic


def is_synthetic(world: Mapping[str, Any]) -> bool:
    """Tell levers of a synthetic world from a world with states."""
    return "states" not in world and "n_states" in world


def settle(world: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return the mapping that `decode(WorldFacts, ...)` takes: a synthetic world drawn by `seed`, any other as it is.

    Ties stated beside the levers are laid over those drawn.

    Raises
    ------
    SettingError
        A lever of a synthetic world is unknown or out of range.
    """
    if not is_synthetic(world):
        return dict(world)
    levers = {field.name for field in fields(SyntheticFacts)}
    ties = {k: v for k, v in world.items() if k not in levers and k in {field.name for field in fields(WorldFacts)}}
    drawn = make_synthetic(decode(SyntheticFacts, {k: v for k, v in world.items() if k not in ties}, "world"), seed)
    return dict(overlay(plain(drawn), ties))


def read(path: Path) -> dict[str, Any]:
    """Return the mapping of a world kept as Parquet."""
    return world_mapping(path)


def world_facts(world: Mapping[str, Any], seed: int) -> WorldFacts:
    """Return the checked facts of a world given as a mapping."""
    return decode(WorldFacts, settle(world, seed), "world")
