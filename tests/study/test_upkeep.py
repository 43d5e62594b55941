"""Verify names what is wrong, salvage reads what is left, collect and archive keep every row, rerun repeats a run."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from sim.analysis import open_study
from sim.config import Stop
from sim.errors import StudyError
from sim.stream import durable, store
from sim.stream.events import TABLES
from sim.study import shard, upkeep
from sim.study.archive import archive
from sim.study.audit import audit
from sim.study.cell import cell_id, experiment_of
from sim.study.collect import collect
from sim.study.launch import launched
from sim.study.rerun import rerun
from sim.study.salvage import salvage
from sim.study.study import conduct
from sim.study.watch import Watch
from study import toy
from study.test_study import FULL, conducted, files, rows, same_rows


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "s"
    conducted(path, seeds=(1, 2))
    return path


@pytest.fixture
def study(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "s"))


def wrong(study: Path) -> list[str]:
    return [finding.text for finding in audit(study) if finding.level == "wrong"]


def a_part(study: Path, table: str = "events", shard: int = 1) -> Path:
    return study / "cells" / cell_id(toy.experiment()) / table / f"part-{shard:05d}.parquet"


def flip(path: Path) -> None:
    """Alter one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_whole_study_has_nothing_wrong(whole, capsys):
    assert list(audit(whole)) == []
    assert upkeep.verify(str(whole)) == 0
    assert "8 shards, 70 runs" in capsys.readouterr().out


def test_verify_names_a_part_that_was_altered(study, capsys):
    part = a_part(study)
    flip(part)
    assert wrong(study) == [f"{part} was altered; remove it and run the study's command"]
    assert upkeep.verify(str(study)) == 1


def test_verify_names_what_is_missing_cut_or_foreign(study):
    cut, missing, foreign = (
        a_part(study),
        a_part(study, "runs", 2),
        a_part(study, "crises", 3).with_name("notes.parquet"),
    )
    cut.write_bytes(cut.read_bytes()[:-7])
    missing.unlink()
    foreign.write_bytes(b"x")
    found = wrong(study)
    assert len(found) == 3
    assert any(text.startswith(f"{cut} has ") for text in found)
    assert any(text.startswith(f"{missing} is missing") for text in found)
    assert f"{foreign} is not part of this study" in found


def test_verify_names_a_part_of_another_cell(study):
    other = study / "cells" / cell_id(toy.experiment(2)) / "events" / "part-00001.parquet"
    shutil.copy(other, a_part(study))
    assert [text.split(" ", 1)[0] for text in wrong(study)] == [str(a_part(study))]


def test_verify_names_a_damaged_entry_and_parts_in_no_manifest(study):
    entry = next(study.glob(f"cells/{cell_id(toy.experiment())}/manifest/00001.json"))
    entry.write_text(entry.read_text()[:-20])
    found = wrong(study)
    assert f"{entry} is damaged; the study's command computes the shard again" in found
    assert sum("is in no manifest" in text for text in found) == len(TABLES)


@pytest.mark.parametrize("table", ["cells", "states"])
def test_verify_names_an_altered_description_in_tables_and_the_command_writes_it_anew(study, whole, table):
    part = a_part(study, table, 0)
    flip(part)
    assert wrong(study) == [f"{part} is missing or damaged; the study's command writes it anew"]
    with pytest.raises(StudyError, match="is missing or damaged"):
        collect(study, study.parent / "out")
    conducted(study, seeds=(1, 2))
    assert wrong(study) == []
    assert files(study) == files(whole)


def test_verify_names_a_damaged_world_and_the_command_writes_it_anew(study):
    (world,) = (study / "worlds").iterdir()
    before = world.read_bytes()
    for damage in (flip, Path.unlink):
        damage(world)
        assert wrong(study) == [f"{world} is missing or damaged; the study's command writes it anew"]
        conducted(study, seeds=(1, 2))
        assert world.read_bytes() == before


@pytest.mark.parametrize("damage", [Path.unlink, lambda part: part.write_bytes(b"PAR1")])
def test_a_reader_names_a_part_that_is_missing_or_cut(study, damage):
    part = a_part(study, "crises", 1)
    damage(part)
    for read in (
        lambda: collect(study, study.parent / "out"),
        lambda: rerun(study, 12, cell_id(toy.experiment()), toy.run),
        lambda: open_study(study).crises,
        lambda: open_study(study).of_run("crises", open_study(study).cell(cell_id(toy.experiment())), 12),
    ):
        with pytest.raises(StudyError, match=f"^{part} .*; covenant-lab verify {study} says what to do$"):
            read()


def test_a_copy_that_cannot_be_written_is_told_in_one_line(study):
    (study.parent / "file").touch()
    for write in (collect, archive):
        with pytest.raises(StudyError, match=r"^cannot write .*: Not a directory$"):
            write(study, study.parent / "file" / "out")


