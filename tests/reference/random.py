"""Twins of `kernels.random` by NumPy's own Philox and by quantiles solved for."""

import math

import numpy as np

MASK = (1 << 64) - 1


def philox(seed, run, c0, c1, c2, c3):
    counter, key = [int(c0), int(c1), int(c2), int(c3)], [int(seed), int(run)]
    for _ in range(10):
        first, second = 0xD2E7470EE14C6C93 * counter[0], 0xCA5A826395121157 * counter[2]
        counter = [
            (second >> 64) ^ counter[1] ^ key[0],
            second & MASK,
            (first >> 64) ^ counter[3] ^ key[1],
            first & MASK,
        ]
        key = [(key[0] + 0x9E3779B97F4A7C15) & MASK, (key[1] + 0xBB67AE8584CAA73B) & MASK]
    return tuple(counter)


def _generator(seed, run, purpose, place, j):
    return np.random.Philox(key=[seed, run], counter=[0, j, place, purpose])


def _words(seed, run, purpose, place, j, n):
    return _generator(seed, run, purpose, place, j).random_raw(n)


def word(seed, run, purpose, place, i, j):
    return _words(seed, run, purpose, place, j, i + 1)[i]


def _midpoint(w):
    return (int(w) // 2**12 + 0.5) / 2**52


def exponential_quantile(v):
    return -math.log1p(-v)


def logistic_quantile(v):
    return math.log(v) - math.log1p(-v)


def normal_quantile(v):
    tail = min(v, 1.0 - v)
    low, high = -9.0, 0.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if 0.5 * math.erfc(-middle / math.sqrt(2.0)) < tail:
            low = middle
        else:
            high = middle
    x = 0.5 * (low + high)
    return x if v < 0.5 else -x


def uniform(seed, run, purpose, place, i, j):
    return np.random.Generator(_generator(seed, run, purpose, place, j)).random(i + 1)[i]


def exponential(seed, run, purpose, place, i, j):
    return exponential_quantile(_midpoint(word(seed, run, purpose, place, i, j)))


def normal(seed, run, purpose, place, i, j):
    return normal_quantile(_midpoint(word(seed, run, purpose, place, i, j)))


def logistic(seed, run, purpose, place, i, j):
    return logistic_quantile(_midpoint(word(seed, run, purpose, place, i, j)))


def uniform_row(seed, run, purpose, place, j, out):
    out[:] = np.random.Generator(_generator(seed, run, purpose, place, j)).random(len(out))


def exponential_row(seed, run, purpose, place, j, out):
    out[:] = [exponential_quantile(_midpoint(w)) for w in _words(seed, run, purpose, place, j, len(out))]


def normal_row(seed, run, purpose, place, j, out):
    out[:] = [normal_quantile(_midpoint(w)) for w in _words(seed, run, purpose, place, j, len(out))]


def logistic_row(seed, run, purpose, place, j, out):
    out[:] = [logistic_quantile(_midpoint(w)) for w in _words(seed, run, purpose, place, j, len(out))]
