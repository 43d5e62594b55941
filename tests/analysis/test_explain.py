"""A run told in words, from events written by hand."""

import json

import pytest
import typer
from typer.testing import CliRunner

from sim import cli
from sim.analysis.explain import explain
from sim.analysis.open import open_study
from sim.analysis.story import Story
from sim.analysis.wording import MEASURES, PHRASES, STANCES, TERMS, phrase, reason, several
from sim.errors import StudyError
from sim.stream.codes import Kind, Measure, Position, labels
from sim.stream.events import TABLES

# fmt: off
EVENTS = [
    {"seq": 0, "day": 0.0, "kind": "opportunity", "actor": "ITA", "subject": "ETH", "value": 1.5, "cause": -1},
    {"seq": 1, "day": 0.0, "kind": "attacked", "actor": "ITA", "subject": "ETH", "value": 0.05, "cause": 0},
    {"seq": 2, "day": 3.0, "kind": "referred", "actor": "ETH", "subject": "ITA", "cause": 1},
    {"seq": 3, "day": 5.0, "kind": "met", "subject": "ITA", "value": 0.0, "cause": 2},
    {"seq": 4, "day": 5.1, "kind": "tabled", "actor": "UKG", "subject": "ITA", "measure": "sanctions_partial", "value": 0.8, "cause": 3},
    {"seq": 5, "day": 5.1, "kind": "adopted", "subject": "ITA", "measure": "sanctions_partial", "value": 2.0, "cause": 4},
    {"seq": 6, "day": 12.0, "kind": "battle_won", "actor": "ITA", "subject": "ETH", "value": 4.0, "cause": 1},
    {"seq": 7, "day": 20.0, "kind": "sanction_imposed", "actor": "UKG", "subject": "ITA", "measure": "sanctions_partial", "cause": 5},
    {"seq": 8, "day": 46.0, "kind": "sanction_imposed", "actor": "FRN", "subject": "ITA", "measure": "sanctions_partial", "cause": 5},
    {"seq": 9, "day": 90.0, "kind": "objective_taken", "actor": "ITA", "subject": "ETH", "cause": 6},
    {"seq": 10, "day": 110.0, "kind": "held", "actor": "ITA", "subject": "ETH", "cause": 9},
    {"seq": 11, "day": 110.0, "kind": "ended", "actor": "ITA", "subject": "ETH", "value": 1.0, "cause": 10},
]
DRAFT = {
    "draft": 0, "day": 5.1, "body": 0, "measure": "sanctions_partial", "sponsor": "UKG", "p_adopt": 0.8, "yes": 2, "no": 0,
    "abstain": 1, "absent": 0, "excluded": 1, "adopted": True, "seq": 5,
}
# fmt: on
ZERO = dict.fromkeys(TERMS, 0.0)
POSITION = {"decision": "vote", "draft": 0, "day": 5.1, "measure": "sanctions_partial", "share": 0.0, "utility": 0.0}
POSITIONS = [
    POSITION | ZERO | {"state": "UKG", "position": "yes", "norm": 2.1, "inertia": 1.5},
    POSITION | ZERO | {"state": "FRN", "position": "abstain", "norm": 0.5, "cost": 0.9, "inertia": 0.4},
]


@pytest.fixture
def study(make_study):
    rows = {
        "events": [{"run": r} | e for r in range(2) for e in EVENTS],
        "crises": [{"run": r, "end_day": 110.0, "n_sanctioning": 2} for r in range(2)],
        "drafts": [{"run": 1} | DRAFT],
        "positions": [{"run": 1} | p for p in POSITIONS],
    }
    make_study("demo", {"aaaa": rows | {"identity": {"arrangement": {"name": "league", "organ": {"kind": "council"}}}}})
    return open_study("demo")


def test_every_kind_has_words():
    assert set(PHRASES) == set(Kind)
    for kind in Kind:
        for value in (None, float("nan"), 0.5):
            said = phrase(kind, "Italy", "Ethiopia", "condemnation", value, "the Council")
            assert said and "{" not in said and "|" not in said and "nan" not in said and "None" not in said


def test_every_measure_position_and_term_has_words():
    assert set(MEASURES) == set(labels(Measure))
    assert set(STANCES) == set(labels(Position))
    assert set(TERMS) <= {column.name for column in TABLES["positions"]}


def test_a_run_reads_as_dated_turning_points(study):
    turns = Story(study, study.cells[0], 1).turns()
    told = [turn.text for turn in turns]
    assert told[1].startswith("Italy attacked Ethiopia")
    assert (
        told[4]
        == "The Council adopted partial sanctions: 2 in favour, 0 against, 1 abstaining, 1 excluded; tabled by United Kingdom"
    )
    assert told[5] == "United Kingdom and France put partial sanctions on Italy (after 1 battle, 1 won by Italy)"
    assert (turns[5].day, turns[5].last_day) == (20.0, 46.0)
    assert turns[5].because == 5


def test_reasons_name_the_terms_that_decided(study):
    adopted = Story(study, study.cells[0], 1).turns()[4]
    assert "United Kingdom voted for partial sanctions: the covenant +2.10 outweighed inertia -1.50" in adopted.reasons
    assert any(
        r.startswith("France abstained on partial sanctions: the cost -0.90 and inertia -0.40") for r in adopted.reasons
    )


def test_the_chain_to_the_outcome_runs_from_the_root(study):
    chain = Story(study, study.cells[0], 1).why("outcome")
    assert [turn.seqs[0] for turn in chain] == [0, 1, 6, 9, 10, 11]
    assert [turn.because for turn in chain] == [0, 1, 2, 3, 4, 5]


