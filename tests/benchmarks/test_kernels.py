"""The benchmark of the kernels runs, and its rivals reach the kernels' own results (checked inside it); no time is asserted."""

import importlib.util
import json
import pathlib

import pytest

SPEC = importlib.util.spec_from_file_location("kernel_benchmarks", pathlib.Path(__file__).with_name("kernels.py"))
BENCH = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(BENCH)


@pytest.mark.soak
def test_every_figure_is_printed_and_saved(tmp_path, capsys):
    results = BENCH.main(["--quick", "--json", str(tmp_path / "kernels.json")])
    assert json.loads((tmp_path / "kernels.json").read_text()) == results
    printed = capsys.readouterr().out
    for name, key in BENCH.AIMS:
        assert results[name][key] > 0.0
        assert key in printed


def test_the_rivals_play_the_same_game():
    given = BENCH.coalition_batch(4, 30, 5)
    side, share = BENCH.np.zeros((4, 30), BENCH.np.int8), BENCH.np.zeros((4, 30))
    BENCH.game_batch(*given.values(), side, share)
    counts = {"powers": 0, "evaluations": 0, "changes": 0}
    sides = [BENCH.game_in_python(given, given["base_for"][r], given["base_against"][r], counts) for r in range(4)]
    assert sides == side.tolist()
    assert (BENCH.game_in_numpy(given, given["base_for"], given["base_against"]) == side).all()
    assert counts["powers"] > counts["evaluations"] > 0
