"""What is committed: the entries of a cell's manifest, one small signed file a shard."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.stream import durable
from sim.stream.sinks import Tally


@dataclass(frozen=True, slots=True)
class Shard:
    """Runs first to stop - 1 of a cell: the unit of commit, retry and resume."""

    number: int
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of a committed shard.

    Attributes
    ----------
    shard : Shard
    tables : dict
        rows, bytes and sha256 of each part.
    tally : Tally
    generation : int
        1, and one more each time a short tail was extended.
    """

    shard: Shard
    tables: dict[str, dict[str, Any]]
    tally: Tally
    generation: int = 1

    def text(self) -> str:
        return durable.sign(asdict(self))

    @classmethod
    def read(cls, path: Path) -> Entry | None:
        """Return the entry at `path`; None if it is absent, cut or altered."""
        value = durable.read_signed(path)
        if value is None:
            return None
        return cls(Shard(**value["shard"]), value["tables"], Tally.of(value["tally"]), value["generation"])
