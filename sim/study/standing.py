"""How far cells have come, told by the disk alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.config import Stop
from sim.experiment import Experiment
from sim.stream.beginning import refuse
from sim.stream.log import Record
from sim.study.cell import footer, told_as
from sim.study.launch import last_errors
from sim.study.stopping import Rule


@dataclass(frozen=True)
class Standing:
    """What is on disk of a cell.

    Attributes
    ----------
    name : str
        The cell and what it is of.
    done : bool
        Nothing is left to compute.
    runs, failures : int
        Committed, and of these the ones that raised [runs].
    why : str
        What the launch that came to it last says of the rest, where it failed.
    """

    name: str
    done: bool
    runs: int
    failures: int
    why: str = ""

    @property
    def barren(self) -> bool:
        """No run ended well."""
        return self.runs > 0 and self.failures >= self.runs

    @property
    def wrong(self) -> list[str]:
        """What is amiss, a line each."""
        why = f" ({self.why})" if self.why else ""
        lines = [] if self.done else [f"{self.name}: {self.runs:,} runs are on disk, and more were asked for{why}"]
        if self.failures:
            lines.append(f"{self.name}: {self.failures:,} of {self.runs:,} runs failed; see its table failures")
        return lines


def standing(
    study: Path, cells: Sequence[tuple[Experiment, int]], record: Record, stop: Stop | None = None
) -> list[Standing]:
    """Return how each cell stands.

    Raises
    ------
    StudyError
        A cell on disk may not be gone on with.
    """
    found = []
    errors = last_errors(study)
    for experiment, runs in cells:
        name, cell = told_as(experiment), refuse(study, footer(experiment), record)
        if cell is None:
            found.append(Standing(name, False, 0, 0))
            continue
        todo = cell.pending(runs) if stop is None else Rule(stop).todo(cell)
        entries = list(cell.entries())
        committed = sum(entry.shard.stop - entry.shard.first for entry in entries)
        found.append(
            Standing(
                name,
                not todo,
                committed,
                sum(entry.tally.failures for entry in entries),
                errors.get(cell.footer.cell, ""),
            )
        )
    return found
