"""Laws 14 and 15: forces are conserved at every step of every run, and rows are a function of seed and configuration alone."""

import numpy as np
import polars as pl
import pytest

from sim.run import begin, finish
from sim.state import UNIT
from sim.stream.codes import Kind
from sim.stream.log import Log, Record
from sim.study.study import conduct
from stage.arms import RUNS, experiment

SCENARIOS = ("abyssinia_1935", "great_on_small", "suez_1956", "july_1914", "korea_1950", "cyprus_1974")
SAME = {
    "abyssinia_1935": "league", "korea_1950": "un_1945", "july_1914": "blocs_1914", "small_on_small": "ideal",
    "crimea_2014": "un_1965",
}  # fmt: skip
CHARTERS = ("league", "ideal", "self_help")


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("charter", CHARTERS)
def test_law_14_forces_are_conserved_at_every_step(scenario, charter, behaviour):
    arm = experiment(f"scenario={scenario}", *behaviour, f"arrangement={charter}", "aggression=forced")
    log = Log(Record.at("full", "all"))
    sent = 0
    for number in range(max(RUNS // 50, 4)):
        history = begin(arm, number, log, arm.openings)
        state = history.state
        while not all(state.closed):
            history.calendar.step()
            assert state.conserved()
            sent += state.transit.any()
        finish(history)
        assert state.conserved()
        assert not state.transit.any()
        assert not state.field.any()
        _told(log.take()["events"], state, history.theatres[0].parties)
    assert sent or charter != "ideal"


def _told(events, state, parties):
    """Of outsiders the log alone tells what arrived, came back and was lost; the rest of their stock is at home."""
    units = np.rint(np.nan_to_num(events["value"]) / UNIT).astype(np.int64)
    lost = np.zeros_like(state.stock)
    np.add.at(lost, events["actor"][events["kind"] == Kind.LOSSES], units[events["kind"] == Kind.LOSSES])
    arrived = np.zeros_like(state.stock)
    np.add.at(arrived, events["actor"][events["kind"] == Kind.ARRIVED], units[events["kind"] == Kind.ARRIVED])
    assert (state.home + lost == state.stock)[~parties].all()
    assert (lost <= arrived)[~parties].all()
    assert (arrived <= state.stock)[~parties].all()


def test_law_15_rows_are_the_same_whatever_the_workers_and_the_batches(tmp_path, behaviour):
    record, runs = Record.at("full", "all"), max(RUNS // 20, 10)
    cells = [
        (experiment(f"scenario={scenario}", *behaviour, f"arrangement={charter}", "behaviour.belief_draws=8"), runs)
        for scenario, charter in SAME.items()
    ]
    for name, workers, shard_runs in (("one", 1, runs), ("two", 2, 3)):
        conduct(cells, tmp_path / name, record, workers, shard_runs)
    plain = pl.selectors.categorical().cast(pl.String)
    compared = 0
    for table in sorted({p.parent.name for p in (tmp_path / "one" / "cells").glob("*/*/*.parquet")}):
        one, two = (
            pl.read_parquet(sorted((tmp_path / name / "cells").glob(f"*/{table}/*.parquet"))).with_columns(plain)
            for name in ("one", "two")
        )
        assert one.equals(two), table
        compared += len(one)
    assert compared > 1000
