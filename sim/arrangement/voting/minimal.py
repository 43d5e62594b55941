"""Minimal winning coalitions, those that no member can leave."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from kernels import winning
from sim.arrangement.voting.losses import Losses

MOST_MINIMAL = 1 << 21


def minimal_coalitions(rules: list[Losses]) -> tuple[list[int], list[list[int]]] | None:
    """Count minimal winning coalitions.

    Returns
    -------
    coalitions : list of int
        By size, from 0 members to all.
    seats : list of list of int
        For each member, how many of them it belongs to, by size.

        None instead where there are too many coalitions, members or digits, or abstention is a third vote.
    """
    n = rules[0].n_members
    if rules[0].ternary or n > 62:
        return None
    wide = [sum((rule.no[i] for rule in rules), ()) for i in range(n)]
    limits = [b for rule in rules for b in rule.budget]
    if (max(limits) + 1) * (n + 1) > 1 << 62:
        return None
    found = Counter(wide)
    place = {key: c for c, key in enumerate(found)}
    count = list(found.values())
    spans = [(start := sum(len(r.budget) for r in rules[:k]), start + len(rule.budget)) for k, rule in enumerate(rules)]
    budget = np.full((len(rules), len(limits)), np.iinfo(np.int64).max, np.int64)
    for r, (start, stop) in enumerate(spans):
        budget[r, start:stop] = limits[start:stop]
    most = [
        max(
            max((m for m in range(size + 1) if all(m * key[k] <= limits[k] for k in range(*span))), default=0)
            for span in spans
        )
        for key, size in zip(found, count, strict=True)
    ]
    if math.prod(m + 1 for m in most) > MOST_MINIMAL:
        return None
    binomial = np.array([[math.comb(size, m) for m in range(max(count) + 1)] for size in count], np.int64)
    no = np.ascontiguousarray(np.array(list(found), np.int64).T)
    coalitions, seats = winning.minimal_winning(np.array(count), np.array(most), no, budget, binomial)
    each = [[int(v) // size for v in line] for line, size in zip(seats, count, strict=True)]
    return [int(v) for v in coalitions], [each[place[key]] for key in wide]
