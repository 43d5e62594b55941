"""The one family of errors a user can cause, each a single line."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path


class CovenantError(Exception):
    """A mistake of the user's, told in one line; the commands exit with `exit_code`."""

    exit_code = 2


class SettingError(CovenantError):
    """A configuration key with a value it cannot take."""


class DataError(CovenantError):
    """A file from outside that cannot be read as what it claims to be."""


class StudyError(CovenantError):
    """A study on disk that refuses what is asked of it."""


class Interrupted(CovenantError):
    """Ctrl-C, with what is kept and how to go on."""

    exit_code = 130


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean X?"`` for the nearest of `known`, or an empty string."""
    by_fold = {k.casefold(): k for k in map(str, known)}
    match = get_close_matches(str(name).casefold(), list(by_fold), n=1, cutoff=0.6)
    return f"; did you mean {by_fold[match[0]]}?" if match else ""


@contextlib.contextmanager
def writing(what: Path) -> Iterator[None]:
    """Tell what a disk refuses in one line that names the file, or `what` where the error names none.

    Raises
    ------
    StudyError
    """
    try:
        yield
    except OSError as error:
        if denied := unreadable(error):
            raise StudyError(denied) from error
        named = Path(error.filename or what)
        # a file is written under a hidden name first
        named = named.parent if named.name.startswith(".") else named
        raise StudyError(f"cannot write {named}: {reason(error)}") from error


def unreadable(error: OSError) -> str:
    """Return in one line which file may not be read; empty if that is not what is wrong."""
    if not isinstance(error, PermissionError) or error.filename is None:
        return ""
    there = os.path.exists(error.filename) and not os.access(error.filename, os.R_OK)
    return f"cannot read {error.filename}: {reason(error)}" if there else ""


def reason(error: OSError) -> str:
    """Return why, without the words that Arrow puts around it, and what to do about a full disk."""
    text = (error.strerror or str(error)).rpartition("] ")[2]
    full = (errno.ENOSPC, errno.EDQUOT)
    return f"{text}; the same command goes on once there is room" if text in map(os.strerror, full) else text
