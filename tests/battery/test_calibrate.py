import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from battery.conftest import CASE, case
from sim.battery import case_fit, submodels
from sim.battery.calibrated import behaviour_file
from sim.battery.case_fit import fit_cases
from sim.battery.design import Prior, levers_at, nested, points, posterior
from sim.battery.ledger import Ledger
from sim.battery.submodels import SUBMODELS, Submodel, misfit
from sim.behaviour import Behaviour
from sim.errors import DataError
from sim.schema import decode


def test_the_design_begins_at_the_priors_and_fills_the_space():
    got = points(400, 2)
    assert (got[0] == 0).all()
    assert np.abs(got.mean(axis=0)).max() < 0.05 and np.abs(got.std(axis=0) - 1).max() < 0.07
    assert abs(np.corrcoef(got.T)[0, 1]) < 0.05


def test_levers_move_on_their_own_scale():
    priors = (Prior("war.tempo_days", 0.5, ""), Prior("k_yes", 1.0, ""), Prior("recommended", 1.0, ""))
    got = levers_at(Behaviour(), priors, np.array([1.0, -1.0, 0.0]))
    assert got["war.tempo_days"] == pytest.approx(Behaviour().war.tempo_days * np.exp(0.5), rel=5e-3)
    assert got["k_yes"] == pytest.approx(Behaviour().k_yes - 1.0)
    assert got["recommended"] == pytest.approx(Behaviour().recommended)


def test_posterior_of_a_parabola_is_that_of_the_textbook():
    """Prior N(0, 1) and one observation 2 with standard error 1: mean 1, standard deviation 1 / sqrt(2)."""
    z = points(4000, 1)
    loss = 0.5 * (z[:, 0] - 2.0) ** 2 + 0.5 * z[:, 0] ** 2
    centre, spread = posterior(z, loss)
    assert centre[0] == pytest.approx(1.0, abs=0.05)
    assert spread[0] == pytest.approx(2**-0.5, abs=0.05)


def test_every_lever_and_figure_exists():
    from sim.battery.observed import PUBLISHED
    from sim.ensemble import levers_of_behaviour

    for submodel in SUBMODELS:
        assert all(p.lever in levers_of_behaviour() for p in submodel.priors)
        assert all(name in PUBLISHED for name in submodel.figures)


def test_misfit_grows_with_distance_and_a_figure_that_is_missing_costs():
    near, far, none = ({"f": {"distance": d}} for d in (0.1, 1.0, None))
    assert misfit(near, ["f"]) < misfit(none, ["f"]) == misfit(far, ["f"])


def test_a_trial_is_computed_once(tmp_path):
    ledger, path = Ledger.open(tmp_path / "trials.jsonl"), tmp_path / "trials.jsonl"
    calls = []

    def compute(changes):
        calls.extend(changes)
        return [{"figures": {}} for _ in changes]

    for changes in ([{"k_yes": 1.0}], [{"k_yes": 2.0}, {"k_yes": 1.0}]):
        told = ledger.trials("tempo", changes, "s", compute)
        assert [one["levers"] for one in told] == changes
    assert calls == [{"k_yes": 1.0}, {"k_yes": 2.0}]
    (again,) = Ledger.open(path).trials("tempo", [{"k_yes": 1.0}], "s", lambda changes: pytest.fail("computed again"))
    assert again["levers"] == {"k_yes": 1.0}
    path.write_text("not a trial\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 1 is no trial"):
        Ledger.open(path)


def test_hopeless_trials_are_kept_and_not_played_in_full(tmp_path, monkeypatch):
    """Of twelve trials on one crisis in four, the four best and the prior's centre are played on all crises."""
    monkeypatch.setattr(submodels, "SUBMODELS", [Submodel("toy", (Prior("k_yes", 1.0, ""),), ("f",))])
    played = []

    class Given:
        experiments = (None,) * 8

    def figures(crises, only, changes):
        for changed in changes:
            played.append(only)
            gap = abs(changed.get("k_yes", Behaviour().k_yes) - Behaviour().k_yes - 1.0)
            yield {"figures": {"f": {"distance": gap, "observed": 0.0, "simulated": gap}}}

    monkeypatch.setattr(submodels, "figures_of", figures)
    ledger = Ledger.open(tmp_path / "t.jsonl")
    (stage,) = submodels.fit_submodels(Given(), ledger, "s", 12)
    assert played.count([0, 4]) == 12 and played.count(None) == stage["played_in_full"] <= 5
    assert len(ledger.told) == len(played)
    assert Behaviour().k_yes + 0.3 < stage["chosen"]["k_yes"] < Behaviour().k_yes + 1.3
    assert stage["misfit"] < stage["misfit_default"] and np.isfinite(stage["spread"]).all()


