"""The wait for compiled kernels before the first run of a version: told, and shortened."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from kernels import _cache
from sim.cores import available_cores
from sim.study.progress import Watcher


def tell_of_compiling(progress: Watcher) -> bool:
    """Say that runs have to wait for compiled code, where they have to; return whether they do."""
    if not _cache.is_cold():
        return False
    kept = (
        "kept for later" if _cache.cache_directory() else "and again next time, for no folder to keep them is writable"
    )
    progress.hint(f"compiling the kernels of this version, some fifteen seconds, {kept}")
    return True


@contextlib.contextmanager
def help_to_compile() -> Iterator[None]:
    """Have a process of its own compile the longest kernels, while the first run compiles the others."""
    helper = None
    if _cache.cache_directory() is not None and available_cores() > 1:
        with contextlib.suppress(OSError):
            command = [sys.executable, "-P", "-m", "kernels"]
            helper = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        if helper is not None:
            helper.kill()
            helper.wait()
