import dataclasses
import json

import pytest

from battery.conftest import CASE, case
from sim import lab
from sim.analysis.intervals import Interval
from sim.battery.ablate import STEPS, TERMS
from sim.battery.law_arms import LAWS, holds
from sim.behaviour import Behaviour, Mechanisms
from sim.ensemble import with_levers
from sim.errors import SettingError


def test_every_term_and_every_switch_is_an_arm():
    """A coefficient a_... or a switch that is added to the behaviour is ablated without being named here."""
    terms = {lever for off in TERMS.values() for lever in off}
    assert {f.name for f in dataclasses.fields(Behaviour) if f.name.startswith("a_")} <= terms
    assert {f"step {f.name}" for f in dataclasses.fields(Mechanisms)} == set(STEPS)


@pytest.mark.parametrize("off", [*TERMS.values(), *STEPS.values()], ids=[*TERMS, *STEPS])
def test_an_arm_changes_the_behaviour(off):
    assert with_levers(Behaviour(), off) != Behaviour()


def test_a_law_holds_by_its_interval():
    rises = next(law for law in LAWS if law.says == 1)
    not_falls, not_rises = (next(law for law in LAWS if law.says == 0 and law.falling is way) for way in (False, True))
    assert holds(rises, Interval(0.2, 0.1, 0.3)) and not holds(rises, Interval(0.2, -0.1, 0.5))
    assert holds(not_falls, Interval(-0.1, -0.3, 0.1)) and not holds(not_falls, Interval(-0.2, -0.3, -0.1))
    assert holds(not_rises, Interval(0.1, -0.1, 0.3)) and not holds(not_rises, Interval(0.2, 0.1, 0.3))


def test_switching_force_off_is_told(write, data, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = write(CASE, case(id="other", aggressor=["Germany"], power={"aggressor": {"Germany": 0.1}}))
    words = [
        "--cases",
        str(path),
        "--data",
        str(data),
        "--runs",
        "4",
        "--law-runs",
        "3",
        "--only",
        "sanctions",
        "--workers",
        "1",
    ]
    assert lab.run(["ablate", *words, "--json"]) == 0
    got = json.loads(capsys.readouterr().out)
    assert set(got) == {"whole model", "step sanctions"}
    assert got["whole model"]["scores"]["outcome"]["change"]["value"] == 0
    pressure = got["step sanctions"]["laws"]["5: pressure falls without the key commodity"]
    assert not pressure["holds"]  # without sanctions there is no pressure to fall
    assert (tmp_path / "outputs/ablation/ablation.md").exists()


def test_a_word_that_fits_nothing_is_one_line(write, data):
    with pytest.raises(SettingError, match="no term or step has 'vetoes'"):
        lab.run(["ablate", "--cases", str(write(CASE)), "--data", str(data), "--only", "vetoes"])
