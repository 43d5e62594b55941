"""Twins of `kernels.divisions`: every division in turn, in NumPy and Python integers."""

from itertools import pairwise, product

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
