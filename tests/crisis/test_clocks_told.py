"""Clocks that strike between two events of a story: the gap is the lever's, whatever else happens."""

import numpy as np
import pytest

from sim.decision.undertaking import referral_median_days
from sim.run import run, theatres_of
from sim.state import UNIT
from sim.stream.codes import Kind, Measure
from sim.stream.log import Log, Record
from stage.arms import experiment

RUNS = 60
MINUTE = 1.0 / 1440.0
SITTING = 240 * MINUTE
SLOW_WAR = ("behaviour.war.tempo_days=3650", "behaviour.war.tempo_lopsided_days=3650", "behaviour.mechanisms.settlement=false",
            "behaviour.mechanisms.backing_down=false", "behaviour.p_referral_member=1", "behaviour.referral_against_veto=1",
            "horizon_days=2000")  # fmt: skip
BLOCS = ("scenario=two_blocs", "arrangement=self_help", "behaviour.a_inertia=1", *SLOW_WAR)
COUNCIL = ("scenario=great_on_small", "arrangement=un_1945", "scenario.aggressors=[S020]", *SLOW_WAR)


def told(arm, runs=RUNS):
    for number in range(runs):
        log = Log(Record.at("events"))
        run(arm, number, log)
        yield log.take()["events"]


def of(events, kind, measure=None):
    return events[(events["kind"] == kind) & (True if measure is None else events["measure"] == measure)]


def is_exponential(days, mean):
    days = np.array(days)
    assert len(days) > 20
    assert abs(days.mean() - mean) < 3.5 * mean / np.sqrt(len(days))
    assert abs((days > mean).mean() - np.exp(-1)) < 3.5 * 0.5 / np.sqrt(len(days))


def journeys(arm, runs=5):
    """State, side and days of every first contingent from its pledge to its arrival."""
    theatre = theatres_of(arm, arm.openings)[0]
    for events in told(arm, runs):
        arrived, pledged = of(events, Kind.ARRIVED), of(events, Kind.PLEDGED)
        for i in np.unique(arrived["actor"]):
            set_out = pledged[pledged["actor"] == i][0]
            came = arrived[arrived["actor"] == i][0]
            yield int(i), 1 if set_out["subject"] == theatre.target else -1, float(came["day"] - set_out["day"])


@pytest.mark.parametrize(("own", "others", "pace"), [(8, 15, 400), (2, 40, 200)])
def test_a_contingent_is_as_long_under_way_as_its_march_and_the_least_of_its_mobilisation(own, others, pace):
    arm = experiment(
        *BLOCS, "behaviour.clocks.mobilisation_mean_days=0", "behaviour.clocks.aggressor_ally_mean_days=0", f"behaviour.clocks.mobilisation_days={own}",
        f"behaviour.clocks.aggressor_ally_days={others}", f"behaviour.clocks.transport_km_per_day={pace}",
    )  # fmt: skip
    distance = theatres_of(arm, arm.openings)[0].distance_km
    seen = list(journeys(arm))
    assert {side for _, side, _ in seen} == {1, -1}
    for i, side, days in seen:
        assert days == pytest.approx(distance[i] / pace + (own if side > 0 else others), abs=MINUTE)


@pytest.mark.parametrize(("side", "lever"), [(1, "mobilisation_mean_days"), (-1, "aggressor_ally_mean_days")])
def test_the_rest_of_a_mobilisation_is_exponential(side, lever):
    at_once = [f"behaviour.clocks.{name}=0" for name in ("mobilisation_days", "aggressor_ally_days")]
    arm = experiment(*BLOCS, *at_once, "behaviour.clocks.transport_km_per_day=20000", f"behaviour.clocks.{lever}=40")
    distance = theatres_of(arm, arm.openings)[0].distance_km
    is_exponential([days - distance[i] / 20000 for i, which, days in journeys(arm, RUNS) if which == side], 40.0)


def test_standing_forces_arrive_after_an_exponential_time_about_their_readiness():
    arm = experiment("scenario=great_on_small", "arrangement=ideal", "arrangement.forces.ready_days=12", *SLOW_WAR)
    days = []
    for events in told(arm, 10):
        sent, arrived = of(events, Kind.MOBILISED), of(events, Kind.ARRIVED)
        assert (sent["value"] >= UNIT).all()
        days += [float(arrived["day"][arrived["actor"] == e["actor"]][0] - e["day"]) for e in sent]
    is_exponential(days, 12.0)


def test_the_organ_sits_again_at_its_pace_after_a_sitting_that_bore_fruit():
    arm = experiment(*COUNCIL, "arrangement.calendar.sitting_days=9")
    days = []
    for events in told(arm):
        met, adopted = of(events, Kind.MET), of(events, Kind.ADOPTED)
        if len(met) > 1 and adopted.size and met["day"][0] < adopted["day"][0] < met["day"][1]:
            days.append(float(met["day"][1] - met["day"][0]) - SITTING)
    is_exponential(days, 9.0)


