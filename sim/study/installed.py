"""Sinks of one's own, by the names under which installed distributions offer them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

from sim.errors import SettingError, nearest
from sim.stream.manifest import Shard
from sim.stream.sinks import Sink
from sim.stream.store import Cell

GROUP = "covenant.sinks"


@dataclass(frozen=True)
class Installed:
    """Sinks by the names under which installed distributions offer them, for every shard anew.

    A distribution offers ``factory(cell, shard)``, which returns a `Sink`, as an entry point of group `GROUP`.

    Raises
    ------
    SettingError
        No distribution offers a sink of that name.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        offered = entry_points(group=GROUP).names
        for name in self.names:
            if name not in offered:
                known = f"installed are {', '.join(sorted(offered))}" if offered else "none is installed"
                raise SettingError(
                    f"sinks={name!r} is offered by no installed distribution ({known}; entry points of group {GROUP})"
                    f"{nearest(name, offered)}"
                )

    def __call__(self, cell: Cell, shard: Shard) -> list[Sink]:
        offered = entry_points(group=GROUP)
        return [offered[name].load()(cell, shard) for name in self.names]
