"""The kernels of voting power against their twins, on drawn bodies of several quotas, vetoes and abstention."""

from math import comb

import numpy as np
import pytest

from kernels import adoption, divisions, winning
from reference import adoption as adoption_twin
from reference import divisions as divisions_twin
from reference import winning as winning_twin

PRIMES = np.array([268435399, 268435367, 3])


def draw(seed, most_members=7):
    """A body: count, abstain, no, budget, ternary."""
    rng = np.random.default_rng(seed)
    n_classes, n_quotas, ternary = int(rng.integers(1, 4)), int(rng.integers(1, 4)), bool(rng.integers(2))
    count = rng.integers(1, 3, n_classes)
    no = rng.integers(0, 6, (n_quotas, n_classes))
    abstain = rng.integers(0, no + 1) if ternary else no.copy()
    budget = np.array([rng.integers(0, max(2, int(row @ count))) for row in no])
    blocks = rng.random(n_classes) < 0.2
    no[:, blocks] = budget[:, None] + 1
    if not ternary:
        abstain = no.copy()
    abstain = np.minimum(abstain, budget[:, None] + 1)
    return count, abstain, np.minimum(no, budget[:, None] + 1), budget, ternary


def options(count, abstain, no, ternary):
    start, flat = [0], []
    for c, n in enumerate(count):
        for a in range((n if ternary else 0) + 1):
            flat += [(c, a, m, comb(n, m) * comb(n - m, a)) for m in range(n - a + 1)]
        start.append(len(flat))
    c, a, m, ways = np.array(flat, np.int64).T
    loss = np.ascontiguousarray((abstain[:, c] * a + no[:, c] * m).T)
    return np.array(start, np.int64), loss, a.copy(), m.copy(), ways.copy()


def same(got, expected):
    for g, e in zip(got, expected, strict=True):
        np.testing.assert_array_equal(g, e)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("modulus", [0, 11])
def test_enumeration(seed, modulus):
    count, abstain, no, budget, ternary = draw(seed)
    start, loss, a, m, ways = options(count, abstain, no, ternary)
    listed = (start, loss, a, m, ways, modulus)
    same(divisions.list_divisions(*listed), divisions_twin.list_divisions(*listed))
    for split in range(len(count) + 1):
        for by_yes in {False, ternary}:
            halves = (start, split, count, loss, a, m, ways, budget, by_yes, ternary, modulus)
            same(divisions.tally_halves(*halves), divisions_twin.tally_halves(*halves))


@pytest.mark.parametrize("seed", range(20))
def test_one_half_against_the_other(seed):
    count, abstain, no, budget, ternary = draw(seed)
    start, loss, a, m, ways = options(count, abstain, no, ternary)
    state_loss, _, size, state_ways = divisions.list_divisions(start, loss, a, m, ways, 0)
    half = (state_loss, size, state_ways)
    both = (start, a, m, *half, *half, budget + 2, 2 * int(count.sum()) + 1, ternary, 0)
    same(divisions.tally_divisions(*both), divisions_twin.tally_divisions(*both))


@pytest.mark.parametrize("seed", range(40))
def test_dynamic_programming(seed):
    count, abstain, no, budget, ternary = draw(seed)
    loss = np.stack([np.zeros_like(no), abstain, no])
    p_vote = np.array([[0.2, 0.3, 0.5], [1 / 3, 1 / 3, 1 / 3]] if ternary else [[0.5, 0.0, 0.5], [0.9, 0.0, 0.1]])
    got = adoption.p_adopt(count, loss, budget, p_vote)
    np.testing.assert_allclose(got, adoption_twin.p_adopt(count, loss, budget, p_vote), rtol=1e-13, atol=0)
    same(
        [adoption.count_adopt(count, loss, budget, ternary, PRIMES)],
        [adoption_twin.count_adopt(count, loss, budget, ternary, PRIMES)],
    )


@pytest.mark.parametrize("seed", range(40))
def test_minimal_winning_coalitions(seed):
    count, _, no, budget, _ = draw(seed)
    most = np.array([max(m for m in range(n + 1) if np.all(m * w <= budget)) for n, w in zip(count, no.T, strict=True)])
    binomial = np.array([[comb(int(n), m) for m in range(count.max() + 1)] for n in count])
    arguments = (count, most, no, np.stack([budget, np.maximum(budget - 1, 0)]), binomial)
    same(winning.minimal_winning(*arguments), winning_twin.minimal_winning(*arguments))


@pytest.mark.parametrize("seed", range(10))
def test_sampled_roll_calls(seed):
    count, abstain, no, budget, ternary = draw(seed)
    abstain, no = np.repeat(abstain, count, axis=1), np.repeat(no, count, axis=1)
    arguments = (abstain, no, np.stack([budget, np.maximum(budget - 1, 0)]), ternary, seed, 7, 3, 40)
    same(winning.sample_roll_calls(*arguments), winning_twin.sample_roll_calls(*arguments))


def test_sampled_roll_calls_do_not_depend_on_blocks():
    _, abstain, no, budget, ternary = draw(3)
    whole = winning.sample_roll_calls(abstain, no, budget[None], ternary, 1, 2, 0, 30)
    parts = [winning.sample_roll_calls(abstain, no, budget[None], ternary, 1, 2, f, 10) for f in (0, 10, 20)]
    same(whole, [sum(column) for column in zip(*parts, strict=True)])
