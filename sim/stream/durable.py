"""Files that are whole or absent, also after a crash and on shared file systems."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import math
import os
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

WITHOUT_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK}


def canonical(value: Any) -> str:
    """Return plain containers as the one JSON text they have: sorted keys, no spaces, 1.0 as 1."""
    return json.dumps(_numbers(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """Return the sha256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def checksum(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sign(value: dict[str, Any]) -> str:
    """Return a JSON text that carries its own checksum."""
    return json.dumps({**value, "sha256": digest(canonical(value))}, indent=1, ensure_ascii=False) + "\n"


def unsign(text: str) -> dict[str, Any] | None:
    """Return what `sign` was given, or None if the text is cut or altered."""
    try:
        value = json.loads(text)
        told = value.pop("sha256")
        return value if told == digest(canonical(value)) else None
    except (ValueError, KeyError, AttributeError):
        return None


def read_signed(path: Path) -> dict[str, Any] | None:
    """Return the content of a signed file; None if it is cut, altered or absent."""
    try:
        return unsign(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def write_once(path: Path, text: str, wait: bool = True) -> bool:
    """Create `path` with `text`, whole or not at all; False if it was there. Unless told not to, wait for the disk."""
    draft = draft_of(path, text, wait)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in WITHOUT_LINKS:
            raise
        # exclusive, though not whole after a crash, which the signature shows
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            return False
    finally:
        draft.unlink(missing_ok=True)
    if wait:
        sync(path.parent)
    return True


def write_over(path: Path, text: str, wait: bool = True, home: Path | None = None) -> None:
    """Put `text` at `path`, whole or not at all, in place of what was there; the draft is made in `home` if given."""
    draft = draft_of(path, text, wait, home)
    try:
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    if wait:
        sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a directory, are on disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_all(paths: Iterable[Path]) -> None:
    """Wait until all of `paths` are on disk: at once, since a journal commits them together."""
    list(_threads(os.getpid()).map(sync, dict.fromkeys(paths)))


def token() -> str:
    """Return a name that no other process will choose."""
    return secrets.token_hex(6)


def draft_of(path: Path, text: str, wait: bool = True, home: Path | None = None) -> Path:
    """Write `text` beside `path`, or in the directory `home`, under a name that readers pass over."""
    draft = (home or path.parent) / f".{path.name}.{token()}"
    try:
        with draft.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            if wait:
                os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    return draft


@cache
def _threads(process: int) -> ThreadPoolExecutor:
    # kept, since starting them takes longer than the disk; by process, since they do not survive a fork
    return ThreadPoolExecutor(8)


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _numbers(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_numbers(inner) for inner in value]
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
