"""A sweep of fifty cells: how much of the time is simulation, and what a second worker brings."""

import os

import pytest

from sim import compose
from sim.config import request
from sim.study.study import conduct

pytestmark = pytest.mark.soak
CELLS, RUNS = 50, int(os.environ.get("COVENANT_BENCH_RUNS", "2000"))
SMALL = ["scenario=n_equal_states", "arrangement=self_help", "record=summary", "horizon_days=120"]


@pytest.fixture(scope="module")
def cells():
    asked = [request(c.config) for c in compose.sweep([*SMALL, f"behaviour.a_norm=range(1,{CELLS + 1},1)"])]
    assert len(asked) == CELLS
    return [(one.experiment, RUNS) for one in asked], asked[0].record


def test_fifty_cells(cells, tmp_path):
    what, record = cells
    results = {n: conduct(what, tmp_path / str(n), record, n, 250) for n in (2, 1)}
    print(f"\n{CELLS} cells x {RUNS:,} runs")
    for n, found in results.items():
        assert found.runs == CELLS * RUNS and found.exit_code == 0
        shares = ", ".join(f"{name} {100 * share:.1f} %" for name, share in found.breakdown.items())
        print(
            f"  {n} workers: {found.seconds:.1f} s, {1000 * found.simulated_seconds / found.runs:.2f} ms a run; {shares}"
        )
    outside, ratio = 1 - results[2].breakdown["simulating"], results[1].seconds / results[2].seconds
    print(
        f"  outside simulation at two workers {100 * outside:.1f} % (aim 10), two workers {ratio:.2f} x one (aim 1.85)"
    )
