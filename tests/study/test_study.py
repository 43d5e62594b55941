"""A study: shards, workers, resume, extension, refusals."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import polars as pl
import pytest

from sim.errors import StudyError
from sim.stream import durable, store
from sim.stream.log import Record
from sim.study import cell, progress, shard
from sim.study.study import conduct
from study import toy

FULL = Record.at("full")


def conducted(
    path: Path, runs: int = 35, shard_runs: int = 10, workers: int = 1, record: Record = FULL, seeds=(1,), run=toy.run
):
    return conduct([(toy.experiment(seed), runs) for seed in seeds], path, record, workers, shard_runs, run=run)


def files(study: Path) -> dict[str, str]:
    """Content hash of every file of the cells, by path within the study."""
    found = sorted(p for p in (study / "cells").rglob("*") if p.is_file())
    return {p.relative_to(study).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def rows(study: Path) -> dict[str, pl.DataFrame]:
    tables = sorted({p.parent.name for p in (study / "cells").glob("*/*/*.parquet")})
    plain = pl.selectors.categorical().cast(pl.String)
    return {t: pl.read_parquet(sorted((study / "cells").glob(f"*/{t}/*.parquet"))).with_columns(plain) for t in tables}


def same_rows(one: Path, other: Path) -> bool:
    a, b = rows(one), rows(other)
    return a.keys() == b.keys() and all(a[t].equals(b[t]) for t in a)


def test_one_worker_and_two_write_identical_files(tmp_path):
    one = conducted(tmp_path / "one", seeds=(1, 2))
    two = conducted(tmp_path / "two", seeds=(1, 2), workers=2)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert one.runs == two.runs == 70
    assert one.cells[0].tally == two.cells[0].tally
    assert sum(one.cells[0].tally.outcomes) == one.cells[0].tally.crises == 35


def test_rows_do_not_depend_on_shard_size(tmp_path):
    conducted(tmp_path / "ten", shard_runs=10)
    conducted(tmp_path / "four", shard_runs=4)
    assert same_rows(tmp_path / "ten", tmp_path / "four")


def test_rows_of_a_shard_do_not_depend_on_how_the_log_was_drained(tmp_path, monkeypatch):
    conducted(tmp_path / "whole")
    monkeypatch.setattr(shard, "BATCH_ROWS", 1)
    conducted(tmp_path / "drained")
    assert files(tmp_path / "whole") == files(tmp_path / "drained")


def test_the_same_command_twice_computes_nothing(tmp_path):
    conducted(tmp_path / "s")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "s").rglob("*")}
    again = conducted(tmp_path / "s")
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "s").rglob("*")} == before
    assert (again.runs, again.cells[0].kept, again.simulated_seconds) == (35, 35, 0.0)


def test_extending_equals_computing_at_once_and_replaces_only_the_tail(tmp_path):
    conducted(tmp_path / "grown", runs=25)
    first = files(tmp_path / "grown")
    conducted(tmp_path / "grown", runs=45)
    conducted(tmp_path / "whole", runs=45)
    grown, whole = files(tmp_path / "grown"), files(tmp_path / "whole")
    assert same_rows(tmp_path / "grown", tmp_path / "whole")
    assert {k for k in first if grown[k] != first[k]} == {k for k in first if "00002." in k}
    assert {k for k in whole if grown[k] != whole[k]} == {next(k for k in whole if k.endswith("manifest/00002.json"))}
    found = store.cells(tmp_path / "grown")[0]
    assert [e.generation for e in found.entries()] == [1, 1, 2, 1, 1]


def test_fewer_runs_than_committed_leave_the_study_as_it_is(tmp_path):
    conducted(tmp_path / "s", runs=25)
    before = files(tmp_path / "s")
    assert conducted(tmp_path / "s", runs=12).runs == 25
    assert files(tmp_path / "s") == before


def test_a_widened_sweep_reuses_cells(tmp_path):
    conducted(tmp_path / "s", seeds=(1,))
    result = conducted(tmp_path / "s", seeds=(1, 2))
    assert [c.kept for c in result.cells] == [35, 0]


def test_a_cell_keeps_its_shard_size(tmp_path):
    conducted(tmp_path / "s", runs=20, shard_runs=10)
    conducted(tmp_path / "s", runs=40, shard_runs=7)
    assert [e.shard.stop for e in store.cells(tmp_path / "s")[0].entries()] == [10, 20, 30, 40]


def test_other_code_is_refused_in_one_line(tmp_path, monkeypatch):
    conducted(tmp_path / "s", runs=5)
    before = files(tmp_path / "s")
    monkeypatch.setattr(cell, "code_hash", lambda: "f" * 64)
    with pytest.raises(
        StudyError, match=r"computed by other code \(.{8}, now ffffffff\); take a new study="
    ) as refusal:
        conducted(tmp_path / "s", runs=50)
    assert "\n" not in str(refusal.value)
    assert files(tmp_path / "s") == before


def test_other_schema_is_refused(tmp_path):
    conducted(tmp_path / "s", runs=5)
    path = next((tmp_path / "s").glob("cells/*/cell.json"))
    told = durable.read_signed(path)
    told["footer"]["schema_version"] = 999
    path.write_text(durable.sign(told))
    with pytest.raises(StudyError, match="schema 999"):
        conducted(tmp_path / "s", runs=50)


def test_asking_for_more_than_a_cell_keeps_names_a_new_study(tmp_path):
    conducted(tmp_path / "s", runs=5, record=Record.at("summary"))
    with pytest.raises(StudyError, match="study=s-full"):
        conducted(tmp_path / "s", runs=5)
    assert conducted(tmp_path / "s", runs=15, record=Record.at("summary")).runs == 15


def test_asking_for_less_keeps_the_record_it_began_with(tmp_path):
    conducted(tmp_path / "s", runs=5)
    conducted(tmp_path / "s", runs=15, record=Record.at("summary"))
    assert rows(tmp_path / "s")["events"]["run"].n_unique() == 15


def test_all_cells_are_checked_before_the_first_run(tmp_path):
    conducted(tmp_path / "s", runs=5, seeds=(2,), record=Record.at("summary"))
    before = files(tmp_path / "s")
    with pytest.raises(StudyError):
        conducted(tmp_path / "s", runs=5, seeds=(1, 2))
    assert not any("part" in name and "seed" in name for name in files(tmp_path / "s").keys() - before.keys())
    assert not [name for name in files(tmp_path / "s").keys() - before.keys() if "/runs/" in name]


def test_a_foreign_file_is_never_overwritten(tmp_path):
    conducted(tmp_path / "s", runs=10)
    conducted(tmp_path / "other", runs=20, seeds=(7,))
    foreign = next((tmp_path / "other").glob("cells/*/crises/part-00001.parquet"))
    place = next((tmp_path / "s").glob("cells/*/crises")) / "part-00001.parquet"
    place.write_bytes(foreign.read_bytes())
    with pytest.raises(StudyError, match=r"part-00001.parquet is no part of cell"):
        conducted(tmp_path / "s", runs=30)
    assert place.read_bytes() == foreign.read_bytes()
    place.rename(place.with_name("mine.parquet"))
    with pytest.raises(StudyError, match=r"mine.parquet is not part of this study"):
        conducted(tmp_path / "s", runs=30)


def test_a_half_written_part_is_named_and_not_overwritten(tmp_path):
    conducted(tmp_path / "s")
    part = next((tmp_path / "s").glob("cells/*/events/part-00001.parquet"))
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(StudyError, match=r"part-00001.parquet has 100 bytes of \d+; remove it"):
        conducted(tmp_path / "s")
    conducted(tmp_path / "whole")
    part.unlink()
    conducted(tmp_path / "s")
    assert files(tmp_path / "s") == files(tmp_path / "whole")


@pytest.mark.parametrize("harm", ["cut", "altered", "removed", "emptied"])
def test_a_damaged_manifest_entry_is_repaired_by_computing_its_shard_again(tmp_path, harm):
    conducted(tmp_path / "s")
    before = files(tmp_path / "s")
    entry = next((tmp_path / "s").glob("cells/*/manifest/00001.json"))
    text = entry.read_text()
    if harm == "removed":
        entry.unlink()
    else:
        entry.write_text(
            {"cut": text[: len(text) // 2], "altered": text.replace('"first": 10', '"first": 11'), "emptied": ""}[harm]
        )
    conducted(tmp_path / "s")
    assert files(tmp_path / "s") == before


def test_a_damaged_cell_description_is_named(tmp_path):
    conducted(tmp_path / "s")
    path = next((tmp_path / "s").glob("cells/*/cell.json"))
    path.write_text(path.read_text()[:50])
    with pytest.raises(StudyError, match=r"cell.json is missing or damaged"):
        conducted(tmp_path / "s")


def test_an_extension_that_parts_from_what_was_committed_is_refused(tmp_path):
    conducted(tmp_path / "s", runs=15)
    before = files(tmp_path / "s")

    def moody(experiment, number, log):
        toy.run(toy.experiment(9), number, log)

    with pytest.raises(StudyError, match="does not begin as its runs come out now"):
        conducted(tmp_path / "s", runs=20, run=moody)
    assert files(tmp_path / "s") == before


def test_a_run_that_raises_becomes_a_row_and_the_others_go_on(tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_FAILS", "3,12")
    result = conducted(tmp_path / "s", runs=20)
    found = rows(tmp_path / "s")
    assert found["failures"].select("run", "seed", "error").rows() == [
        (3, 1, "ValueError: run 3 is meant to fail"),
        (12, 1, "ValueError: run 12 is meant to fail"),
    ]
    assert 'File "tests/study/toy.py", line' in found["failures"]["traceback"][0]
    assert str(Path.cwd()) not in found["failures"]["traceback"][0]
    assert result.cells[0].tally.failures == 2
    for table in ("runs", "crises", "events"):
        assert set(found[table]["run"]) == set(range(20)) - {3, 12}


def test_a_run_that_raises_after_its_rows_were_drained_leaves_none(tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_FAILS", "3,12")
    conducted(tmp_path / "s", runs=20)
    monkeypatch.setattr(shard, "LOG_ROWS", 8)
    monkeypatch.setattr("sim.stream.log.FIRST_ROWS", 4)
    conducted(tmp_path / "spilled", runs=20)
    assert files(tmp_path / "s") == files(tmp_path / "spilled")


def test_a_worker_killed_is_noticed_and_its_shard_given_up_after_three_attempts(tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_KILLS", "12")
    result = conducted(tmp_path / "s", workers=2)
    assert result.runs == 25
    assert result.exit_code == 1
    assert result.lost == [f"{result.cells[0].name}, runs 10 to 19: worker killed by SIGKILL 3 times"]
    monkeypatch.delenv("TOY_KILLS")
    conducted(tmp_path / "s", workers=2)
    conducted(tmp_path / "whole")
    assert files(tmp_path / "s") == files(tmp_path / "whole")


class Refusing:
    def write(self, table, batch):
        if table == "crises" and batch.num_rows:
            raise RuntimeError("the database is away")

    def close(self):
        pass


def refusing(cell, shard):
    return [Refusing()] if shard.number == 2 else []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_sink_stops_the_study_and_what_was_committed_stays(tmp_path, workers):
    with pytest.raises(StudyError, match=r"sink Refusing failed on crises: RuntimeError: the database is away"):
        conduct([(toy.experiment(), 35)], tmp_path / "s", FULL, workers, 10, run=toy.run, sinks=refusing)
    conducted(tmp_path / "s")
    conducted(tmp_path / "whole")
    assert files(tmp_path / "s") == files(tmp_path / "whole")


def test_files_hold_nothing_about_where_or_when(tmp_path):
    conducted(tmp_path / "s")
    secrets = [str(tmp_path), str(Path.home()), os.uname().nodename, "workers", "launches"]
    for path in (tmp_path / "s" / "cells").rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            assert not [s for s in secrets if s.encode() in text], path


def test_a_launch_tells_the_command_and_the_versions(tmp_path):
    conducted(tmp_path / "s")
    told = durable.read_signed(next((tmp_path / "s" / "launches").iterdir()))
    assert told["runs"] == 35
    assert told["ended"] >= told["started"]
    assert json.loads(json.dumps(told["versions"])).keys() >= {"python", "pyarrow", "numpy"}


def test_nothing_is_left_running(tmp_path):
    conducted(tmp_path / "s", workers=2)
    assert not list((tmp_path / "s").rglob("running"))
    assert not list((tmp_path / "s").rglob(".*"))


def test_the_code_of_workers_must_be_that_of_the_study(tmp_path, monkeypatch):
    monkeypatch.setattr(cell, "code_hash", lambda: "f" * 64)
    with pytest.raises(StudyError, match="sources changed while the study ran"):
        conducted(tmp_path / "s", workers=2)


def refusing_one_cell(cell, shard):
    return [Refusing()] if cell.footer.seed == 2 else []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cell_that_cannot_be_written_is_told_at_once_and_at_the_end_and_the_others_go_on(tmp_path, workers):
    told = []

    class Noting(progress.Quiet):
        def note(self, text):
            told.append((text, len(list((tmp_path / "s").glob("cells/*/manifest/*.json")))))

    cells = [(toy.experiment(seed), 35) for seed in (1, 2, 3)]
    result = conduct(cells, tmp_path / "s", FULL, workers, 10, Noting(sys.stderr), toy.run, refusing_one_cell)
    assert [cell.runs for cell in result.cells] == [35, 0, 35]
    assert result.exit_code == 1
    name = result.cells[1].name
    assert name == f"cell {result.cells[1].cell.footer.cell} (toy under none)"
    (line, committed), *others = told
    assert not others and line.startswith(f"{name}: sink Refusing failed on crises")
    assert committed < 8, "told when it happened, not when all was over"
    head, detail = result.message.split("\n")
    assert head == "1 of 3 cells failed; the same command tries again"
    assert name in detail and "the database is away" in detail


def test_runs_that_raise_are_told_again_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_FAILS", "3")
    result = conducted(tmp_path / "s", runs=20, seeds=(1, 2))
    assert result.exit_code == 0
    assert result.message.count("1 of 20 runs failed; see its table failures") == 2
