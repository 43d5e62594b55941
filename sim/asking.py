"""The cells a command asks for: composed, checked and put into studies; nothing is written yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sim import compose
from sim.config import Request, request
from sim.errors import CovenantError, SettingError
from sim.study.cell import cell_id, default_study

if TYPE_CHECKING:
    from sim.sweepers import DesignSweeper

NAMING = {"record": "record.name"}
"""What names a study after a setting that is no plain value."""


STOPS = ("half_width", "max_runs", "on")


@dataclass(frozen=True)
class Asked:
    """One cell of a command: as it was composed, as it is to be run, and its name."""

    composed: compose.Composed
    request: Request
    cell: str


def ask(overrides: Sequence[str], multirun: bool, sweeper: DesignSweeper | None = None) -> list[Asked]:
    """Compose and check every cell.

    Raises
    ------
    CovenantError
        One line on the first mistake, with the cell of the sweep it is in.
    """
    if not multirun:
        cells = [compose.Composed(tuple(overrides), (), compose.single(overrides))]
    else:
        cells = compose.sweep(overrides) if sweeper is None else sweeper.sweep(list(overrides))
    given = {text.lstrip("+").split("=")[0] for text in overrides}
    checked = [(cell, _checked(cell)) for cell in cells]
    for _, one in checked:
        _one_end(given, one.stop is not None)
    return [Asked(cell, one, cell_id(one.experiment)) for cell, one in checked]


def _one_end(given: set[str], stops: bool) -> None:
    """Refuse two ways to end a cell, and what says how to stop where nothing says when."""
    if stops and "runs" in given:
        way = "" if "stop.half_width" in given else "; stop.half_width=null takes a number of runs instead"
        raise SettingError(
            f"runs= and stop.half_width= exclude each other; stop.max_runs= is the most a cell may take{way}"
        )
    if idle := sorted(given & {"stop", "stop.on", "stop.max_runs"}) if not stops else []:
        raise SettingError(f"{idle[0]}= says nothing without stop.half_width=, the half width to stop at")


def studies(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """Put each cell into its study; those without a name share scenario-arrangement-hash, or sweep-hash."""
    unnamed = {one.cell: one.request.experiment for one in asked if one.request.study is None}
    name = default_study(next(iter(unnamed.values()))) if unnamed else ""
    if len(unnamed) > 1:
        name = f"sweep-{sha256(','.join(sorted(unnamed)).encode()).hexdigest()[:8]}"
    found: dict[str, list[Asked]] = {}
    for one in asked:
        known = found.setdefault(one.request.study or name, [])
        first = (known or [one])[0].request
        for key in ("record", "shard_runs", "workers", "stop", "dry_run", "sinks"):
            if (a := getattr(first, key)) != (b := getattr(one.request, key)):
                raise SettingError(
                    f"{key} is the same for all cells of a study; give each its own: {_apart(key, a, b)}"
                )
        known.append(one)
    for cells in found.values():
        _two_names(cells)
    return found


def _apart(key: str, one: object, other: object) -> str:
    """How to give each value of a setting a study of its own."""
    if key == "stop":
        fields = ((f"stop.{name}", getattr(one, name, None), getattr(other, name, None)) for name in STOPS)
        key = next(name for name, a, b in fields if a != b)
    # a column and its code are no part of a name
    return "one command and study= for each" if key == "stop.on" else f"'study=NAME-${{{NAMING.get(key, key)}}}'"


def _two_names(cells: Sequence[Asked]) -> None:
    """Refuse arms that are one and the same cell: all but one would be missing from every table."""
    names: dict[str, str] = {}
    for one in cells:
        arm = one.request.arm
        if arm is not None and (first := names.setdefault(one.cell, arm)) != arm:
            raise SettingError(
                f"arms {first!r} and {arm!r} are the same cell: they differ in nothing that decides results"
            )


def once(asked: Sequence[Asked]) -> list[Asked]:
    """A cell asked for twice is one cell, with the most runs asked of it."""
    found: dict[str, Asked] = {}
    for one in asked:
        if one.cell not in found or one.request.runs > found[one.cell].request.runs:
            found[one.cell] = one
    return list(found.values())


def misfits(asked: Sequence[Asked]) -> list[str]:
    """One line for each arrangement and world that do not quite fit."""
    told = {}
    for one in (a.request for a in asked):
        charter, world = one.experiment.charter.name, one.experiment.world.facts.name
        if one.misfits and not one.quiet:
            told[charter, world] = f"arrangement {charter} in world {world}: {'; '.join(one.misfits)}"
    return list(told.values())


def _checked(cell: compose.Composed) -> Request:
    study = cell.config.get("study")
    if isinstance(study, (bool, float)):
        text = str(study).lower()
        raise SettingError(
            f"study={text} is no text; quote a name that looks like a number or a truth: 'study=\"{text}\"'"
        )
    try:
        return request(cell.config)
    except CovenantError as error:
        where = f" (in the cell {' '.join(cell.varied)})" if cell.varied else ""
        raise type(error)(f"{error}{where}") from None
