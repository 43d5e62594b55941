"""What each clock is for: another answer, another war or another end where it runs slower, on the same luck."""

from dataclasses import fields

import numpy as np
import pytest

from sim.behaviour import Clocks
from sim.stream.codes import Measure, Outcome
from stage.arms import Difference, backed_down, crises, experiment

RUNS = 120
BLOCS = ("scenario=two_blocs", "arrangement=self_help")
ABYSSINIA = ("scenario=abyssinia_1935", "arrangement=league")
SUEZ = ("scenario=suez_1956", "arrangement=un_1945")
BROUGHT = ("behaviour.p_referral_member=1", "behaviour.referral_against_veto=1")


COUNCIL = ("scenario=great_on_small", "arrangement=un_1945", *BROUGHT)
JULY = ("scenario=july_1914", "arrangement=blocs_1914")


def column(name):
    return lambda rows: rows[name].astype(float)


def day(name):
    """Days, a year and one where it never came."""
    return lambda rows: np.nan_to_num(rows[name], nan=366.0)


def met(rows):
    return np.isfinite(rows["first_meeting_day"]).astype(float)


def met_at_once(rows):
    return (rows["first_meeting_day"] < 1.0).astype(float)


def held(rows):
    return (rows["outcome"] == Outcome.FAIT_ACCOMPLI).astype(float)


def sanctioned(rows):
    return (rows["strongest_adopted"] >= Measure.SANCTIONS_PARTIAL).astype(float)


CLOCKS = {
    "behaviour.clocks.referral_open_days": (COUNCIL, 0.5, 300, met, "falls"),
    "behaviour.clocks.referral_small_days": ((*COUNCIL, "scenario.ambiguity=1"), 1, 3650, met, "falls"),
    "behaviour.clocks.referral_proxy_days": ((*COUNCIL, "scenario.ambiguity=1", "scenario.deniable=true"), 1, 3650, met, "falls"),
    "behaviour.clocks.referral_ln_sd": (COUNCIL, 0, 3, met_at_once, "rises"),
    "behaviour.clocks.inquiry_days": ((*ABYSSINIA, "scenario.ambiguity=0.8"), 1, 1000, sanctioned, "falls"),
    "behaviour.clocks.sanction_days": (ABYSSINIA, 1, 365, column("peak_pressure"), "falls"),
    "behaviour.clocks.review_days": (SUEZ, 5, 365, backed_down, "falls"),
    "behaviour.clocks.hold_days": (ABYSSINIA, 5, 300, held, "falls"),
    "behaviour.clocks.reconsider_days": ((*SUEZ, "arrangement.fallback.kind=none", "behaviour.mechanisms.expected_veto=false"), 5, 1000,
                                         column("n_drafts"), "falls"),
    "behaviour.clocks.own_initiative_days": ((*BLOCS, "behaviour.mechanisms.obligations=false"), 1, 3650, column("n_fighting"), "falls"),
    "behaviour.clocks.obligation_days": ((*BLOCS, "behaviour.clocks.own_initiative_days=3650"), 0, 365, column("n_fighting"), "falls"),
    "behaviour.clocks.mobilisation_days": (BLOCS, 0, 365, column("n_fighting"), "falls"),
    "behaviour.clocks.mobilisation_mean_days": (BLOCS, 0, 365, column("n_fighting"), "falls"),
    "behaviour.clocks.aggressor_ally_days": (JULY, 0, 365, column("share_kept"), "falls"),
    "behaviour.clocks.aggressor_ally_mean_days": (JULY, 0, 1000, column("share_kept"), "falls"),
    "behaviour.clocks.transport_km_per_day": (BLOCS, 5, 5000, column("n_fighting"), "rises"),
    "behaviour.clocks.forum_days": ((*COUNCIL, "scenario.rival_forum=regional body", "behaviour.p_rival_forum=1",
                                     "behaviour.p_referral_after_forum=1"), 1, 1000, met, "falls"),
    "behaviour.clocks.bargain_days": (ABYSSINIA, 5, 3650, column("deal"), "falls"),
    "behaviour.clocks.leak_days": (ABYSSINIA, 1, 3000, column("leaked"), "falls"),
    "arrangement.calendar.notice_days": (COUNCIL, 0, 100, day("first_meeting_day"), "rises"),
    "arrangement.calendar.sitting_days": (SUEZ, 1, 100, column("n_drafts"), "falls"),
    "arrangement.calendar.dwell_days": ((*ABYSSINIA, "scenario.entry=frontier_dispute"), 1, 300, sanctioned, "falls"),
    "arrangement.fallback.after_days": (SUEZ, 1, 300, day("first_measure_day"), "rises"),
    "arrangement.forces.ready_days": (("scenario=great_on_small", "arrangement=ideal", "aggression=forced"), 1, 300, day("first_action_day"),
                                      "rises"),
    "scenario.deadline_days": (("scenario=munich_1938", "arrangement=league", "aggression=forced"), 3, 300, column("end_day"), "rises"),
}  # fmt: skip


def test_every_clock_of_the_states_is_listed():
    assert {f"behaviour.clocks.{clock.name}" for clock in fields(Clocks)} <= set(CLOCKS)


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_clock_matters(clock):
    stage, quick, slow, reading, goes = CLOCKS[clock]
    one, other = (reading(crises(experiment(*stage, f"{clock}={value}"), RUNS)) for value in (quick, slow))
    assert getattr(Difference(one, other, clock), goes)
