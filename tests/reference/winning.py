"""Twins of `kernels.winning`: every coalition and every roll call in turn."""

from itertools import product
from math import comb

import numpy as np


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
