"""Studies to report on, one of them full of names that would break a page that trusted them."""

import sys

import pytest
import yaml

from sim import cli, shelf
from sim.analysis.open import open_study

HOSTILE = "<script>document.title='taken'</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}&"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder to work in, for the tests of one file."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("desk")
        patch.setenv("COVENANT_OUTPUTS", str(folder / "outputs"))
        patch.chdir(folder)
        yield folder


def play(*words):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["covenant", *words])
        assert cli.run([*words, "workers=1", "-q"]) == 0


@pytest.fixture(scope="module")
def three(desk):
    """Three arms, every table kept."""
    play("-m", "arrangement=league,self_help,ideal", "runs=24", "record=full", "study=three")
    return open_study("three")


@pytest.fixture(scope="module")
def hostile(desk):
    """An arrangement, a scenario and a world whose names are markup; the default record."""
    for group, name in (("arrangement", "league"), ("scenario", "abyssinia_1935"), ("world", "abyssinia_1935")):
        text = dict(shelf.read(shelf.find(group, name)))
        text["name"] = text["title"] = HOSTILE
        if group == "world":
            del text["title"]
            states = {state: dict(facts) for state, facts in text["states"].items()}
            states["ITA"]["name"] = states["UKG"]["name"] = HOSTILE
            text["states"] = states
        (desk / f"{group}.yaml").write_text(yaml.safe_dump(text), encoding="utf-8")
    play("scenario=./scenario.yaml", "arrangement=./arrangement.yaml", "world=./world.yaml", "runs=12", "study=hostile")
    return open_study("hostile")