def test_an_assembly_is_called_after_an_exponential_time():
    arm = experiment("scenario=suez_1956", "arrangement=un_1945", "arrangement.fallback.after_days=15", *SLOW_WAR)
    days = []
    for events in told(arm):
        met = of(events, Kind.MET)["day"]
        days += [
            float(next_day - opened)
            for opened in of(events, Kind.FALLBACK_OPENED)["day"]
            for next_day in met[met > opened][:1]
        ]
    is_exponential(days, 15.0)


def test_a_rival_forum_tries_for_an_exponential_time():
    arm = experiment(*COUNCIL, "scenario.rival_forum=regional body", "behaviour.p_rival_forum=1", "behaviour.p_referral_after_forum=0",
                     "behaviour.clocks.forum_days=25")  # fmt: skip
    days = []
    for events in told(arm):
        taken, dropped = of(events, Kind.TAKEN_ELSEWHERE), of(events, Kind.NOT_REFERRED)
        days += [float(day - taken["day"][0]) for day in dropped["day"]]
    is_exponential(days, 25.0)


@pytest.mark.parametrize("days", [10, 30])
def test_a_threat_is_answered_on_its_deadline(days):
    arm = experiment(
        *COUNCIL, "scenario.entry=threat", f"scenario.deadline_days={days}", "behaviour.mechanisms.diplomacy=false"
    )
    for events in told(arm, 20):
        answered = np.concatenate([of(events, Kind.RESISTED), of(events, Kind.CONCEDED)])
        assert answered["day"][0] == pytest.approx(days, abs=MINUTE)


@pytest.mark.parametrize(("entry", "waits"), [("covert", True), ("attack", False)])
def test_the_next_rung_waits_until_the_last_has_dwelt_unless_the_invasion_is_plain(entry, waits):
    arm = experiment(*COUNCIL, f"scenario.entry={entry}", "arrangement.calendar.dwell_days=60")
    gaps = []
    for events in told(arm):
        condemned = of(events, Kind.ADOPTED, Measure.CONDEMNATION)
        taken_up = [of(events, kind, Measure.SANCTIONS_PARTIAL) for kind in (Kind.TABLED, Kind.NOT_TABLED)]
        days = np.sort(np.concatenate(taken_up)["day"])
        if condemned.size and days.size and days[0] > condemned["day"][0]:
            gaps.append(float(days[0] - condemned["day"][0]))
    assert len(gaps) > 5
    assert (min(gaps) >= 60) == waits


def test_a_draft_that_failed_waits_to_be_reconsidered():
    arm = experiment("scenario=suez_1956", "arrangement=un_1945", "arrangement.fallback.kind=none", "behaviour.clocks.reconsider_days=90",
                     "behaviour.mechanisms.expected_veto=false", *SLOW_WAR)  # fmt: skip
    again = 0
    for events in told(arm, 20):
        fell = of(events, Kind.OBJECTIVE_TAKEN)["day"]
        for measure in (Measure.CONDEMNATION, Measure.CEASEFIRE_DEMAND):
            failed, tabled = of(events, Kind.VETOED, measure), of(events, Kind.TABLED, measure)
            for day in failed["day"]:
                later = tabled["day"][tabled["day"] > day]
                if later.size and not ((fell > day) & (fell < later[0])).any():
                    again += 1
                    assert later[0] - day >= 90
    assert again > 20


@pytest.mark.parametrize(("ambiguity", "days"), [("0.6", 1.5 * 40**0.6), ("1", 60)])
def test_what_is_done_by_proxy_is_brought_later(ambiguity, days):
    arm = experiment(*COUNCIL, f"scenario.ambiguity={ambiguity}", "scenario.deniable=true")
    assert arm.behaviour.clocks.referral_proxy_days == 60
    assert referral_median_days(theatres_of(arm, arm.openings)[0].undertaking, arm.behaviour.clocks) == pytest.approx(
        days
    )


@pytest.mark.parametrize("every", [7, 20])
def test_sides_review_at_even_intervals_where_no_organ_speaks(every):
    arm = experiment(
        "scenario=great_on_small", "arrangement=self_help", f"behaviour.clocks.review_days={every}", *SLOW_WAR
    )
    for events in told(arm, 3):
        reviewed = of(events, Kind.REVIEWED)["day"]
        assert np.diff(reviewed) == pytest.approx(every, abs=MINUTE)


@pytest.mark.parametrize("days", [5, 50])
def test_what_nobody_fights_for_is_held_after_exactly_so_long(days):
    arm = experiment("scenario=great_on_small", "arrangement=self_help", "scenario.objective=total", "behaviour.mechanisms.force=false",
                     "behaviour.mechanisms.obligations=false", f"behaviour.clocks.hold_days={days}")  # fmt: skip
    seen = 0
    for events in told(arm):
        overrun, held = of(events, Kind.TARGET_OVERRUN), of(events, Kind.HELD)
        if held.size:
            seen += 1
            assert held["day"][0] - overrun["day"][0] == pytest.approx(days, abs=2 * MINUTE)
    assert seen > 10
