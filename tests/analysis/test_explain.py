"""A run told in words, from events written by hand."""

import json

import pytest
import typer
from typer.testing import CliRunner

from sim import cli
from sim.analysis.explain import explain
from sim.analysis.open import open_study
from sim.analysis.story import Story
from sim.analysis.wording import (
    MEASURES,
    OCCASIONS,
    PHRASES,
    STANCES,
    TERMS,
    fought,
    phrase,
    reason,
    several,
    stance,
    the,
)
from sim.errors import StudyError
from sim.stream.codes import Decision, Kind, Measure, Position, labels
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
    assert {"vote", *OCCASIONS} == set(labels(Decision))
    assert set(TERMS) <= {column.name for column in TABLES["positions"]}


def test_a_run_reads_as_dated_turning_points(study):
    turns = Story(study, study.cells[0], 1).turns()
    told = [turn.text for turn in turns]
    assert told[1].startswith("Italy attacked Ethiopia")
    assert (
        told[4]
        == "The Council adopted partial sanctions: 2 in favour, 0 against, 1 abstaining, 1 excluded; tabled by the United Kingdom"
    )
    assert told[5] == "The United Kingdom and France put partial sanctions on Italy (after a battle, won by Italy)"
    assert (turns[5].day, turns[5].last_day) == (20.0, 46.0)
    assert turns[5].because == 5


def test_reasons_name_the_terms_that_decided(study):
    adopted = Story(study, study.cells[0], 1).turns()[4]
    assert (
        "The United Kingdom voted for partial sanctions: the covenant +2.10 outweighed inertia -1.50" in adopted.reasons
    )
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


def test_a_run_that_failed_is_said_to_have_failed(make_study):
    """Every table kept and none of them with a row of it: it was said to have no crisis 0."""
    rows = {"crises": [{"run": 0}, {"run": 1}], "events": [{"run": 0} | e for e in EVENTS], "failures": [{"run": 1}]}
    make_study("broken", {"aaaa": rows})
    found = open_study("broken")
    with pytest.raises(StudyError, match="run 1 of study 'broken' failed; covenant-lab rerun broken --run 1 shows why"):
        Story(found, found.cells[0], 1)


def test_as_a_command(study):
    app = typer.Typer()
    app.command()(explain)
    told = CliRunner().invoke(app, ["demo", "--run", "1"], env={"COLUMNS": "100"})
    assert told.exit_code == 0
    assert "3 Oct 1935" in told.output and "Outcome: fait accompli on day 110" in told.output
    assert told.output.isascii()
    found = json.loads(CliRunner().invoke(app, ["demo", "--run", "1", "--json"]).output)
    assert len(found["turns"]) == 9 and found["outcome"] == "fait_accompli"


def told_of(make_study, events, name="told", identity=None, **more):
    rows = {"events": [{"run": 0} | e for e in events], "crises": [{"run": 0, "end_day": 110.9} | more]}
    make_study(name, {"aaaa": rows | {"identity": identity or {}}})
    opened = open_study(name)
    return Story(opened, opened.cells[0], 0)


def one(seq, kind, actor=None, subject=None, cause=1, day=None, **more):
    return {"seq": seq, "day": float(seq if day is None else day), "kind": kind, "actor": actor, "subject": subject, "cause": cause} | more  # fmt: skip


def test_what_is_done_to_several_or_by_several_is_told_once(make_study):
    events = [
        *EVENTS[:2],
        one(2, "obligation_honoured", "UKG", "ETH", 0), one(3, "pledged", "UKG", "ETH", 2),
        one(4, "obligation_honoured", "FRN", "ETH", 0), one(5, "pledged", "FRN", "ETH", 4),
        one(6, "ended", "ITA", "ETH", 1), one(7, "legitimacy_updated", cause=6),
        one(8, "remediation_asked", None, "UKG", 7), one(9, "remediation_asked", None, "FRN", 7),
    ]  # fmt: skip
    told = [turn.text for turn in told_of(make_study, events).turns()]
    assert told[2] == "The United Kingdom and France honoured the pledge to Ethiopia"
    assert told[3] == "The United Kingdom and France pledged forces to Ethiopia"
    assert told[-1] == "The members asked the United Kingdom and France to answer for force without a mandate"


