"""The tables on disk: readable as they are, typed, described, and true to what was told."""

from __future__ import annotations

import json
import subprocess
import sys

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from sim.stream import codes, durable, parts, store
from sim.stream.codes import labels
from sim.stream.events import SCHEMA_VERSION, TABLES
from sim.stream.log import Log, Record
from sim.stream.tables import SCHEMAS, to_arrow
from sim.study import cell as cells
from sim.study.study import conduct
from study import toy

RUNS, SHARD = 60, 4


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    path = tmp_path_factory.mktemp("outputs") / "s"
    conduct([(toy.experiment(1), RUNS), (toy.experiment(2), RUNS)], path, Record.at("full"), 1, SHARD, run=toy.run)
    return path


def raw_rows(seed: int = 1) -> dict[str, np.ndarray]:
    log = Log(Record.at("full"))
    for number in range(RUNS):
        toy.run(toy.experiment(seed), number, log)
    return log.take()


@pytest.mark.parametrize("table", list(TABLES))
def test_what_is_read_is_what_was_told(study, table):
    cell = cells.cell_id(toy.experiment())
    got = pl.read_parquet(study / "cells" / cell / table / "*.parquet")
    told = raw_rows()[table]
    assert got.height == len(told)
    for column in TABLES[table]:
        values, expected = got[column.name].to_list(), told[column.name].tolist()
        if column.codes is not None:
            expected = [None if v < 0 else labels(column.codes)[v] for v in expected]
        elif column.state:
            expected = [None if v < 0 else toy.STATES[v] for v in expected]
        elif column.kind == "d":
            expected = [None if np.isnan(v) else v for v in expected]
        assert values == expected, column.name


def test_polars_lazy_and_streaming_over_all_cells(study):
    crises = pl.scan_parquet(str(study / "cells" / "*" / "crises" / "*.parquet"))
    counts = crises.group_by("cell").agg(pl.len()).collect(engine="streaming")
    assert dict(counts.with_columns(pl.col("cell").cast(pl.String)).rows()) == {
        c.footer.cell: RUNS for c in store.cells(study)
    }
    cells = pl.scan_parquet(str(study / "cells" / "*" / "cells" / "*.parquet"))
    joined = crises.join(cells, on="cell").group_by("scenario").len().collect()
    assert joined.rows() == [("toy", 2 * RUNS)]
    deterred = crises.filter(pl.col("outcome") == "deterred").select(pl.len()).collect().item()
    assert deterred == sum((raw_rows(seed)["crises"]["outcome"] == codes.Outcome.DETERRED).sum() for seed in (1, 2))


def test_duckdb_over_all_cells(study):
    crises, cells = (f"'{study}/cells/*/{table}/*.parquet'" for table in ("crises", "cells"))
    query = f"SELECT seed, count(*) FROM {crises} JOIN {cells} USING (cell) GROUP BY seed ORDER BY seed"
    assert duckdb.sql(query).fetchall() == [(1, RUNS), (2, RUNS)]
    levers = duckdb.sql(
        f"SELECT DISTINCT l.value FROM (SELECT unnest(levers) l FROM {cells}) WHERE l.key = 'seed' ORDER BY 1"
    )
    assert levers.fetchall() == [("1",), ("2",)]


def test_pandas_and_dataset_over_all_cells(study):
    files = [str(p) for p in study.glob("cells/*/crises/*.parquet")]
    assert len(pd.concat(pd.read_parquet(f) for f in files)) == 2 * RUNS
    events = ds.dataset([str(p) for p in study.glob("cells/*/events/*.parquet")])
    assert events.count_rows(filter=ds.field("run") == 3) == 2 * toy.N_EVENTS


def test_each_column_carries_unit_meaning_and_codes(study):
    schema = pq.read_schema(next(study.glob("cells/*/crises/*.parquet")))
    assert schema.field("battle_deaths").metadata[b"unit"] == b"deaths"
    assert b"peak power" in schema.field("coalition_power").metadata[b"description"]
    assert json.loads(schema.field("outcome").metadata[b"codes"]) == labels(codes.Outcome)
    assert schema.field("outcome").type == pa.dictionary(pa.int8(), pa.string())


