"""Voting power by going through every division in turn, in NumPy and Python integers."""

from itertools import pairwise, product
from math import comb

import numpy as np


def list_divisions(start, loss, abstain, no, ways, modulus):
    spans = [range(a, b) for a, b in pairwise(start)]
    # The first class varies fastest: `product` runs the last one fastest.
    states = [np.array(picked[::-1], np.int64) for picked in product(*spans[::-1])]
    state_loss = np.array([loss[picked].sum(axis=0) for picked in states], np.int64).T.reshape(loss.shape[1], -1)
    many = [np.prod([int(ways[o]) for o in picked], dtype=object) if len(picked) else 1 for picked in states]
    return (
        np.ascontiguousarray(state_loss),
        np.array([abstain[picked].sum() for picked in states], np.int64),
        np.array([no[picked].sum() for picked in states], np.int64),
        np.array([m % modulus if modulus else m for m in many], np.int64),
    )


def tally_divisions(
    start, abstain, no, loss_a, size_a, ways_a, loss_b, size_b, ways_b, budget, n_sizes, ternary, modulus
):
    n_classes = len(start) - 1
    adopting = np.zeros(n_sizes, object)
    abstaining = np.zeros((n_classes, n_sizes), object)
    against = np.zeros((n_classes, n_sizes), object)
    spans = [range(a, b) for a, b in pairwise(start)]
    for a, picked in enumerate(product(*spans[::-1])):
        for b in range(len(size_b)):
            if np.all(loss_a[:, a] + loss_b[:, b] <= budget):
                s, value = size_a[a] + size_b[b], int(ways_a[a]) * int(ways_b[b])
                adopting[s] += value
                for c, o in enumerate(picked[::-1]):
                    against[c, s] += value * int(no[o])
                    abstaining[c, s] += value * int(abstain[o]) * ternary
    return tuple((table % modulus if modulus else table).astype(np.int64) for table in (adopting, abstaining, against))


def tally_halves(start, split, count, loss, abstain, no, ways, budget, by_yes, ternary, modulus):
    state_loss, silent, size, state_ways = list_divisions(start, loss, abstain, no, ways, modulus)
    if by_yes:
        size = count.sum() - silent - size
    nobody = np.zeros((len(budget), 1), np.int64), np.zeros(1, np.int64), np.ones(1, np.int64)
    n_sizes = count.sum() + 1
    return tally_divisions(start, abstain, no, state_loss, size, state_ways, *nobody, budget, n_sizes, ternary, modulus)


def _given(count, loss, budget, weight):
    """Sum over divisions of the others of the product of their weights, where the division with one more vote adopts."""
    out = np.zeros((len(count), 3), weight.dtype)
    for c in range(len(count)):
        others = np.repeat(np.arange(len(count)), count - (np.arange(len(count)) == c))
        for votes in product(*[[v for v in range(3) if weight[v] != 0]] * len(others)):
            lost = sum((loss[v, :, k] for v, k in zip(votes, others, strict=True)), np.zeros(len(budget), np.int64))
            chance = np.prod(weight[list(votes)]) if votes else weight.dtype.type(1)
            for v in range(3):
                if weight[v] != 0 and np.all(lost + loss[v, :, c] <= budget):
                    out[c, v] += chance
    return out


def p_adopt(count, loss, budget, p_vote):
    return np.array([_given(count, loss, budget, p) for p in p_vote])


def count_adopt(count, loss, budget, ternary, primes):
    whole = _given(count, loss, budget, np.array([1, int(ternary), 1], np.int64))
    return np.array([whole % prime for prime in primes], np.int64)


def _within(loss, budget):
    return bool(np.any(np.all(loss <= budget, axis=1)))


def minimal_winning(count, most_no, no, budget, binomial):
    n_members = count.sum()
    coalitions = np.zeros(n_members + 1, np.int64)
    seats = np.zeros((len(count), n_members + 1), np.int64)
    for against in product(*[range(m + 1) for m in most_no]):
        loss = no @ np.array(against)
        present = [c for c in range(len(count)) if against[c] < count[c]]
        if _within(loss, budget) and not any(_within(loss + no[:, c], budget) for c in present):
            ways = int(np.prod([comb(int(n), m) for n, m in zip(count, against, strict=True)]))
            coalitions[n_members - sum(against)] += ways
            seats[:, n_members - sum(against)] += ways * (count - np.array(against))
    return coalitions, seats


def sample_roll_calls(abstain, no, budget, ternary, seed, purpose, first, n_roll_calls):
    n_members = no.shape[1]
    pivots = np.zeros(n_members, np.int64)
    swings = np.zeros((n_members, 3), np.int64)
    adopted = 0
    table = np.stack([np.zeros_like(no), abstain, no] if ternary else [np.zeros_like(no), no])
    for r in range(first, first + n_roll_calls):
        rows = [
            np.random.Generator(np.random.Philox(key=[seed, r], counter=[0, j, 0, purpose])).random(n_members)
            for j in (0, 1)
        ]
        votes = (rows[1] * len(table)).astype(int)
        order = np.arange(n_members)
        for i in range(n_members):
            j = i + int(rows[0][i] * (n_members - i))
            order[i], order[j] = order[j], order[i]
        cast = np.stack([table[v, :, i] for i, v in enumerate(votes)], axis=1)
        for k in range(1, n_members + 1):
            voted, to_come = order[:k], order[k:]
            so_far = cast[:, voted].sum(axis=1)
            if _within(so_far + no[:, to_come].sum(axis=1), budget) or not _within(so_far, budget):
                pivots[order[k - 1]] += 1
                break
        adopted += _within(cast.sum(axis=1), budget)
        for i in range(n_members):
            rest = cast.sum(axis=1) - cast[:, i]
            swings[i, 0] += _within(rest, budget)
            swings[i, 1] += ternary and _within(rest + abstain[:, i], budget)
            swings[i, 2] += _within(rest + no[:, i], budget)
    return pivots, swings, adopted