def test_drafts_kept_back_at_a_sitting_are_told_together(make_study):
    kept = {"actor": "UKG", "subject": "ITA", "cause": 3, "day": 5.2}
    events = [
        *EVENTS[:4],
        one(4, "not_tabled", measure="condemnation", **kept), one(5, "not_tabled", measure="sanctions_partial", **kept),
        one(6, "fallback_opened", None, "ITA", 3, day=5.2),
    ]  # fmt: skip
    told = [turn.text for turn in told_of(make_study, events).turns()]
    assert told[4] == "The United Kingdom kept back a condemnation and partial sanctions, expecting a veto"


def test_a_pledge_to_one_of_several_aggressors_is_to_their_side(make_study):
    """Jordan owed Britain, not Israel, in 1956: the event names the lead of the side."""
    scenario = {"name": "s", "date": "1956-10-29", "aggressors": ["ITA", "UKG"], "targets": ["ETH"]}
    events = [*EVENTS[:2], one(2, "obligation_refused", "FRN", "ITA", 0)]
    story = told_of(make_study, events, identity={"scenario": scenario})
    assert story.turns()[2].text == "France did not honour the pledge to the side of Italy"


def test_a_target_gives_way_to_a_demand_and_stops_fighting_for_a_loss(make_study):
    before, after = one(2, "conceded", "ETH", "ITA", 0), one(3, "conceded", "ETH", "ITA", 2)
    assert told_of(make_study, [EVENTS[0], before]).turns()[1].text == "Ethiopia gave way to Italy"
    taken = one(2, "objective_taken", "ITA", "ETH")
    assert (
        told_of(make_study, [*EVENTS[:2], taken, after], "later").turns()[3].text
        == "Ethiopia stopped fighting for what Italy had taken"
    )


def test_an_objective_is_not_taken_twice_without_being_lost(make_study):
    changes = [one(k, f"objective_{'taken' if k % 2 == 0 else 'lost'}", "ITA", "ETH") for k in range(2, 7)]
    for n, expected in ((3, "tlt"), (4, "tl"), (5, "tlt")):
        story = told_of(make_study, [*EVENTS[:2], *changes[:n]], f"changes{n}")
        told = [turn.text for turn in story.turns()][2:]
        assert "".join("l" if "lost" in text else "t" for text in told) == expected


def test_what_is_held_was_taken_and_who_was_sent_home_is_told(make_study):
    """Forces that come and are beaten are no cause of the objective being held."""
    events = [
        *EVENTS[:2],
        one(2, "pledged", "FRN", "ETH"), one(3, "objective_taken", "ITA", "ETH"), one(4, "arrived", "FRN", "ETH", 2),
        one(5, "battle_won", "ITA", "ETH", 4, value=6.0), one(6, "returned", "FRN", "ETH", 5),
        one(7, "held", "ITA", "ETH", 5), one(8, "ended", "ITA", "ETH", 7, value=1.0), one(9, "returned", "FRN", "ETH", 8),
    ]  # fmt: skip
    turns = told_of(make_study, events).turns()
    told = [turn.text for turn in turns]
    assert sum(text.startswith("Forces of France went home") for text in told) == 1
    held = next(turn for turn in turns if "with no force against it" in turn.text)
    assert turns[held.because - 1].text.startswith("Italy took its objective")


def test_the_day_goes_with_the_date(make_study):
    events = [
        *EVENTS[:2],
        one(2, "referred", "ETH", "ITA", day=6.8),
        one(3, "ended", "ITA", "ETH", day=110.9, value=1.0),
    ]
    story = told_of(make_study, events, n_sanctioning=1)
    assert story.ending().startswith("Outcome: fait accompli on day 110;") and "1 outsider sanctioned" in story.ending()
    app = typer.Typer()
    app.command()(explain)
    lines = CliRunner().invoke(app, ["told"], env={"COLUMNS": "100"}).output.splitlines()
    (line,) = [line for line in lines if "brought the conduct" in line]
    assert line.split()[:4] == ["9", "Oct", "1935", "6"]


def test_names_take_their_article():
    assert the("United Kingdom") == "the United Kingdom" and the("Irish Free State") == "the Irish Free State"
    assert the("Italy") == "Italy" and the("State 1") == "State 1" and the("China (Republic)") == "China (Republic)"


