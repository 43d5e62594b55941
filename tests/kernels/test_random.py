"""Draws by address: NumPy's own words, exact inverse transforms, and streams without a pattern."""

import itertools
import math

import mpmath
import numpy as np
import pytest

from kernels import random
from reference import random as twin

ADDRESSES = [
    (0, 0, 0, 0, 0),
    (7, 3, 5, 2, 9),
    (2**63 - 1, 2**62 + 11, 3 << 40, (5 << 40) | 17, 2**61),
    (1, 10**9, 4, 8, 15),
]
SCALARS = ("uniform", "exponential", "normal", "logistic")


def test_philox_known_answers():
    """The known-answer vectors that are distributed with Random123 (Salmon et al. 2011)."""
    assert random.philox(0, 0, 0, 0, 0, 0) == (
        0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B,
    )  # fmt: skip
    ones = np.uint64(2**64 - 1)
    assert random.philox(ones, ones, ones, ones, ones, ones) == (
        0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0,
    )  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_words_and_uniforms_equal_numpy(address):
    seed, run, purpose, place, j = address
    words = np.random.Philox(key=[seed, run], counter=[0, j, place, purpose]).random_raw(41)
    assert [random.word(seed, run, purpose, place, i, j) for i in range(41)] == list(words)
    got = np.empty(41)
    random.uniform_row(seed, run, purpose, place, j, got)
    generator = np.random.Generator(np.random.Philox(key=[seed, run], counter=[0, j, place, purpose]))
    assert got.tobytes() == generator.random(41).tobytes()


@pytest.mark.parametrize("address", ADDRESSES)
def test_philox_equals_its_twin(address):
    assert random.philox(*address, 6) == twin.philox(*address, 6)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 64])
@pytest.mark.parametrize("name", SCALARS)
def test_row_equals_scalar_bit_for_bit(name, n):
    row = np.empty(n)
    getattr(random, f"{name}_row")(7, 3, 5, 2, 9, row)
    assert row.tolist() == [getattr(random, name)(7, 3, 5, 2, i, 9) for i in range(n)]


@pytest.mark.parametrize("name", SCALARS)
def test_draws_equal_their_twins(name):
    got, expected = np.empty(200), np.empty(200)
    getattr(random, f"{name}_row")(11, 4, 5, 2, 9, got)
    getattr(twin, f"{name}_row")(11, 4, 5, 2, 9, expected)
    np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-15)
    assert getattr(random, name)(11, 4, 5, 2, 77, 9) == pytest.approx(
        getattr(twin, name)(11, 4, 5, 2, 77, 9), rel=1e-13
    )


def midpoints():
    rng = np.random.default_rng(1)
    whole = np.concatenate([rng.integers(0, 2**52, 1500), rng.integers(0, 2**20, 200), [0, 1, 2**51, 2**52 - 1]])
    return (whole + 0.5) * 2.0**-52


def test_quantiles_are_within_their_stated_error():
    """Within 2 ulps, or 2^-53 in absolute terms where the logistic crosses 0; the normal within 5 ulps."""
    mpmath.mp.prec = 200
    for v in midpoints():
        exact = mpmath.mpf(v)
        for name, truth, bound in (
            ("exponential_quantile", -mpmath.log1p(-exact), 2.0),
            ("logistic_quantile", mpmath.log(exact / (1 - exact)), 2.0),
            ("normal_quantile", mpmath.sqrt(2) * mpmath.erfinv(2 * exact - 1), 5.0),
        ):
            distance = abs(mpmath.mpf(getattr(random, name)(v)) - truth)
            assert distance <= bound * math.ulp(float(truth)) + (2.0**-53 if name == "logistic_quantile" else 0.0), (
                name,
                v,
            )


def test_extreme_words_stay_finite():
    for v in (2.0**-53, 1.0 - 2.0**-53):
        for quantile in (random.exponential_quantile, random.normal_quantile, random.logistic_quantile):
            assert np.isfinite(quantile(v))
    assert random.exponential_quantile(2.0**-53) > 0.0
    assert random.normal_quantile(2.0**-53) == -random.normal_quantile(1.0 - 2.0**-53)
    assert random.logistic_quantile(2.0**-53) == pytest.approx(-random.logistic_quantile(1.0 - 2.0**-53), abs=1e-12)


def _p_uniform(x):
    """Kolmogorov's p-value of a sample against the uniform (asymptotic series)."""
    n = len(x)
    ordered = np.sort(x)
    gap = max((np.arange(1, n + 1) / n - ordered).max(), (ordered - np.arange(n) / n).max())
    t = (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * gap
    return 2.0 * sum((-1) ** (k - 1) * math.exp(-2.0 * k * k * t * t) for k in range(1, 60))


@pytest.mark.soak
@pytest.mark.parametrize("axis", range(6))
def test_neighbouring_addresses_are_unrelated(axis):
    """Draws along any one coordinate of the address are uniform, and those of neighbours are uncorrelated."""
    n, lags = 200_000, (1, 2, 3, 4, 8, 64)
    base = [12, 34, 5, 6, 7, 8]
    draws = np.empty(n)
    for step in range(n):
        address = list(base)
        address[axis] += step
        draws[step] = random.uniform(*address)
    assert _p_uniform(draws) > 1e-4
    for lag in lags:
        r = np.corrcoef(draws[:-lag], draws[lag:])[0, 1]
        assert abs(r) * math.sqrt(n) < 4.5
    cells = np.bincount((draws[:-1] * 16).astype(int) * 16 + (draws[1:] * 16).astype(int), minlength=256)
    chi = ((cells - (n - 1) / 256) ** 2 / ((n - 1) / 256)).sum()
    assert abs(chi - 255) < 5.0 * math.sqrt(2 * 255)


@pytest.mark.soak
def test_pairs_of_streams_are_unrelated():
    """Rows of different purposes, places, runs and seeds over the same i share nothing."""
    n = 100_000
    rows = []
    for seed, run, purpose, place in itertools.product((1, 2), (1, 2), (1, 1 << 40), (1, 1 << 40)):
        row = np.empty(n)
        random.normal_row(seed, run, purpose, place, 0, row)
        rows.append(row)
    r = np.corrcoef(rows)
    assert np.abs(r[np.triu_indices(len(rows), 1)]).max() * math.sqrt(n) < 5.0


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "mean", "variance", "fourth"),
    [("uniform", 0.5, 1 / 12, 1 / 80), ("exponential", 1.0, 1.0, 9.0), ("normal", 0.0, 1.0, 3.0),
     ("logistic", 0.0, math.pi**2 / 3, 7 * math.pi**4 / 15)],
)  # fmt: skip
def test_moments(name, mean, variance, fourth):
    n = 2_000_000
    x = np.empty(n)
    getattr(random, f"{name}_row")(99, 98, 97, 96, 95, x)
    assert abs(x.mean() - mean) < 5.0 * math.sqrt(variance / n)
    assert abs(((x - mean) ** 2).mean() - variance) < 5.0 * math.sqrt((fourth - variance**2) / n)
