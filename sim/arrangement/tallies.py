"""Three ways to count the divisions that adopt: enumeration, dynamic programming, sampling."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels import adoption, divisions, winning
from sim.arrangement.losses import Losses

Ints = NDArray[np.int64]

MOST_COUNTS = 1 << 25
MOST_CELLS = 1 << 26
MOST_MINIMAL = 1 << 21
PRIME_BITS = 27
ROLL_CALL = 1 << 40  # of the addresses, far from the purposes of the draws in a run


class Tally(NamedTuple):
    """What a rule does over all divisions.

    Attributes
    ----------
    adopting : int
        Divisions that adopt.
    given : list of (int, int, int)
        For each class, divisions of the others that adopt if a member votes in favour, abstains, votes against.
    ssi : list of int or float
        Shapley-Shubik index of a member of each class, times `denominator` if exact.
    denominator : int
        0 where `ssi` is not exact.
    of_member : list of int
        Class of each member.
    """

    adopting: int
    given: list[tuple[int, int, int]]
    ssi: list[Any]
    denominator: int
    of_member: list[int]


class Sample(NamedTuple):
    """What a rule does in drawn roll calls: counts by member (pivots; adopted given each vote), and adopted in all."""

    pivots: Ints
    swings: Ints
    adopted: int


class Classes:
    """Members grouped by what their votes do.

    Attributes
    ----------
    of_member : list of int
    count : list of int
        Members of each class.
    abstain, no : list of tuple of int
        Losses of one member of each class.
    silence : list of bool
        Members of the class take part in a silence that must not adopt.
    """

    __slots__ = ("_halves", "abstain", "budget", "count", "n_members", "no", "of_member", "silence", "ternary")

    def __init__(self, rule: Losses) -> None:
        parts = (rule.abstain, rule.no, rule.unanimous_silence) if rule.unanimous_silence else (rule.abstain, rule.no)
        keys = list(zip(*parts, strict=True)) if rule.ternary else list(rule.no)
        found: dict[Any, int] = {}
        self.of_member = [found.setdefault(key, len(found)) for key in keys]
        self.count = [0] * len(found)
        for c in self.of_member:
            self.count[c] += 1
        self.abstain = [key[0] for key in found] if rule.ternary else list(found)
        self.no = [key[1] for key in found] if rule.ternary else self.abstain
        self.silence = [key[2] for key in found] if rule.unanimous_silence else []
        self.budget, self.ternary, self.n_members = rule.budget, rule.ternary, rule.n_members
        self._halves: Halves | None = None

    @property
    def n_divisions(self) -> int:
        """Divisions of the whole body."""
        return (3 if self.ternary else 2) ** self.n_members

    def halves(self) -> Halves:
        """Split the classes in two halves of about as many divisions each, with what each class may do."""
        if self._halves is None:
            options = [self._divide(c) for c in range(len(self.count))]
            sides: tuple[list[int], list[int]] = ([], [])
            states = [1, 1]
            for length, c in sorted([(-len(o), c) for c, o in enumerate(options)]):
                side = states[1] < states[0]
                sides[side].append(c)
                states[side] *= -length
            order = sides[0] + sides[1]
            place = [0] * len(order)
            for k, c in enumerate(order):
                place[c] = k
            self._halves = Halves(
                order, len(sides[0]), states[0], states[1], options, [place[c] for c in self.of_member]
            )
        return self._halves

    def _divide(self, c: int) -> list[tuple[int, int]]:
        """Abstentions and votes against in class `c` that break no budget by themselves."""
        n, no = self.count[c], self.no[c]
        if n == 1 and not self.ternary:
            return [(0, 0), (0, 1)] if no <= self.budget else [(0, 0)]
        if not self.ternary:
            most = min([n, *[b // w for b, w in zip(self.budget, no, strict=True) if w]])
            return [(0, m) for m in range(most + 1)]
        found = []
        for a in range(n + 1):
            left = [b - a * w for b, w in zip(self.budget, self.abstain[c], strict=True)]
            if min(left) < 0:
                break
            most = min([n - a, *[b // w for b, w in zip(left, no, strict=True) if w]])
            found += [(a, m) for m in range(most + 1)]
        return found


class Halves(NamedTuple):
    """Classes in two halves of about as many divisions each.

    Attributes
    ----------
    order : list of int
        Classes of the first half, then of the second.
    split : int
        Classes in the first.
    n_a, n_b : int
        Divisions of each half.
    options : list of list of (int, int)
        Abstentions and votes against that each class may cast.
    of_member : list of int
        Place in `order` of each member's class.
    """

    order: list[int]
    split: int
    n_a: int
    n_b: int
    options: list[list[tuple[int, int]]]
    of_member: list[int]


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
    return (votes + pairs) * len(_moduli(classes, True)) * (2 if classes.ternary else 1)


def dynamic_cost(classes: Classes) -> float:
    """Operations that `count_by_losses` would take; infinite beyond its memory."""
    cells = math.prod(b + 1 for b in classes.budget)
    if cells * (len(classes.count) + 3) > MOST_CELLS:
        return math.inf
    points = (classes.n_members + 1) // 2 * (2 if classes.ternary else 1) + len(_moduli(classes, False))
    return 1.0 * points * cells * (2 * classes.n_members + 2 * len(classes.count))


def enumerate_divisions(classes: Classes) -> Tally:
    """Count over every division of the classes, one half of them against the other.

    Notes
    -----
    Two votes: with others in favour at chance x, the index is the mean over x of the chance to decide (Owen 1972),
    the sum over m of D(m) m! (n - 1 - m)! / n!, with D(m) the swings at m others against. Three votes: roll calls of
    Felsenthal and Machover 1997, with x the chance that another has voted by now: the chance that i's vote makes
    adoption certain (those to come count as against) and that it makes rejection certain (they count as in favour).
    """
    n, ternary, moduli, half = classes.n_members, classes.ternary, _moduli(classes, True), classes.halves()
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
    return _silence(classes, half.order, Tally(total, given, share.tolist(), denominator, half.of_member))


def count_by_losses(classes: Classes) -> Tally:
    """Count by dynamic programming over sums of losses.

    Notes
    -----
    Swings are whole numbers by residues. The Shapley-Shubik index is a polynomial of degree n - 1 in the chance x that
    another votes in favour (three votes: has voted), integrated by Gauss and Legendre's rule on ceil(n / 2) points, which is exact.
    """
    n, ternary = classes.n_members, classes.ternary
    # The lightest first: their losses, and what they leave of the budget, span few columns for longest.
    order = sorted(range(len(classes.count)), key=lambda c: classes.no[c][-1])
    count = np.array([classes.count[c] for c in order], np.int64)
    loss = np.zeros((3, len(classes.budget), len(order)), np.int64)
    loss[1], loss[2] = (np.array([table[c] for c in order], np.int64).T for table in (classes.abstain, classes.no))
    budget = np.array(classes.budget, np.int64)
    primes = _moduli(classes, False)
    residues = adoption.count_adopt(count, loss, budget, ternary, np.array(primes, np.int64))
    whole = _chinese(residues.reshape(len(primes), -1), primes).reshape(-1, 3).tolist()
    given = [(yes, abstain, no) for yes, abstain, no in whole]
    x, weight = _gauss_legendre((n + 1) // 2)
    if ternary:
        third, rest = x / 3.0, 1.0 - 2.0 * x / 3.0
        low = adoption.p_adopt(count, loss, budget, np.stack((third, third, rest), axis=1))
        high = adoption.p_adopt(count, loss, budget, np.stack((rest, third, third), axis=1))
        share = (low[..., 0] + low[..., 1] - 2.0 * low[..., 2] + 2.0 * high[..., 0] - high[..., 1] - high[..., 2]) / 3.0
    else:
        p = adoption.p_adopt(count, loss, budget, np.stack((x, np.zeros_like(x), 1.0 - x), axis=1))
        share = p[..., 0] - p[..., 2]
    ssi = np.array([math.fsum(column) for column in (weight[:, None] * share).T])
    # Votes whose losses never matter are dummies: their index is 0, not the rounding of a difference.
    ssi = np.where([g[0] == g[2] for g in given], 0.0, np.maximum(ssi, 0.0))
    of_member = np.argsort(order)[classes.of_member].tolist()
    return _silence(classes, order, Tally(sum(given[0]), given, ssi.tolist(), 0, of_member))


def rounding(classes: Classes) -> float:
    """Bound on the error of a Shapley-Shubik index from `count_by_losses`."""
    return float(8.0 * (classes.n_members + 4) * np.finfo(np.float64).eps)


def sample_roll_calls(rules: list[Losses], n_roll_calls: int, seed: int) -> Sample:
    """Draw roll calls of a body that adopts by any one of `rules`."""
    n = rules[0].n_members
    widest = sum(len(rule.budget) for rule in rules)
    budget = np.full((len(rules), widest), np.iinfo(np.int64).max, np.int64)
    abstain, no = np.zeros((widest, n), np.int64), np.zeros((widest, n), np.int64)
    row = 0
    for r, rule in enumerate(rules):
        for k, limit in enumerate(rule.budget):
            # Beyond 62 bits the last bits of the weights are dropped: far below what a sample can see.
            excess = max(0, (limit + 1).bit_length() + n.bit_length() - 62)
            budget[r, row] = limit >> excess
            for table, given in ((abstain, rule.abstain), (no, rule.no)):
                table[row] = [(limit >> excess) + 1 if w[k] > limit else w[k] >> excess for w in given]
            row += 1
    return Sample(*winning.sample_roll_calls(abstain, no, budget, rules[0].ternary, seed, ROLL_CALL, 0, n_roll_calls))


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


def _silence(classes: Classes, order: list[int], tally: Tally) -> Tally:
    """Take out the divisions in which nobody whose vote counts has voted.

    The pivots stay: in that roll call the last member that counts settles the matter either way.
    """
    if not classes.silence:
        return tally
    if any(a[0] > classes.budget[0] and s for a, s in zip(classes.abstain, classes.silence, strict=True)):
        return tally
    out = 3 ** sum([n for n, silent in zip(classes.count, classes.silence, strict=True) if not silent])
    given = []
    for c, (y, a, m) in zip(order, tally.given, strict=True):
        if classes.silence[c]:
            given.append((y, a - out, m))
        else:
            given.append((y - out // 3, a - out // 3, m - out // 3))
    return tally._replace(adopting=tally.adopting - out, given=given)


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
        whole: list[Any] = [_chinese(r.reshape(len(moduli), -1), moduli).reshape(r.shape[1:]) for r in residues]
        adopting, abstain, no = whole
    if max(classes.count) > 1:
        count = np.array([classes.count[c] for c in classes.halves().order], no.dtype)[:, None]
        abstain, no = abstain // count, no // count
    return adopting, abstain, no


def _moduli(classes: Classes, weighted: bool) -> tuple[int, ...]:
    """Primes enough to tell any count of divisions (times members, if weighted); one 0 where 62 bits hold it."""
    largest = classes.n_divisions * (classes.n_members if weighted else 1)
    if weighted and largest < 1 << 62:
        return (0,)
    return _primes(largest.bit_length() // PRIME_BITS + 1)


@lru_cache(maxsize=64)
def _primes(n: int) -> tuple[int, ...]:
    """The `n` largest primes below 2**28."""
    found: list[int] = []
    small = [p for p in range(3, 1 << 14, 2) if all(p % d for d in range(3, math.isqrt(p) + 1, 2))]
    candidate = (1 << 28) - 1
    while len(found) < n:
        if all(candidate % p for p in small):
            found.append(candidate)
        candidate -= 2
    return tuple(found)


@lru_cache(maxsize=64)
def _chinese_weights(primes: tuple[int, ...]) -> tuple[NDArray[np.object_], int]:
    whole = math.prod(primes)
    return np.array([whole // p * pow(whole // p, -1, p) for p in primes], object), whole


def _chinese(residues: Ints, primes: tuple[int, ...]) -> NDArray[np.object_]:
    """Whole numbers from residues (n_primes, n), by the Chinese remainder theorem."""
    weights, whole = _chinese_weights(primes)
    return weights @ residues.astype(object) % whole


@lru_cache(maxsize=64)
def _gauss_legendre(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, weight = np.polynomial.legendre.leggauss(n)
    return (1.0 + x) / 2.0, weight / 2.0


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