def test_what_is_pledged_has_a_unit():
    row = {"decision": "sanction", "measure": "sanctions_partial", "share": 0.25, "position": "for_target"}
    assert stance(row) == "acted for the target over partial sanctions, with 25 % of its trade"
    assert stance(row | {"decision": "force"}).endswith("when forces were called for, with 25 % of its forces")
    owed = row | {"decision": "obligation", "position": "aside", "share": 0.0}
    assert stance(owed) == "stood aside when its pledge fell due"


def test_words():
    assert several(["A"]) == "A"
    assert several(["A", "B", "C"]) == "A, B and C"
    assert several(list("ABCDEFGH")) == "A, B, C, D and 4 others"
    assert reason(ZERO) == "nothing weighed much"
    assert reason(ZERO | {"norm": 1.0}) == "the covenant +1.00, with nothing against it"


def test_a_no_is_explained_by_politics_alone():
    no = POSITION | ZERO | {"position": "no", "partisan": -1.2, "reputation": 1.6, "cost": 2.1, "inertia": 1.6}
    assert reason(no) == "affinity to the parties -1.20, with nothing against it"
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


def test_one_who_votes_for_a_text_against_its_leaning_is_not_said_to_be_for_it():
    """The Soviet Union voted for a condemnation that affinity and example outweighed: a text asks less than a deed."""
    row = POSITION | ZERO | {"position": "yes", "partisan": -1.3, "pull": -0.9, "reputation": 1.6}
    assert reason(row).endswith("outweighed its word +1.60, but by less than it takes to hold back from a mere text")
    assert reason(row | {"partisan": 1.3}).endswith("outweighed the example of friends and foes -0.90")
    both = ZERO | {"inertia": 4.7, "cost": 2.0, "position": "aside"}
    assert reason(both) == "inertia -4.70 and the cost -2.00, with nothing against them"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("attack", "Italy attacked Ethiopia"),
        ("threat", "Italy attacked Ethiopia"),
        ("treaty_breach", "Italy broke its treaty with Ethiopia"),
        ("covert", "Italy struck at Ethiopia under cover"),
        ("frontier_dispute", "Italy came to blows with Ethiopia over their frontier"),
    ],
)
def test_a_crisis_opens_as_it_is(make_study, entry, said):
    """Germany did not attack France in March 1936."""
    assert told_of(make_study, EVENTS[:2], entry=entry).turns()[1].text == said


def test_a_victory_does_not_come_from_forces_that_came_against_it(make_study):
    events = [
        *EVENTS[:2],
        one(2, "pledged", "FRN", "ETH"), one(3, "arrived", "FRN", "ETH", 2),
        one(4, "battle_won", "ITA", "ETH", 3, value=6.0), one(5, "objective_taken", "ITA", "ETH", 4),
        one(6, "arrived", "UKG", "ETH", 1), one(7, "objective_lost", "ITA", "ETH", 6),
        one(8, "target_overrun", "ITA", "ETH", 6),
    ]  # fmt: skip
    turns = told_of(make_study, events).turns()
    led = {turn.text.split(" (")[0]: turns[turn.because - 1].text.split(" (")[0] for turn in turns[1:]}
    assert led["Italy took its objective"] == "Italy attacked Ethiopia"
    assert led["Italy lost what it had taken"] == "Forces of the United Kingdom reached the theatre for Ethiopia"
    assert led["Italy broke the resistance of Ethiopia in the field"] == "Italy lost what it had taken"


def test_pledges_that_came_from_elsewhere_are_told_apart(make_study):
    """Poland and Hungary did not pledge forces because Lebanon kept its word."""
    events = [
        *EVENTS[:2],
        one(2, "obligation_honoured", "UKG", "ETH", 0), one(3, "pledged", "UKG", "ETH", 2, value=0.05),
        one(4, "pledged", "FRN", "ETH", 1, value=0.05), one(5, "arrived", "UKG", "ETH", 3), one(6, "arrived", "FRN", "ETH", 4),
    ]  # fmt: skip
    events += [one(7, "pledged", "UKG", "ETH", 6, value=0.2)]
    turns = told_of(make_study, events).turns()
    led = {turn.text: turns[turn.because - 1].text for turn in turns[1:]}
    assert led["The United Kingdom pledged more forces to Ethiopia (20 % of its own)"].startswith("Forces of France")
    assert led["The United Kingdom pledged forces to Ethiopia (5 % of its own)"].startswith(
        "The United Kingdom honoured"
    )
    assert led["France pledged forces to Ethiopia (5 % of its own)"] == "Italy attacked Ethiopia"
    assert led["Forces of France reached the theatre for Ethiopia"].startswith("France pledged")


