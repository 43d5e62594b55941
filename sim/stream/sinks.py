"""Where record batches go while a shard runs: streams on disk, a tally, or a sink of one's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from sim.stream.codes import Outcome, labels
from sim.stream.columns import raw
from sim.stream.tables import SCHEMAS


class Sink(Protocol):
    """Anything that takes record batches, in the order of runs.

    The shard waits for every call, so a slow sink slows the runs and none is buffered for it. A sink that has a method
    ``finish()`` is told when a shard is whole, before it is committed: what it wrote of the same cell and shard earlier
    was never committed and is to be replaced.
    """

    def write(self, table: str, batch: pa.RecordBatch) -> None:
        """Take a batch of `table`; an exception stops the shard."""

    def close(self) -> None:
        """Called once, also after a failure."""


@dataclass
class Tally:
    """Running totals of what was simulated, small enough to send anywhere.

    Attributes
    ----------
    runs, crises, events, failures : int
    outcomes : (n_outcomes,) list of int
        Crises by outcome, in the order of the codes.
    """

    runs: int = 0
    crises: int = 0
    events: int = 0
    failures: int = 0
    outcomes: list[int] = field(default_factory=lambda: [0] * len(Outcome))

    def write(self, table: str, batch: pa.RecordBatch) -> None:
        if table == "runs":
            self.runs += batch.num_rows
            self.events += int(np.sum(raw(batch.column("n_events")), dtype=np.int64))
        elif table == "crises":
            self.crises += batch.num_rows
            codes = raw(batch.column("outcome").indices)
            counts = np.bincount(codes[codes >= 0], minlength=len(self.outcomes))
            self.outcomes = [a + int(b) for a, b in zip(self.outcomes, counts, strict=True)]

    def close(self) -> None:
        pass

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.runs + other.runs,
            self.crises + other.crises,
            self.events + other.events,
            self.failures + other.failures,
            [a + b for a, b in zip(self.outcomes, other.outcomes, strict=True)],
        )

    def shares(self) -> dict[str, float]:
        """Return the share of crises with each outcome, by its label."""
        total = max(self.crises, 1)
        return {name: n / total for name, n in zip(labels(Outcome), self.outcomes, strict=True)}

    @classmethod
    def of(cls, value: dict[str, Any]) -> Tally:
        """Return the tally written as a mapping; outcomes coded later than it count 0."""
        known = [int(n) for n in value.get("outcomes", [])]
        rest = {key: int(value.get(key, 0)) for key in ("runs", "crises", "events", "failures")}
        return cls(**rest, outcomes=known + [0] * (len(Outcome) - len(known)))


class Streams:
    """One Arrow IPC stream a table in a directory: readable up to its last batch whenever the writer dies.

    Attributes
    ----------
    rest : dict of str to list of pyarrow.RecordBatch
        By table, what came after `to_be_committed`: it goes from memory into the parts.
    """

    def __init__(self, directory: Path, metadata: dict[str, str]) -> None:
        self.directory = directory
        self._metadata = metadata
        self._writers: dict[str, tuple[pa.OSFile, pa.ipc.RecordBatchStreamWriter]] = {}
        self._last = False
        self.rest: dict[str, list[pa.RecordBatch]] = {}

    def to_be_committed(self) -> None:
        """Say that only the last batch of each table is to come, and is committed at once."""
        self._last = True

    def write(self, table: str, batch: pa.RecordBatch) -> None:
        if self._last:
            self.rest.setdefault(table, []).append(batch)
            return
        if table not in self._writers:
            file = pa.OSFile(str(self.directory / f"{table}.arrows"), "wb")
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            schema = SCHEMAS[table].with_metadata(self._metadata)
            self._writers[table] = file, pa.ipc.new_stream(file, schema, options=options)
        self._writers[table][1].write_batch(batch)

    def close(self) -> None:
        writers, self._writers = self._writers, {}
        for file, writer in writers.values():
            try:
                writer.close()
            finally:
                file.close()
