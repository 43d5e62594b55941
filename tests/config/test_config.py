"""What is composed: defaults, groups, a user's own files; and what of it decides the results."""

from dataclasses import MISSING, fields
from pathlib import Path

import pytest
import yaml
from omegaconf import OmegaConf

from sim import compose, shelf
from sim.config import Settings, available_cores, request
from sim.errors import SettingError
from sim.schema import plain
from sim.stream.codes import MEASURE_NAMES
from sim.stream.log import Record


def asked(*overrides):
    return request(compose.single(list(overrides)))


def leaves(values, prefix=""):
    for name, value in values.items():
        yield from leaves(value, f"{prefix}{name}.") if isinstance(value, dict) else (prefix + name,)


@pytest.fixture(autouse=True)
def _own_directory(monkeypatch):
    monkeypatch.delenv("COVENANT_CONF", raising=False)


@pytest.fixture(scope="module")
def charters():
    return [compose.single([f"arrangement={option}"])["arrangement"] for option in shelf.options("arrangement")]


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("COVENANT_CONF", str(tmp_path))
    return tmp_path


def test_told_nothing_it_asks_how_the_league_answers_italy():
    got = asked()
    assert got.experiment.scenario.name == got.experiment.world.facts.name == "abyssinia_1935"
    assert got.experiment.charter.name == "league"
    assert got.experiment.aggression == "forced"
    assert (got.runs, got.study, got.record.level) == (1000, None, "events")
    assert got.workers == available_cores()


def test_the_defaults_of_the_file_are_those_of_the_schema():
    written = yaml.safe_load((shelf.SHIPPED / "config.yaml").read_text())
    declared = {f.name: plain(f.default) for f in fields(Settings) if f.default is not MISSING}
    assert {key: written[key] for key in declared} == declared


@pytest.mark.parametrize("group", ["behaviour", "record", "debug"])
def test_every_shipped_option_is_valid(group):
    for option in shelf.options(group):
        assert asked(f"{group}={option}").experiment.openings


@pytest.mark.parametrize("scenario", shelf.options("scenario"))
def test_every_scenario_can_be_put_to_every_arrangement(scenario, charters):
    composed = compose.single([f"scenario={scenario}"])
    for charter in charters:
        assert request(composed | {"arrangement": charter}).experiment.scenario.name == scenario


def test_every_shipped_file_bears_its_own_name():
    for group in ("scenario", "arrangement", "world", "behaviour", "record"):
        for path in (shelf.SHIPPED / group).glob("*.yaml"):
            assert shelf.read(path)["name"] == path.stem


def test_every_shipped_file_opens_with_what_it_is_and_the_command():
    for path in shelf.SHIPPED.rglob("*.yaml"):
        head = [line for line in path.read_text().splitlines()[:12] if line.startswith("#")]
        assert len(head) >= 2, path
        assert any("covenant" in line for line in head), path


def test_an_explicit_world_wins(tmp_path):
    path = tmp_path / "other.yaml"
    path.write_text(
        (shelf.SHIPPED / "world" / "abyssinia_1935.yaml").read_text().replace("name: abyssinia_1935", "name: other")
    )
    assert asked(f"world={path}").experiment.world.facts.name == "other"


def test_one_fact_of_the_world_can_be_changed():
    before, after = asked(), asked("world.states.ITA.capability=0.06")
    assert after.experiment.world.facts.states["ITA"].capability == 0.06
    assert after.experiment.world.facts.states["ETH"] == before.experiment.world.facts.states["ETH"]
    assert asked().experiment.world == before.experiment.world


def test_a_state_can_be_added_to_the_world():
    state = "{name: Atlantis, ccode: 999, capability: 0.01, latitude: 30, longitude: -40, ideal: [0.1, 0.2]}"
    assert "ATL" in asked(f"+world.states.ATL={state}").experiment.world.ids


@pytest.mark.parametrize("plus", ["", "+", "++"])
def test_a_lever_is_set_whether_or_not_a_file_lists_it(plus):
    assert asked(f"{plus}behaviour.war.forts=8").experiment.behaviour.war.forts == 8


