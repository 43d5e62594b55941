"""The aggressor's choice: to refrain, to threaten, to probe, to attack."""

import numpy as np
import pytest

from sim.run import run, theatres_of
from sim.stream.codes import EndCause, Entry, Kind, Outcome
from sim.stream.log import Log, Record
from stage.arms import RUNS, Difference, attempts, crises, experiment, states

PROBED = ("scenario=abyssinia_1935", "arrangement=ideal", "aggression=computed", "behaviour.probe.stake=0.35")
WEAK = (
    "scenario=n_equal_states",
    "arrangement=league",
    "aggression=computed",
    "arrangement.calendar.cooling_off_days=0",
    "scenario.stake=0.6",
)
INDIFFERENT = (*WEAK, "scenario.target_stake=0.2")


def told(arm, number):
    log = Log(Record.at("full", "all"))
    state = run(arm, number, log)
    return log.take(), state


def test_what_an_attack_would_not_win_a_probe_may():
    on, off = (crises(experiment(*PROBED, f"behaviour.mechanisms.probes={s}")) for s in ("true", "false"))
    assert Difference(attempts(off), attempts(on), "probes").rises
    probes = on["attempted"] & (on["entry"] == Entry.COVERT)
    assert probes.sum() > 0.05 * RUNS
    assert not (off["entry"] == Entry.COVERT).any()


def test_a_probe_is_limited_deniable_and_sends_a_part_of_the_forces():
    arm = experiment(*PROBED)
    probe, italy = arm.behaviour.probe, arm.openings[0].aggressors[0]
    seen = 0
    for number in range(40):
        tables, state = told(arm, number)
        kinds = tables["events"]["kind"]
        if not (kinds == Kind.PROBED).any():
            continue
        seen += 1
        assert (kinds == Kind.INQUIRY_OPENED).any()
        assert state.objective[0] == arm.behaviour.war.start + probe.forts
        assert state.delivered[0, italy] == pytest.approx(probe.forces * state.stock[italy], abs=1)
        assert state.conserved()
    assert seen


def test_one_that_cares_little_is_threatened_first_and_may_give_way():
    on, off = (crises(experiment(*INDIFFERENT, f"behaviour.mechanisms.threats={s}")) for s in ("true", "false"))
    conceded = [(rows["end_cause"] == EndCause.CONCEDED).astype(float) for rows in (off, on)]
    assert Difference(*conceded, "threats").rises
    assert not conceded[0].any()


def test_a_threat_that_is_not_worth_a_war_is_not_carried_out():
    """Rejected, it is worth no more than the war: only one that falsely hoped for a war that pays goes on."""
    arm = experiment(*INDIFFERENT, "arrangement=self_help")
    rejected = [s for s in states(arm) if s.end_cause[0] not in (EndCause.CONCEDED, EndCause.REFRAINED)]
    hopes = {
        went: [float(s.misperceived[0]) for s in rejected if bool(s.attempted[0]) == went] for went in (True, False)
    }
    assert min(hopes[True]) >= max(hopes[False])
    assert min(map(len, hopes.values())) > 0.05 * RUNS


MADE = ("aggression=forced", "scenario.entry=threat")


def test_nobody_gives_way_to_a_threat_that_nobody_would_make_good():
    """Between equals that care as much, a war promises its beginner a loss, and both know it (Fearon 1995)."""

    def given_way(*overrides):
        return crises(experiment(*INDIFFERENT, *MADE, *overrides))["end_cause"] == EndCause.CONCEDED

    assert Difference(given_way(), given_way("behaviour.stake_war_cost=1.5"), "gives way").falls
    assert given_way("behaviour.stake_war_cost=3").mean() < 0.2


THREAT = (
    "scenario=great_on_small",
    "arrangement=self_help",
    "aggression=forced",
    "scenario.entry=threat",
    "scenario.target_stake=3",
)


def test_a_threat_of_history_is_weighed_again_before_it_is_carried_out():
    """What is given of a historical case is its threat, not the attack that may have followed."""
    dear, cheap = (crises(experiment(*THREAT, f"scenario.stake={stake}"), 60) for stake in (0.05, 3))
    dropped = dear["outcome"] == Outcome.DETERRED
    assert dropped.mean() > 0.5
    assert not dear["attempted"][dropped].any() and not dear["share_kept"][dropped].any()
    assert (cheap["outcome"] == Outcome.DETERRED).mean() < 0.1


MUNICH = ("scenario=munich_1938", "arrangement=league", "scenario.target_stake=0.6", "behaviour.honour_before_1945=0.1")


def test_a_patron_that_would_be_dragged_in_counsels_surrender():
    """Prague, 19-21 September 1938 (Snyder 1984)."""

    def gave_way(*overrides):
        return crises(experiment(*MUNICH, *overrides))["end_cause"] == EndCause.CONCEDED

    silent, advised = gave_way("behaviour.mechanisms.advice=false"), gave_way()
    assert Difference(silent, advised, "gives way").rises


@pytest.mark.parametrize("scenario", ["abyssinia_1935", "suez_1956"])
def test_history_as_it_opened_leaves_no_choice(scenario):
    rows = crises(experiment(f"scenario={scenario}", "arrangement=ideal", "aggression=forced"), 30)
    assert (rows["entry"] == Entry.ATTACK).all()
    assert rows["attempted"].all()


def test_what_else_was_weighed_is_written_down():
    tables, _ = told(experiment(*PROBED), 0)
    row = tables["forecasts"][0]
    assert np.isfinite([row["utility_threat"], row["utility_probe"]]).all()
    assert row["utility"] >= max(row["utility_threat"], row["utility_probe"])
    forced, _ = told(experiment(*PROBED[:2]), 0)
    assert np.isnan([forced["forecasts"][0]["utility_threat"], forced["forecasts"][0]["utility_probe"]]).all()


def test_a_pact_against_armed_attack_waits_for_one():
    armed = (
        "scenario=great_on_small",
        "arrangement=un_1945",
        "arrangement.trigger=[armed_attack]",
        "scenario.entry=threat",
    )
    arm = experiment(*armed)
    theatre = theatres_of(arm, arm.openings)[0]
    assert theatre.duties.in_motion
    assert not theatre.quarrel.heeds_threats
    referred = 0
    for number in range(20):
        events = told(arm, number)[0]["events"]
        attacked, brought = (events["day"][events["kind"] == k] for k in (Kind.ATTACKED, Kind.REFERRED))
        assert not brought.size or brought[0] > attacked[0]
        referred += brought.size
    assert referred


def test_deterred_is_who_would_move_unanswered_and_does_not():
    rows = crises(experiment("scenario=great_on_small", "arrangement=ideal", "aggression=computed"))
    unanswered = crises(
        experiment(
            "scenario=great_on_small",
            "arrangement=ideal",
            "aggression=computed",
            "behaviour.mechanisms.deterrence=false",
        )
    )
    deterred = rows["outcome"] == Outcome.DETERRED
    assert deterred.any()
    assert unanswered["attempted"][deterred].mean() > 0.5
    cold = crises(
        experiment("scenario=great_on_small", "arrangement=ideal", "aggression=computed", "scenario.stake=0.01"), 50
    )
    assert (cold["outcome"] == Outcome.NOT_TEMPTED).all()
