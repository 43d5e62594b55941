"""Arms as the report tells them: what sets them apart, where none differs, alone on the page, and drawn for paper."""

import re
from xml.etree import ElementTree

import pytest

from report.conftest import play
from sim.analysis.intervals import Interval
from sim.analysis.open import open_study
from sim.analysis.report import theme
from sim.analysis.report.arms import arms
from sim.analysis.report.differences import partings
from sim.analysis.report.figure import Figure, Panel, export
from sim.analysis.report.page import Report, page
from sim.analysis.report.paper import on_paper
from sim.analysis.report.telling import findings, question

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chair(desk):
    """An experiment whose arms have names of their own."""
    play("-m", "experiment=empty_chair", "runs=6", "study=chair")
    return open_study("chair")


@pytest.fixture(scope="module")
def quiet(desk):
    """Two arms under which nothing is ever attempted."""
    play("-m", "scenario=goa_1961", "arrangement=ideal,un_1965", "aggression=computed", "scenario.stake=0.01", "runs=6", "record=full", "study=quiet")  # fmt: skip
    return open_study("quiet")


def test_a_card_tells_what_stands_behind_the_name_of_an_arm(chair):
    cards = {card["label"]: dict(card["clauses"]) for card in arms(chair, chair.labels)}
    assert cards["empty chair"]["scenario.absent"] == "RUS" and cards["at the table"]["scenario.absent"] == "none"
    assert cards["empty chair blocks"]["arrangement.organ.rule.absence_blocks"] == "true"
    assert "arm" not in cards["empty chair"]
    assert cards["empty chair"]["Covers"] == "any state"


def test_names_that_are_words_are_quoted_in_a_sentence(chair):
    text = page(Report(chair))
    assert "under \u201cat the table\u201d" in text and "under at the table" not in text


def test_where_nothing_was_attempted_no_axis_stands_empty(quiet):
    report = Report(quiet)
    figures = {figure.name: figure for figure in report.figures()}
    assert "race" not in figures and not figures["differences"].panels
    assert figures["differences"].says == "The shares are the same under every arm."
    assert [panel.title for panel in figures["map"].panels] == ["ideal and un 1965"]
    text = page(report)
    assert "no attack was made" in text and ">One run, told</a>" in text


def arm(label, code):
    return {
        "label": label, "aggressors": ["ITA"], "runs": 10, "crises": 10, "gain": {}, "attempted": Interval(0.0, 0.0, 0.3),
        "outcome": {code: Interval(1.0, 0.7, 1.0)},
    }  # fmt: skip


def test_an_ending_common_to_all_is_said_once():
    told = findings([arm("a", "deterred"), arm("b", "deterred")], {}, [])[-1]
    assert (
        told
        == "Commonest ending everywhere: deterred, 100.0 % (70.0 to 100.0) under a; 100.0 % (70.0 to 100.0) under b."
    )
    assert findings([arm("a", "deterred"), arm("b", "not_tempted")], {}, [])[-1].startswith(
        "Commonest ending: deterred 100.0 %"
    )


def test_where_arms_part_is_a_sentence(chair):
    base, *others = chair.cells
    told = dict(partings(chair, base, others, chair.labels))
    assert all(re.match(r"[\d.]+ % of 6 runs part, half of these by day [\d.]+; most often at an event where ", text) for text in told.values())  # fmt: skip


def test_several_crises_make_a_title(desk):
    play("-m", "scenario=small_on_small,great_on_small", "runs=2", "study=pair")
    study = open_study("pair")
    title = question(study, {})[0]
    assert "; " in title and " and The " not in title


def test_a_panel_that_has_the_page_to_itself_grows():
    panel = Panel(lambda width: None, "what it shows")
    assert Figure("one", "", "", [panel]).panels[0].grows
    assert not any(p.grows for p in Figure("two", "", "", [panel, panel]).panels)


def test_names_of_arms_fit_beside_and_below_a_figure():
    """On a phone a legend of four arms ran out of the page, and labels were cut to the same few letters."""
    assert theme.broken("at the table, Assembly open", theme.NARROW) == "at the table,\nAssembly open"
    assert theme.broken("at the table, Assembly open", theme.WIDE) == "at the table, Assembly open"
    names = ["empty chair", "at the table, Assembly open"]
    assert theme.lettering(names, theme.NARROW)["columns"] == 1 < theme.lettering(names, theme.WIDE)["columns"]


def test_a_chart_in_a_file_of_its_own_says_what_it_shows(quiet, tmp_path):
    """Exported alone it had no title, no name of the arm and no legend, and what stood aslant was cut."""
    figure = next(f for f in Report(quiet).figures() if f.name == "map")
    written = export(figure, tmp_path)
    text = next(path for path in written if path.suffix == ".svg").read_text()
    said = " ".join(
        "".join(element.itertext()) for element in ElementTree.fromstring(text).iter() if element.tag.endswith("}text")
    )
    assert figure.title in said and "ideal and un 1965" in said and "aggressor's side" in said


def test_a_legend_on_paper_goes_on_in_another_row():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="330" height="100" role="img" aria-label="it"/>'
    alone = ElementTree.fromstring(on_paper(drawing, ["A title that is longer than the drawing is wide, and so is broken", ""], [(f"name number {k}", "ink") for k in range(6)]))  # fmt: skip
    texts = [element for element in alone if element.tag.endswith("}text")]
    assert len({element.get("y") for element in texts}) > 4
    assert max(float(element.get("x")) for element in texts) < 330
    assert float(alone.get("height")) > 100 + 20 * 4 and alone.get("aria-label") == "it"
