"""Where the organ is blocked: a coalition of the willing; who keeps a route; treaties that few know."""

import numpy as np

from sim.run import run, theatres_of
from sim.stream.codes import EndCause, Instrument, Kind, Outcome
from sim.stream.log import Log, Record
from stage.arms import RUNS, Difference, crises, experiment

BLOCKED = ("scenario=korea_1950", "arrangement=un_1945", "scenario.absent=[]", "arrangement.fallback.since=null",
           "behaviour.p_referral_member=1", "behaviour.referral_against_veto=1")  # fmt: skip


def told(arm, number):
    log = Log(Record.at("full", "all"))
    state = run(arm, number, log)
    return log.take(), state


def test_a_coalition_of_the_willing_follows_its_leader_without_a_mandate():
    willing, none = (experiment(*BLOCKED, f"arrangement.fallback.kind={kind}") for kind in ("coalition", "none"))
    led = 0
    for number in range(60):
        tables, state = told(willing, number)
        events = tables["events"]
        opened, leads = (events["day"][events["kind"] == k] for k in (Kind.FALLBACK_OPENED, Kind.LEADERSHIP_TAKEN))
        if opened.size and leads.size:
            led += 1
            assert leads[0] >= opened[0]
            assert not state.mandate[0]
    assert led
    fought = [crises(arm)["n_fighting"].astype(float) for arm in (none, willing)]
    assert Difference(*fought, "states that fight").rises


SECRET = (
    "scenario=n_equal_states",
    "arrangement=self_help",
    "aggression=forced",
    "arrangement.credibility=0.9",
    "behaviour.honour_after_1945=1",
)
PACT = "world.obligations=[{debtor:S003,creditor:S002,kind:defence,secret:%s}]"


def test_a_secret_guarantee_deters_nobody_and_binds_all_the_same():
    """July 1914: what Berlin did not know of London's commitments could not hold it back."""
    known, hidden = (experiment(*SECRET, PACT % secret) for secret in ("false", "true"))
    foreseen = []
    for arm in (hidden, known):
        theatre = theatres_of(arm, arm.openings)[0]
        log = Log(Record.at("full"))
        run(arm, 0, log)
        foreseen.append(log.take()["forecasts"]["p_force"][0])
        assert theatre.duties.treaties_for_target.owed.max() == 1.0
        assert (theatre.as_seen_by(theatre.aggressor) is theatre) == (arm is known)
        assert theatre.as_seen_by(arm.world.ids.index("S003")) is theatre
    assert foreseen[0] < foreseen[1]
    rows = [crises(arm)["n_fighting"] for arm in (known, hidden)]
    assert (rows[0] == rows[1]).all()


ROUTE = (
    "scenario=great_on_small",
    "arrangement=self_help",
    "behaviour.a_inertia=2",
    "behaviour.costs.remoteness=0",
    "behaviour.mechanisms.passage=true",
)
LEAVE = "+world.routes=[{into:S024,travellers:[%s],status:consent,keeper:S005}]"


def test_the_keeper_of_a_route_decides_who_comes_to_help():
    friends = ",".join(f"S{n:03d}" for n in range(6, 13))
    asked, free = experiment(*ROUTE, LEAVE % friends), experiment(*ROUTE)
    given = refused = 0
    for number in range(60):
        tables, state = told(asked, number)
        events = tables["events"]
        given += (events["kind"] == Kind.CONSENT_GIVEN).sum()
        no = events[events["kind"] == Kind.CONSENT_REFUSED]
        refused += no.size
        for i in no["subject"]:
            assert not state.field_since[0, i] >= 0
    assert given
    assert refused > given
    fought = [crises(arm)["coalition_power"] for arm in (free, asked)]
    assert Difference(*fought, "power sent").falls


def test_a_route_closed_behind_the_aggressor_costs_it_effect():
    """Suez, 1935: Italy went by the leave of the one that led the sanctions."""
    closed, runs = 0, RUNS
    arm = experiment(
        "scenario=abyssinia_1935", "arrangement=league", "behaviour.a_inertia=3", "behaviour.mechanisms.passage=true"
    )
    ita, ukg = (arm.world.ids.index(s) for s in ("ITA", "UKG"))
    for number in range(runs // 2):
        tables, state = told(arm, number)
        events = tables["events"][tables["events"]["kind"] == Kind.ROUTE_CLOSED]
        closed += events.size
        assert (events["actor"] == ukg).all()
        assert (state.passes[0, ita] < 1.0) == bool(events.size)
    assert 0 < closed < runs // 4
    kept = [(crises(experiment("scenario=abyssinia_1935", "arrangement=league", "behaviour.a_inertia=3", "behaviour.cut_off=0.95",
                               f"behaviour.mechanisms.passage={s}"))["share_kept"]) for s in ("false", "true")]  # fmt: skip
    assert Difference(*kept, "Italy's gain").falls


def test_an_aggressor_beaten_after_it_held_its_objective_is_rolled_back():
    arm = experiment("scenario=great_on_small", "arrangement=ideal", "arrangement.forces.standing_share=0.3")
    rows = crises(arm)
    beaten = rows[rows["outcome"] == Outcome.DEFEATED]
    held = ~np.isnan(beaten["objective_day"])
    assert (beaten["end_cause"][held] == EndCause.ROLLED_BACK).all()
    assert (beaten["end_cause"][~held] == EndCause.AGGRESSOR_DEFEATED).all()
    assert held.any()


def test_contributions_tell_standing_forces_and_peacekeepers():
    kinds = set()
    for overrides in (("arrangement=ideal",), ("scenario=suez_1956", "arrangement=un_1945")):
        arm = experiment(*overrides)
        for number in range(40):
            rows = told(arm, number)[0]["contributions"]
            kinds |= set(rows["instrument"].tolist())
            keepers = rows["state"][rows["instrument"] == Instrument.PEACEKEEPERS]
            assert not arm.world.great_power[keepers].any()
    assert {Instrument.STANDING_FORCE, Instrument.PEACEKEEPERS} <= kinds
