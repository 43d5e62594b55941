"""Referral: who is heard, how soon, and who is never brought before the organ."""

import numpy as np
import pytest

from sim.crisis.referral import p_referral
from sim.decision.undertaking import referral_median_days
from sim.run import run, theatres_of
from sim.stream.codes import Kind
from sim.stream.log import Log, Record
from stage.arms import RUNS, Difference, crises, experiment

UN = "arrangement=un_1945"


def chance(*overrides):
    arm = experiment(*overrides)
    return p_referral(theatres_of(arm, arm.openings)[0]), arm.behaviour


def test_a_quarrel_of_members_is_brought_and_one_of_strangers_may_not_be():
    inside, behaviour = chance(UN, "scenario=great_on_small", "scenario.aggressors=[S020]")
    outside, _ = chance(UN, "scenario=great_on_small", "scenario.aggressors=[S020]", "scenario.outsiders=[S020]")
    assert inside == behaviour.p_referral_member
    assert outside == behaviour.p_referral_other


def test_korea_1950_a_power_of_the_council_speaks_for_a_stranger():
    spoken_for, behaviour = chance(UN, "scenario=korea_1950")
    assert spoken_for == behaviour.p_referral_member
    alone, _ = chance(UN, "scenario=korea_1950", "world.patrons.ROK=[]")
    assert alone == behaviour.p_referral_other


def test_a_veto_behind_the_aggressor_discourages():
    empty, _ = chance(UN, "scenario=korea_1950")
    seated, behaviour = chance(UN, "scenario=korea_1950", "scenario.absent=[]")
    assert seated == pytest.approx(empty * behaviour.referral_against_veto)
    own, _ = chance(UN, "scenario=suez_1956")
    assert own == pytest.approx(behaviour.p_referral_member * behaviour.referral_against_veto)


def test_a_target_outside_finds_a_voice_and_an_aggressor_outside_is_out_of_reach():
    side = (UN, "scenario=great_on_small", "scenario.aggressors=[S020]")
    target = experiment(*side).scenario.targets[0]
    stranger, behaviour = chance(*side, f"scenario.outsiders=[{target}]")
    assert stranger == behaviour.p_referral_member


def test_only_a_veto_known_beforehand_discourages():
    """Under unanimity any friend may say no; of the Covenant's Art. 15 the aggressor's own vote is no part, under Art. 11 it is."""
    league = ("arrangement=league", "scenario=abyssinia_1935", "+world.patrons.ITA=[FRN]")
    excluded, behaviour = chance(*league)
    assert excluded == behaviour.p_referral_member
    counted, _ = chance(*league, "arrangement.organ.rule.parties_abstain_on=[]")
    assert counted == pytest.approx(behaviour.p_referral_member * behaviour.referral_against_veto)


def test_half_of_those_brought_are_so_under_the_threat():
    """ICB 14: a global organisation was involved in .41 of crises without violence and .80 of those that became wars."""
    threat = (
        UN,
        "scenario=great_on_small",
        "scenario.aggressors=[S020]",
        "scenario.entry=threat",
        "scenario.deadline_days=300",
    )
    rows, at_once = crises(experiment(*threat)), crises(experiment(*threat, "behaviour.referral_of_a_threat=1"))
    assert Difference(rows["referred"].astype(float), at_once["referred"].astype(float), "referral_of_a_threat").rises
    behaviour = experiment(*threat).behaviour
    p = behaviour.p_referral_member * behaviour.referral_of_a_threat
    early = np.nan_to_num(rows["first_meeting_day"], nan=1e9) < 300
    assert abs(early.mean() - p) < 3.3 * np.sqrt(p * (1 - p) / RUNS)


@pytest.mark.parametrize(("ambiguity", "days"), [("0", 1.5), ("0.5", (1.5 * 30) ** 0.5), ("1", 30)])
def test_the_call_is_delayed_in_proportion_to_the_dispute_on_the_scale_of_logarithms(ambiguity, days):
    arm = experiment(UN, "scenario=great_on_small", f"scenario.ambiguity={ambiguity}")
    clocks = arm.behaviour.clocks
    assert (clocks.referral_open_days, clocks.referral_small_days) == (1.5, 30)
    assert referral_median_days(theatres_of(arm, arm.openings)[0].undertaking, clocks) == pytest.approx(days)


