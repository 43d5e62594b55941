"""The same bits for any number of threads, any batch and any processor."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kernels.campaign import walk
from kernels.cascade import cascade_batch
from kernels.coalition import game_batch
from kernels.elementary import exp, log
from kernels.forecast import coalition_forecast
from kernels.random import exponential_row, logistic_row, normal_row, uniform_row
from reference.instances import coalition_batch, coalition_instance


def game_blocks(given, n_blocks):
    n_runs, n = given["base_for"].shape
    side, share = np.zeros((n_runs, n), np.int8), np.zeros((n_runs, n))
    edges = np.linspace(0, n_runs, n_blocks + 1).astype(int)

    def play(k):
        rows = slice(edges[k], edges[k + 1])
        block = given | {"base_for": given["base_for"][rows], "base_against": given["base_against"][rows]}
        return game_batch(*block.values(), side[rows], share[rows])

    with ThreadPoolExecutor(n_blocks) as pool:
        parts = list(pool.map(play, range(n_blocks)))
    return [np.concatenate(column) for column in zip(*parts, strict=True)] + [side, share]


def test_threads_change_nothing():
    given = coalition_batch(301, 50, 4)
    expected = game_blocks(given, 1)
    for n_blocks in (2, 3, 7):
        for got, column in zip(game_blocks(given, n_blocks), expected, strict=True):
            assert got.tobytes() == column.tobytes()


def fingerprint():
    """sha256 over a sample of every kind of kernel."""
    parts = []
    for fill in (uniform_row, exponential_row, normal_row, logistic_row):
        row = np.empty(4001)
        fill(1, 2, 3, 4, 5, row)
        parts.append(row)
    at = np.random.default_rng(1).uniform(-40.0, 40.0, 500)
    parts += [np.array([exp(x) for x in at]), np.array([log(abs(x)) for x in at])]
    parts += coalition_forecast(1, 2, 40, 3, 4, 1.0, -1.0, *coalition_instance(60, 3).values())
    rng = np.random.default_rng(2)
    side = np.zeros((50, 61), np.int8)
    parts.append(
        cascade_batch(
            rng.normal(-1, 1, (50, 61)), rng.uniform(-1, 1, 61), rng.random(61), 2.0, np.zeros(61, np.int8), 20, side
        )
    )
    parts.append(side)
    parts += walk(3, 0, 1, 2, rng.random(100), rng.random(100), 0.35, 6, 3, 0.1, np.full(100, 25.0), 1.3, 1e9, 1000)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


@pytest.mark.slow
def test_a_processor_without_vector_units_computes_the_same_bits(tmp_path):
    code = "import runpy, sys; print(runpy.run_path(sys.argv[1])['fingerprint']())"
    environment = os.environ | {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, __file__], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == fingerprint()
