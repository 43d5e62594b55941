"""What is seen while a study runs: done, rate, time left and running outcome shares."""

from __future__ import annotations

import sys
import time
from typing import Literal, Protocol, TextIO

from sim.stream.sinks import Tally

LINE_SECONDS = 10.0
FORETELLS = 0.01
"""Share of the runs that must be done before the time left is told: the first wait for loading and compiling."""


class Watcher(Protocol):
    """Anything that is told how a study gets on."""

    def start(self, title: str, total: int, done: int) -> None:
        """`total` runs are asked for, of which `done` are on disk."""

    def expect(self, total: int) -> None:
        """More runs are asked for, `total` in all."""

    def update(self, done: int, tally: Tally) -> None:
        """`done` of all runs are simulated; `tally` counts what this launch and earlier ones found."""

    def note(self, text: str) -> None:
        """Say something in one line, whoever listens."""

    def hint(self, text: str) -> None:
        """Say why nothing is seen for a while; not where quiet was asked for."""

    def stop(self) -> None:
        """The study has ended or was interrupted."""


def watcher(mode: Literal["auto", "quiet", "lines"] = "auto", file: TextIO | None = None) -> Watcher:
    """Return a bar on a terminal, single lines elsewhere, nothing but notes if quiet."""
    file = file or sys.stderr
    if mode == "quiet":
        return Quiet(file)
    return Bar(file) if mode == "auto" and file.isatty() else Lines(file)


class Quiet:
    """Passes on notes, nothing else."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def start(self, title: str, total: int, done: int) -> None:
        pass

    def expect(self, total: int) -> None:
        pass

    def update(self, done: int, tally: Tally) -> None:
        pass

    def note(self, text: str) -> None:
        print(text, file=self._file, flush=True)

    def hint(self, text: str) -> None:
        pass

    def stop(self) -> None:
        pass


class Lines(Quiet):
    """A line now and then, for files and pipes."""

    def hint(self, text: str) -> None:
        self.note(text)

    def start(self, title: str, total: int, done: int) -> None:
        self._title, self._total, self._first, self._done = title, total, done, done
        self._tally = Tally()
        self._began = self._told = time.monotonic()

    def expect(self, total: int) -> None:
        self._total = total

    def update(self, done: int, tally: Tally) -> None:
        self._done, self._tally = done, tally
        now = time.monotonic()
        if now - self._told >= LINE_SECONDS:
            self._told = now
            self._tell(now)

    def stop(self) -> None:
        if self._done > self._first:
            self._tell(time.monotonic())

    def _tell(self, now: float) -> None:
        rate = (self._done - self._first) / max(now - self._began, 1e-9)
        told = self._total > self._done > self._first + FORETELLS * (self._total - self._first)
        left = f", {clock((self._total - self._done) / rate)} left" if told else ""
        self.note(
            f"{self._title}: {self._done:,} of {self._total:,} runs, {rate:,.0f} runs/s{left}; {shares(self._tally)}"
        )


class Bar:
    """A bar that redraws itself."""

    def __init__(self, file: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[shares]}", style="dim"),
            console=Console(file=file),
            transient=True,
        )

    def start(self, title: str, total: int, done: int) -> None:
        self._first, self._began = done, time.monotonic()
        self._task = self._progress.add_task(title, total=total, completed=done, rate="", shares="")
        self._progress.start()

    def expect(self, total: int) -> None:
        self._progress.update(self._task, total=total)

    def update(self, done: int, tally: Tally) -> None:
        rate = (done - self._first) / max(time.monotonic() - self._began, 1e-9)
        self._progress.update(self._task, completed=done, rate=f"{rate:,.0f} runs/s", shares=shares(tally))

    def note(self, text: str) -> None:
        self._progress.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def hint(self, text: str) -> None:
        self.note(text)

    def stop(self) -> None:
        self._progress.stop()


def shares(tally: Tally) -> str:
    """Return the outcomes seen so far, most frequent first, such as ``fait accompli 61 %, deterred 20 %``."""
    seen = sorted(((share, name) for name, share in tally.shares().items() if share > 0), reverse=True)
    return ", ".join(f"{name.replace('_', ' ')} {100 * share:.0f} %" for share, name in seen) or "no crisis yet"


def clock(seconds: float) -> str:
    """Return a duration in words: ``40 s``, ``3 min``, ``2.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
