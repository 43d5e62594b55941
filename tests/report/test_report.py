"""The report: whole, self-contained, escaped, and saying what the tables say."""

import re
import sys
from html.parser import HTMLParser

import polars as pl
import pytest

from report.conftest import HOSTILE, play
from sim import cli, lab
from sim.analysis.intervals import Interval
from sim.analysis.open import open_study
from sim.analysis.report import theme
from sim.analysis.report.choice import based
from sim.analysis.report.course import LEAST_OPEN
from sim.analysis.report.page import Report, page
from sim.analysis.report.stories import surprising, typical
from sim.analysis.report.telling import findings, question
from sim.analysis.summary import summarise
from sim.errors import StudyError
from sim.study.aside import Aside

pytestmark = pytest.mark.slow
VOID = {"meta", "link", "br", "img", "input", "hr", "wbr"}


class Outline(HTMLParser):
    """Elements of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def of(self, *tags):
        return [attrs for tag, attrs in self.elements if tag in tags]


@pytest.fixture(scope="module")
def told(three):
    report = Report(three)
    return report, Outline(page(report))


def test_every_chart_is_a_valid_one(told):
    """Altair's own checks of every part and of the whole, which the page does without."""
    report, _ = told
    for figure in [*report.figures(), *(story.strip for story in report.stories())]:
        for panel in figure.panels:
            for width in (theme.NARROW, theme.WIDE) if panel.grows else (theme.NARROW,):
                panel.draw(width).to_dict(validate=True)


def test_it_has_every_part(told):
    report, outline = told
    names = ["outcomes", "widths", "race", "differences", "joining", "burden", "power", "pressure", "influence", "map"]
    assert [figure.name for figure in report.figures()] == names
    assert [story.kind for story in report.stories()] == ["typical", "surprising"]
    text = " ".join(outline.text)
    for part in ("In short", "The arms", "Limits", "Do it again", "behaviour=ensemble", "63 states", "3 October 1935"):
        assert part in text
    assert "covenant -m arrangement=league,self_help,ideal runs=24" in text


