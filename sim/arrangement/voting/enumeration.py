"""Divisions counted one by one, each half of the classes against the other."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels import divisions
from sim.arrangement.voting.classes import Classes
from sim.arrangement.voting.residues import moduli_for, whole_numbers
from sim.arrangement.voting.tallies import Tally, without_silence

Ints = NDArray[np.int64]

MOST_COUNTS = 1 << 25


def enumeration_cost(classes: Classes) -> float:
    """Operations that `enumerate_divisions` would take; infinite beyond its reach."""
    if max(classes.count) > 2000 or (classes.ternary and max(classes.count) > 400):
        return math.inf
    half = classes.halves()
    in_a = sum([classes.count[c] for c in half.order[: half.split]])
    in_b = classes.n_members - in_a
    if max(half.n_a * (in_b + 1), half.n_b * (in_a + 1)) > MOST_COUNTS:
        return math.inf
    votes = half.n_a * half.split * (in_b + 1) + half.n_b * (len(half.order) - half.split) * (in_a + 1)
    pairs = 0.0 if len(classes.budget) == 1 else 0.8 * half.n_a * half.n_b * len(classes.budget)
    return (votes + pairs) * len(moduli_for(classes, True)) * (2 if classes.ternary else 1)


def enumerate_divisions(classes: Classes) -> Tally:
    """Count over every division of the classes, one half of them against the other.

    Notes
    -----
    Two votes: with others in favour at chance x, the index is the mean over x of the chance to decide (Owen 1972),
    the sum over m of D(m) m! (n - 1 - m)! / n!, with D(m) the swings at m others against. Three votes: roll calls of
    Felsenthal and Machover 1997, with x the chance that another has voted by now: the chance that i's vote makes
    adoption certain (those to come count as against) and that it makes rejection certain (they count as in favour).
    """
    n, ternary, moduli, half = classes.n_members, classes.ternary, moduli_for(classes, True), classes.halves()
    short = (max(classes.budget) + 1) * (n + 1) < 1 << 62
    by_no, by_yes = [], []
    for modulus in moduli:
        options = _list_options(classes, modulus)
        tally = _tally if short else _tally_by_rank
        by_no.append(tally(classes, options, False, modulus))
        if ternary:
            by_yes.append(tally(classes, options, True, modulus))
    adopting, abstain, no = _merge(by_no, moduli, classes)
    if ternary:
        yes = adopting - abstain - no
        weight, denominator = _roll_call_weights(n)
        any_vote = yes[:, :n] + abstain[:, :n] + no[:, 1:]
        share = (any_vote - 3 * no[:, 1:]).astype(object) @ weight
        adopting_y, abstain_y, no_y = _merge(by_yes, moduli, classes)
        yes_y = adopting_y - abstain_y - no_y
        any_vote = yes_y[:, 1:] + abstain_y[:, :n] + no_y[:, :n]
        share += (3 * yes_y[:, 1:] - any_vote).astype(object) @ weight
    else:
        weight, denominator = _shapley_weights(n)
        share = (adopting[:n] - no[:, :n] - no[:, 1:]) @ weight
    total, against = int(adopting.sum()), no.sum(axis=1).tolist()
    silent = abstain.sum(axis=1).tolist() if ternary else [0] * len(against)
    given = [(total - a - m, a, m) for a, m in zip(silent, against, strict=True)]
    return without_silence(classes, half.order, Tally(total, given, share.tolist(), denominator, half.of_member))


class _Options(NamedTuple):
    """What each class may do, halves one after the other: as the kernels take it, and losses of any length."""

    start: Ints
    split: int
    members: Ints
    abstain: Ints
    no: Ints
    ways: Ints
    loss: list[list[int]]


def _list_options(classes: Classes, modulus: int) -> _Options:
    half, ternary = classes.halves(), classes.ternary
    start, votes = [0], []
    loss: list[list[int]] = []
    for c in half.order:
        n, no, abstain = classes.count[c], classes.no[c], classes.abstain[c]
        for a, m in half.options[c]:
            ways = 1 if n == 1 else math.comb(n, m) * math.comb(n - m, a)
            votes.append((a, m, ways % modulus if modulus else ways))
            loss.append([a * x + m * y for x, y in zip(abstain, no, strict=True)] if ternary else [m * w for w in no])
        start.append(len(votes))
    table = np.array(votes, np.int64).T.copy()
    members = np.array([classes.count[c] for c in half.order], np.int64)
    return _Options(np.array(start, np.int64), half.split, members, table[0], table[1], table[2], loss)


def _tally(classes: Classes, o: _Options, by_yes: bool, modulus: int) -> tuple[Ints, Ints, Ints]:
    loss, budget = np.array(o.loss, np.int64), np.array(classes.budget, np.int64)
    return divisions.tally_halves(
        o.start, o.split, o.members, loss, o.abstain, o.no, o.ways, budget, by_yes, classes.ternary, modulus
    )


def _tally_by_rank(classes: Classes, o: _Options, by_yes: bool, modulus: int) -> tuple[Ints, Ints, Ints]:
    """`_tally` for losses of any length: only the order of their sums matters, so ranks take their place."""
    parts, sums = [], []
    for first, last in ((0, o.split), (o.split, len(o.members))):
        span = slice(o.start[first], o.start[last])
        start, abstain, no = o.start[first : last + 1] - o.start[first], o.abstain[span], o.no[span]
        blank = np.zeros((len(no), 1), np.int64)
        _, silent, against, ways = divisions.list_divisions(start, blank, abstain, no, o.ways[span], modulus)
        size = int(o.members[first:last].sum()) - silent - against if by_yes else against
        parts.append((start, abstain, no, size, ways))
        rows = []
        for row in zip(*o.loss[span], strict=True) if o.loss[span] else [()] * len(classes.budget):
            total = np.zeros(1, object)
            for low, high in pairwise(start):
                total = (np.array(row[low:high], object)[:, None] + total[None, :]).ravel()
            rows.append(total)
        sums.append(rows)
    loss_a, loss_b = (np.empty((len(classes.budget), len(part[4])), np.int64) for part in parts)
    for k, (limit, left, right) in enumerate(zip(classes.budget, *sums, strict=True)):
        ladder = np.array(sorted(set(right.tolist())), object)
        loss_b[k] = np.searchsorted(ladder, right) + 1
        loss_a[k] = -np.searchsorted(ladder, limit - left, side="right")
    budget, n_sizes = np.zeros(len(classes.budget), np.int64), classes.n_members + 1
    found = []
    for (start, abstain, no, size, ways), loss, (*_, size_b, ways_b), other in (
        (parts[0], loss_a, parts[1], loss_b),
        (parts[1], loss_b, parts[0], loss_a),
    ):
        half = (start, abstain, no, loss, size, ways, other, size_b, ways_b)
        found.append(divisions.tally_divisions(*half, budget, n_sizes, classes.ternary, modulus))
    (adopting, abstaining, against), (_, abstaining_b, against_b) = found
    return adopting, np.concatenate((abstaining, abstaining_b)), np.concatenate((against, against_b))


def _merge(tallies: list[tuple[Ints, Ints, Ints]], moduli: tuple[int, ...], classes: Classes) -> tuple[Any, Any, Any]:
    """Adopting divisions, and those in which one member of each class abstains or votes against, by size."""
    if moduli == (0,):
        adopting, abstain, no = tallies[0]
    else:
        residues = [np.array([t[part] for t in tallies]) for part in range(3)]
        whole: list[Any] = [whole_numbers(r.reshape(len(moduli), -1), moduli).reshape(r.shape[1:]) for r in residues]
        adopting, abstain, no = whole
    if max(classes.count) > 1:
        count = np.array([classes.count[c] for c in classes.halves().order], no.dtype)[:, None]
        abstain, no = abstain // count, no // count
    return adopting, abstain, no


@lru_cache(maxsize=64)
def _shapley_weights(n: int) -> tuple[NDArray[Any], int]:
    """Weights m! (n - 1 - m)! for m = 0 .. n - 1, and n!; in 64 bits as long as n! is below 2**63, for no index exceeds 1."""
    factorial = [1]
    for k in range(1, n + 1):
        factorial.append(factorial[-1] * k)
    return np.array(
        [factorial[m] * factorial[n - 1 - m] for m in range(n)], np.int64 if n <= 20 else object
    ), factorial[n]


@lru_cache(maxsize=64)
def _roll_call_weights(n: int) -> tuple[NDArray[np.object_], int]:
    """The integrals of (x/3)^(n-1-m) (1 - 2x/3)^m over 0 .. 1, a third of each, as whole numbers over one denominator."""
    integral = [Fraction(1, n)]
    for m in range(1, n):
        integral.append((1 + 2 * m * integral[-1]) / (n - m))
    common = math.lcm(*(f.denominator for f in integral))
    return np.array([f.numerator * (common // f.denominator) for f in integral], object), common * 3**n