def test_one_state_by_id_iso_code_or_name(study):
    story = Story(study, study.cells[0], 1)
    by_name = [[t.text for t in story.of_state(name)] for name in ("FRN", "fra", "France")]
    assert by_name[0] == by_name[1] == by_name[2]
    assert by_name[0][0].startswith("France abstained")


def test_mistakes_are_one_line(study):
    with pytest.raises(StudyError, match="has no run 7; its runs are 0 to 1"):
        Story(study, study.cells[0], 7)
    with pytest.raises(StudyError, match="did you mean France"):
        Story(study, study.cells[0], 1).of_state("Frnace")
    with pytest.raises(StudyError, match="did you mean adopted"):
        Story(study, study.cells[0], 1).why("adoptd")
    with pytest.raises(
        StudyError, match="'nothing' is neither outcome nor a kind of event; those of run 1: adopted, at"
    ):
        Story(study, study.cells[0], 1).why("nothing")


def test_as_a_command(study):
    app = typer.Typer()
    app.command()(explain)
    told = CliRunner().invoke(app, ["demo", "--run", "1"], env={"COLUMNS": "100"})
    assert told.exit_code == 0
    assert "3 Oct 1935" in told.output and "Outcome: fait accompli on day 110" in told.output
    assert told.output.isascii()
    found = json.loads(CliRunner().invoke(app, ["demo", "--run", "1", "--json"]).output)
    assert len(found["turns"]) == 9 and found["outcome"] == "fait_accompli"


def test_words():
    assert several(["A"]) == "A"
    assert several(["A", "B", "C"]) == "A, B and C"
    assert several(list("ABCDEFGH")) == "A, B, C, D and 4 others"
    assert reason(ZERO) == "nothing weighed much"
    assert reason(ZERO | {"norm": 1.0}) == "the covenant +1.00 had nothing against it"


def test_a_no_is_explained_by_politics_alone():
    no = POSITION | ZERO | {"position": "no", "partisan": -1.2, "reputation": 1.6, "cost": 2.1, "inertia": 1.6}
    assert reason(no) == "affinity to the parties -1.20 had nothing against it"
    assert reason(no | {"partisan": 0.5}) == ""  # a party, whose vote is given
    assert reason(no | {"position": "abstain"}).startswith("the cost -2.10 and inertia -1.60")


def test_one_who_acts_for_the_aggressor_has_reasons():
    row = ZERO | {"decision": "force", "position": "for_aggressor", "partisan": 2.6, "inertia": 1.0}
    assert reason(row) == "affinity to the parties +2.60 outweighed inertia -1.00"


def test_a_draft_kept_back_is_told_where_it_opened_the_fallback(make_study):
    more = [
        {
            "seq": 12,
            "day": 5.1,
            "kind": "not_tabled",
            "actor": "UKG",
            "subject": "ITA",
            "measure": "force_authorised",
            "cause": 3,
        },
        {"seq": 13, "day": 5.1, "kind": "fallback_opened", "subject": "ITA", "cause": 3},
        {
            "seq": 14,
            "day": 9.1,
            "kind": "not_tabled",
            "actor": "UKG",
            "subject": "ITA",
            "measure": "force_authorised",
            "cause": 5,
        },
    ]
    make_study(
        "kept", {"aaaa": {"events": [{"run": 0} | e for e in EVENTS + more], "crises": [{"run": 0, "end_day": 110.0}]}}
    )
    found = open_study("kept")
    told = [turn.text for turn in Story(found, found.cells[0], 0).turns()]
    assert sum("kept back an authorisation of force, expecting a veto" in text for text in told) == 1


def test_the_title_names_all_who_attack(make_study):
    scenario = {"name": "s", "date": "1935-10-03", "aggressors": ["ITA", "FRN"], "targets": ["ETH"]}
    rows = {
        "events": [{"run": 0} | e for e in EVENTS],
        "crises": [{"run": 0, "end_day": 110.0}],
        "identity": {"scenario": scenario},
    }
    make_study("many", {"aaaa": rows})
    found = open_study("many")
    assert "Italy and France against Ethiopia" in Story(found, found.cells[0], 0).title()


@pytest.mark.slow
def test_a_run_is_told_alike_whatever_was_kept_of_it(tmp_path, monkeypatch):
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path))
    told = {}
    for level in ("summary", "events", "full"):
        assert cli.run(["runs=4", "workers=1", f"record={level}", "record.positions=all", f"study={level}", "-q"]) == 0
        opened = open_study(level)
        story = Story(opened, opened.cells[0], 3)
        told[level] = [vars(turn) for turn in story.turns()], [vars(t) for t in story.of_state("FRA")], story.note
    assert told["summary"][:2] == told["events"][:2] == told["full"][:2]
    assert told["full"][2] == "" and told["summary"][2].startswith("Played again, for the study did not keep events")
    assert any(turn["reasons"] for turn in told["summary"][0])


def test_what_other_code_computed_is_not_played_again(study):
    story = Story(study, study.cells[0], 0)
    assert "other code computed the study" in story.note and "tracks" in story.note


def test_turns_name_the_events_that_a_fork_takes(study):
    app = typer.Typer()
    app.command()(explain)
    lines = CliRunner().invoke(app, ["demo", "--run", "1"], env={"COLUMNS": "110"}).output.splitlines()
    assert next(
        line for line in lines if "adopted partial sanctions" in line or "The Council adopted" in line
    ).endswith(" 5")
    assert next(line for line in lines if "put partial sanctions" in line).endswith("7-8")
