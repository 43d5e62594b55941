"""A damaged or hostile file is refused in one line that says where."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sim.errors import DataError
from sim.world.importers.archive import Archive
from sim.world.importers.build import build_world

DAY = date(1935, 10, 3)


def message(folder):
    with pytest.raises(DataError) as caught:
        build_world(Archive(folder), DAY)
    text = str(caught.value)
    assert "\n" not in text
    return text


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "what"),
    [
        ("nmc.csv", "1,0.08", "1,-0.08", "line 3, column cinc", "-0.08 is out of range: from 0 to 1"),
        ("nmc.csv", "1,0.08", "1,NaN", "line 3, column cinc", "nan is no finite number"),
        ("nmc.csv", "1,0.08", "1,inf", "line 3, column cinc", "inf is no finite number"),
        ("nmc.csv", "1,0.08", "1,1e999", "line 3, column cinc", "inf is no finite number"),
        ("nmc.csv", "1,0.08", "1,", "line 3, column cinc", "the cell is empty"),
        ("nmc.csv", "1,0.08", "1,8 %", "line 3, column cinc", "'8 %' is no number"),
        ("nmc.csv", "1,0.08", "1,=0.08", "line 3, column cinc", "begins like a spreadsheet formula"),
        ("nmc.csv", "200,1935", "200,9935", "line 3, column year", "9935 is out of range: from 1800 to 2100"),
        ("nmc.csv", "200,1935", "200,1935.5", "line 3, column year", "is no whole number"),
        ("nmc.csv", "200,1935", "2,1935", "line 3, column ccode", "ccode=2, year=1935 is given twice, first in line 2"),
        ("nmc.csv", "200,1935,646350,321,-9,1,46869,1,0.08", "200,1935,6463", "line 3", "3 fields under a heading of 9"),
        ("nmc.csv", "200,1935", '"200,1935', "line 3, column 1", "a quote is opened and never closed"),
        ("nmc.csv", "200,1935", "Atlantis,1935", "line 3, column ccode", "'Atlantis' must be a Correlates of War number"),
        ("states.csv", "Italy", "=cmd|'/c calc'!A1", "line 7, column statenme", "begins like a spreadsheet formula"),
        ("states.csv", "1816,1,1,2016,12,31,2016\nUKG", "1816,13,1,2016,12,31,2016\nUKG", "line 2, column stmonth", "13 is out of range"),
        ("capitals.csv", "51.51", "151.51", "line 3, column lat", "from -90 to 90"),
        ("capitals.csv", "1889-01-01", "1889-02-30", "line 6, column stdate", "is no date such as 1935-10-03"),
        ("members.csv", "ETH", "EHT", "line 5, column stateabb", "'EHT' is no state; did you mean eth?"),
        ("members.csv", "ITA,1920-01-10", "GFR,1920-01-10", "line 3, column stateabb", "'GFR' was no state in 1920, only within 1955-1990"),
        ("trade.csv", "flow1,flow2", "flow1,flow1", "line 1, column flow1", "the heading is given twice"),
    ],
)  # fmt: skip
def test_damage_is_told_by_file_line_and_column(folder, file, old, new, where, what):
    replace(folder / file, old, new)
    if file == "trade.csv":
        replace(folder / file, "smoothflow1,smoothflow2", "smoothflow1,flow2")
    text = message(folder)
    assert text.startswith(f"{folder / file}, {where}")
    assert what in text


def test_wrong_encoding(folder):
    path = folder / "states.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("Ethiopia", "\u00c4thiopien").encode("latin-1"))
    assert message(folder).startswith(f"{path}, line 8, column 3: byte 0xc4 is not UTF-8")


def test_a_line_over_a_mebibyte(folder):
    path = folder / "nmc.csv"
    path.write_text(path.read_text(encoding="utf-8") + "9" * (1 << 20) + "1\n", encoding="utf-8")
    assert "line 14, column 1: the line is longer than 1048576 bytes" in message(folder)


def test_binary_in_place_of_text(folder):
    (folder / "nmc.csv").write_bytes(b"\x00\x01\x02" * 50)
    assert "holds a zero byte" in message(folder)


def test_an_empty_file_and_a_bare_heading(folder):
    path = folder / "nmc.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert message(folder) == f"{path}, line 2: no rows below the heading"
    path.write_text("", encoding="utf-8")
    assert "line 1: the file is empty" in message(folder)


def test_a_parquet_cut_short(parquet_folder):
    path = parquet_folder / "trade.parquet"
    path.write_bytes(path.read_bytes()[:200])
    assert message(parquet_folder).startswith(f"{path} is not a readable Parquet file")


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("flow1", [1.0, -5.0, 2.0], "line 2, column flow1: -5 is out of range"),
        ("year", [1935.0, 1935.0, float("nan")], "line 3, column year: nan"),
    ],
)
def test_parquet_values_are_checked_too(parquet_folder, column, values, what):
    path = parquet_folder / "trade.parquet"
    frame = pl.read_parquet(path).with_columns(pl.Series(column, values))
    frame.write_parquet(path)
    assert what in message(parquet_folder)


def test_parquet_of_text_and_of_twins(parquet_folder):
    path = parquet_folder / "trade.parquet"
    frame = pl.read_parquet(path)
    pl.concat([frame, frame.head(1)]).write_parquet(path)
    assert "line 4, column ccode1: ccode1=2, ccode2=200, year=1935 is given twice, first in line 1" in message(
        parquet_folder
    )
    frame.with_columns(pl.col("year").cast(pl.String)).write_parquet(path)
    assert "line 1, column year: holds String, not numbers" in message(parquet_folder)