def test_a_footer_tells_what_was_simulated_and_names_the_cell(study):
    experiment = toy.experiment(2)
    for path in study.glob(f"cells/{cells.cell_id(experiment)}/*/*.parquet"):
        told = parts.footer(path)
        assert durable.digest(told["identity"]) == told["identity_hash"]
        assert told["identity_hash"].startswith(cells.cell_id(experiment))
        assert json.loads(told["identity"])["scenario"]["name"] == "toy"
        assert told["seed"] == "2"
        assert told["schema_version"] == str(SCHEMA_VERSION)
        assert told["code_hash"] == cells.code_hash()


def test_columns_are_packed_as_the_design_says(study):
    metadata = pq.read_metadata(next(study.glob("cells/*/events/*.parquet"))).row_group(0)
    encodings = {metadata.column(i).path_in_schema: metadata.column(i).encodings for i in range(metadata.num_columns)}
    assert "BYTE_STREAM_SPLIT" in encodings["day"]
    assert "DELTA_BINARY_PACKED" in encodings["seq"]
    assert any("DICTIONARY" in e for e in encodings["kind"])
    assert metadata.column(0).compression == "ZSTD"


def test_cells_list_every_value_that_decides(study):
    row = pl.read_parquet(study / "cells" / cells.cell_id(toy.experiment(2)) / "cells" / "*.parquet")
    levers = {lever["key"]: lever for lever in row["levers"][0]}
    assert levers["seed"]["touched"] is True
    assert levers["horizon_days"] == {"key": "horizon_days", "value": "365.0", "number": 365.0, "touched": False}
    assert levers["behaviour.a_norm"]["touched"] is False
    assert levers["scenario.name"]["touched"] is None
    assert json.loads(levers["scenario.aggressors"]["value"]) == ["AAA"]


def test_states_carry_the_inputs_as_used(study):
    states = pl.read_parquet(study / "cells" / cells.cell_id(toy.experiment()) / "states" / "*.parquet")
    assert states["state"].to_list() == list(toy.STATES)
    assert states["ccode"].to_list() == [1, 2, 3]
    assert states["iso3"].to_list() == [None] * 3
    assert states["ideal"].to_list() == [[0.0], [0.1], [0.2]]
    assert states["date"].cast(pl.String).to_list() == ["1935-10-03"] * 3


def test_every_schema_takes_no_rows():
    for table in TABLES:
        empty = to_arrow(table, np.empty(0, Log(Record.at("full")).take()[table].dtype), "0" * 16, toy.STATES)
        assert empty.schema == SCHEMAS[table]
        assert empty.num_rows == 0


def test_writing_imports_no_pandas(tmp_path):
    code = (
        "import sys; sys.path[:0] = ['tests', '.']\n"
        "from pathlib import Path; from study import toy; from sim.study.study import conduct; from sim.stream.log import Record\n"
        f"conduct([(toy.experiment(), 5)], Path({str(tmp_path)!r}), Record.at('full'), run=toy.run)\n"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.soak
def test_a_study_of_a_thousand_shards_is_read_as_it_is(tmp_path):
    conduct([(toy.experiment(), 1000)], tmp_path / "s", Record.at("events"), 1, 1, run=toy.run)
    crises, events = (str(tmp_path / "s" / "cells" / "*" / table / "*.parquet") for table in ("crises", "events"))
    assert pl.scan_parquet(crises).select(pl.len()).collect(engine="streaming").item() == 1000
    assert duckdb.sql(f"SELECT count(*), count(DISTINCT run) FROM '{events}'").fetchall() == [
        (1000 * toy.N_EVENTS, 1000)
    ]
    files = [str(p) for p in tmp_path.glob("s/cells/*/crises/*.parquet")]
    assert len(pd.concat(map(pd.read_parquet, files))) == len(files) == 1000
    assert ds.dataset(files).to_table(columns=["run", "outcome"]).num_rows == 1000
