"""A run: its order, its tree of causes, its clocks, its forces."""

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernels.campaign import absorption, p_battle
from sim.calendar import Calendar, minutes_of
from sim.run import run
from sim.stream.codes import EndCause, Kind, Outcome
from sim.stream.log import Log, Record
from stage.arms import experiment

FULL = Record.at("full", "all")
ALONE = tuple(
    f"behaviour.mechanisms.{m}=false"
    for m in (
        "force",
        "obligations",
        "settlement",
        "backing_down",
        "diplomacy",
        "sanctions",
        "peacekeeping",
        "aftermath",
    )
)


def told(arm, number, shuffle=None, record=FULL):
    log = Log(record)
    run(arm, number, log, shuffle=shuffle)
    return log.take()


@pytest.mark.parametrize("charter", ["league", "ideal", "self_help"])
def test_order_of_creation_never_reaches_the_log(charter):
    arm = experiment("scenario=abyssinia_1935", f"arrangement={charter}")
    for number in range(10):
        dice = random.Random(number)
        shuffled = told(arm, number, shuffle=lambda steps: dice.sample(list(steps), len(steps)))  # noqa: B023
        for table, rows in told(arm, number).items():
            assert rows.tobytes() == shuffled[table].tobytes(), table


def test_events_of_a_run_form_a_tree():
    arm = experiment("scenario=abyssinia_1935")
    for number in range(20):
        events = told(arm, number)["events"]
        assert (events["seq"] == np.arange(len(events))).all()
        assert (events["cause"] < events["seq"].astype(int)).all()
        assert (events["cause"] == -1).sum() == 1
        assert events["kind"][events["cause"] == -1].tolist() == [Kind.OPPORTUNITY]
        assert (np.diff(events["day"]) >= 0).all()


def test_the_same_number_is_the_same_history():
    arm, again = experiment("scenario=abyssinia_1935"), experiment("scenario=abyssinia_1935")
    told(again, 5)
    for table, rows in told(arm, 7).items():
        assert rows.tobytes() == told(again, 7)[table].tobytes()


@pytest.mark.parametrize(
    "overrides",
    [
        ("scenario=korea_1950", "arrangement=un_1945"),
        ("scenario=abyssinia_1935", "scenario.entry=threat", "world.states.AUL.great_power=true", "behaviour.a_norm=4"),
    ],
)
def test_the_order_of_runs_never_reaches_the_rows(overrides):
    forwards, backwards = experiment(*overrides), experiment(*overrides)
    last = 60
    there = {number: told(forwards, number) for number in range(last)}
    back = {number: told(backwards, number) for number in reversed(range(last))}
    for number in range(last):
        for table, rows in there[number].items():
            assert rows.tobytes() == back[number][table].tobytes(), (number, table)


def test_nobody_acts_for_both_sides():
    for overrides in (("arrangement=ideal",), ("scenario=korea_1950", "arrangement=un_1945")):
        arm = experiment(*overrides)
        for number in range(40):
            events = told(arm, number)["events"]
            against = {
                e["actor"]
                for e in events
                if e["kind"] == Kind.PLEDGED and e["subject"] == arm.openings[0].aggressors[0]
            }
            senders = {e["actor"] for e in events if e["kind"] == Kind.SANCTION_IMPOSED and e["seq"] > 0}
            helpers = {e["actor"] for e in events if e["kind"] in (Kind.PLEDGED, Kind.MOBILISED)} - against
            assert not against & helpers
            pledged_first = {
                e["actor"]: e["day"] for e in events if e["kind"] == Kind.PLEDGED and e["actor"] in against & senders
            }
            for e in events:
                if e["kind"] == Kind.SANCTION_IMPOSED and e["actor"] in pledged_first:
                    assert e["day"] < pledged_first[e["actor"]]


def test_nothing_happens_between_the_end_and_the_aftermath():
    after = {
        Kind.RETURNED,
        Kind.CREDIBILITY_UPDATED,
        Kind.LEGITIMACY_UPDATED,
        Kind.RELIABILITY_UPDATED,
        Kind.NOTICE_GIVEN,
        Kind.WITHDREW,
        Kind.LOSSES,
    }
    after |= {Kind.EXPELLED, Kind.REMEDIATION_ASKED}
    for overrides in (("scenario=suez_1956", "arrangement=un_1945"), ("scenario=abyssinia_1935",)):
        arm = experiment(*overrides)
        for number in range(40):
            kinds = [Kind(int(k)) for k in told(arm, number)["events"]["kind"]]
            assert set(kinds[kinds.index(Kind.ENDED) + 1 :]) <= after


