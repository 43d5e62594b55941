"""Secret diplomacy: what a deal gives, and what both sides hold it against."""

import math

import numpy as np
import pytest

from kernels.campaign import absorption, p_battle
from sim.crisis.history import History
from sim.decision.theatre import theatre_of
from sim.run import run
from sim.stream.codes import EndCause, Kind, Outcome
from sim.stream.log import Log, Record
from stage.arms import RUNS, crises, experiment

MUNICH = ("scenario=munich_1938", "arrangement=league", "behaviour.mechanisms.leaks=false",
          "behaviour.clocks.bargain_days=4", "behaviour.clocks.leak_days=4")  # fmt: skip


def told(arm, number):
    log = Log(Record.at("events"))
    run(arm, number, log)
    return log.take()["events"]


def test_before_the_attack_a_deal_is_held_against_what_the_parties_have_by_themselves():
    arm = experiment(*MUNICH, "behaviour.deal_offer=0.95")
    theatre, war = theatre_of(arm, arm.openings[0]), arm.behaviour.war
    x_a = math.fsum(theatre.power_against[theatre.on_aggressor_side])
    x_t = math.fsum(theatre.power_for[theatre.on_target_side])
    assert x_a > 2.0 * x_t
    hopes = 1.0 - absorption(
        p_battle(x_a, x_t, war.exponent, war.forts, theatre.edge), war.start, theatre.undertaking.objective
    )
    before = []
    for number in range(RUNS // 2):
        events = told(arm, number)
        attacked = events["day"][events["kind"] == Kind.ATTACKED]
        refused = (events["kind"] == Kind.DEAL_REFUSED) & (events["day"] < (attacked[0] if attacked.size else np.inf))
        before += events["value"][refused].tolist()
    assert len(before) > 3
    assert before == pytest.approx([hopes] * len(before))


def test_who_has_nothing_in_the_field_yet_is_not_taken_for_an_equal():
    arm = experiment(*MUNICH)
    history = History(arm, 0, Log(Record.at("summary")), arm.openings, [theatre_of(arm, arm.openings[0])])
    history.state.front[0], history.state.objective[0] = arm.behaviour.war.start, 6
    assert history.prospects(0)[:2] == (0.0, 0.0)
    assert history.p_win(0) > 0.5 == pytest.approx(history.prospects(0)[3])


@pytest.mark.parametrize("offer", [0.5, 0.6])
def test_a_deal_that_is_taken_gives_what_was_offered(offer):
    rows = crises(experiment(*MUNICH, "behaviour.settlement.split_hazard=0", f"behaviour.deal_offer={offer}"))
    taken = (rows["end_cause"] == EndCause.SPLIT) & (rows["outcome"] == Outcome.COMPROMISE)
    shares = np.unique(rows["share_kept"][taken])
    assert offer in shares
    assert set(shares) <= {offer}


def test_an_ultimatum_is_bargained_over_before_it_runs_out():
    arm = experiment("scenario=munich_1938", "arrangement=league", "behaviour.mechanisms.leaks=false")
    deadline = arm.scenario.deadline_days
    settled = put = made = 0
    for number in range(RUNS):
        events = told(arm, number)
        at = {kind: events["day"][events["kind"] == kind] for kind in (Kind.DEAL_MADE, Kind.ATTACKED, Kind.ENDED)}
        answer = np.isin(events["kind"], [Kind.SPLIT_AGREED, Kind.DEAL_REFUSED])
        if not at[Kind.DEAL_MADE].size or at[Kind.DEAL_MADE][0] >= deadline:
            continue
        made += 1
        put += bool(answer.any() and events["day"][answer][0] < deadline)
        settled += not at[Kind.ATTACKED].size
    assert made > 10
    assert put == made, "else the offer comes when the war has begun"
    assert settled > made / 2