def test_as_many_are_referred_as_the_chance_says_after_the_lognormal_delay():
    arm = experiment(UN, "scenario=great_on_small", "scenario.aggressors=[S020]", "arrangement.calendar.notice_days=0", "behaviour.war.tempo_days=3650",
                     "behaviour.war.tempo_lopsided_days=3650")  # fmt: skip
    rows, clocks = crises(arm), arm.behaviour.clocks
    p = arm.behaviour.p_referral_member
    assert abs(rows["referred"].mean() - p) < 3.3 * np.sqrt(p * (1 - p) / RUNS)
    logs = np.log(rows["first_meeting_day"][rows["referred"]])
    assert abs(np.median(logs) - np.log(clocks.referral_open_days)) < 3.3 * 1.25 * clocks.referral_ln_sd / np.sqrt(RUNS)
    disputed = crises(experiment(UN, "scenario=great_on_small", "scenario.ambiguity=0.5"))
    assert np.nanmedian(disputed["first_meeting_day"]) > np.nanmedian(rows["first_meeting_day"])


def events(arm, number):
    log = Log(Record.at("events"))
    run(arm, number, log)
    return log.take()["events"]


def test_the_soviet_union_is_back_in_the_council_on_1_august_1950():
    arm = experiment(UN, "scenario=korea_1950")
    rus = arm.world.ids.index("RUS")
    came_back = vetoes = 0
    for number in range(RUNS // 2):
        told = events(arm, number)
        back = told[told["kind"] == Kind.SEAT_RETAKEN]
        vetoed = told[(told["kind"] == Kind.VETOED) & (told["actor"] == rus)]
        assert (back["actor"] == rus).all()
        assert (back["day"] >= 37).all()
        assert (vetoed["day"] >= 37).all()
        came_back, vetoes = came_back + len(back), vetoes + len(vetoed)
    assert came_back
    assert vetoes
    stays_away = experiment(UN, "scenario=korea_1950", "scenario.absent_until.RUS='1952-01-01'")
    assert not any((events(stays_away, n)["kind"] == Kind.SEAT_RETAKEN).any() for n in range(40))


FORUM = (UN, "scenario=great_on_small", "scenario.rival_forum=regional body")


def test_a_quarrel_taken_elsewhere_seldom_reaches_the_organ():
    """The Football War went to the Organization of American States, the Ogaden to that of African Unity."""
    own, other = crises(experiment(*FORUM[:2])), crises(experiment(*FORUM))
    assert Difference(own["referred"].astype(float), other["referred"].astype(float), "rival forum").falls
    off = crises(experiment(*FORUM, "behaviour.mechanisms.rival_forum=false"))
    assert (off["referred"] == own["referred"]).all()


def test_it_is_heard_there_first():
    arm, taken = experiment(*FORUM), 0
    for number in range(60):
        told = events(arm, number)
        elsewhere, brought = (told["day"][told["kind"] == k] for k in (Kind.TAKEN_ELSEWHERE, Kind.REFERRED))
        taken += elsewhere.size
        if elsewhere.size and brought.size:
            assert brought[0] > elsewhere[0]
    p = arm.behaviour.p_rival_forum
    assert abs(taken / 60 - p) < 3.3 * np.sqrt(p * (1 - p) / 60)


def test_a_charter_defers_to_a_body_that_both_belong_to():
    def forum(*overrides):
        arm = experiment(UN, "scenario=suez_1956", "arrangement.defers_to=[arab_league]", *overrides)
        return theatres_of(arm, arm.openings)[0].quarrel.rival_forum

    assert forum() is None
    assert forum("scenario.aggressors=[IRQ]", "scenario.targets=[JOR]") == "arab_league"