def test_verify_names_a_damaged_description(study):
    path = a_part(study).parents[1] / "cell.json"
    path.write_text(path.read_text().replace('"shard_runs": 10', '"shard_runs": 20'))
    assert wrong(study) == [f"{path} is missing or damaged; restore it, or remove the directory {path.parent}"]


def test_a_study_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(StudyError, match="holds no study"):
        upkeep.verify(str(tmp_path / "nowhere"))


def test_an_experiment_is_rebuilt_from_its_study(whole):
    for seed in (1, 2):
        cell = store.open_cell(whole / "cells" / cell_id(toy.experiment(seed)))
        again = experiment_of(whole, cell)
        assert again.identity() == toy.experiment(seed).identity()
        assert again.world.ids == toy.experiment(seed).world.ids


def test_rerun_gives_the_rows_on_disk(whole):
    again = rerun(whole, 17, cell_id(toy.experiment(2))[:6], toy.run)
    assert (again.same, again.same_code, again.seed, again.traceback) == (True, True, 2, "")
    assert again.tables["events"].num_rows == toy.N_EVENTS
    assert rerun(whole, 99, cell_id(toy.experiment()), toy.run).same is None
    other = rerun(whole, 17, cell_id(toy.experiment()), lambda experiment, n, log: toy.run(experiment, n + 1, log))
    assert other.same is False


def test_rerun_repeats_a_failure_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_FAILS", "3")
    conducted(tmp_path / "s")
    again = rerun(tmp_path / "s", 3, function=toy.run)
    assert again.same is True
    assert again.traceback.endswith("ValueError: run 3 is meant to fail\n")
    monkeypatch.delenv("TOY_FAILS")
    assert rerun(tmp_path / "s", 3, function=toy.run).same is False


def test_several_cells_need_a_name(whole):
    with pytest.raises(StudyError, match="has 2 cells; name one with --cell"):
        rerun(whole, 0)
    with pytest.raises(StudyError, match="has no cell 'zz'"):
        rerun(whole, 0, "zz")


def test_collect_keeps_every_row_and_prunes(whole, tmp_path):
    told = collect(whole, tmp_path / "c")
    assert told["rows"] == sum(len(frame) for frame in rows(whole).values())
    crises = pl.scan_parquet(tmp_path / "c" / "crises" / "**" / "*.parquet", hive_partitioning=True)
    assert crises.filter(pl.col("arrangement") == "none").select(pl.len()).collect().item() == 70
    back = crises.drop("scenario", "arrangement").collect().with_columns(pl.selectors.categorical().cast(pl.String))
    assert back.sort("cell", "run").equals(rows(whole)["crises"].sort("cell", "run"))
    statistics = pq.read_metadata(next((tmp_path / "c").glob("events/**/*.parquet"))).row_group(0)
    assert all(statistics.column(i).statistics.has_min_max for i in range(2))
    with pytest.raises(StudyError, match="exists"):
        collect(whole, tmp_path / "c")


def test_readers_pass_over_files_and_row_groups_of_what_was_collected(tmp_path, monkeypatch):
    """Asked for one scenario and few runs, DuckDB and polars say themselves what they do not read."""
    monkeypatch.setattr("sim.study.collect.GROUP_ROWS", 400)
    conduct([(toy.experiment(1, name), 50) for name in ("toy", "other")], tmp_path / "s", FULL, 1, 25, run=toy.run)
    collect(tmp_path / "s", tmp_path / "c")
    glob = f"{tmp_path}/c/events/**/*.parquet"
    plan = pl.scan_parquet(glob, hive_partitioning=True).filter(scenario="toy", run=3).explain()
    assert "scenario=toy" in plan
    assert "scenario=other" not in plan
    asked = f"FROM read_parquet('{glob}', hive_partitioning = true) WHERE scenario = 'toy' AND run < 10"
    told = duckdb.sql(f"EXPLAIN ANALYZE SELECT count(*) {asked}").fetchall()[0][1]
    assert "Scanning Files: 1/2" in told
    scanned, groups = map(int, re.search(r"Row Groups Scanned: (\d+) / (\d+)", told).groups())
    assert scanned == 1
    assert groups >= 5
    assert duckdb.sql(f"SELECT count(*) {asked}").fetchall() == [(10 * toy.N_EVENTS,)]


