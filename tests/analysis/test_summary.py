"""The end-of-run screen on crises written by hand."""

import io
import json

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from sim.analysis import open_study
from sim.analysis.intervals import share
from sim.analysis.screen import console
from sim.analysis.summary import race_of, summarise, summary
from sim.analysis.summary_screen import show
from sim.analysis.unfinished import unfinished_line
from sim.errors import StudyError
from sim.stream import durable

CRISES = [
    {"run": 0, "first_action_day": 20.0, "objective_day": 100.0, "end_day": 130.0},
    {"run": 1, "first_action_day": 200.0, "objective_day": 90.0, "end_day": 220.0},
    {"run": 2, "objective_day": 60.0, "end_day": 80.0},
    {"run": 3, "end_day": 40.0, "outcome": "backed_down", "gain": "none", "share_kept": 0.0},
    {"run": 4, "end_day": 365.0, "outcome": "stalemate", "gain": "partial", "share_kept": 0.3, "censored": True},
    {"run": 5, "end_day": 0.0, "outcome": "deterred", "gain": "none", "share_kept": 0.0, "attempted": False},
]
EVENTS = [
    {"run": 0, "seq": 0, "day": 20.0, "kind": "sanction_imposed", "actor": "UKG", "subject": "ITA", "cause": -1},
    {"run": 1, "seq": 0, "day": 20.0, "kind": "sanction_imposed", "actor": "UKG", "subject": "ITA", "cause": -1},
    {"run": 1, "seq": 1, "day": 90.0, "kind": "sanction_imposed", "actor": "UKG", "subject": "ITA", "cause": -1},
    {"run": 1, "seq": 2, "day": 90.0, "kind": "sanction_refused", "actor": "FRN", "subject": "ITA", "cause": -1},
    {"run": 0, "seq": 1, "day": 30.0, "kind": "arrived", "actor": "FRN", "subject": "ETH", "cause": -1},
]


@pytest.fixture
def study(make_study):
    make_study("demo", {"aaaa": {"crises": CRISES, "events": EVENTS}})
    return open_study("demo")


def screen_of(study, width):
    text = io.StringIO()
    show(study, summarise(study), console(text, piped_width=width))
    return text.getvalue()


def test_shares_are_of_all_crises_and_the_race_of_those_attempted(study):
    cell = summarise(study)["cells"][0]
    assert cell["outcome"]["fait_accompli"] == share(3, 6)
    assert list(cell["gain"]) == ["none", "partial", "kept"]
    assert cell["attempted"] == share(5, 6)
    assert cell["never_answered"] == share(3, 5)
    assert cell["answered_late"] == share(1, 5)
    assert [i.value for i in cell["race"]["answered"]] == pytest.approx([0, 0.2, 0.2, 0.2, 0.2])
    assert [i.value for i in cell["race"]["fell"]] == pytest.approx([0, 0, 0.4, 0.4, 0.4])
    assert [i.value for i in cell["race"]["ended"]] == pytest.approx([0, 0, 0.2, 0.2, 0.2])


def test_what_is_cut_at_the_horizon_is_censored(study):
    _, cause = race_of(study.crises.filter("attempted").sort("run").collect(), "first_action_day")
    assert cause.tolist() == [1, 2, 2, 3, 0]


def test_a_state_counts_once_a_crisis(study):
    joined = summarise(study)["cells"][0]["joined"]
    assert joined["sanctioned"] == [("UKG", 2 / 5)]
    assert joined["refused sanctions"] == [("FRN", 1 / 5)]
    assert joined["fought for ETH"] == [("FRN", 1 / 5)]


@pytest.mark.parametrize("width", [80, 120])
def test_plain_text_in_a_pipe(study, width):
    text = screen_of(study, width)
    lines = [line for line in text.splitlines() if not line.startswith(("Files ", "Why ", "Next "))]
    assert text.isascii() and "\x1b" not in text
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    assert "never answered: 60.0 %" in text
    assert "covenant-lab explain demo" in text


def test_arms_side_by_side(make_study):
    names = ("league", "self_help", "ideal", "balance")
    make_study(
        "arms", {f"aaa{k}": {"crises": CRISES, "identity": {"arrangement": {"name": n}}} for k, n in enumerate(names)}
    )
    for width in (60, 80, 120):
        text = screen_of(open_study("arms"), width)
        assert max(len(line) for line in text.split("\nFiles")[0].splitlines()) <= width
        assert all(name in text for name in names)
    assert "not kept at record=summary" in text


