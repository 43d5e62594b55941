"""Cooling-off: a member bound to submit its quarrel waits for the award, or breaks its word."""

import numpy as np

from sim.run import run
from sim.stream.codes import EndCause, Kind
from sim.stream.log import Log, Record
from stage.arms import RUNS, Difference, crises, experiment

QUARREL = ("scenario=great_on_small", "arrangement=league", "scenario.entry=threat", "scenario.deadline_days=10",
           "behaviour.mechanisms.diplomacy=false", "behaviour.p_referral_member=1", "behaviour.referral_against_veto=1",
           "scenario.ambiguity=0.5", "behaviour.clocks.referral_small_days=1")  # fmt: skip
DAYS = 90


def told(arm, number):
    log = Log(Record.at("events"))
    run(arm, number, log)
    return log.take()["events"]


def first(events, kind):
    days = events["day"][events["kind"] == kind]
    return days[0] if days.size else np.nan


def test_who_keeps_its_word_waits_the_charters_days_and_who_breaks_it_is_plainly_to_blame():
    arm = experiment(*QUARREL)
    kept = broken = 0
    for number in range(RUNS // 2):
        events = told(arm, number)
        attacked, waits = first(events, Kind.ATTACKED), first(events, Kind.COOLING_OFF)
        if np.isfinite(waits):
            kept += 1
            assert not attacked < waits + DAYS - 0.01
        if np.isfinite(breach := first(events, Kind.COVENANT_BROKEN)):
            broken += 1
            assert first(events, Kind.ATTRIBUTED) <= breach
        assert (events["kind"] == Kind.ATTRIBUTED).sum() <= 1
    assert kept
    assert broken


def test_it_delays_attacks():
    on, off = (experiment(*QUARREL, f"behaviour.mechanisms.cooling_off={s}") for s in ("true", "false"))
    late = [
        np.array([np.nan_to_num(first(told(arm, n), Kind.ATTACKED), nan=365.0) for n in range(RUNS // 2)])
        for arm in (off, on)
    ]
    assert Difference(*late, "day of the attack").rises


def test_awards_that_both_prefer_to_war_prevent_some():
    common = ("scenario=n_equal_states", "arrangement=league", "scenario.entry=threat")
    on, off = (crises(experiment(*common, f"behaviour.mechanisms.cooling_off={s}")) for s in ("true", "false"))
    awards = [(rows["end_cause"] == EndCause.AWARD).astype(float) for rows in (off, on)]
    attacked = [np.isfinite(rows["objective_day"]).astype(float) for rows in (off, on)]
    assert Difference(*awards, "awards").rises
    assert not Difference(*attacked, "objectives taken").rises


def test_a_stranger_owes_no_delay():
    stranger = experiment(*QUARREL, "scenario.outsiders=[S003]", "behaviour.p_referral_other=1")
    assert not any((told(stranger, n)["kind"] == Kind.COOLING_OFF).any() for n in range(40))
    none = experiment(*QUARREL, "arrangement.calendar.cooling_off_days=0")
    assert not any((told(none, n)["kind"] == Kind.COOLING_OFF).any() for n in range(40))
