"""A sink of one's own: named by what an installed distribution offers, waited for, told when a shard is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import ClassVar

import polars as pl
import pytest

from sim.cli import run as covenant
from sim.errors import CovenantError, StudyError
from sim.stream import store
from sim.stream.log import Record
from sim.study.audit import audit
from sim.study.installed import GROUP, Installed
from sim.study.study import conduct
from study import toy

SINK = '''
import json, os, pathlib

class Lines:
    """Crises as JSON lines, one file a shard; only whole shards get their name."""

    def __init__(self, cell, shard):
        self.path = pathlib.Path(os.environ["LINES"]) / f"{cell.footer.cell}-{shard.number}.jsonl"
        self.file = open(f"{self.path}.part", "w")

    def write(self, table, batch):
        if table == "crises":
            self.file.writelines(json.dumps({k: row[k] for k in ("run", "crisis")}) + "\\n" for row in batch.to_pylist())

    def finish(self):
        self.file.flush()
        os.replace(self.file.name, self.path)

    def close(self):
        self.file.close()

class Away(Lines):
    def write(self, table, batch):
        raise ConnectionError("the database is away")
'''


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """An installed distribution that offers sinks."""
    site = tmp_path / "site"
    (site / "lines-1.0.dist-info").mkdir(parents=True)
    (site / "lines_sink.py").write_text(SINK)
    (site / "lines-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: lines\nVersion: 1.0\n")
    offers = f"[{GROUP}]\nlines = lines_sink:Lines\naway = lines_sink:Away\nbroken = lines_sink:Missing\n"
    (site / "lines-1.0.dist-info" / "entry_points.txt").write_text(offers)
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), *filter(None, sys.path)]))
    (tmp_path / "lines").mkdir()
    monkeypatch.setenv("LINES", str(tmp_path / "lines"))
    return tmp_path / "lines"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_sink_by_name_gets_every_row_of_every_committed_shard(distribution, tmp_path, workers):
    conduct(
        [(toy.experiment(), 25)],
        tmp_path / "s",
        Record.at("events"),
        workers,
        10,
        run=toy.run,
        sinks=Installed(("lines",)),
    )
    got = [json.loads(line) for path in distribution.glob("*.jsonl") for line in path.read_text().splitlines()]
    rows = pl.read_parquet(tmp_path / "s/cells/*/crises/*.parquet", columns=["run", "crisis"])
    assert sorted(row["run"] for row in got) == sorted(rows["run"].to_list()) == list(range(25))
    assert not list(distribution.glob("*.part"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("away", r"sink Away failed on \w+: ConnectionError: the database is away"),
        ("broken", "a sink cannot be opened: AttributeError"),
    ],
)
def test_a_sink_that_fails_stops_the_shard_and_leaves_what_was_committed(distribution, tmp_path, name, reason):
    conduct([(toy.experiment(), 10)], tmp_path / "s", Record.at("events"), 1, 10, run=toy.run)
    with pytest.raises(StudyError, match=reason):
        conduct(
            [(toy.experiment(), 25)], tmp_path / "s", Record.at("events"), 1, 10, run=toy.run, sinks=Installed((name,))
        )
    assert [entry.shard.stop for entry in store.cells(tmp_path / "s")[0].entries()] == [10]
    assert not [f.text for f in audit(tmp_path / "s") if f.level == "wrong"]
    assert not list((tmp_path / "s").rglob("running"))
    assert not list(distribution.glob("*.jsonl"))


def test_an_unknown_sink_is_refused_with_the_nearest_and_nothing_is_written(distribution, tmp_path):
    with pytest.raises(
        CovenantError, match=r"sinks='line' is offered by no installed distribution .*did you mean lines\?"
    ):
        covenant(["sinks=[line]", "runs=2", f"study={tmp_path / 's'}", "workers=1"])
    assert not (tmp_path / "s").exists()


def test_the_command_takes_a_sink_by_name(distribution, tmp_path):
    command = [
        sys.executable,
        "-c",
        "from sim.cli import main; main()",
        "sinks=[lines]",
        "runs=3",
        "shard_runs=2",
        f"study={tmp_path / 's'}",
        "workers=1",
        "-q",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(len(path.read_text().splitlines()) for path in distribution.glob("*.jsonl")) == [1, 2]


def test_a_live_study_hands_its_rows_to_sinks_when_the_input_has_ended(distribution, tmp_path):
    command = ["source=-", "sinks=[lines]", "runs=3", f"study={tmp_path / 's'}", "-q"]
    record = '{"day": 0, "aggressor": "ITA", "target": "ETH"}'
    done = subprocess.run(
        [sys.executable, "-c", "from sim.cli import main; main()", *command],
        input=record,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [len(path.read_text().splitlines()) for path in distribution.glob("*.jsonl")] == [3]


class Slow:
    """Notes how many rows it was handed at once."""

    rows: ClassVar[list[int]] = []

    def write(self, table, batch):
        if table == "events":
            Slow.rows.append(batch.num_rows)

    def close(self):
        pass


def test_runs_wait_for_a_sink_so_nothing_piles_up(tmp_path, monkeypatch):
    """Rows reach the sink in bounded batches while the shard runs, not at its end."""
    monkeypatch.setattr("sim.study.shard.BATCH_ROWS", 200)
    Slow.rows.clear()
    conduct(
        [(toy.experiment(), 50)],
        tmp_path / "s",
        Record.at("events"),
        1,
        50,
        run=toy.run,
        sinks=lambda cell, shard: [Slow()],
    )
    assert sum(Slow.rows) == 50 * toy.N_EVENTS
    assert max(Slow.rows) <= 200 + toy.N_EVENTS
    assert len(Slow.rows) >= 8