def test_the_choice_for_a_case_does_not_see_its_aggressor(write, data, tmp_path, monkeypatch):
    """Two aggressors, two trials: the trial that is best for one is chosen for the other, and the score says so."""
    from sim.battery.battery import ALL_INPUTS, prepare
    from sim.battery.build import Builder
    from sim.battery.cases import read_cases
    from sim.world.importers.archive import Archive

    path = write(CASE, case(id="other", aggressor=["Germany"], power={"aggressor": {"Germany": 0.1}}))
    played = prepare(read_cases(path), Builder(Archive(data), {"name": "x"}), [ALL_INPUTS])[ALL_INPUTS]
    ledger = Ledger.open(tmp_path / "t.jsonl")
    tables = iter([{"outcome": [1.0, 1.0]}, {"outcome": [0.0, 9.0]}, {"outcome": [9.0, 0.0]}])
    rest = {"gain": [None, None], "measure": [None, None]}

    class Given:
        def play_all(self, changes):
            return [None for _ in changes]

    monkeypatch.setattr(case_fit, "briers", lambda told, some: {**next(tables), **rest})
    found = fit_cases(Given(), played, ledger, "s", 2, {"k_yes": 0.1})
    assert found["judged"]["outcome"]["left_out"] == pytest.approx(9.0)
    assert found["judged"]["outcome"]["default"] == pytest.approx(1.0)


def test_what_is_left_is_a_behaviour():
    result = {
        "seed": 1, "runs": 2, "trials": 3, "code": "abc",
        "submodels": [{"priors": [{"lever": "war.tempo_days", "spread": 0.7}], "spread": [0.5]}],
        "cases": {"n": 28, "priors": [{"lever": "k_yes", "spread": 1.0}], "spread": [0.4],
                  "chosen": {"war.tempo_days": 60.0, "k_yes": -1.0}, "settled": {},
                  "judged": {"outcome": {"default": 0.8, "left_out": 0.7}}},
    }  # fmt: skip
    got = yaml.safe_load(behaviour_file(result))
    behaviour = decode(Behaviour, got, "behaviour")
    assert (behaviour.war.tempo_days, behaviour.k_yes) == (60.0, -1.0)
    assert behaviour.ensemble.spread == {"k_yes": 0.4, "war.tempo_days": 0.35}
    assert nested({"war.tempo_days": 1, "k_yes": 2}) == {"k_yes": 2, "war": {"tempo_days": 1}}
    assert json.loads(json.dumps(got))["name"] == "calibrated"


SLOW = """
import os, time
from sim.battery.trials import Trials

def slow(experiment, runs):
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == '__main__':
    from sim import compose
    from sim.config import request
    one = request(compose.single(['scenario=n_equal_states', 'arrangement=self_help', 'world.n_states=4'])).experiment
    with Trials([one], slow, 1, 2) as trials:
        list(trials.play_all([{}] * 2))
"""


def has_ended(worker, seconds=20.0):
    """Whether a process is gone, or nothing but an entry in the table of processes, before the time is up."""
    stat, deadline = Path(f"/proc/{worker}/stat"), time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return True
        if stat.exists() and ") Z " in stat.read_text():
            return True
        time.sleep(0.1)
    os.kill(worker, 9)
    return False


def test_trials_end_with_who_asked_for_them(tmp_path):
    """A calibration that is killed leaves no process behind that plays on."""
    script = tmp_path / "asks.py"
    script.write_text(SLOW, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as asks:
        worker = int(asks.stdout.readline())
        asks.kill()
    assert has_ended(worker)


def test_an_interrupt_is_heard_by_who_asked_and_ends_what_plays(tmp_path):
    """Ctrl-C reaches the whole group: workers say nothing of it and are not waited for."""
    script = tmp_path / "asks.py"
    script.write_text(SLOW, encoding="utf-8")
    asks = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    worker = int(asks.stdout.readline())
    os.killpg(asks.pid, signal.SIGINT)
    _, err = asks.communicate(timeout=20)
    assert has_ended(worker)
    assert err.count("Traceback") == 1 and err.rstrip().endswith("KeyboardInterrupt")


def test_an_interrupted_calibration_says_where_its_trials_are(tmp_path):
    ledger = Ledger.open(tmp_path / "trials.jsonl")

    def compute(changes):
        yield {"figures": {}}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"1 trials are kept in .*trials\.jsonl"), ledger.interruptible():
        ledger.trials("tempo", [{"k_yes": 1.0}, {"k_yes": 2.0}], "s", compute)
    assert len(Ledger.open(tmp_path / "trials.jsonl").told) == 1