def test_a_sweep_is_one_line_a_cell(make_study):
    cells = {
        f"aa{k:02}": {"crises": CRISES, "identity": {"behaviour": {"name": "default", "a_norm": k / 2}}}
        for k in range(10)
    }
    make_study("sweep", cells)
    text = screen_of(open_study("sweep"), 100)
    assert sum("a_norm=" in line for line in text.splitlines()) == 10


def launch(study, number, cells, **more):
    file = study.path / f"launches/{number}-abc.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(durable.sign({"cells": cells, "stop": None, **more}))


def test_an_interrupted_study_tells_how_many_runs_were_asked_for(make_study):
    cells = ("aaaa", "bbbb")
    make_study("cut", {c: {"crises": CRISES, "identity": {"seed": k}} for k, c in enumerate(cells)})
    study = open_study("cut")
    assert summarise(study)["unfinished"] is None and "Unfinished" not in screen_of(study, 100), "nothing is known"
    launch(study, 1, {"aaaa": 6, "bbbb": 6})
    assert summarise(study)["unfinished"] is None
    launch(study, 2, {"aaaa": 6, "bbbb": 1000, "cccc": 1000})
    assert "Unfinished  12 of 2,006 runs, 1 of 3 cells; the command" in screen_of(study, 100)
    found = summarise(study)
    assert [cell["asked"] for cell in found["cells"]] == [6, 1000]
    assert summarise(study, cell="aaaa")["unfinished"] is None
    assert summarise(study, cell="bbbb")["unfinished"]["runs_done"] == 6
    launch(study, 3, {"bbbb": 1000}, stop={"half_width": 0.1}, stopped={"bbbb": {"runs": 6}})
    launch(study, 4, {"bbbb": 1000, "cccc": 1000}, stop={"half_width": 0.1}, launcher="slurm")
    line = unfinished_line(summarise(study)["unfinished"])
    assert line.startswith("Unfinished  2 of 3 cells, 1 cell has yet to reach stop.half_width;")
    launch(study, 5, {"bbbb": 1000}, stop={"half_width": 0.01})
    assert summarise(study)["unfinished"]["cells_to_stop"] == 2


def test_json_holds_every_interval(study):
    app = typer.Typer()
    app.command()(summary)
    told = json.loads(CliRunner().invoke(app, ["demo", "--json"]).output)
    assert told["cells"][0]["outcome"]["fait_accompli"]["value"] == 0.5
    assert set(told["cells"][0]["race"]) == {"days", "answered", "fell", "ended"}


def test_several_crises_of_a_run_widen_the_interval(make_study):
    alike = [{"run": r, "crisis": k, "gain": "kept" if r % 2 else "none"} for r in range(20) for k in range(5)]
    make_study("decades", {"aaaa": {"crises": alike}})
    kept = summarise(open_study("decades"))["cells"][0]["gain"]["kept"]
    assert kept.value == 0.5
    assert kept.high - kept.low > share(50, 100).high - share(50, 100).low + 0.1


def test_an_unknown_answer_is_one_line(study):
    with pytest.raises(StudyError, match=r"--response='measures' is not one of .*; did you mean measure\?"):
        summarise(study, response="measures")


def test_polars_is_not_needed_to_offer_the_command():
    import subprocess
    import sys

    code = "import sys, sim.analysis.summary, sim.analysis.catalogue, sim.analysis.explain, sim.analysis.compare, sim.analysis.figures;"
    code += "sys.exit(bool({'polars', 'pyarrow', 'rich.table', 'altair'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert isinstance(pl.__version__, str)


def test_the_command_that_adds_an_arm_is_the_one_typed_with_another_arrangement(study):
    """A scenario of one's own was named without its path, and what was set was left out."""
    launches = study.path / "launches"
    launches.mkdir()
    typed = ["/bin/covenant", "scenario=./my case.yaml", "arrangement=league", "arrangement.pledge.wording=consult", "scenario.stake=2", "-q", "study=demo"]  # fmt: skip
    (launches / "20260101T000000Z-a.json").write_text(durable.sign({"command": typed}))
    following = next(line for line in screen_of(study, 200).splitlines() if line.startswith("Next "))
    assert following == "Next   covenant 'scenario=./my case.yaml' scenario.stake=2 arrangement=self_help study=demo"
    (launches / "20260102T000000Z-b.json").write_text(durable.sign({"command": [*typed[:1], "source=-", "study=demo"]}))
    assert "covenant scenario=abyssinia_1935 arrangement=self_help" in screen_of(study, 200)


def test_the_run_to_ask_why_of_is_one_that_did_not_fail(make_study):
    make_study("part", {"aaaa": {"crises": CRISES[2:], "events": EVENTS[1:], "failures": [{"run": 0}, {"run": 1}]}})
    assert "covenant-lab explain part --run 2" in screen_of(open_study("part"), 100)
