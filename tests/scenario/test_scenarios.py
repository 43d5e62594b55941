"""Every shipped scenario: inputs only, in the world of its day, with the arrangement of its day."""

from __future__ import annotations

import calendar
import re
from datetime import date as Date

import pytest

from sim import shelf
from sim.experiment import Scenario
from sim.schema import decode
from sim.stream.codes import Outcome
from sim.world.choice import is_synthetic

SCENARIOS = shelf.options("scenario")
HINDSIGHT = re.compile(
    r"\b("
    + "|".join(
        [
            *(o.name.lower() for o in Outcome if o.name != "COMPROMISE"),
            "annexed in \\d+",
            "surrendered",
            "fell on",
            "in the end",
        ]
    )
    + r")\b",
    re.IGNORECASE,
)


def scenario_of(option):
    return decode(Scenario, shelf.read(shelf.find("scenario", option)), "scenario")


@pytest.fixture(params=SCENARIOS)
def scenario(request):
    return scenario_of(request.param)


def text_of(scenario):
    return shelf.find("scenario", scenario.name).read_text(encoding="utf-8")


def test_no_file_tells_how_it_ended(scenario):
    told = re.sub(r"[-\n#]+\s*", " ", text_of(scenario).lower().replace("_", " "))
    assert not HINDSIGHT.search(told), HINDSIGHT.search(told)
    keys = set(shelf.read(shelf.find("scenario", scenario.name)))
    assert not keys & {"outcome", "gain", "winner", "measures", "votes"}


def test_every_year_named_is_not_after_the_day(scenario):
    """Works of history excepted: an author and a year."""
    without_works = re.sub(r"\((?:[^()]*?[A-Z][a-z]+[^()]*?\d{4}[^()]*?)\)", "", text_of(scenario))
    day = Date.fromisoformat(scenario.date)
    if not is_synthetic(shelf.read_world(scenario.name)):
        assert not [y for y in re.findall(r"\b(1[89]\d\d|20\d\d)\b", without_works) if int(y) > day.year]


def test_its_world_is_of_its_day(scenario):
    facts = shelf.read_world(scenario.name)
    if not is_synthetic(facts):
        assert facts["date"] == scenario.date


def test_its_own_arrangement_is_one_that_is_shipped(scenario):
    if scenario.own_arrangement is not None:
        assert scenario.own_arrangement in shelf.options("arrangement")
    historical = not is_synthetic(shelf.read_world(scenario.name))
    assert historical == (scenario.own_arrangement is not None)


def test_each_input_of_a_case_of_history_says_what_it_rests_on(scenario):
    if not is_synthetic(shelf.read_world(scenario.name)):
        head = text_of(scenario).split("\nname:")[0]
        for key in ("objective", "stake", "target_stake", "ambiguity", "surprise", "theatre_ratio", "key_commodity"):
            assert re.search(rf"^# {key}\b", head, re.MULTILINE), key
        assert "judgement" in head


def test_works_it_names_stand_in_the_bibliography(scenario):
    named = re.findall(r"\b([A-Z][A-Za-z]+)(?:(?:,| and) [A-Z][a-z]+)* ((?:19|20)\d\d)(?=[;,)])", text_of(scenario))
    known = (shelf.SHIPPED.parent / "docs" / "model" / "bibliography.md").read_text(encoding="utf-8")
    for author, year in named:
        if author not in calendar.month_name and int(year) > 1945:
            assert re.search(rf"^{author}\b.*\b{year}\b", known, re.MULTILINE), f"{author} {year}"
