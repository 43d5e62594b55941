"""Who computes a shard: claims that hold between processes, hosts and process namespaces that share a directory."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from sim.stream import durable

BEAT_SECONDS = 5.0
STALE_SECONDS = 60.0
ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Owner:
    """A process as others can tell it: pids mean something only on one boot of one host, in one namespace."""

    host: str
    boot: str
    namespace: str
    pid: int
    born: str

    @classmethod
    def me(cls) -> Owner:
        return cls(
            socket.gethostname(),
            _text("/proc/sys/kernel/random/boot_id"),
            _namespace(),
            os.getpid(),
            _born(os.getpid()),
        )

    def gone(self) -> bool:
        """Tell whether the owner is known to be dead; False where that cannot be known."""
        me = Owner.me()
        if not self.boot or (self.boot, self.namespace) != (me.boot, me.namespace):
            return False
        return _born(self.pid) != self.born


class Claim:
    """The claim to one shard, kept alive by a thread of the process until it is released.

    Claims of one shard are numbered. The highest counts; a stale one is overtaken by creating the next, which one
    process alone can do, and an overtaker or a newcomer that finds the others changed steps back.
    """

    def __init__(self, directory: Path, shard: int) -> None:
        self._directory = directory
        self._stem = f"shard-{shard:05d}"
        self._path: Path | None = None

    def take(self) -> bool:
        """Try to become the owner; False while another is alive."""
        for _ in range(ATTEMPTS):
            # a process that is done removes the directory if it is empty
            with contextlib.suppress(FileNotFoundError):
                self._directory.mkdir(parents=True, exist_ok=True)
                return self._take()
        return False

    def _take(self) -> bool:
        claims = self._claims()
        rank, top = max(claims.items(), default=(0, None))
        stale = "" if top is None else _read(top)
        if top is not None and not self._abandoned(top, stale):
            return False
        mine = self._directory / f"{self._stem}.{rank + 1}.claim"
        if not durable.write_once(mine, json.dumps({"token": durable.token(), **_plain(Owner.me())}), wait=False):
            return False
        now = self._claims()
        if max(now, default=0) != rank + 1 or (top is not None and _read(top) != stale):
            mine.unlink(missing_ok=True)
            return False
        for other, path in now.items():
            if other < rank + 1:
                path.unlink(missing_ok=True)
        self._path = mine
        _keep_alive(mine)
        return True

    def release(self) -> None:
        """Give the shard up to others."""
        if self._path is not None:
            _held.discard(self._path)
            self._path.unlink(missing_ok=True)
            self._path = None

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _claims(self) -> dict[int, Path]:
        pattern = re.compile(re.escape(self._stem) + r"\.(\d+)\.claim")
        found = {}
        for name in os.listdir(self._directory):
            if match := pattern.fullmatch(name):
                found[int(match[1])] = self._directory / name
        return found

    def _abandoned(self, path: Path, text: str) -> bool:
        try:
            told = json.loads(text)
            told.pop("token")
            if Owner(**told).gone():
                return True
        except (ValueError, TypeError, KeyError):
            pass
        # both times come from the file server, so clocks of hosts need not agree; opening defeats cached attributes
        probe = self._directory / f".{durable.token()}"
        try:
            with path.open() as claim, probe.open("x") as now:
                return os.fstat(now.fileno()).st_mtime - os.fstat(claim.fileno()).st_mtime > STALE_SECONDS
        except FileNotFoundError:
            return False
        finally:
            probe.unlink(missing_ok=True)


def alive(directory: Path) -> int:
    """Return how many shards in a `running` directory have an owner that is not known to be dead."""
    stems = {path.name.split(".")[0] for path in directory.glob("shard-*.claim")}
    count = 0
    for stem in stems:
        claim = Claim(directory, int(stem.split("-")[1]))
        claims = claim._claims()
        if claims and not claim._abandoned(claims[max(claims)], _read(claims[max(claims)])):
            count += 1
    return count


_held: set[Path] = set()
_beating = threading.Lock()
_thread: threading.Thread | None = None


def _keep_alive(path: Path) -> None:
    """Touch a claim from time to time: by one thread a process, since to start one takes longer than to claim."""
    global _thread
    with _beating:
        _held.add(path)
        # a fork leaves the thread behind
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_beat, daemon=True)
            _thread.start()


def _beat() -> None:
    while True:
        time.sleep(BEAT_SECONDS)
        for path in tuple(_held):
            with contextlib.suppress(OSError):
                os.utime(path)


def _plain(owner: Owner) -> dict[str, str | int]:
    return {name: getattr(owner, name) for name in Owner.__slots__}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _text(path: str) -> str:
    return _read(Path(path)).strip()


def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _born(pid: int) -> str:
    """Return when a process started, in clock ticks since boot; empty if it does not run."""
    fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return "" if not fields or fields[0] in "ZX" else fields[19]
