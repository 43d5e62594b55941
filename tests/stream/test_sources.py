"""Records from outside: read as they come, and set aside with the reason where they cannot be used."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import DataError
from sim.experiment import Opening
from sim.stream import sources
from sim.stream.codes import Entry
from sim.stream.sources import Records
from study import toy

WORLD = toy.experiment().world
GOOD = [
    {"day": 0, "aggressor": "AAA", "target": "BBB"},
    {"day": 1.5, "aggressor": ["AAA", "CCC"], "target": ["BBB"], "entry": "threat"},
    {"day": 1.5, "aggressor": "CCC", "target": "AAA", "entry": "covert", "stake": 2, "objective": "total"},
]
OPENINGS = [
    Opening(0, (1,), (0,), Entry.ATTACK),
    Opening(2160, (1, 2), (0,), Entry.THREAT),
    Opening(2160, (2,), (1,), Entry.COVERT, (("objective", "total"), ("stake", 2.0))),
]


def lines(path, records):
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records))
    return str(path)


def listed(records):
    """Columns need one type: every side a list."""
    return [
        {
            **r,
            "entry": r.get("entry"),
            "stake": r.get("stake", float("nan")),
            "objective": r.get("objective"),
            **{k: r[k] if isinstance(r[k], list) else [r[k]] for k in ("aggressor", "target")},
        }
        for r in records
    ]


@pytest.mark.parametrize("suffix", [".jsonl", ".ndjson", ".parquet", ".arrow", ".arrows"])
def test_every_format_gives_the_same_openings(tmp_path, suffix):
    path = tmp_path / f"crises{suffix}"
    if suffix in sources.LINES:
        lines(path, GOOD)
    else:
        frame = pl.DataFrame(listed(GOOD), strict=False)
        {".parquet": frame.write_parquet, ".arrow": frame.write_ipc, ".arrows": frame.write_ipc_stream}[suffix](path)
    records = Records(str(path), WORLD)
    assert list(records) == OPENINGS == list(records)
    assert (records.n_read, records.n_aside, records.message()) == (3, 0, "")


BAD = [
    ("not json", "no record of named fields"),
    ([1, 2], "no record of named fields"),
    ({"aggressor": "AAA", "target": "BBB"}, "day=None is no number"),
    ({"day": -1, "aggressor": "AAA", "target": "BBB"}, "day=-1 is no number from 0 to 36500"),
    ({"day": 10**400, "aggressor": "AAA", "target": "BBB"}, "is no number from 0 to 36500"),
    ({"day": 3, "aggressor": "AAA", "target": "BBB", "stake": 10**400}, "is out of range"),
    ({"day": True, "aggressor": "AAA", "target": "BBB"}, "day=True is no number"),
    ({"day": "3", "aggressor": "AAA", "target": "BBB"}, "day='3' is no number"),
    ({"day": 3, "aggressor": "AAB", "target": "BBB"}, "aggressor='AAB' is not a state of world 'toy'; did you mean"),
    ({"day": 3, "aggressor": [], "target": "BBB"}, "names no states"),
    ({"day": 3, "aggressor": ["AAA", "AAA"], "target": "BBB"}, "a state twice"),
    ({"day": 3, "aggressor": "AAA", "target": "AAA"}, "AAA is both aggressor and target"),
    ({"day": 3, "aggressor": "AAA", "target": "BBB", "entry": "atack"}, "did you mean attack"),
    ({"day": 3, "aggressor": "AAA", "target": "BBB", "stake": -2}, "stake=-2 is out of range"),
    ({"day": 3, "aggressor": "AAA", "target": "BBB", "objective": "totl"}, "did you mean total"),
    ({"day": 365, "aggressor": "AAA", "target": "BBB"}, "day 365 is not before horizon_days=365"),
    ({"day": 0.5, "aggressor": "AAA", "target": "BBB"}, "day 0.5 comes after day 1.5; days must not go back"),
]


def test_malformed_records_are_counted_and_set_aside_with_the_reason(tmp_path):
    where = lines(tmp_path / "crises.jsonl", [GOOD[0], GOOD[1], *(bad for bad, _ in BAD), GOOD[2]])
    records = Records(where, WORLD, 365.0, tmp_path / "aside.jsonl")
    assert list(records) == OPENINGS
    assert (records.n_read, records.n_aside) == (3 + len(BAD), len(BAD))
    told = [json.loads(line) for line in (tmp_path / "aside.jsonl").read_text().splitlines()]
    assert [one["record"] for one in told] == list(range(3, 3 + len(BAD)))
    for one, (bad, reason) in zip(told, BAD, strict=True):
        assert one["content"] == bad
        assert reason in one["reason"]
    assert f"{len(BAD)} of {3 + len(BAD)} records" in records.message()
    assert "\n" not in records.message()


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["day", "aggressor", "target", "entry", "x"]), x),
    )
)
def test_no_record_whatever_raises_anything_else(record):
    with pytest.raises(DataError) as refusal:
        sources.read(record, WORLD)
        raise DataError("usable after all")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["bytes.parquet", "years.parquet", "bytes.arrow"])
def test_a_value_that_python_cannot_hold_is_told_with_its_file(tmp_path, name):
    """Text that is no UTF-8, and a time after the year 9999."""
    no_text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    odd = pa.array([2**62], pa.timestamp("us")) if name.startswith("years") else no_text
    table = pa.table({"day": [1.0], "aggressor": ["AAA"], "target": ["BBB"], "odd": odd})
    if name.endswith(".parquet"):
        pq.write_table(table, tmp_path / name)
    else:
        with pa.ipc.new_file(tmp_path / name, table.schema) as file:
            file.write_table(table)
    with pytest.raises(DataError, match=f"{name} cannot be read as"):
        list(Records(str(tmp_path / name), WORLD))


@pytest.mark.parametrize("name", ["missing.jsonl", "crises.csv", "broken.parquet", "broken.arrow"])
def test_a_file_that_cannot_be_read_is_named_in_one_line(tmp_path, name):
    if name != "missing.jsonl":
        (tmp_path / name).write_bytes(b"PAR1 nonsense")
    with pytest.raises(DataError, match=name) as refusal:
        list(Records(str(tmp_path / name), WORLD))
    assert "\n" not in str(refusal.value)


def test_a_parquet_file_cut_in_the_middle_is_refused(tmp_path):
    path = tmp_path / "cut.parquet"
    pl.DataFrame(listed(GOOD), strict=False).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"cut\.parquet cannot be read as parquet"):
        list(Records(str(path), WORLD))


def test_a_stream_cut_in_the_middle_gives_what_came_before(tmp_path):
    path = tmp_path / "cut.arrows"
    table = pa.Table.from_pylist(listed(GOOD))
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        for k in range(3):
            writer.write_table(table.slice(k, 1))
    path.write_bytes(path.read_bytes()[:-40])
    got = []
    with pytest.raises(DataError):
        for opening in Records(str(path), WORLD):
            got.append(opening)
    assert got == OPENINGS[: len(got)]
    assert len(got) >= 2


def test_standard_input_answers_as_it_reads():
    code = (
        "import sys; sys.path[:0] = ['tests', '.']; from study import toy; from sim.stream.sources import Records\n"
        "for o in Records('-', toy.experiment().world): print(o.minute, flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    for record, minute in zip(GOOD, ("0", "2160", "2160"), strict=True):
        process.stdin.write(json.dumps(record) + "\n")
        process.stdin.flush()
        assert process.stdout.readline().strip() == minute
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()


def test_the_content_is_what_the_crises_say_whatever_file_says_it(tmp_path):
    one, other = lines(tmp_path / "a.jsonl", GOOD), lines(tmp_path / "b.jsonl", GOOD[:2])
    table = tmp_path / "c.parquet"
    pl.DataFrame(listed(GOOD), strict=False).write_parquet(table)
    feeds = [sources.feed_of(Records(where, WORLD)) for where in (one, str(table), other)]
    assert feeds[0] == feeds[1] != feeds[2]
    assert feeds[0].openings == tuple(OPENINGS)
    assert sources.feed_of(Records("-", WORLD)).content == "-"


def test_what_is_kept_of_a_source_is_a_source(tmp_path):
    path = tmp_path / "kept.jsonl"
    path.write_text("".join(sources.lines_of(OPENINGS, WORLD)))
    assert list(Records(str(path), WORLD)) == OPENINGS


def test_a_source_without_any_usable_record_is_refused_with_the_first_reason(tmp_path):
    with pytest.raises(DataError, match=r"holds no crisis that can be opened \(record 1: no record of named fields\)"):
        sources.feed_of(Records(lines(tmp_path / "bad.jsonl", ["x"]), WORLD))
