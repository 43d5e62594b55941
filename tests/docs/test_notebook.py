"""The notebook runs from its first cell to its last and says what its tables hold."""

import runpy
from pathlib import Path

import polars as pl
import pytest

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "first_look.py"


@pytest.mark.slow
def test_the_notebook_runs_and_finds_the_paired_difference(tmp_path, monkeypatch):
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path))
    monkeypatch.setenv("NOTEBOOK_RUNS", "12")
    _, told = runpy.run_path(str(NOTEBOOK))["app"].run()
    crises = told["study"].named(told["study"].crises).collect()
    assert set(crises["arm"]) == {"league", "self_help", "ideal"} and crises.height == 36
    assert told["ended"].group_by("arm").agg(pl.col("share").sum())["share"].to_list() == pytest.approx([1.0] * 3)
    mean = {arm: crises.filter(pl.col("arm") == arm)["share_kept"].mean() for arm in ("league", "self_help")}
    assert told["paired"]["mean"].item() == pytest.approx(mean["league"] - mean["self_help"])