def test_every_lever_of_behaviour_moves_something():
    """A coefficient that no step reads could be swept for ever."""
    room = Path(__file__).parents[2]
    sources = "\n".join(f.read_text(encoding="utf-8") for f in sorted((room / "sim").rglob("*.py")))
    names = {name.rpartition(".")[2] for name in leaves(plain(asked().experiment.behaviour))}
    unread = {name for name in names - set(MEASURE_NAMES) if f".{name}" not in sources}
    assert not unread


def test_how_it_is_run_does_not_decide_what_comes_out():
    before = asked().experiment.identity()
    after = asked(
        "runs=7", "workers=3", "shard_runs=9", "study=other", "record=full", "quiet=true"
    ).experiment.identity()
    assert after == before


@pytest.mark.parametrize(
    "change",
    [
        "seed=2",
        "horizon_days=100",
        "aggression=computed",
        "behaviour.a_norm=3",
        "arrangement=ideal",
        "scenario.stake=2",
    ],
)
def test_what_decides_the_results_is_in_the_identity(change):
    assert asked(change).experiment.identity() != asked().experiment.identity()


def test_a_record_is_a_level_and_the_positions_kept():
    assert asked("record=full", "record.positions=all").record == Record.at("full", "all")


def test_debug_is_laid_over_everything():
    got = asked("debug=smoke")
    assert (got.runs, got.workers, got.record.level) == (20, 1, "full")
    assert asked("debug=smoke", "runs=3").runs == 3


@pytest.mark.parametrize(("given", "name"), [("demo", "demo"), ("1935", "1935"), ("deep/er/demo", "deep/er/demo")])
def test_a_study_is_a_name_or_a_path(given, name):
    assert asked(f"study={given}").study == name


def test_a_scheduler_says_how_many_cores_there_are(monkeypatch):
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "7")
    assert asked().workers == 7


def test_a_file_of_ones_own_is_found_by_path_and_by_name(own):
    (own / "arrangement").mkdir()
    path = own / "arrangement" / "mine.yaml"
    path.write_text((shelf.SHIPPED / "arrangement" / "ideal.yaml").read_text().replace("name: ideal", "name: mine"))
    assert asked(f"arrangement={path}").experiment == asked("arrangement=mine").experiment
    assert "mine" in shelf.options("arrangement")


def test_a_file_of_ones_own_may_rest_on_a_shipped_one(own):
    (own / "arrangement").mkdir()
    text = "defaults: [league, _self_]\nname: league_without_veto\norgan: {rule: {veto: none}}\n"
    (own / "arrangement" / "league_without_veto.yaml").write_text(text)
    charter = asked("arrangement=league_without_veto").experiment.charter
    assert charter.organ.rule.veto == "none"
    assert charter.instruments == asked().experiment.charter.instruments


def test_a_sweep_is_every_combination_the_last_fastest():
    cells = [
        request(c.config) for c in compose.sweep(["arrangement=glob(*)", "behaviour.a_norm=range(1,4,2)", "runs=5"])
    ]
    got = [(c.experiment.charter.name, c.experiment.behaviour.a_norm, c.runs) for c in cells]
    assert got == [(a, n, 5) for a in shelf.options("arrangement") for n in (1.0, 3.0)]


def test_a_sweep_takes_files_of_ones_own(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text((shelf.SHIPPED / "arrangement" / "ideal.yaml").read_text().replace("name: ideal", "name: mine"))
    cells = [request(c.config) for c in compose.sweep([f"arrangement=league,{path}"])]
    assert [c.experiment.charter.name for c in cells] == ["league", "mine"]


def test_an_interval_is_no_list_of_values():
    with pytest.raises(SettingError, match="no list of values"):
        compose.sweep(["behaviour.a_norm=interval(0,4)"])


def test_yaml_means_what_it_means_to_hydra(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "{date: 1935-10-03, small: 1e-3, big: 1_000, list: [.5, -2., 3, -.inf], no: yes, time: 1:30, void: , text: e5}"
    )
    assert shelf.read(path) == OmegaConf.to_container(OmegaConf.load(path))
    assert shelf.read(path)["date"] == "1935-10-03"
