import json

import numpy as np
import pytest

from battery.conftest import CASE, case
from sim import lab
from sim.battery.battery import Played
from sim.battery.case_page import decided
from sim.battery.cases import OUTCOMES, Case, Truth
from sim.battery.forecasts import Forecast
from sim.errors import CovenantError
from sim.stream.codes import Outcome


@pytest.fixture
def battery(write, data, tmp_path, monkeypatch):
    """Play a small battery and return what it says as JSON, and its folder."""
    monkeypatch.chdir(tmp_path)

    def run(*cases, more=()):
        words = [
            "--cases",
            str(write(*cases)),
            "--data",
            str(data),
            "--runs",
            "6",
            "-o",
            "held",
            "--workers",
            "1",
            "--quiet",
        ]
        assert lab.run(["validate", *words, *more]) == 0
        return tmp_path / "held"

    return run


GERMANY = case(id="germany", aggressor=["Germany"], power={"aggressor": {"Germany": 0.1}, "aggressor_total": 0.1},
               aggressor_member_of_institution=False, case_type="coup", outcome_1yr="stalemate", aggressor_gain="none")  # fmt: skip
STRANGE = case(id="strange", aggressor=["Ruritania"], power={"aggressor": {}})
BARE = case(id="bare", strongest_measure="shouting", outcome_1yr=None, inputs=None)


def test_cases_are_scored_and_the_strange_one_is_reported(battery, capsys):
    folder = battery(CASE, GERMANY, STRANGE, BARE, more=["--json"])
    got = json.loads(capsys.readouterr().out)
    assert {c["case"] for c in got["cases"] if c["foretold"]} == {"abyssinia", "germany", "bare"}
    strange = next(c for c in got["cases"] if c["case"] == "strange")
    assert "not played: aggressor: none of Ruritania is a state" in strange["remarks"][0]
    scores = got["scores"]["all inputs"]
    assert scores["outcome"]["model"]["n"] == 2 and scores["gain"]["model"]["n"] == 3
    assert scores["measure"]["model"]["n"] == 2  # one measure is no code
    for told in (c["foretold"] for c in got["cases"] if c["foretold"]):
        assert sum(told["outcome"].values()) == pytest.approx(1)
    assert set(got["scores"]) == {
        "all inputs",
        "without entry_stage",
        "without theatre_ratio",
        "without case_type",
        "without all three",
    }
    assert (folder / "pages/calibration.svg").exists()
    page = (folder / "pages/abyssinia.md").read_text(encoding="utf-8")
    assert "What decided" in page and "covenant-lab explain held --cell" in page


def test_the_run_a_page_names_can_be_explained(battery, capsys):
    folder = battery(CASE, more=["--no-variants"])
    page = (folder / "pages/abyssinia.md").read_text(encoding="utf-8")
    words = page.partition("`covenant-lab explain ")[2].partition("`")[0].split()
    capsys.readouterr()
    assert lab.run(["explain", *words]) == 0
    assert "Italy" in capsys.readouterr().out


def test_a_page_tells_what_sets_the_runs_that_came_out_as_history_apart():
    """Of ten runs those with sanctions backed down, as the aggressor did: sanctions stand first, and only in one column."""
    came, _, stalled = (OUTCOMES.index(name) for name in ("backed_down", "compromise", "stalemate"))
    sanctioned = np.arange(10) < 5
    nothing = np.full(10, np.nan)
    rows = {
        "outcome": np.where(sanctioned, Outcome.BACKED_DOWN, Outcome.STALEMATE), "n_sanctioning": sanctioned.astype(int),
        "n_fighting": np.zeros(10, dtype=int), "deal": np.arange(10) % 2, "objective_day": nothing, "first_action_day": nothing,
        "first_meeting_day": nothing, "first_measure_day": nothing,
    }  # fmt: skip
    shares = np.zeros(len(OUTCOMES))
    shares[[came, stalled]] = 0.5
    told = Forecast(10, {"outcome": shares}, float("nan"), {"yielded": 0.5, "horizon": 0.5})
    played = Played(Case("toy", None, {}, Truth(outcome="backed_down")), foretold=told)
    lines = decided(played, rows, np.zeros(10, dtype=bool))
    told_first = lines[lines.index("What sets the runs that came out as history apart stands first.") + 4]
    assert told_first == "| outsiders put sanctions on the aggressor | 50 % | 100 % | 0 % |"
    assert lines[0].startswith("Most often (50 %) the aggressor gave way under pressure")


def test_the_screen_names_baselines_and_variants(battery, capsys):
    battery(CASE, GERMANY)
    said = capsys.readouterr().out
    assert "2 of 2 cases played" in said and "base rates" in said and "all inputs" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["validate", "--cases", "nowhere.yaml", "--data", "{data}"], "--cases nowhere.yaml is no file"),
        (["validate", "--data", "{data}"], "--cases is missing"),
        (["validate", "--cases", "x.yaml", "--data", "nowhere"], "--data nowhere is no folder"),
        (["validate", "--cases", "{bad}", "--data", "{data}"], "no list under the key cases"),
    ],
)
def test_mistakes_are_one_line(words, said, data, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("crises: []\n", encoding="utf-8")
    with pytest.raises(CovenantError, match=said):
        lab.run([w.format(data=data, bad=bad) for w in words])
