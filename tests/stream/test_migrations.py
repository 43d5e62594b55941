"""Tables of every earlier schema version are read as the newest: those in `earlier/` were written by the versions themselves."""

from __future__ import annotations

import zipfile
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.analysis import open_study
from sim.errors import StudyError
from sim.lab import run as lab
from sim.stream.events import SCHEMA_VERSION, TABLES
from sim.stream.log import Record
from sim.stream.migrations import MIGRATIONS, steps, upgraded
from sim.stream.tables import SCHEMAS
from sim.study.audit import audit
from sim.study.collect import collect
from sim.study.study import conduct
from study import toy

EARLIER = Path(__file__).parent / "earlier"
VERSIONS = list(range(1, SCHEMA_VERSION))


@pytest.fixture(params=VERSIONS)
def earlier(request, tmp_path):
    """A study of an earlier version: 2 cells of 4 runs, every table kept."""
    zipfile.ZipFile(EARLIER / f"schema_{request.param}.zip").extractall(tmp_path / "earlier")
    assert open_study(tmp_path / "earlier").cells[0].schema_version == request.param
    return tmp_path / "earlier"


def test_a_step_leads_to_every_version_and_one_study_of_each_is_kept():
    assert [migration.to for migration in MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))
    assert sorted(path.name for path in EARLIER.iterdir()) == sorted(f"schema_{v}.zip" for v in VERSIONS)
    assert steps(SCHEMA_VERSION) == ()


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_table_reads_as_the_newest_and_loses_nothing(earlier, table):
    study = open_study(earlier)
    parts = study.files(table)
    if table == "failures":
        assert not parts
        return
    frame = study.table(table).collect()
    assert frame.columns == SCHEMAS[table].names
    written = pl.concat([pl.read_parquet(part) for part in parts], how="vertical_relaxed")
    assert frame.select(written.columns).equals(written)
    added = [name for name in frame.columns if name not in written.columns]
    assert frame.select(pl.all_horizontal(pl.col(added).is_null().all())).item() if added else True


def test_a_column_that_was_added_is_null_in_what_was_written_before(earlier):
    runs = open_study(earlier).runs.collect()
    assert runs.height == 8
    assert runs["member"].null_count() == 8
    assert "member" in [column.name for column in TABLES["runs"]]


def test_what_works_on_a_new_study_works_on_an_earlier_one(earlier, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert lab(["verify", str(earlier)]) == 0
    for command in ("summary", "compare", "tables", "watch --once", "explain --run 0", "picture"):
        name, *options = command.split()
        more = ["--out", str(tmp_path / "p.svg")] if name == "picture" else []
        assert lab([name, str(earlier), *options, *more]) in (0, None), command
    assert "credibility of the arrangement was judged anew" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(StudyError, match=r"was computed by covenant-sim .* this version reads it otherwise"):
        lab(["rerun", str(earlier), "--cell", open_study(earlier).cells[0].name, "--run", "1"])


def test_a_cell_of_today_stands_beside_an_earlier_one(earlier, tmp_path):
    conduct([(toy.experiment(), 3)], earlier, Record.at("full"), 1, run=toy.run)
    study = open_study(earlier)
    runs = study.runs.collect()
    assert (runs.height, runs["member"].null_count()) == (11, 8)
    assert not [f.text for f in audit(earlier) if f.level == "wrong"]
    glob = str(earlier / "cells/*/runs/*.parquet")
    assert duckdb.sql(
        f"SELECT count(*), count(member) FROM read_parquet('{glob}', union_by_name = true)"
    ).fetchall() == [(11, 3)]
    told = collect(earlier, tmp_path / "collected")
    assert told["rows"] == sum(
        entry["tables"][t]["rows"] for c in study.cells for entry in c.entries for t in entry["tables"]
    ) + sum(pq.read_metadata(part).num_rows for c in study.cells for t in ("cells", "states") for part in c.parts(t))
    files = list((tmp_path / "collected" / "runs").rglob("*.parquet"))
    assert {pq.read_metadata(file).metadata[b"schema_version"] for file in files} == {str(SCHEMA_VERSION).encode()}
    assert duckdb.sql(f"SELECT count(*), count(member) FROM '{tmp_path}/collected/runs/**/*.parquet'").fetchall() == [
        (11, 3)
    ]


def test_a_later_version_is_refused_in_one_line():
    with pytest.raises(
        StudyError,
        match=rf"schema {SCHEMA_VERSION + 1} is not known to this program, which reads 1 to {SCHEMA_VERSION}",
    ):
        upgraded("runs", pa.table({"run": [1]}), SCHEMA_VERSION + 1)
