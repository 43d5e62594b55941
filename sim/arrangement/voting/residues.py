"""Counts of divisions of any length, told by their residues modulo primes that the kernels can hold."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.voting.classes import Classes

Ints = NDArray[np.int64]

PRIME_BITS = 27


def moduli_for(classes: Classes, weighted: bool) -> tuple[int, ...]:
    """Primes enough to tell any count of divisions (times members, if weighted); one 0 where 62 bits hold it."""
    largest = classes.n_divisions * (classes.n_members if weighted else 1)
    if weighted and largest < 1 << 62:
        return (0,)
    return _primes(largest.bit_length() // PRIME_BITS + 1)


def whole_numbers(residues: Ints, primes: tuple[int, ...]) -> NDArray[np.object_]:
    """Whole numbers from residues (n_primes, n), by the Chinese remainder theorem."""
    weights, whole = _chinese_weights(primes)
    return weights @ residues.astype(object) % whole


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
