"""A study opened by name: cells, tables, what varies, and mistakes in one line."""

import shutil

import polars as pl
import pytest

from sim.analysis import open_study
from sim.errors import StudyError


@pytest.fixture
def arms(make_study):
    def crises(n):
        return [{"run": r} for r in range(n)]

    def cell(arrangement, a_norm, n=3):
        named = {"name": arrangement, "credibility": 0.5 if arrangement == "league" else 0.0}
        return {
            "identity": {"arrangement": named, "behaviour": {"name": "default", "a_norm": a_norm}},
            "crises": crises(n),
        }

    make_study("arms", {"cccc": cell("league", 10.0), "bbbb": cell("league", 2.5), "aaaa": cell("self_help", 2.5)})
    return open_study("arms")


def test_lazy_frames_by_table_with_the_cell_as_a_column(arms):
    assert isinstance(arms.crises, pl.LazyFrame)
    got = arms.table("crises").group_by("cell").len().sort("cell").collect()
    assert got.get_column("len").to_list() == [3, 3, 3]
    assert arms.tables == ("cells", "states", "crises")
    assert arms.crises.collect_schema()["share_kept"] == pl.Float64


def test_cells_are_told_apart_by_what_varies(arms):
    assert list(arms.factors) == ["arrangement", "behaviour.a_norm"]
    assert list(arms.labels.values()) == ["league a_norm=2.5", "league a_norm=10", "self_help a_norm=2.5"]
    assert arms.cell("league a_norm=10").name == "cccc"
    assert arms.cell("aaaa").arrangement == "self_help"


def test_a_scenario_in_its_own_world_is_one_factor(make_study):
    def cell(name, world):
        return {
            "identity": {"scenario": {"name": name}, "world": {"name": world, "date": "1935-10-03"}},
            "crises": [{"run": 0}],
        }

    make_study("own", {"aaaa": cell("korea", "korea"), "bbbb": cell("suez", "suez")})
    assert list(open_study("own").factors) == ["scenario"]
    make_study("other", {"aaaa": cell("korea", "korea"), "bbbb": cell("korea", "suez")})
    assert list(open_study("other").factors) == ["world"]


def test_only_committed_shards_are_read(arms, tmp_path):
    folder = arms.cells[0].path / "crises"
    (folder / "part-00001.parquet").write_bytes((folder / "part-00000.parquet").read_bytes())
    assert open_study("arms").crises.select(pl.len()).collect().item() == 9


def test_mistakes_are_one_line(arms, tmp_path):
    with pytest.raises(StudyError, match=r"no study 'amrs' in .*; did you mean arms\?"):
        open_study("amrs")
    with pytest.raises(StudyError, match=r"no table 'crisis'; did you mean crises\?"):
        arms.table("crisis")
    with pytest.raises(StudyError, match="keeps cells, states, crises, not 'events'; record=events"):
        _ = arms.events
    with pytest.raises(StudyError, match=r"no cell 'leage a_norm=10'; did you mean league a_norm=10\?"):
        arms.cell("leage a_norm=10")
    (tmp_path / "outputs" / "begun" / "cells").mkdir(parents=True)
    with pytest.raises(StudyError, match="'begun' holds no finished runs yet"):
        open_study("begun")


def test_a_study_is_also_a_path(arms):
    assert open_study(arms.path).name == open_study(str(arms.path)).name == "arms"


def test_a_path_is_the_study_it_leads_to_and_is_told_as_one(arms, tmp_path, monkeypatch):
    """Not the one of that name among the outputs."""
    elsewhere = tmp_path / "elsewhere" / "arms"
    shutil.copytree(arms.path, elsewhere)
    monkeypatch.chdir(elsewhere.parent)
    monkeypatch.setenv("COVENANT_OUTPUTS", str(arms.path.parent))
    assert open_study("arms").path.resolve() == arms.path.resolve()
    assert open_study("arms").typed == "arms"
    found = open_study("./arms")
    assert found.path.resolve() == elsewhere
    assert found.typed == "./arms"
    assert open_study(found.typed).path == found.path


def test_one_run_reads_one_shard(arms):
    assert arms.of_run("crises", arms.cells[0], 2).get_column("run").to_list() == [2]