def test_collect_closes_files_at_their_size(whole, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.study.collect.GROUP_ROWS", 100)
    told = collect(whole, tmp_path / "c", 0.003)
    events = sorted((tmp_path / "c").glob("events/**/*.parquet"))
    assert len(events) > 3
    assert told["files"] > len(events)
    assert sum(pq.read_metadata(p).num_rows for p in events) == 70 * toy.N_EVENTS


def test_an_archive_is_whole_checks_itself_and_is_the_same_twice(whole, tmp_path):
    size = archive(whole, tmp_path / "a.zip")
    archive(whole, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert size == (tmp_path / "a.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
    assert files(tmp_path / "unpacked") == files(whole)
    check = subprocess.run(["sha256sum", "-c", "--quiet", "MANIFEST.sha256"], cwd=tmp_path / "unpacked", check=False)
    assert check.returncode == 0
    assert {"README.md", "CODEBOOK.md"} <= {p.name for p in (tmp_path / "unpacked").iterdir()}
    assert list(audit(tmp_path / "unpacked")) == []
    assert rerun(tmp_path / "unpacked", 5, cell_id(toy.experiment()), toy.run).same is True


def test_a_study_that_is_not_whole_is_not_archived(study, tmp_path):
    a_part(study).unlink()
    with pytest.raises(StudyError, match="is not whole"):
        archive(study, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def killed_midway(study: Path, shard_runs: int = 400) -> None:
    """Start a study whose batches are written at once and kill it with SIGKILL in its first shard."""
    code = (
        "import sys; from sim.study import shard; shard.BATCH_ROWS = 200; shard.PROGRESS_SECONDS = 0.05\n"
        "from study import toy; sys.exit(toy.main())"
    )
    command = [sys.executable, "-c", code, str(study), "--runs", "400", "--shard-runs", str(shard_runs)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["tests", "."]), "TOY_SECONDS": "0.01"}
    process = subprocess.Popen(command, env=environment)
    for _ in range(600):
        told = [json.loads(p.read_text())["runs"] for p in study.glob("cells/*/running/shard-*/progress.json")]
        written = sum(f.stat().st_size for f in study.glob("cells/*/running/shard-*/events.arrows"))
        if written > 40_000 and sum(told):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_run_is_said_to_be_over_when_all_else_of_it_is_written(tmp_path, monkeypatch):
    told, hand_over = [], shard.hand_over
    monkeypatch.setattr(
        shard, "hand_over", lambda sinks, table, *more: (told.append(table), hand_over(sinks, table, *more))
    )
    conducted(tmp_path / "s", runs=5)
    assert len(told) > 1 and told[-1] == "runs", "or a kill in between leaves a run that only looks whole"


def test_salvage_reads_the_whole_runs_of_a_killed_shard(tmp_path):
    killed_midway(tmp_path / "s")
    watched = Watch(tmp_path / "s")
    seen = watched.snapshot()
    assert (seen.asked, seen.workers) == (400, 0)
    assert 0 < seen.tally.runs < 400
    assert len(watched.events(7)) == 7
    saved = list(salvage(tmp_path / "s"))
    assert len(saved) == 1
    conducted(tmp_path / "whole", runs=400, shard_runs=400)
    expected = rows(tmp_path / "whole")
    plain = pl.selectors.categorical().cast(pl.String)
    for table in ("runs", "crises", "events", "positions"):
        got = pl.read_parquet(tmp_path / "s" / "salvaged" / "*" / table / "*.parquet").with_columns(plain)
        assert got.equals(expected[table].filter(pl.col("run") < saved[0].runs))
    notes = [finding.text for finding in audit(tmp_path / "s")]
    assert any("1 shards were interrupted" in text for text in notes)
    conducted(tmp_path / "s", runs=400, shard_runs=400)
    assert files(tmp_path / "s") == files(tmp_path / "whole")
    assert list(salvage(tmp_path / "s")) == []


def test_watch_ends_where_a_cell_stopped_and_not_before(tmp_path):
    stop = Stop(half_width=0.3, on="gain:kept", max_runs=80)
    done = conduct([(toy.experiment(), 1000)], tmp_path / "s", FULL, shard_runs=10, run=toy.run, stop=stop)
    shots = Watch(tmp_path / "s").follow(0.01)
    assert next(shots).asked == done.runs < 1000
    assert list(shots) == []
    (launch,) = (tmp_path / "s/launches").iterdir()
    told = durable.read_signed(launch)
    launch.write_text(durable.sign(told | {"stopped": None}))
    assert not next(iter(Watch(tmp_path / "s").follow(0.01))).cells[0].done, "killed before it had stopped"


def test_watch_waits_for_cells_that_a_launcher_has_not_begun(whole, study):
    with launched(study, {cell_id(toy.experiment(3)): 50}, 1, launcher="slurm"):
        seen = Watch(study).snapshot()
    assert (seen.to_begin, seen.asked, seen.runs) == (50, 120, 70)


def test_watch_follows_to_the_end(whole):
    shots = list(Watch(whole).follow(0.01))
    assert len(shots) == 1
    assert (shots[0].runs, shots[0].asked) == (70, 70)
    assert shots[0].tally.crises == sum(shots[0].tally.outcomes) == 70


def test_same_rows_sees_a_difference(whole, tmp_path):
    conducted(tmp_path / "s", seeds=(1, 3))
    assert not same_rows(whole, tmp_path / "s")
