"""Sweeps as a user meets them, in one process: what is estimated, refused, reused and reported."""

import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from sim import shelf
from sim.cli import run
from sim.guard import guarded

QUICK = ["workers=1", "record=summary", "scenario=great_on_small"]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COVENANT_CONF", "")
    monkeypatch.delenv("COVENANT_OUTPUTS", raising=False)
    return tmp_path


def parts(study: Path) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for p in study.rglob("*.parquet")}


def test_a_dry_run_says_what_it_takes_and_writes_nothing(desk, capsys, monkeypatch):
    monkeypatch.setattr("sim.study.estimate.PILOT_SECONDS", 300.0)
    asked = ["-m", "arrangement=league,self_help", *QUICK[1:], "runs=3000", "workers=2", "study=s"]
    assert run([*asked, "dry_run=true"]) == 0
    out = capsys.readouterr().out
    assert "s: 2 cells, 6,000 runs\n" in out
    assert re.search(r"pilot +20 runs of 2 cells: [\d.]+ ms a run \([\d.]+ to [\d.]+ between cells\)", out)
    assert re.search(r"time +about .* with 2 workers", out)
    assert re.search(r"disk +about [\d.]+ [kM]B in \d+ files; .* are free", out)
    assert not list(desk.iterdir())


def test_a_dry_run_leaves_out_what_is_on_disk_and_foretells_the_size(desk, capsys):
    asked = [*QUICK, "runs=200", "shard_runs=100", "study=s"]
    assert run([*asked, "dry_run=true"]) == 0
    foretold = re.search(r"about ([\d.]+) (k|M)B in (\d+) files", capsys.readouterr().out)
    assert run([*asked, "-q"]) == 0
    written = [p for p in (desk / "outputs/s/cells").rglob("*") if p.is_file()]
    size = sum(p.stat().st_size for p in written)
    assert float(foretold[1]) * {"k": 1e3, "M": 1e6}[foretold[2]] == pytest.approx(size, rel=0.5)
    assert int(foretold[3]) == len(written)
    before = parts(desk)
    capsys.readouterr()
    assert run([*asked, "dry_run=true", "runs=300"]) == 0
    assert "s: 1 cell, 300 runs, of which 200 are on disk" in capsys.readouterr().out
    assert parts(desk) == before


def test_every_scenario_of_the_shelf_before_two_arrangements(desk, capsys):
    code = run(["-m", "scenario=glob(*)", "arrangement=league,self_help", "runs=2", *QUICK[:2], "study=all", "-q"])
    assert code == 0
    cells = pl.scan_parquet(desk / "outputs/all/cells/*/cells/*.parquet").collect()
    assert sorted(cells["scenario"].unique()) == shelf.options("scenario")
    assert cells.height == 2 * len(shelf.options("scenario"))


def test_a_widened_sweep_reuses_what_it_has(desk):
    asked = [*QUICK, "runs=6", "study=wide", "-q"]
    assert run(["-m", "behaviour.a_norm=1,2", *asked]) == 0
    before = parts(desk)
    assert run(["-m", "behaviour.a_norm=range(1,4,1)", "arrangement=league,self_help", *asked]) == 0
    after = parts(desk)
    assert len(list((desk / "outputs/wide/cells").iterdir())) == 6
    assert {p: after[p] for p in before} == before


def test_a_range_of_fractions_has_the_cells_of_the_numbers_it_stands_for(desk, capsys):
    asked = [*QUICK, "runs=2", "study=s", "dry_run=true"]
    assert run(["-m", "behaviour.tau=range(0.1,0.4,0.1)", *asked]) == 0
    assert "s: 3 cells, 6 runs\n" in capsys.readouterr().out
    assert run(["-m", "behaviour.tau=range(0.1,0.4,0.1)", *asked[:-1]]) == 0
    capsys.readouterr()
    assert run(["-m", "behaviour.tau=0.1,0.2,0.3", *asked]) == 0
    assert "of which 6 are on disk" in capsys.readouterr().out


def test_a_flag_may_stand_among_the_overrides(desk, capsys):
    assert run(["arrangement=league,self_help", "-m", *QUICK, "runs=2", "study=s", "dry_run=true"]) == 0
    assert "s: 2 cells, 4 runs\n" in capsys.readouterr().out


