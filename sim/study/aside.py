"""Processes that work beside this one: gone with it, and silent when it is interrupted."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import active_children, get_context, parent_process
from typing import Any, ParamSpec, TypeVar

from sim.study.worker import uninterrupted

P = ParamSpec("P")
R = TypeVar("R")


class Aside:
    """A few processes that are handed calls.

    Parameters
    ----------
    n : int
        Processes; they start with the first calls.
    begin : callable, optional
        Called in each as it starts, with what is `given`; importable from there.
    """

    def __init__(self, n: int, begin: Callable[..., None] | None = None, *given: Any) -> None:
        self._pool = ProcessPoolExecutor(n, get_context("spawn"), _begin, (begin, given))

    def __enter__(self) -> Aside:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for child in active_children() if kind else ():
            child.terminate()
        self._pool.shutdown(cancel_futures=True)

    def submit(self, function: Callable[P, R], *given: P.args, **named: P.kwargs) -> Future[R]:
        """Hand over a call; function and arguments go there as copies."""
        with uninterrupted():
            return self._pool.submit(function, *given, **named)


def _begin(begin: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if begin is not None:
        begin(*given)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, killed or not: what nobody reads is not computed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
