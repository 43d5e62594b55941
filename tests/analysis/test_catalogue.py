"""Lists of what there is, searchable, one line each in a pipe."""

import json

import pytest

from sim.analysis import catalogue
from sim.stream.events import TABLES


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def test_studies_with_cells_runs_and_size(make_study, capsys):
    make_study("demo", {"aaaa": {"crises": [{"run": r} for r in range(7)]}})
    catalogue.studies(word="", as_json=False)
    shown = lines(capsys)
    assert shown[0].split() == ["study", "cells", "runs", "size", "scenario", "arrangements"]
    assert shown[1].split()[:3] == ["demo", "1", "7"]


def test_no_study_yet_says_what_to_type(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path))
    catalogue.studies(word="", as_json=False)
    assert "covenant runs=100 makes one" in lines(capsys)[0]


def test_every_column_has_a_unit_or_none_and_a_meaning(capsys):
    catalogue.tables(study="", word="", as_json=True)
    rows = json.loads(capsys.readouterr().out)
    assert {(t, c.name) for t, columns in TABLES.items() for c in columns} <= {(r["table"], r["column"]) for r in rows}
    assert all(r["doc"] for r in rows)


def test_tables_of_a_study_or_by_a_word(make_study, capsys):
    make_study("demo", {"aaaa": {"crises": [{"run": 0}]}})
    catalogue.tables(study="demo", word="", as_json=True)
    assert {r["table"] for r in json.loads(capsys.readouterr().out)} == {"cells", "states", "crises"}
    catalogue.tables(study="pressure", word="", as_json=True)
    assert "peak_pressure" in {r["column"] for r in json.loads(capsys.readouterr().out)}


def test_every_lever_one_line_in_a_pipe(capsys):
    catalogue.levers(word="", as_json=False)
    shown = lines(capsys)
    keys = [line.split()[0] for line in shown[1:]]
    assert len(keys) == len(set(keys)) and len(keys) > 100
    assert {"runs", "seed", "behaviour.a_norm", "scenario.stake", "arrangement.credibility"} <= set(keys)
    norm = next(line for line in shown if line.startswith("behaviour.a_norm "))
    assert "0 to 100" in norm and "logits" in norm and "the covenant's norm" in norm


def test_a_mistyped_word_suggests_one(capsys):
    catalogue.levers(word="sanctoins", as_json=False)
    assert lines(capsys) == ["nothing contains 'sanctoins'; did you mean sanctions?"]


def test_scenarios_and_arrangements_with_the_users_own(tmp_path, monkeypatch, capsys):
    (tmp_path / "arrangement").mkdir()
    (tmp_path / "arrangement" / "mine.yaml").write_text(
        "name: mine\ntitle: A league of my own\nkind: collective_security\n"
    )
    monkeypatch.setenv("COVENANT_CONF", str(tmp_path))
    catalogue.arrangements(word="", as_json=False)
    shown = lines(capsys)
    assert any(line.startswith("mine") and "A league of my own" in line for line in shown)
    assert any(line.startswith("league ") for line in shown)
    catalogue.scenarios(word="1935 ethiopia", as_json=True)
    assert [r["scenario"] for r in json.loads(capsys.readouterr().out)] == ["abyssinia_1935"]


@pytest.mark.parametrize("size", [(999, "999 B"), (1500, "1.5 kB"), (23_400_000, "23 MB"), (5e13, "50.0 TB")])
def test_sizes(size):
    assert catalogue.size(size[0]) == size[1]
