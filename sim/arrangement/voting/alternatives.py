"""A body that adopts by any one of several rules, counted by inclusion and exclusion."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from sim.arrangement.voting.losses import Losses, Majority, losses
from sim.arrangement.voting.tallies import Tally


def signed_rules(
    rows: list[list[Any]], alternatives: list[list[Majority]], vetoes: list[bool], each: tuple[str, ...], blocks: bool
) -> list[tuple[int, Losses | bool]]:
    """Rules whose tallies, added with these signs, are the tally of "any one of the alternatives"."""
    if len(alternatives) == 1:
        return [(1, losses(rows, alternatives[0], vetoes, each, blocks))]
    signs: dict[tuple[Majority, ...], int] = {}
    for size in range(1, len(alternatives) + 1):
        for chosen in combinations(alternatives, size):
            joint = tuple(_stricter(row, list(q), mode) for row, mode, *q in zip(rows, each, *chosen, strict=True))
            signs[joint] = signs.get(joint, 0) + (-1) ** (size + 1)
    return [(sign, losses(rows, joint, vetoes, each, blocks)) for joint, sign in signs.items() if sign]


def add_tallies(tallies: list[tuple[int, Tally | bool]], base: int, n: int) -> Tally:
    """Add the tallies of `signed_rules`.

    Parameters
    ----------
    tallies : list of (int, Tally or bool)
        Each with its sign; a rule that no vote can change stands as whether it adopts.
    base : int
        Votes that a member may give, 2 or 3.
    n : int
        Members that vote.

    Returns
    -------
    Tally
        One class a member, but for a single tally, which is returned as it is; exact where all are.
    """
    if len(tallies) == 1 and isinstance(tallies[0][1], Tally):
        return tallies[0][1]
    adopting, given, denominator = 0, np.zeros((n, 3), object), 1
    is_exact = all(tally.denominator for _, tally in tallies if isinstance(tally, Tally))
    ssi = np.zeros(n, object if is_exact else np.float64)
    for sign, tally in tallies:
        if isinstance(tally, bool):
            every = base ** (n - 1) * tally
            adopting += sign * base * every
            given += sign * np.array([every, every * (base == 3), every], object)
            continue
        adopting += sign * tally.adopting
        given += sign * np.array(tally.given, object)[tally.of_member]
        scale = 1 if is_exact or not tally.denominator else tally.denominator
        ssi += sign * np.array([v if scale == 1 else v / scale for v in tally.ssi], ssi.dtype)[tally.of_member]
        denominator = tally.denominator if is_exact else 0
    ssi = ssi if is_exact else np.maximum(ssi, 0.0)
    return Tally(adopting, [tuple(row) for row in given.tolist()], ssi.tolist(), denominator, list(range(n)))


def _stricter(row: list[Any], quotas: list[Majority], mode: str) -> Majority:
    """The quota whose meeting means that all of them are met."""
    total = 1 if mode == "present_and_voting" else sum(row)
    return max(quotas, key=lambda q: (q.value * total if q.share else q.value, q.strict))