def test_arms_share_their_luck():
    league, alone = experiment("arrangement=league"), experiment("arrangement=self_help", "scenario=abyssinia_1935")
    for number in range(20):
        first = [e["day"] for e in told(league, number)["events"] if e["kind"] in (Kind.BATTLE_WON, Kind.BATTLE_LOST)]
        second = [e["day"] for e in told(alone, number)["events"] if e["kind"] in (Kind.BATTLE_WON, Kind.BATTLE_LOST)]
        assert first[:1] == second[:1]


def test_no_delay_is_below_a_minute_and_none_lies_in_the_past():
    assert minutes_of(0.0) == minutes_of(1e-9) == 1
    with pytest.raises(ValueError, match="past"):
        Calendar().wait(-1, 0, 0)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 4.0])
def test_a_campaign_alone_is_the_gamblers_ruin(ratio):
    arm = experiment(
        "arrangement=self_help", f"scenario.theatre_ratio={ratio}", "behaviour.war.loss_share=0", "behaviour.war.tempo_ln_sd=0", "horizon_days=36500",
        "scenario.objective=total", *ALONE,
    )  # fmt: skip
    war = arm.behaviour.war
    edge = 2 * war.initiative / war.forts
    p = p_battle(ratio, 1.0, war.exponent, war.forts, edge)
    log, runs = Log(Record.at("summary")), 400
    for number in range(runs):
        run(arm, number, log)
    ends = log.take()["crises"]["end_cause"]
    assert set(ends) == {EndCause.TARGET_DEFEATED, EndCause.AGGRESSOR_DEFEATED}
    expected = absorption(p, war.start, war.forts)
    spread = np.sqrt(expected * (1 - expected) / runs)
    assert abs((ends == EndCause.TARGET_DEFEATED).mean() - expected) < 3.3 * spread


def test_the_initiative_of_the_war_is_that_of_its_battles():
    war = experiment().behaviour.war
    p = p_battle(3.0, 1.0, war.exponent, war.forts, 2 * war.initiative / war.forts)
    reach = absorption(p, war.forts // 2, war.forts)
    assert np.log(reach / (1 - reach)) == pytest.approx(war.exponent * np.log(3.0) + war.initiative)


@st.composite
def overrides(draw):
    charter = draw(st.sampled_from(["league", "ideal", "self_help"]))
    scenario = draw(st.sampled_from(["abyssinia_1935", "great_on_small", "two_blocs", "n_equal_states"]))
    chosen = [f"arrangement={charter}", f"scenario={scenario}"]
    chosen.append(
        f"scenario.entry={draw(st.sampled_from(['attack', 'threat', 'treaty_breach', 'covert', 'frontier_dispute']))}"
    )
    chosen.append(f"scenario.objective={draw(st.sampled_from(['limited', 'total']))}")
    chosen.append(f"aggression={draw(st.sampled_from(['forced', 'computed']))}")
    chosen.append(f"scenario.ambiguity={draw(st.floats(0, 1)):.3f}")
    chosen.append(f"scenario.deniable={str(draw(st.booleans())).lower()}")
    chosen.append(f"horizon_days={draw(st.integers(1, 800))}")
    chosen.append(f"arrangement.forces.centralisation={draw(st.floats(0, 1)):.2f}")
    for lever, high in (
        ("a_inertia", 10),
        ("a_norm", 10),
        ("a_partisan", 5),
        ("a_security", 40),
        ("a_pull", 30),
        ("tau", 3),
    ):
        chosen.append(f"behaviour.{lever}={draw(st.floats(0, high)):.3f}")
    for switch in ("diplomacy", "sanctions", "obligations", "force", "settlement", "leakage", "expected_veto"):
        chosen.append(f"behaviour.mechanisms.{switch}={str(draw(st.booleans())).lower()}")
    return chosen


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(overrides())
def test_any_valid_configuration_ends_with_one_outcome_and_conserved_forces(chosen):
    arm = experiment(*chosen)
    log = Log(FULL)
    for number in range(3):
        state = run(arm, number, log)
        assert state.conserved()
        assert state.closed[0]
    tables = log.take()
    assert tables["crises"]["run"].tolist() == [0, 1, 2]
    assert set(tables["crises"]["outcome"]) <= {int(o) for o in Outcome}
    assert (tables["events"]["kind"] == Kind.ENDED).sum() == 3
    assert (tables["crises"]["end_day"] <= arm.horizon_days).all()
