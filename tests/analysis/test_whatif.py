"""One thing changed: a paired difference from one command, refused in one line where nothing is otherwise."""

import json

import pytest

from sim import lab
from sim.errors import CovenantError
from sim.stream.store import cells, locate

CRISIS = ["scenario=abyssinia_1935", "arrangement=league"]
AUTOMATIC = ["--set", "arrangement.pledge.wording=automatic"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path))


def asked(capsys, *words):
    assert lab.run(["whatif", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_promise_that_binds_is_answered_with_an_interval(capsys):
    told = asked(capsys, *CRISIS, *AUTOMATIC, "--runs", "120")
    found = {d["outcome"]: d for d in told["comparison"]["differences"]}
    kept = found["gain:kept"]["difference"]
    assert kept["low"] < kept["value"] < kept["high"] < 0.05
    assert found["gain:kept"]["runs"] == told["comparison"]["runs"] == 120
    assert kept["value"] == pytest.approx(found["gain:kept"]["arm"] - found["gain:kept"]["base"])
    assert found["share_kept"]["reduction"] > 1.0
    assert [cell.record.level for cell in cells(locate(told["study"]))] == ["events", "events"]


def test_asked_again_it_reads_what_is_on_disk_and_shows_which_runs_changed(capsys):
    words = [*CRISIS, *AUTOMATIC, "--runs", "40", "--workers", "1", "--study", "w"]
    assert lab.run(["whatif", *words]) == 0
    once = capsys.readouterr().out
    assert "difference" in once and "covenant-lab report w" in once
    before = sorted(p.stat().st_mtime_ns for p in locate("w").rglob("part-*.parquet"))
    assert lab.run(["whatif", *words]) == 0
    assert capsys.readouterr().out == once
    assert before == sorted(p.stat().st_mtime_ns for p in locate("w").rglob("part-*.parquet"))
    why = next(line for line in once.splitlines() if "explain" in line).split("covenant-lab ")[1]
    assert lab.run(why.split()) == 0


def test_a_change_takes_the_place_of_what_was_given(capsys):
    told = asked(capsys, "arrangement=league", "--set", "arrangement=self_help", "--runs", "4", "--workers", "1")
    names = [json.loads(cell.footer.identity)["arrangement"]["name"] for cell in cells(locate(told["study"]))]
    assert sorted(names) == ["league", "self_help"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nothing is otherwise; say what with --set"),
        (["--set", "seed=2"], "seed is no lever"),
        (["runs=5", *AUTOMATIC], "give it as --runs"),
        (["--set", "arrangement.pledge.wording=as_deems_necessary"], "changes nothing"),
        (["--set", "arrangement.pledge.wordin=automatic"], "did you mean"),
        (["arrangement=leage", *AUTOMATIC], "did you mean"),
        ([*AUTOMATIC, "--outcome", "gain:kep"], "--outcome"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(words, said, tmp_path):
    with pytest.raises(CovenantError) as refused:
        lab.run(["whatif", *words])
    assert said in str(refused.value) and "\n" not in str(refused.value)
    assert not list(tmp_path.iterdir())
