"""A fork is the run that was, to an event; from there on, other luck and the levers as they are set."""

from dataclasses import replace

import numpy as np
import pytest

from sim.experiment import Fork
from sim.run import run
from sim.stream.codes import EndCause, Kind
from sim.stream.log import Log, Record
from stage.arms import crises, experiment

ARMS = (
    ("scenario=abyssinia_1935", "arrangement=league"),
    ("scenario=korea_1950", "arrangement=un_1945"),
    ("scenario=suez_1956", "arrangement=un_1945", "aggression=computed", "behaviour=ensemble"),
)
RUN = 3


def told(arm, numbers=(RUN,)):
    log = Log(Record.at("full", "all"))
    for number in numbers:
        run(arm, number, log)
    return log.take()


def forked(was, at, *changes, number=RUN):
    now = replace(experiment(*changes), fork=Fork(number, at, was if at else None))
    assert now.openings == was.openings
    return now


def first(events, *kinds):
    return int(events["seq"][np.isin(events["kind"], kinds)][0])


@pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm[0])
def test_what_is_replayed_is_the_same_event_for_event(arm):
    was = experiment(*arm)
    events = told(was)["events"]
    for at in (1, len(events) // 2, len(events) - 1):
        futures = told(forked(was, at, *arm), range(3))["events"]
        for number in range(3):
            future = futures[futures["run"] == number].copy()
            future["run"] = RUN
            assert future[: at + 1].tobytes() == events[: at + 1].tobytes()


@pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm[0])
def test_on_the_branch_of_history_a_fork_is_history(arm, monkeypatch):
    monkeypatch.setattr("sim.crisis.fork.branch", lambda number: 0)
    was = experiment(*arm)
    whole = told(was)
    again = told(forked(was, len(whole["events"]) // 3, *arm), (RUN,))
    assert {name: rows.tobytes() for name, rows in again.items()} == {n: rows.tobytes() for n, rows in whole.items()}


def test_futures_differ_and_the_end_stands():
    was = experiment(*ARMS[0])
    events, ended = told(was)["events"], told(was)["crises"]
    early = crises(forked(was, first(events, Kind.MET), *ARMS[0]), 30)
    assert len(np.unique(early["end_day"])) > 10
    late = crises(forked(was, first(events, Kind.ENDED), *ARMS[0]), 30)
    assert (late["outcome"] == ended["outcome"]).all() and (late["end_day"] == ended["end_day"]).all()


def test_at_event_0_all_is_drawn_anew():
    was = experiment("scenario=two_blocs", "arrangement=self_help")
    runs, futures = crises(was, 200), crises(forked(was, 0, "scenario=two_blocs", "arrangement=self_help"), 200)
    assert len(np.unique(futures["end_day"])) > 50
    for column in ("share_kept", "n_fighting"):
        a, b = runs[column].astype(float), futures[column].astype(float)
        assert abs(a.mean() - b.mean()) < 4.0 * np.sqrt((a.var() + b.var()) / 200)


def test_a_lever_acts_on_what_comes_and_not_on_what_was():
    was = experiment(*ARMS[0])
    at = first(told(was)["events"], Kind.REVIEWED)
    rows = crises(forked(was, at, *ARMS[0], "behaviour.settlement.yield_base=50"), 30)
    assert (rows["end_cause"] == EndCause.YIELDED).mean() > 0.9


def test_a_lever_acts_on_a_process_that_holds_it():
    was = experiment(*ARMS[0])
    at = first(told(was)["events"], Kind.MET)
    often = told(forked(was, at, *ARMS[0], "behaviour.clocks.review_days=1"), range(20))["events"]
    reviews = [often["day"][(often["kind"] == Kind.REVIEWED) & (often["run"] == n)] for n in range(20)]
    gaps = np.concatenate([np.diff(days) for days in reviews])
    assert gaps.size > 50 and gaps.max() <= 1.001


def test_a_charter_changes_in_mid_session():
    was = experiment(*ARMS[0])
    at = first(told(was)["events"], Kind.MET)
    same = told(forked(was, at, *ARMS[0]), range(20))["drafts"]
    without = told(forked(was, at, *ARMS[0], "arrangement.organ.rule.veto=none"), range(20))["drafts"]
    assert (same["vetoed_by"][same["body"] == 0] >= 0).any()
    assert not (without["vetoed_by"][without["body"] == 0] >= 0).any()
    dissolved = told(forked(was, at, "scenario=abyssinia_1935", "arrangement=self_help"), range(20))["events"]
    assert not np.isin(dissolved["kind"], [Kind.ADOPTED, Kind.REJECTED, Kind.VETOED])[dissolved["seq"] > at].any()


def test_facts_that_follow_from_a_lever_follow_it():
    was = experiment(*ARMS[0])
    at = first(told(was)["events"], Kind.MET)
    log = Log(Record.at("summary"))
    state = run(forked(was, at, *ARMS[0], "arrangement.credibility=.9", "behaviour.mechanisms.aftermath=false"), 0, log)
    assert state.credibility[0] == 0.9
    state = run(forked(was, at, *ARMS[0], "scenario.outsiders=[UKG]"), 0, log)
    assert not state.member[was.world.index("UKG", "")]


def test_oil_flows_into_sanctions_under_way():
    numbers = range(20)
    was = experiment(*ARMS[0])
    events = told(was, numbers)["events"]
    number = int(events["run"][events["kind"] == Kind.SANCTION_IMPOSED][0])
    own = events[events["run"] == number]
    at = first(own, Kind.SANCTION_IMPOSED)
    reached = [
        told(forked(was, at, *ARMS[0], f"scenario.key_commodity={oil}", number=number), numbers)
        for oil in ("omitted", "included")
    ]
    pressure = [rows["crises"]["peak_pressure"] for rows in reached]
    assert (pressure[1] >= pressure[0]).all() and (pressure[1] > pressure[0]).any()
