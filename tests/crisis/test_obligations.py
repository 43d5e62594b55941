"""The casus foederis: whose treaty covers the attack, and how often it is kept."""

import numpy as np

from sim.run import run
from sim.stream.codes import Decision, Kind
from sim.stream.log import Log, Record
from stage.arms import RUNS, Difference, crises, experiment

QUIET = ("scenario=n_equal_states", "arrangement=self_help", "aggression=forced", "behaviour.a_partisan=0", "behaviour.a_security=0",
         "behaviour.a_pull=0", "behaviour.a_cost=0", "behaviour.a_norm=0")  # fmt: skip
TREATY = "world.obligations=[{debtor:S003,creditor:S002,kind:defence%s}]"
NAMED = TREATY % ",against:S001"


def kept(arm, runs):
    """Decisions on the treaty, and those in which it was kept."""
    log = Log(Record.at("events"))
    for number in range(runs):
        run(arm, number, log)
    events = log.take()["events"]
    honoured = np.unique(events["run"][events["kind"] == Kind.OBLIGATION_HONOURED]).size
    refused = np.unique(events["run"][events["kind"] == Kind.OBLIGATION_REFUSED]).size
    return honoured, honoured + refused


def test_with_nothing_else_at_stake_a_treaty_is_kept_as_often_as_treaties_are():
    """.22 after 1945, .66-.75 before (Berkemeier and Fuhrmann 2018; Leeds, Long and Mitchell 2000)."""
    for reliability in (0.22, 0.7):
        arm = experiment(*QUIET, NAMED, f"behaviour.honour_after_1945={reliability}", "behaviour.tau=0")
        honoured, asked = kept(arm, 2 * RUNS)
        print(f"kept {honoured} of {asked} at {reliability}")
        assert asked > RUNS
        assert abs(honoured / asked - reliability) < 3.5 * np.sqrt(reliability * (1 - reliability) / asked)


def test_without_its_bond_a_treaty_is_next_to_nothing():
    arms = [
        experiment(*QUIET, NAMED, "behaviour.honour_after_1945=0.7", f"behaviour.mechanisms.bonds={s}")
        for s in ("false", "true")
    ]
    assert Difference(*(crises(arm)["n_fighting"] for arm in arms), "kept").rises


def test_half_a_bond_is_kept_less_often_than_a_whole_one():
    weaker, whole = (
        experiment(*QUIET, NAMED, "behaviour.honour_after_1945=0.7", f"behaviour.treaty_bond={s}") for s in (0.5, 1)
    )
    assert Difference(*(crises(arm)["n_fighting"] for arm in (weaker, whole)), "kept").rises


def test_no_bond_at_all_is_as_without_its_mechanism():
    arms = [
        experiment(*QUIET, NAMED, *off) for off in (("behaviour.treaty_bond=0",), ("behaviour.mechanisms.bonds=false",))
    ]
    assert (crises(arms[0])["n_fighting"] == crises(arms[1])["n_fighting"]).all()


def test_terms_that_name_nobody_cover_a_part_of_attacks():
    arm = experiment(*QUIET, TREATY % "")
    _, asked = kept(arm, RUNS)
    p = arm.behaviour.casus_foederis
    ended_first = 0.2
    assert (
        p * (1 - ended_first) - 3.5 * np.sqrt(p * (1 - p) / RUNS) < asked / RUNS < p + 3.5 * np.sqrt(p * (1 - p) / RUNS)
    )


def test_only_who_was_asked_or_fought_is_judged():
    """Leeds, Long and Mitchell 2000: reliability is of alliances that were called on by their exact terms."""
    arm = experiment(*QUIET, TREATY % "", "behaviour.casus_foederis=0.4")
    log = Log(Record.at("events"))
    for number in range(RUNS):
        run(arm, number, log)
    events = log.take()["events"]
    debtor = events["actor"] == arm.world.ids.index("S003")

    def runs_with(*kinds):
        return set(events["run"][debtor & np.isin(events["kind"], kinds)].tolist())

    asked = runs_with(Kind.OBLIGATION_HONOURED, Kind.OBLIGATION_REFUSED)
    judged = runs_with(Kind.RELIABILITY_UPDATED)
    assert asked <= judged <= asked | runs_with(Kind.PLEDGED)
    assert 0.1 * RUNS < len(asked) < len(judged) < 0.7 * RUNS


def test_the_bond_is_told_as_reputation():
    arm = experiment(*QUIET, NAMED, "behaviour.honour_after_1945=0.5")
    log = Log(Record.at("full", "all"))
    run(arm, 0, log)
    rows = log.take()["positions"]
    debtor = arm.world.ids.index("S003")
    told = rows[(rows["decision"] == Decision.OBLIGATION) & (rows["state"] == debtor)]
    assert told["reputation"][0] == arm.behaviour.a_inertia


BREACH = ("scenario=rhineland_1936", "arrangement=locarno", "aggression=forced")


def test_a_breach_calls_fewer_to_arms_than_an_attack():
    light, heavy = (crises(experiment(*BREACH, f"behaviour.breach_gravity={g}")) for g in (0.4, 1.0))
    assert Difference(heavy["n_fighting"], light["n_fighting"], "guarantors that fight").falls
    assert not np.isnan(light["objective_day"]).any()
    assert (light["objective_day"] == 0).all()


def test_gravity_is_for_breaches_alone():
    attack = ("scenario=rhineland_1936", "arrangement=locarno", "aggression=forced", "scenario.entry=attack")
    one, other = (crises(experiment(*attack, f"behaviour.breach_gravity={g}"), 20) for g in (0.4, 1.0))
    assert one.tobytes() == other.tobytes()
