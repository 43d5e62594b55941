"""Divisions counted by dynamic programming over sums of losses."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kernels import adoption
from sim.arrangement.voting.classes import Classes
from sim.arrangement.voting.residues import moduli_for, whole_numbers
from sim.arrangement.voting.tallies import Tally, without_silence

MOST_CELLS = 1 << 26


def dynamic_cost(classes: Classes) -> float:
    """Operations that `count_by_losses` would take; infinite beyond its memory."""
    cells = math.prod(b + 1 for b in classes.budget)
    if cells * (len(classes.count) + 3) > MOST_CELLS:
        return math.inf
    points = (classes.n_members + 1) // 2 * (2 if classes.ternary else 1) + len(moduli_for(classes, False))
    return 1.0 * points * cells * (2 * classes.n_members + 2 * len(classes.count))


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
    primes = moduli_for(classes, False)
    residues = adoption.count_adopt(count, loss, budget, ternary, np.array(primes, np.int64))
    whole = whole_numbers(residues.reshape(len(primes), -1), primes).reshape(-1, 3).tolist()
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
    return without_silence(classes, order, Tally(sum(given[0]), given, ssi.tolist(), 0, of_member))


def rounding(classes: Classes) -> float:
    """Bound on the error of a Shapley-Shubik index from `count_by_losses`."""
    return float(8.0 * (classes.n_members + 4) * np.finfo(np.float64).eps)


@lru_cache(maxsize=64)
def _gauss_legendre(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, weight = np.polynomial.legendre.leggauss(n)
    return (1.0 + x) / 2.0, weight / 2.0
