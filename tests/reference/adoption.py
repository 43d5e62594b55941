"""Twins of `kernels.adoption`: every division in turn, in NumPy and Python integers."""

from itertools import product

import numpy as np


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