def test_a_party_is_not_said_to_have_weighed_its_own_case(make_study):
    """Russia's no to what was demanded of it was told as affinity and chance that outweighed the covenant."""
    taken = [
        POSITION | ZERO | {"state": "ETH", "position": "yes", "reputation": -2.0},
        POSITION | ZERO | {"state": "ITA", "position": "no", "partisan": -1.3},
        POSITION | ZERO | {"state": "FRN", "position": "no", "partisan": -1.2},
    ]
    rows = {
        "events": [{"run": 0} | e for e in EVENTS],
        "crises": [{"run": 0, "end_day": 110.0}],
        "drafts": [{"run": 0} | DRAFT],
        "positions": [{"run": 0} | p for p in taken],
        "identity": {"scenario": {"name": "s", "date": "1935-10-03", "aggressors": ["ITA"], "targets": ["ETH"]}},
    }
    make_study("parties", {"aaaa": rows})
    found = open_study("parties")
    story = Story(found, found.cells[0], 0)
    adopted = next(turn for turn in story.turns() if "adopted" in turn.text)
    assert adopted.reasons[0].startswith("France voted against partial sanctions: affinity to the parties -1.20")
    assert adopted.reasons[1] == "Ethiopia voted for partial sanctions: a party votes for itself"
    assert any(
        turn.text == "Italy voted against partial sanctions: a party votes for itself" for turn in story.of_state("ITA")
    )


def test_one_state_takes_stock_only_where_its_chance_changed(make_study):
    reviews = [one(k, "reviewed", "ITA", "ETH", 1, value=v) for k, v in ((2, 0.8), (3, 0.8), (4, 0.6))]
    told = [turn.text for turn in told_of(make_study, [*EVENTS[:2], *reviews]).of_state("ITA")]
    assert sum("took stock" in text for text in told) == 2


def test_bodies_have_their_names(make_study):
    identity = {"arrangement": {"name": "un", "organ": {"kind": "council"}, "fallback": {"kind": "assembly"}}}
    events = [*EVENTS[:4], one(4, "fallback_opened", None, "ITA", 3, day=5.2)]
    assert (
        told_of(make_study, events, identity=identity).turns()[4].text
        == "The matter passed from the Council to the Assembly"
    )
    assert (
        told_of(make_study, events, "plain").turns()[4].text == "The matter passed from the organ to the fallback body"
    )


def test_numbers_read_as_a_reader_counts():
    assert (
        fought(1, 0, "Italy") == "a battle, lost by Italy" and fought(3, 0, "Italy") == "3 battles, none won by Italy"
    )
    assert (
        fought(3, 3, "Italy") == "3 battles, all won by Italy" and fought(3, 2, "Italy") == "3 battles, 2 won by Italy"
    )
    notice = [
        phrase(Kind.NOTICE_GIVEN, "Italy", "", None, days, "").split("after ")[1] for days in (730.0, 365.0, 90.0)
    ]
    assert notice == ["2 years", "1 year", "90 days"]
    assert phrase(Kind.YIELDED, "Iraq", "", None, 0.0, "") == "Iraq backed down"
    assert phrase(Kind.YIELDED, "Iraq", "", None, 0.31, "") == "Iraq backed down, with pressure on 31 % of its trade"


def test_the_end_of_what_was_not_attempted_and_of_what_nobody_answered(make_study):
    quiet = told_of(make_study, EVENTS[:1], "quiet", outcome="deterred", attempted=False)
    assert quiet.ending() == "Outcome: deterred on day 110; no attack was made."
    alone = told_of(make_study, EVENTS[:2], "alone", attempted=True, n_sanctioning=0, n_fighting=0)
    assert alone.ending().endswith("No outsider sanctioned or fought.")
    some = told_of(make_study, EVENTS[:2], "some", attempted=True, n_sanctioning=0, n_fighting=3)
    assert some.ending().endswith("No outsider sanctioned, 3 fought.")