def test_it_asks_for_nothing_else(told):
    _, outline = told
    for tag, attributes in outline.elements:
        for key in ("src", "href", "xlink:href", "data", "action", "srcset"):
            value = attributes.get(key, "#")
            assert value.startswith("#") or value == "data:,", (tag, key, value)
        assert not [key for key in attributes if key.startswith("on")]
    assert len(outline.of("script")) == 1
    assert "url(" not in re.sub(r"url\(#[\w-]+\)", "", " ".join(outline.text))
    policy = next(a["content"] for a in outline.of("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_every_chart_has_a_text_and_a_table(told):
    report, outline = told
    drawings = outline.of("svg")
    assert len(drawings) > 20
    assert all(a["role"] == "img" and len(a["aria-label"]) > 20 for a in drawings)
    assert all(figure.tables for figure in report.figures() if figure.name != "widths")
    tips = [a["data-tip"] for _, a in outline.elements if "data-tip" in a]
    assert len(tips) > 300 and all(tip.strip() and "undefined" not in tip and "NaN" not in tip for tip in tips)
    ids = [a["id"] for _, a in outline.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in outline.of("a")} <= set(ids)
    assert all(a.get("scope") for a in outline.of("th"))


NOBODY = Interval(0.0, 0.0, 0.3)


def arm(label, aggressors, runs=10, crises=10, kept=None, attempted=1.0):
    race = {"answered": [Interval(0.5, 0.4, 0.6) if attempted else Interval(*[float("nan")] * 3)]}
    ending = {"fait_accompli" if attempted else "deterred": Interval(1.0, 0.7, 1.0)}
    return {
        "label": label, "aggressors": aggressors, "runs": runs, "crises": crises, "gain": {"kept": kept} if kept else {},
        "attempted": Interval(attempted, 0.0, 1.0), "race": race, "outcome": ending,
    }  # fmt: skip


def test_findings_name_an_aggressor_only_where_there_is_one():
    names = {"UKG": "United Kingdom", "ITA": "Italy"}
    alone = findings([arm("a", ["UKG"])], names, [])
    assert alone[0].startswith("The United Kingdom keeps half of its objective or more in 0.0 % (0.0 to 27.8)")
    two = findings([arm("a", ["UKG", "ITA"], crises=20)], names, [])
    assert two[0].startswith("Of all crises, the aggressor keeps half")
    assert not any("United Kingdom" in said for said in two)


def test_findings_of_an_arm_that_deters_all_know_no_race():
    said = findings([arm("a", ["ITA"]), arm("b", ["ITA"], attempted=0.0)], {"ITA": "Italy"}, [("b", NOBODY)])
    assert not any("nan" in one for one in said)
    assert any("in 50.0 % (40.0 to 60.0) under a; none under b" in one for one in said)
    assert any(
        "set against a, it is neither clearly more nor fewer under b (+0.0 points, 0.0 to 30.0)" in one for one in said
    )


def test_a_second_crisis_is_told_in_the_question_and_has_its_sides_on_the_map(desk):
    also = "scenario.also=[{day:50,aggressors:[S004],targets:[S025],entry:attack}]"
    play("scenario=great_on_small", also, "runs=4", "study=also")
    report = Report(open_study("also"))
    assert "In the same history, from day 50: State 4 against State 25, an open attack." in question(report.study, report.names)  # fmt: skip
    figures = {figure.name: figure for figure in report.figures()}
    roles = {row[0]: row[1] for row in figures["map"].tables[0].rows}
    assert roles["State 4"] == roles["State 3"] == "aggressor's side"
    assert roles["State 25"] == "target's side"
    assert "power" not in figures, "an empty axis"


def test_it_says_what_the_tables_say(told, three):
    _, outline = told
    text = " ".join(outline.text).replace("\u00a0", " ")
    for cell in summarise(three)["cells"]:
        kept = cell["gain"]["kept"]
        assert f"{100 * kept.value:.1f} % ({100 * kept.low:.1f} to {100 * kept.high:.1f})" in text


def test_power_starts_where_the_war_does_and_follows_those_still_open(told):
    report, _ = told
    tables = {figure.name: figure.tables for figure in report.figures()}
    for label, sample in report.samples:
        first = next(t for t in tables["power"] if t.heads[0] == f"{label}, aggressor's side: day").rows[0]
        crises = sample.tables["crises"].filter("attempted")
        assert first[0] == "0" and int(first[1]) == crises.height >= LEAST_OPEN
        assert float(first[2]) == pytest.approx(100 * crises["aggressor_power"].median(), rel=0.01)


def domains(chart, way):
    """The domains written down for an axis, in a chart and in the layers below it."""
    scale = chart.get("encoding", {}).get(way, {}).get("scale") or {}
    if "domain" in scale:
        yield scale["domain"]
    for layer in chart.get("layer", ()):
        yield from domains(layer, way)


@pytest.mark.parametrize("name", ["burden", "influence", "power", "pressure"])
def test_arms_that_are_read_against_each_other_share_an_axis(told, name):
    report, _ = told
    figure = next(figure for figure in report.figures() if figure.name == name)
    way = "x" if name in ("burden", "influence") else "y"
    axes = [next(domains(panel.draw(theme.NARROW).to_dict(), way)) for panel in figure.panels]
    assert axes[0][1] > 0 and all(axis == axes[0] for axis in axes)


def test_what_another_process_plays_makes_the_same_page(told, three):
    with Aside(1) as aside:
        assert page(Report(three, aside=aside)) == page(told[0])


def test_under_unanimity_a_vote_carried_turns_on_every_member(told):
    report, _ = told
    table = next(figure for figure in report.figures() if figure.name == "influence").tables[0]
    decided = {row[0]: float(row[3].removesuffix(" %")) for row in table.rows}
    adopted = report.samples[0][1].tables["drafts"].filter(pl.col("body") == 0)["adopted"].mean()
    assert min(share for state, share in decided.items() if state != "Italy") >= 100 * adopted - 0.1


def test_what_is_typical_is_common_and_what_is_surprising_is_rare(three):
    crises = three.crises.filter(pl.col("cell") == three.cells[0].name).collect()
    counts = dict(crises.group_by(pl.col("outcome").cast(pl.String)).len().iter_rows())
    ends = {run: crises.filter(pl.col("run") == run)["outcome"].cast(pl.String)[0] for run in range(24)}
    assert counts[ends[typical(crises)[0]]] == max(counts.values())
    assert counts[ends[surprising(crises)[0]]] == min(counts.values())


def test_names_from_files_are_text(hostile):
    text = page(Report(hostile))
    outline = Outline(text)
    assert len(outline.of("script")) == 1 and not outline.of("img") and "49&amp;" not in text
    assert HOSTILE in "".join(outline.text)
    assert any(HOSTILE in a.get("data-tip", "") for _, a in outline.elements)
    assert any(HOSTILE in a.get("aria-label", "") for a in outline.of("svg"))


def test_what_was_not_kept_is_played_again(desk):
    play(
        "scenario=two_blocs", "arrangement=self_help", "aggression=computed", "runs=20", "record=summary", "study=bare"
    )
    report = Report(open_study("bare"))
    names = {figure.name for figure in report.figures()}
    assert {"outcomes", "race", "power", "map"} <= names and "differences" not in names
    text = " ".join(Outline(page(report)).text)
    assert "Who joined is not known at record=summary" in text and "weighs the response it expects" in text


def test_an_ensemble_carries_both_widths(desk):
    play("behaviour=ensemble", "runs=128", "record=summary", "study=ensemble")
    report = Report(open_study("ensemble"))
    text = " ".join(Outline(page(report)).text)
    assert "broad band holds 95 % of the sets" in text and "64 sets drawn about their defaults" in text
    kept = report.cells[0]["widths"]["gain"]["kept"].coefficients
    assert f"coefficients {100 * kept.low:.1f} to {100 * kept.high:.1f}" in text


def test_other_code_is_said_and_not_played(three, monkeypatch):
    monkeypatch.setattr("sim.study.cell.code_hash", lambda: "other")
    report = Report(three)
    assert report.samples == [] and "other code" in report.missing()[0]
    assert "Power of both sides" not in page(report)


def test_a_fork_says_what_it_is_a_fork_of(three, capsys):
    assert lab.run(["fork", "three", "--cell", "league", "--run", "2", "--at", "9", "--set", "behaviour.mechanisms.diplomacy=false",
                    "--futures", "12", "--workers", "1", "--study", "otherwise"]) == 0  # fmt: skip
    text = " ".join(Outline(page(Report(open_study("otherwise")))).text)
    assert "futures of one run, number 2 of another study: the same up to event 9" in text


def test_as_a_command(three, desk, capsys):
    assert lab.run(["report", "three", "--cell", "league", "--charts", "figures"]) == 0
    written = capsys.readouterr().out.split()
    assert written[0].endswith("three/report.html")
    drawings = sorted((desk / "figures").glob("*.svg"))
    assert len(drawings) >= 8 and all("var(--" not in p.read_text() for p in drawings)
    assert all(p.with_suffix(".png").read_bytes().startswith(b"\x89PNG") for p in drawings)
    assert lab.run(["verify", "three"]) == 0
    with pytest.raises(StudyError, match=r"must end in \.html"):
        lab.run(["report", "three", "-o", "three.pdf"])
    with pytest.raises(StudyError, match="did you mean league"):
        lab.run(["report", "three", "--against", "leage"])


def test_the_arm_compared_with_comes_first(three):
    assert based(three).cells[0].arrangement == "league"
    assert based(three, "self_help").cells[0].arrangement == "self_help"


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_colours_are_told_apart_from_the_paper(palette):
    """WCAG 2.2, 1.4.3 and 1.4.11: 4.5 for text, 3 for what a chart is read by."""
    assert theme.LIGHT.keys() == theme.DARK.keys()
    for name, value in palette.items():
        if name in ("ink", "muted", "accent"):
            assert contrast(value, palette["paper"]) >= 4.5, name
        elif name.startswith("on_"):
            assert contrast(value, palette[name.removeprefix("on_")]) >= 4.5, name
        elif name not in ("paper", "grid", "backed_down", "compromise"):
            assert contrast(value, palette["paper"]) >= 3.0, name


def broken(monkeypatch, *words):
    """Play a study in which every run of the League fails."""
    from sim.run import run
    from sim.study import shard

    def failing(experiment, number, *rest):
        if experiment.charter.name == "league":
            raise ValueError("on purpose")
        return run(experiment, number, *rest)

    monkeypatch.setattr(shard, "own_run", lambda: failing)
    monkeypatch.setattr(sys, "argv", ["covenant", *words])
    cli.run([*words, "runs=3", "workers=1", "-q"])


def test_a_cell_in_which_every_run_failed_is_left_out_and_said_so(desk, monkeypatch):
    """Its shares were nan, and the page millions of pixels long."""
    broken(monkeypatch, "-m", "scenario=goa_1961", "arrangement=league,self_help", "study=half")
    report = Report(open_study("half"))
    assert [cell.arrangement for cell in report.study.cells] == ["self_help"]
    text = page(report)
    assert "Left out, for no run of it finished: league." in text and "(nan" not in text
    broken(monkeypatch, "scenario=goa_1961", "arrangement=league", "study=none")
    with pytest.raises(StudyError, match="study 'none' has no finished run to report on: 3 failed"):
        Report(open_study("none"))


def test_a_study_that_was_interrupted_says_so(desk, monkeypatch):
    play("scenario=goa_1961", "runs=4", "study=cut")
    study = open_study("cut")
    assert not any("unfinished" in said for said in Report(study).missing())
    monkeypatch.setattr("sim.analysis.report.page.asked", lambda path: {study.cells[0].name: 4000})
    assert "The study is unfinished: 4 of 4,000 runs asked of these arms are done." in Report(study).missing()
