"""A voting body as a caller writes it down, checked: weights, quotas, names, and who holds a veto or has no vote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.arrangement.voting.losses import Majority, exact, majority
from sim.errors import SettingError, nearest

MOST_MEMBERS = 2000
MOST_ALTERNATIVES = 6


def read_weights(weights: Any) -> list[list[Any]]:
    """Read weights, (n,) or (n_quotas, n), as one list of exact numbers for each quota.

    Raises
    ------
    SettingError
        Nobody, too many, a row of another length, or what is not a number of 0 or more.
    """
    if isinstance(weights, np.ndarray):
        table = (
            weights.tolist() if weights.dtype.kind in "iu" else [list(w) if weights.ndim > 1 else w for w in weights]
        )
    else:
        table = list(weights) if isinstance(weights, Iterable) and not isinstance(weights, (str, dict)) else None
    if table is None:
        raise SettingError(f"weights={str(weights)[:40]!r} must be a list of numbers, or one such list for each quota")
    nested = bool(table) and isinstance(table[0], (list, tuple, np.ndarray))
    rows = [list(row) for row in table] if nested else [table]
    n = len(rows[0])
    if n == 0:
        raise SettingError("weights is empty: a body needs at least one member that votes")
    if n > MOST_MEMBERS:
        raise SettingError(f"weights has {n} members, at most {MOST_MEMBERS} are allowed")
    if any(len(row) != n for row in rows):
        raise SettingError(
            f"weights has rows of {' and '.join(str(len(row)) for row in rows)} members: each quota needs the same members"
        )
    for k, row in enumerate(rows):
        for i, w in enumerate(row):
            if type(w) is not int:
                row[i] = w = exact(w, f"weights[{i}]" if not nested else f"weights[{k}][{i}]")
            if w < 0:
                raise SettingError(f"weights[{i}]={w} is out of range: a number of 0 or more votes is allowed")
    return rows


def read_names(names: Iterable[str] | None, n: int) -> tuple[str, ...]:
    """Read the names of `n` members; their numbers from 1 where there are none.

    Raises
    ------
    SettingError
        Another number of names, or one given twice.
    """
    if names is None:
        return tuple(map(str, range(1, n + 1)))
    labels = tuple(map(str, names))
    if len(labels) != n:
        raise SettingError(f"names has {len(labels)} entries for {n} members")
    if len(set(labels)) < n:
        twice = next(a for a in labels if labels.count(a) > 1)
        raise SettingError(f"names={twice!r} stands for two members")
    return labels


def read_mask(given: Any, labels: tuple[str, ...], what: str) -> list[bool]:
    """Read which members are meant, as (n,) truth values or as names.

    Raises
    ------
    SettingError
        Neither, or a name that no member has.
    """
    if given is None:
        return [False] * len(labels)
    entries = [given] if isinstance(given, str) else list(given)
    if entries and all(isinstance(e, str) for e in entries):
        for name in entries:
            if name not in labels:
                raise SettingError(f"{what}={name!r} is not a member{nearest(name, labels)}")
        return [label in entries for label in labels]
    if entries and len(entries) != len(labels):
        raise SettingError(f"{what} has {len(entries)} entries for {len(labels)} members")
    for entry in entries:
        if not isinstance(entry, (bool, np.bool_)) and entry not in (0, 1):
            raise SettingError(f"{what}={str(entry)[:40]!r} must be true or false for each member, or a list of names")
    return [bool(e) for e in entries] or [False] * len(labels)


def read_quotas(quotas: Any, n_quotas: int, each: tuple[str, ...]) -> list[list[Majority]]:
    """Read alternatives of quotas; `each` tells how abstentions count towards every one.

    Raises
    ------
    SettingError
        Not one quota for each row of weights, too many alternatives, or a quota that cannot be.
    """
    scalar = isinstance(quotas, (str, Majority)) or not isinstance(quotas, Iterable)
    table = [[quotas]] if scalar else list(quotas)
    if not scalar and not (table and isinstance(table[0], (list, tuple, np.ndarray))):
        table = [table]
    if len(table) > MOST_ALTERNATIVES:
        raise SettingError(f"quotas has {len(table)} alternatives, at most {MOST_ALTERNATIVES} are allowed")
    found = []
    for row in table:
        if len(row) != n_quotas:
            raise SettingError(f"quotas has {len(row)} entries for {n_quotas} rows of weights: give one for each")
        line = [majority(q, mode == "present_and_voting") for q, mode in zip(row, each, strict=True)]
        for quota, mode in zip(line, each, strict=True):
            if mode == "present_and_voting" and not quota.strict and quota.value == 0:
                raise SettingError(
                    "quotas=0 is out of range: a share above 0 of the votes cast is allowed with abstention=present_and_voting"
                )
            if mode == "present_and_voting" and not quota.share:
                raise SettingError(
                    f"quotas={quota.value} is a number of votes: abstention=present_and_voting needs a share of the votes cast"
                )
        found.append(line)
    return found


def whole_number(value: Any, what: str, low: int) -> int:
    """Check a count.

    Raises
    ------
    SettingError
        Not a whole number of `low` or more.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
        raise SettingError(f"{what}={str(value)[:40]} is out of range: a whole number of {low} or more is allowed")
    return int(value)
