"""Each step's own clock: what its lever says is how long it takes."""

import numpy as np
import pytest

from sim.run import run
from sim.stream.codes import Kind
from sim.stream.log import Log, Record
from stage.arms import experiment

RUNS = 60
SLOW_WAR = ("behaviour.war.tempo_days=3650", "behaviour.war.tempo_lopsided_days=3650", "behaviour.mechanisms.settlement=false",
            "behaviour.mechanisms.backing_down=false", "behaviour.p_referral_member=1", "behaviour.referral_against_veto=1",
            "horizon_days=2000")  # fmt: skip


def told(arm, number):
    log = Log(Record.at("events"))
    run(arm, number, log)
    return log.take()["events"]


def first(events, kind):
    days = events["day"][events["kind"] == kind]
    return float(days[0]) if days.size else np.nan


def between(arm, one, other):
    """Days from the first event of a kind to the first of another, over runs that have both."""
    days = []
    for number in range(RUNS):
        events = told(arm, number)
        days.append(first(events, other) - first(events, one))
    days = np.array(days)
    return days[np.isfinite(days)]


CLOCKS = {
    "inquiry": (("scenario=great_on_small", "arrangement=un_1945", "scenario.ambiguity=0.8"), "behaviour.clocks.inquiry_days", 50, 40.0,
                Kind.INQUIRY_OPENED, Kind.INQUIRY_REPORTED),
    "notice": (("scenario=great_on_small", "arrangement=un_1945"), "arrangement.calendar.notice_days", 20, 20.0, Kind.REFERRED, Kind.MET),
    "own initiative": (("scenario=two_blocs", "arrangement=self_help", "behaviour.mechanisms.obligations=false", "behaviour.a_inertia=1"),
                       "behaviour.clocks.own_initiative_days", 30, 30.0, Kind.ATTACKED, Kind.PLEDGED),
    "casus foederis": (("scenario=two_blocs", "arrangement=self_help", "behaviour.clocks.own_initiative_days=3650", "behaviour.a_inertia=0"),
                       "behaviour.clocks.obligation_days", 20, 20.0, Kind.ATTRIBUTED, Kind.OBLIGATION_HONOURED),
}  # fmt: skip


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_clock_is_exponential_about_its_lever(clock):
    stage, lever, value, mean, begins, ends = CLOCKS[clock]
    days = between(experiment(*stage, *SLOW_WAR, f"{lever}={value}"), begins, ends)
    assert len(days) > 20
    assert abs(days.mean() - mean) < 3.5 * mean / np.sqrt(len(days))


LATER = {
    "review": (("scenario=great_on_small", "arrangement=self_help"), "behaviour.clocks.review_days", 10, 40, Kind.ATTACKED, Kind.REVIEWED),
    "hold": (("scenario=great_on_small", "arrangement=self_help", "behaviour.mechanisms.force=false"), "behaviour.clocks.hold_days", 5, 50,
             Kind.TARGET_OVERRUN, Kind.HELD),
    "mobilisation": (("scenario=two_blocs", "arrangement=self_help", "behaviour.a_inertia=1"), "behaviour.clocks.mobilisation_days", 1, 60,
                     Kind.PLEDGED, Kind.ARRIVED),
    "sanctions": (("scenario=abyssinia_1935", "arrangement=league"), "behaviour.clocks.sanction_days", 2, 60,
                  Kind.MET, Kind.SANCTION_IMPOSED),
    "bargain": (("scenario=abyssinia_1935", "arrangement=league", "behaviour.a_norm=0"), "behaviour.clocks.bargain_days", 5, 60,
                Kind.ATTACKED, Kind.BARGAIN_OPENED),
    "leak": (("scenario=abyssinia_1935", "arrangement=league", "behaviour.a_norm=0"), "behaviour.clocks.leak_days", 5, 60,
             Kind.DEAL_MADE, Kind.DEAL_LEAKED),
}  # fmt: skip


@pytest.mark.parametrize("clock", LATER)
def test_a_slower_clock_strikes_later(clock):
    stage, lever, fast, slow, begins, ends = LATER[clock]
    slow_war = SLOW_WAR if clock != "hold" else ()
    medians = []
    for value in (fast, slow):
        days = between(experiment(*stage, *slow_war, f"{lever}={value}"), begins, ends)
        assert len(days) > 5
        assert (days * 1440 >= 1 - 1e-6).all()
        medians.append(np.median(days))
    assert medians[0] < medians[1]


def test_two_crises_queue_for_one_agenda():
    """One organ sits on one matter at a time: the four hours of one sitting are not those of another."""
    arm = experiment("scenario=great_on_small", "arrangement=un_1945", *SLOW_WAR, "arrangement.calendar.notice_days=0",
                     "scenario.also=[{day:0,aggressors:[S004],targets:[S025],entry:attack}]")  # fmt: skip
    for number in range(20):
        events = told(arm, number)
        met = np.sort(events["day"][events["kind"] == Kind.MET])
        assert (np.diff(met) * 1440 >= 240 - 1e-6).all()
