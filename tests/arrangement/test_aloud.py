"""Charters read aloud, set side by side, begun from a template, and fitted to worlds that lack their members."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from sim import lab, shelf
from sim.analysis.arrangement import differences, read_charter
from sim.arrangement.charter import Charter
from sim.arrangement.fit import misfits
from sim.arrangement.prose import describe as read_aloud
from sim.arrangement.template import template
from sim.arrangement.timeline import calendar
from sim.errors import SettingError
from sim.schema import decode, describe, plain
from sim.world.world import World, WorldFacts
from stage.arms import Difference, crises, deterred, experiment

SHIPPED = sorted(path.stem for path in (shelf.SHIPPED / "arrangement").glob("*.yaml"))


def articles(value):
    """Every source that a charter cites."""
    if isinstance(value, dict):
        return [v for k, v in value.items() if k == "article" and v] + [a for v in value.values() for a in articles(v)]
    return [a for v in value for a in articles(v)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", SHIPPED)
def test_the_prose_cites_every_article_of_a_charter(name):
    charter = read_charter(name)
    told = " ".join([*(line for _, lines in read_aloud(charter) for line in lines), *calendar(charter)])
    seats = {s.article for s in charter.organ.permanent}
    assert [a for a in articles(plain(charter)) if a not in told and a not in seats] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_each_says_at_its_head_what_it_is_and_how_to_run_it(name):
    text = (shelf.SHIPPED / "arrangement" / f"{name}.yaml").read_text(encoding="utf-8")
    head = text.split(f"\nname: {name}\n")[0]
    assert head.startswith("# ") and f"\n#   covenant arrangement={name}" in head


@pytest.mark.parametrize("name", ["nato", "seato", "rio_1947"])
def test_collective_defence_is_said_to_be_that_and_no_collective_security(name):
    head = (shelf.SHIPPED / "arrangement" / f"{name}.yaml").read_text(encoding="utf-8").split("\nname:")[0]
    assert "Collective *defence*" in head
    assert "not collective security" in dict(read_aloud(read_charter(name)))["What it is"][0]


def test_two_councils_differ_in_seats_and_votes_alone():
    found = differences(read_charter("un_1945"), read_charter("un_1965"))
    assert found == [("organ.size", 11, 15), ("organ.rule.quotas[0].share", 7.0, 9.0)]


def test_the_calendar_of_the_charter_of_the_united_nations():
    days = [line.split("  ")[0] for line in calendar(read_charter("un_1945")) if line[:2] in ("19", "20")]
    assert days == sorted(days)
    assert {"1945-06-26", "1945-10-24", "1950-11-03", "1971-10-25"} <= set(days)


def test_a_charter_is_printed_with_calendar_and_voting_power(capsys):
    assert lab.run(["arrangement", "un_1945"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for words in ("A decision needs 7 votes", "Art. 39", "Calendar", "1950-11-03", "Voting power", "76/385"):
        assert words in told
    assert lab.run(["arrangement", "un_1945", "--diff", "un_1965", "--json"]) == 0
    assert [row["key"] for row in json.loads(capsys.readouterr().out)] == ["organ.size", "organ.rule.quotas[0].share"]
    assert lab.run(["arrangement", "locarno", "--world", "two_blocs"]) == 0
    assert "a rule stands in for them" in " ".join(capsys.readouterr().out.split())


def test_the_template_holds_every_clause_and_runs(tmp_path, monkeypatch):
    text = template("my_pact")
    charter = decode(Charter, yaml.safe_load(text), "arrangement")
    assert charter.name == "my_pact" and charter.organ.rule.quotas[0].share == pytest.approx(2 / 3)
    for row in describe(Charter):
        assert f"{row['key'].split('.')[-1]}:" in text and (row["doc"] in text or row["key"] == "name")
    (tmp_path / "my_pact.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    rows = crises(experiment("arrangement=./my_pact.yaml", "scenario=abyssinia_1935"), 2)
    assert rows["referred"].any()


def test_what_is_commented_out_in_the_template_is_the_default():
    live = "\n".join(
        line.replace("# ", "", 1) if _is_clause(line) else line for line in template("all_of_it").splitlines()
    )
    assert decode(Charter, yaml.safe_load(live), "a") == decode(Charter, yaml.safe_load(template("all_of_it")), "a")


def _is_clause(line):
    """A clause that is commented out: a key and no sentence after it."""
    key, colon, value = line.strip().removeprefix("# ").partition(":")
    known = {row["key"].split(".")[-1] for row in describe(Charter)} | {
        "dates",
        "neutrality",
        "forces",
        "fallback",
        "rule",
    }
    return line.lstrip().startswith("# ") and bool(colon) and key in known and len(value.split()) <= 1


def test_new_writes_a_file_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert lab.run(["new", "arrangement", "my_pact"]) == 0
    before = (tmp_path / "my_pact.yaml").read_text(encoding="utf-8")
    for words, complaint in (
        (["my_pact"], "is there already and was left as it is"),
        (["league"], "is an arrangement already"),
        (["a/b"], "must be of letters, digits"),
        (["other", "--in", "nowhere"], "--in=nowhere is no directory"),
    ):
        with pytest.raises(SettingError, match=complaint):
            lab.run(["new", "arrangement", *words])
    assert (tmp_path / "my_pact.yaml").read_text(encoding="utf-8") == before
    assert [p.name for p in tmp_path.iterdir()] == ["my_pact.yaml"]


def test_the_finding_of_the_how_to(tmp_path, monkeypatch):
    """docs/how-to/add-a-charter.md: a guarantee by name deters, the more its guarantors keep their word."""
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs/how-to/add-a-charter.md").read_text(encoding="utf-8")
    written = re.search(r"```yaml nile_pact.yaml\n(.*?)```", page, re.S)
    (tmp_path / "nile_pact.yaml").write_text(written[1], encoding="utf-8")
    question = ("scenario=abyssinia_1935", "aggression=computed", "scenario.stake=0.3")

    def held_back(*arm):
        return deterred(crises(experiment(*question, *arm), 150))

    alone, promised = held_back("arrangement=self_help"), held_back("arrangement=./nile_pact.yaml")
    assert Difference(alone, promised, "a guarantee by name").rises
    broken = held_back("arrangement=./nile_pact.yaml", "behaviour.honour_before_1945=0.05")
    assert Difference(broken, promised, "by guarantors that keep their word").rises


def world(name):
    return World(decode(WorldFacts, shelf.read_world(name), "world"))


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("scenario", ["abyssinia_1935", "suez_1956", "two_blocs"])
def test_any_scenario_runs_under_any_arrangement(name, scenario):
    arm = experiment(f"scenario={scenario}", f"arrangement={name}", "behaviour.belief_draws=2")
    assert len(crises(arm, 1)) == 1


def test_what_cannot_apply_is_said_in_one_line(tmp_path, monkeypatch, capsys):
    from sim import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path / "outputs"))
    words = ["-m", "scenario=suez_1956", "arrangement=locarno", "runs=2", "workers=1", "seed=1,2"]
    assert cli.run(words) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "arrangement locarno" in line]
    assert len(told) == 1 and "GMY is not here" in told[0]
    assert cli.run([*words, "quiet=true", "study=silent"]) == 0
    assert "locarno" not in capsys.readouterr().err


def test_stand_ins_for_members_that_a_world_lacks():
    early, late = world("abyssinia_1935"), world("suez_1956")
    assert any("those it names stand for them" in text for text in misfits(read_charter("nato"), early, "1935-10-03"))
    assert any("states of africa" in text for text in misfits(read_charter("oau_1963"), late, "1956-10-29"))
    assert misfits(read_charter("nato"), late, "1956-10-29") == ()
    assert misfits(read_charter("league"), early, "1935-10-03") == ()


def test_a_state_that_no_world_has_is_a_mistake(tmp_path, monkeypatch):
    with pytest.raises(SettingError, match=r"membership.states='GMYY' is a state of no world; did you mean GMY"):
        experiment("arrangement=locarno", "arrangement.membership.states=[GMYY,FRN]")
