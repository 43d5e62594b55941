"""The log: what is handed over is what was told, run by run."""

from __future__ import annotations

import ast
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import SettingError
from sim.stream.codes import Kind, Measure
from sim.stream.events import EVENT_TABLES, FULL_TABLES, SUMMARY_TABLES, TABLES
from sim.stream.log import DTYPES, Log, Record


def test_an_event_is_kept_with_its_day_and_cause():
    log = Log(Record.at("events"))
    log.begin(7)
    root = log.event(0, 0, Kind.OPPORTUNITY, 3, 5)
    assert log.event(0, 2160, Kind.ADOPTED, measure=Measure.SANCTIONS_PARTIAL, value=0.5, cause=root) == 1
    log.end()
    events = log.take()["events"]
    assert events["run"].tolist() == [7, 7]
    assert events["seq"].tolist() == [0, 1]
    assert events["day"].tolist() == [0.0, 1.5]
    assert events["actor"].tolist() == [3, -1]
    assert events["cause"].tolist() == [-1, 0]
    assert events["measure"].tolist() == [-1, Measure.SANCTIONS_PARTIAL]
    assert math.isnan(events["value"][0])


def test_seq_counts_events_that_are_not_recorded():
    log = Log(Record.at("summary"))
    log.begin(0)
    assert [log.event(0, 0, Kind.MET) for _ in range(3)] == [0, 1, 2]
    assert log.n_events == 3
    assert not log.wants("events")
    assert set(log.take()) == set(SUMMARY_TABLES)
    log.end()
    log.begin(1)
    assert log.event(0, 0, Kind.MET) == 0


def test_a_row_of_a_table_not_kept_leaves_no_trace():
    log = Log(Record.at("summary"))
    log.begin(0)
    log.row("tracks", 0, 1.0, 0, 0.5)
    log.end()
    assert "tracks" not in log.take()


def test_levels_nest():
    assert Record.at("summary").tables == SUMMARY_TABLES
    assert set(Record.at("events").tables) == {*SUMMARY_TABLES, *EVENT_TABLES}
    assert set(Record.at("full").tables) == {*SUMMARY_TABLES, *EVENT_TABLES, *FULL_TABLES} == set(TABLES)
    assert Record.at("summary").within(Record.at("full"))
    assert not Record.at("full").within(Record.at("events"))
    assert Record.at("full", "organ").within(Record.at("full", "all"))
    assert not Record.at("full", "all").within(Record.at("full", "sample:0.1"))


@pytest.mark.parametrize("positions", ["some", "sample", "sample:", "sample:2", "sample:nan", "all:1"])
def test_an_unknown_way_to_keep_positions_is_refused(positions):
    with pytest.raises(SettingError, match=r"record\.positions="):
        Record.at("full", positions)


def test_unknown_levels_and_tables_name_the_nearest():
    with pytest.raises(SettingError, match="did you mean summary"):
        Record.at("sumary")
    with pytest.raises(SettingError, match="did you mean drafts"):
        Record(("draft",))


def test_a_value_that_does_not_fit_its_column_is_an_error_not_a_wrap():
    log = Log(Record.at("full"))
    log.begin(0)
    with pytest.raises(Exception, match="format requires"):
        log.row("tracks", 0, 1.0, 300, 0.5)


@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.integers(0, 30), st.booleans()),
        max_size=12,
    ),
    st.integers(1, 16),
)
def test_taking_at_any_time_gives_the_rows_of_runs_that_ended_in_order(history, limit):
    """Runs end or are abandoned, rows are taken between runs; with a limit, also in the middle of them."""
    taken: list[np.ndarray] = []
    spilled: set[int] = set()
    log = Log(Record.at("events"), full=lambda log: taken.append(log.take(unfinished=True)["events"]), limit=limit)
    expected = []
    for number, (ends, takes, n, _) in enumerate(history):
        log.begin(number)
        for _ in range(n):
            log.event(0, number, Kind.MET)
        if takes:
            taken.append(log.take()["events"])
        if ends:
            log.end()
            expected += [(number, k) for k in range(n)]
        elif log.abandon():
            spilled.add(number)
    taken.append(log.take()["events"])
    got = [(int(r["run"]), int(r["seq"])) for rows in taken for r in rows if r["run"] not in spilled]
    assert got == expected


def test_memory_is_bounded_by_the_limit():
    sizes = []

    def drain(log: Log) -> None:
        sizes.append(sum(map(len, log.take(unfinished=True).values())))

    log = Log(Record.at("events"), full=drain, limit=1024)
    log.begin(0)
    for _ in range(10_000):
        log.event(0, 0, Kind.MET)
    log.end()
    sizes.append(sum(map(len, log.take().values())))
    assert max(sizes) == 1024
    assert sum(sizes) == 10_000


def test_packed_rows_have_the_columns_of_the_tables():
    for table, columns in TABLES.items():
        assert DTYPES[table].names == tuple(c.name for c in columns)


def test_the_log_knows_no_arrow():
    source = Path(sys.modules[Log.__module__].__file__).read_text()
    named = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert "pyarrow" not in named
    code = "import sys, sim.stream.log; sys.exit('pyarrow' in sys.modules or 'polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
