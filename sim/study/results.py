"""What a launch did: for each cell of a study, and in all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import StudyError
from sim.stream.manifest import Shard
from sim.stream.sinks import Tally
from sim.stream.store import Cell
from sim.study.stopping import Seen


@dataclass
class CellResult:
    """What a launch did for one cell.

    Attributes
    ----------
    cell : Cell
    runs : int
        Runs on disk [runs].
    kept : int
        Of these, committed before [runs].
    tally : Tally
        Of all runs on disk.
    lost : list of str
        Shards given up, and why.
    name : str
        The cell and what it is of, as it is told.
    error : StudyError, optional
        Why the rest of the cell was not computed.
    stopped : Seen, optional
        What was seen where it stopped, if it stops by what is seen.
    """

    cell: Cell
    runs: int = 0
    kept: int = 0
    tally: Tally = field(default_factory=Tally)
    lost: list[str] = field(default_factory=list)
    name: str = ""
    error: StudyError | None = None
    stopped: Seen | None = None

    def count(self, shard: Shard, tally: Tally) -> None:
        """Add a committed shard."""
        self.runs += shard.stop - shard.first
        self.tally = self.tally + tally

    @property
    def failed(self) -> list[str]:
        """What went wrong, a line each."""
        lines = [*self.lost, *((f"{self.name}: {self.error}",) if self.error else ())]
        if n := self.tally.failures:
            lines.append(f"{self.name}: {n:,} of {self.runs:,} runs failed; see its table failures")
        return lines


@dataclass
class StudyResult:
    """What a launch did.

    Attributes
    ----------
    path : Path
    cells : list of CellResult
    asked : int
        Runs asked for, over all cells [runs].
    signal : int
        Number of the signal that interrupted it, 0 if none.
    workers : int
        Processes at work.
    seconds, opening_seconds : float
        In all, and until the first shard was given out [s].
    simulated_seconds, committing_seconds : float
        Inside runs, and around them in shards, summed over workers [s].
    """

    path: Path
    cells: list[CellResult]
    asked: int
    signal: int = 0
    workers: int = 1
    seconds: float = 0.0
    opening_seconds: float = 0.0
    simulated_seconds: float = 0.0
    committing_seconds: float = 0.0

    @property
    def runs(self) -> int:
        return sum(cell.runs for cell in self.cells)

    @property
    def breakdown(self) -> dict[str, float]:
        """Where the time of the workers went, in shares that sum to 1."""
        whole = max(self.workers * self.seconds, 1e-9)
        shares = {
            "simulating": self.simulated_seconds / whole,
            "committing": self.committing_seconds / whole,
            "opening": self.opening_seconds / max(self.seconds, 1e-9),
        }
        return {**shares, "starting and waiting": 1.0 - sum(shares.values())}

    @property
    def lost(self) -> list[str]:
        return [line for cell in self.cells for line in cell.lost]

    @property
    def exit_code(self) -> int:
        """0; 1 if shards were given up or no run of a cell ended well; 130 after SIGINT; 143 after SIGTERM, on which a scheduler may requeue."""
        barren = any(cell.runs and cell.tally.failures >= cell.runs for cell in self.cells)
        unfinished = bool(self.lost) or any(cell.error for cell in self.cells)
        return 128 + self.signal if self.signal else int(unfinished or barren)

    @property
    def message(self) -> str:
        """What is kept and how to go on, then a line for each cell that failed; empty if all is well."""
        if self.signal:
            kept = f"{self.runs:,} of {self.asked:,} runs are kept in {self.path}"
            return f"interrupted; {kept}; the same command completes it"
        failed = [cell.failed for cell in self.cells if cell.failed]
        if not failed:
            return ""
        lines = [line for cell in failed for line in cell]
        again = "; the same command tries again" if any(cell.lost or cell.error for cell in self.cells) else ""
        return "\n  ".join([f"{len(failed)} of {len(self.cells)} cells failed{again}", *lines])
