"""Worlds as Parquet: whole, the same bytes each time, refused when damaged."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from sim.errors import DataError
from sim.schema import decode
from sim.world.store import canonical, load_world, save_world
from sim.world.synthetic import SyntheticFacts, make_synthetic
from sim.world.world import World, WorldFacts

CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture(scope="module")
def shipped():
    text = (CONF / "world" / "abyssinia_1935.yaml").read_text(encoding="utf-8")
    return decode(WorldFacts, yaml.safe_load(text), "world")


def test_nothing_is_lost(shipped, tmp_path):
    save_world(shipped, tmp_path / "w.parquet")
    assert load_world(tmp_path / "w.parquet") == canonical(shipped)


def test_canonical_order_changes_no_array(shipped):
    one, other = World(shipped), World(canonical(shipped))
    for name in ("capability", "economy", "affinity", "trade", "contiguous", "distance_km"):
        assert (getattr(one, name) == getattr(other, name)).all(), name


def test_same_world_same_bytes(shipped, tmp_path):
    for name in ("a.parquet", "b.parquet"):
        save_world(shipped, tmp_path / name)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    save_world(load_world(tmp_path / "a.parquet"), tmp_path / "c.parquet")
    assert (tmp_path / "c.parquet").read_bytes() == (tmp_path / "a.parquet").read_bytes()


def test_polars_reads_it_as_it_is(shipped, tmp_path):
    save_world(shipped, tmp_path / "w.parquet")
    frame = pl.read_parquet(tmp_path / "w.parquet")
    members = frame.filter(pl.col("memberships").list.contains("league"))
    assert (len(frame), len(members)) == (63, 58)


def test_nothing_half_written(shipped, tmp_path):
    with pytest.raises(DataError, match="cannot write"):
        save_world(shipped, tmp_path / "nowhere" / "w.parquet")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda f: f.drop("capability"), "it has no column capability"),
        (lambda f: f.with_columns(pl.col("ccode").cast(pl.String)), "column ccode: holds String, not Int64"),
        (lambda f: f.with_columns(surplus=1), "column surplus: is no column of a world"),
        (lambda f: pl.concat([f, f.head(1)]), "column state: S001 is given twice"),
        (lambda f: f.head(0), "has no states"),
        (lambda f: f.with_columns(capability=-pl.col("capability")), "world.states.S001.capability=-"),
        (lambda f: f.with_columns(capability=pl.lit(float("nan"))), "world.states.S001.capability=nan is out of range"),
        (lambda f: f.with_columns(name=pl.lit(None, dtype=pl.String)), "world.states.S001.name=None must be text"),
    ],
)
def test_a_damaged_world_is_refused_in_one_line(tmp_path, change, what):
    path = tmp_path / "w.parquet"
    save_world(make_synthetic(SyntheticFacts(n_states=4), 1), path)
    change(pl.read_parquet(path)).write_parquet(path)
    with pytest.raises(DataError) as caught:
        load_world(path)
    assert what in str(caught.value) and "\n" not in str(caught.value) and str(path) in str(caught.value)


def test_a_world_written_before_treaties_had_an_area_is_read(shipped, tmp_path):
    path = tmp_path / "w.parquet"
    save_world(shipped, path)
    frame = pl.read_parquet(path)
    owed = [field for field in frame.schema["obligations"].inner.fields if field.name != "area"]
    frame.with_columns(
        pl.col("obligations").list.eval(pl.struct(pl.element().struct.field(f.name) for f in owed))
    ).write_parquet(path)
    assert load_world(path) == canonical(shipped)


def test_no_parquet_at_all(tmp_path):
    path = tmp_path / "w.parquet"
    path.write_text("state,capability\n", encoding="utf-8")
    with pytest.raises(DataError, match="is not a readable Parquet file"):
        load_world(path)
