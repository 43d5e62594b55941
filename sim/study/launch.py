"""A launch of a study: what is told of it, and how a signal ends it."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Any

from sim.cores import THREADS
from sim.errors import writing
from sim.stream import durable

GRACE_SECONDS = {signal.SIGINT: 2.0, signal.SIGTERM: 20.0}
PACKAGES = ("covenant-sim", "simpy", "numba", "numpy", "pyarrow", "polars", "hydra-core")


class Interrupt:
    """Remembers a signal and how long what is under way may still take."""

    def __init__(self) -> None:
        self.signal = 0
        self._deadline = 0.0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.signal and number == signal.SIGINT:
            raise KeyboardInterrupt
        deadline = time.monotonic() + GRACE_SECONDS[signal.Signals(number)]
        # whoever asks again does not give more time
        self._deadline = min(self._deadline, deadline) if self.signal else deadline
        self.signal = number

    def seconds_left(self) -> float | None:
        return self._deadline - time.monotonic() if self.signal else None


@contextlib.contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Catch SIGINT and SIGTERM while work is under way; a second SIGINT stops at once."""
    interrupt = Interrupt()
    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.signal(number, interrupt) for number in GRACE_SECONDS}
    try:
        yield interrupt
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def ending_on_sigterm() -> Iterator[Callable[[], None]]:
    """Turn SIGTERM into an orderly end with the exit code that asks to be queued again.

    Yields
    ------
    callable
        Ends as well where a signal came before: what a handler raises while compiled code is being loaded is lost.
    """
    came = 0

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = number
        end_if_told()

    def end_if_told() -> None:
        if came:
            raise SystemExit(128 + came)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield end_if_told
        end_if_told()
    finally:
        signal.signal(signal.SIGTERM, before)


@cache
def end_with_parent() -> None:
    """Have this process told to end once the one that started it is gone: nobody is left who could stop it."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def launched(path: Path, asked: dict[str, int], workers: int, **more: Any) -> Iterator[dict[str, Any]]:
    """Tell in the study which command ran where and with which versions, and `more`; yield what may be added at the end.

    A command that began nothing, since its launcher refused, leaves no word either.
    """
    started = datetime.now(UTC)
    told: dict[str, Any] = {
        "command": sys.argv,
        "host": socket.gethostname(),
        "directory": os.environ.get("PWD", ""),
        "cells": asked,
        "workers": workers,
        **more,
        "threads": {name: os.environ[name] for name in THREADS if name in os.environ},
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
        "started": started.isoformat(timespec="seconds"),
        "ended": None,
    }
    folder = path / "launches"
    file = folder / f"{started:%Y%m%dT%H%M%SZ}-{durable.token()}.json"
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        durable.write_once(file, durable.sign(told), wait=False)
    try:
        yield told
    finally:
        told["ended"] = datetime.now(UTC).isoformat(timespec="seconds")
        with contextlib.suppress(OSError):
            if (path / "cells").exists() or (path / "jobs").exists():
                durable.write_over(file, durable.sign(told), wait=False)
            else:
                file.unlink()
                folder.rmdir()
                path.rmdir()


def launches(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what launches say of themselves, the oldest first, and a launcher before its jobs of the same second."""
    told = {file.name: durable.read_signed(file) or {} for file in (path / "launches").glob("*.json")}
    # names begin with the second; what follows is chance
    for name in sorted(told, key=lambda name: (name.partition("-")[0], "launcher" not in told[name], name)):
        yield told[name]


def last_errors(path: Path) -> dict[str, str]:
    """Return why cells were left, {cell: why}, of those that the last launch to come to them had to leave."""
    found: dict[str, str] = {}
    for told in launches(path):
        if "errors" in told:
            found |= {cell: told["errors"].get(cell, "") for cell in told["cells"]}
    return found


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