def test_a_path_with_a_space_is_an_option_like_any_other(desk):
    (desk / "my files").mkdir()
    shipped = (shelf.SHIPPED / "arrangement/league.yaml").read_text(encoding="utf-8")
    (desk / "my files/own league.yaml").write_text(shipped.replace("name: league", "name: own"), encoding="utf-8")
    mine = "my files/own league.yaml"
    assert run(["-m", f"arrangement=./{mine},league", *QUICK, "runs=1", "study=s", "-q"]) == 0
    assert run(["-m", f'arrangement="./{mine}",league', *QUICK, "runs=1", "study=s", "-q"]) == 0
    assert len(list((desk / "outputs/s/cells").iterdir())) == 2


def test_each_study_of_a_sweep_may_have_settings_of_its_own(desk):
    assert run(["-m", "shard_runs=1,2", "study=s-${shard_runs}", *QUICK, "runs=2", "-q"]) == 0
    assert sorted(p.name for p in (desk / "outputs").iterdir()) == ["s-1", "s-2"]


def test_a_sweep_that_is_killed_keeps_its_design_and_the_names_of_its_arms(desk, monkeypatch):
    def killed(*_):
        raise SystemExit(137)

    monkeypatch.setattr("sim.study.study.Computation.run", killed)
    with pytest.raises(SystemExit):
        run(["-m", "experiment=veto", "workers=1", "record=summary", "study=arms"])
    assert len(list((desk / "outputs/arms/arms").iterdir())) == len(list((desk / "outputs/arms/cells").iterdir()))
    with pytest.raises(SystemExit):
        run(
            ["-m", "hydra/sweeper=morris", "hydra.sweeper.n=2", "behaviour.tau=interval(0.5,2)", *QUICK, "study=design"]
        )
    assert len(list((desk / "outputs/design/designs").iterdir())) == 1


def test_a_mistake_in_the_last_cell_names_it_before_the_first_has_begun(desk, capsys):
    assert guarded(lambda: run(["-m", "arrangement=self_help,league", "behaviour.a_norm=1,2,-1", "study=s"])) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "behaviour.a_norm=-1 is out of range" in line
    assert line.endswith("(in the cell arrangement=self_help behaviour.a_norm=-1)")
    assert not list(desk.iterdir())


def test_two_sweeps_begun_in_the_same_second_share_no_file(tmp_path):
    code = "import sys; sys.argv[0] = 'covenant'; from sim.cli import main; main()"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COVENANT_")}
    both = {
        study: subprocess.Popen(
            [sys.executable, "-c", code, "-m", "behaviour.a_norm=1,2", "runs=20", *QUICK, "-q", f"study={study}"],
            cwd=tmp_path,
            env=kept | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        for study in ("one", "two")
    }
    assert [process.wait(timeout=200) for process in both.values()] == [0, 0]
    assert [p.name for p in tmp_path.iterdir()] == ["outputs"]
    assert sorted(p.name for p in (tmp_path / "outputs").iterdir()) == ["one", "two"]
    inodes = [{p.stat().st_ino for p in (tmp_path / "outputs" / s).rglob("*") if p.is_file()} for s in both]
    assert inodes[0] and not inodes[0] & inodes[1]
    texts = [
        {
            p.relative_to(tmp_path / "outputs" / s): p.read_bytes()
            for p in (tmp_path / "outputs" / s / "cells").rglob("*.parquet")
        }
        for s in both
    ]
    assert texts[0] == texts[1]


def test_a_sweep_is_composed_once_for_each_choice_of_groups(desk, monkeypatch):
    from sim import compose

    asked, composed = [], compose.hydra_compose
    monkeypatch.setattr(compose, "hydra_compose", lambda *a, **more: (asked.append(a), composed(*a, **more))[1])
    cells = compose.sweep(
        ["arrangement=league,self_help", "behaviour.a_norm=range(0,50,1)", "world.states.ITA.capability=0.06"]
    )
    assert len(cells) == 100 and len(asked) == 2
    assert [c.config["behaviour"]["a_norm"] for c in cells] == 2 * list(range(50))
    assert all(c.config["world"]["states"]["ITA"]["capability"] == 0.06 for c in cells)


def test_a_cell_of_a_sweep_is_composed_as_it_is_alone(desk):
    from sim import compose

    asked = [
        "arrangement=self_help",
        "scenario=suez_1956",
        "behaviour.a_norm=2",
        "scenario.absent=[RUS]",
        "record=full",
    ]
    (cell,) = compose.sweep([*asked[:2], "behaviour.a_norm=2", *asked[3:]])
    assert cell.config == compose.single(asked)
