"""Experiments as data: every arm composes, differs from the others, and is called by its name."""

import pytest

from sim import asking, cli, compose, shelf, trial
from sim.analysis import open_study
from sim.config import request
from sim.errors import SettingError
from sim.study.cell import cell_id

SHIPPED = shelf.options("experiment")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_arm_of_a_shipped_experiment_is_a_cell_of_its_own(name):
    asked = [request(cell.config) for cell in compose.sweep([f"experiment={name}"])]
    assert [one.arm for one in asked] == list(trial.read(name).arms)
    assert len({cell_id(one.experiment) for one in asked}) == len(asked) >= 2
    assert {one.study for one in asked} == {name}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_experiment_opens_with_question_command_and_finding(name):
    head = [line for line in shelf.find("experiment", name).read_text().splitlines() if line.startswith("#")]
    assert head[0].endswith("?") and f"#   covenant -m experiment={name}" in head
    assert any(line.startswith("# Found (") and "runs" in line and "seed" in line for line in head)


def test_what_is_typed_goes_before_what_the_file_says():
    asked = [
        request(cell.config)
        for cell in compose.sweep(["runs=3", "experiment=veto", "study=mine", "arrangement.organ.rule.veto=all"])
    ]
    assert {(one.runs, one.study, one.experiment.charter.organ.rule.veto) for one in asked} == {(3, "mine", "all")}


def test_an_experiment_is_swept_like_anything_else():
    asked = [request(cell.config) for cell in compose.sweep(["experiment=veto", "seed=1,2"])]
    assert [(one.arm, one.experiment.seed) for one in asked] == [
        (a, s) for a in trial.read("veto").arms for s in (1, 2)
    ]


def test_arms_that_are_one_cell_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "twin.yaml").write_text(
        "title: t\nasks: q\narms: {as it was: [], the same: [behaviour.a_norm=2.5], other: [behaviour.a_norm=3]}\n"
    )
    asked = asking.ask(["experiment=./twin.yaml"], True)
    with pytest.raises(SettingError, match="arms 'as it was' and 'the same' are the same cell"):
        asking.studies(asked)
    typed = asking.ask(["experiment=veto", "arm=x"], True)
    assert [len(cells) for cells in asking.studies(typed).values()] == [3], "one name for several cells is no mistake"


def test_an_experiment_that_stops_by_what_it_sees_takes_no_number_of_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text(
        "title: t\nasks: q\nsettings: [stop.half_width=0.2]\narms: {a: [seed=1], b: [seed=2]}\n"
    )
    with pytest.raises(SettingError, match=r"exclude each other; .*; stop\.half_width=null takes a number"):
        asking.ask(["experiment=./own.yaml", "runs=12"], True)
    asked = asking.ask(["experiment=./own.yaml", "runs=12", "stop.half_width=null"], True)
    assert [(one.request.runs, one.request.stop) for one in asked] == [(12, None)] * 2


def test_several_arms_need_multirun():
    with pytest.raises(SettingError, match="add -m"):
        compose.single(["experiment=veto"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: t\nasks: q\narms: {one: []}\n", "has 1 arms; an experiment compares two or more"),
        ("title: t\nasks: q\narms: {one: [league], two: []}\n", "'league' must be a setting"),
        ("title: t\nasks: q\narms: {one: [experiment=veto], two: []}\n", "names another experiment"),
        ("title: t\nasks: q\narms: {'a=b': [], two: []}\n", "an arm is named in letters"),
        ("title: t\nask: q\narms: {a: [], b: []}\n", "unknown key experiment.ask; did you mean asks"),
        ("title: t\nasks: q\narms: {a: [arangement=league], b: []}\n", "arangement"),
    ],
)
def test_a_mistake_in_a_file_is_one_line(tmp_path, text, message):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(SettingError, match=message) as told:
        [request(cell.config) for cell in compose.sweep([f"experiment={path}"])]
    assert "\n" not in str(told.value)


def test_arms_stand_in_the_order_of_the_file_under_their_names(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path))
    assert cli.run(["-m", "experiment=veto", "runs=2", "workers=1", "horizon_days=20"]) == 0
    study = open_study("veto")
    assert [study.labels[cell.name] for cell in study.cells] == list(trial.read("veto").arms)
    assert list(study.factors) == ["arm"]
    assert all(arm in capsys.readouterr().out for arm in ("no veto",))
