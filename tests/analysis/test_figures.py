"""The picture of a study: what it says, and that it can be written."""

import pytest

from sim.analysis import open_study
from sim.analysis.figures import COLOURS, draw, incidence, picture
from sim.errors import StudyError
from sim.stream.codes import Outcome, labels


@pytest.fixture
def study(make_study):
    crises = [{"run": r, "first_action_day": 10.0 * r, "objective_day": 45.0, "end_day": 90.0} for r in range(10)]
    title = {"scenario": {"name": "abyssinia_1935", "title": "Italy invades Ethiopia, 1935"}}
    make_study(
        "demo",
        {f"aaa{k}": {"crises": crises, "identity": title | {"arrangement": {"name": n}}} for k, n in enumerate("ab")},
    )
    return open_study("demo")


def test_every_outcome_has_a_colour_of_its_own():
    assert set(COLOURS) == set(labels(Outcome))
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_it_says_what_it_shows(study):
    chart = draw(study).to_dict()
    shares, race = chart["vconcat"]
    assert shares["description"].startswith("Shares of outcomes. a: fait accompli 100 %")
    assert "a, answered first: 50 %; a, objective fell first: 50 %" in race["description"]
    assert chart["title"]["text"] == "Italy invades Ethiopia, 1935"


def test_the_race_is_run_by_the_response_asked_for(study):
    """Nobody acts on time in half of the runs; the organ meets on day 2 in all."""
    at_the_end = {
        response: {row["cause"]: row["value"] for row in incidence(study.cells[0], "a", response) if row["last"]}
        for response in ("action", "meeting")
    }
    assert at_the_end["action"]["answered first"] == 0.5
    assert at_the_end["meeting"]["answered first"] == 1.0


def test_it_is_written_as_vector_and_raster(study, tmp_path, capsys):
    picture("demo", out=[tmp_path / "new" / "demo.svg", tmp_path / "demo.png"])
    assert (tmp_path / "new" / "demo.svg").read_text().startswith("<svg")
    assert (tmp_path / "demo.png").read_bytes().startswith(b"\x89PNG")


def test_another_format_is_refused(study, tmp_path):
    with pytest.raises(StudyError, match=r"must end in .svg or .png"):
        picture("demo", out=[tmp_path / "demo.gif"])
