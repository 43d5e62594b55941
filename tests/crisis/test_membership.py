"""Exit and expulsion: a later crisis of the same run meets the arrangement as it is by then."""

import numpy as np

from sim.run import run
from sim.stream.codes import Kind
from sim.stream.log import Log, Record
from stage.arms import RUNS, Difference, crises, experiment

TWICE = ("scenario=great_on_small", "scenario.aggressors=[S012]", "scenario.targets=[S024]", "horizon_days=1500",
         "scenario.also=[{day:700,aggressors:[S012],targets:[S025],entry:attack}]", "scenario.theatre_ratio=8", "behaviour.worthwhile_share=0.01", "behaviour.discharged=0")  # fmt: skip

OF_1935 = ("scenario=abyssinia_1935", "arrangement=league")


def told(arm, number):
    log = Log(Record.at("events"))
    state = run(arm, number, log)
    return log.take()["events"], state


def test_an_expelled_aggressor_is_a_stranger_in_its_next_crisis():
    arm = experiment(*TWICE, "arrangement=league", "arrangement.exit.expulsion=true")
    culprit, expelled = arm.world.ids.index("S012"), 0
    for number in range(80):
        events, state = told(arm, number)
        put_out = events[(events["kind"] == Kind.EXPELLED) & (events["crisis"] == 0)]
        if not put_out.size:
            continue
        expelled += 1
        assert put_out["subject"].tolist() == [culprit]
        assert not state.member[culprit]
    assert expelled


def test_notice_runs_out_and_only_then_is_the_state_out():
    arm = experiment(
        *TWICE, "arrangement=league", "arrangement.exit.expulsion=false", "arrangement.exit.notice_days=200"
    )
    left = 0
    for number in range(80):
        events, state = told(arm, number)
        notice, out = (events[events["kind"] == k] for k in (Kind.NOTICE_GIVEN, Kind.WITHDREW))
        if out.size:
            left += 1
            assert out["day"][0] >= notice["day"][0] + 199.9
            assert not state.member[out["actor"][0]]
    assert left


def test_it_weighs_on_the_later_crisis():
    """A stranger's quarrel is less often brought before the organ (UN, 1947-1989: 4 of 8)."""
    common = (*TWICE, "arrangement=league", "behaviour.p_referral_other=0")

    def later(*exit):
        rows = crises(experiment(*common, *exit))
        return rows["referred"][rows["crisis"] == 1].astype(float)

    stays, goes = (
        later("arrangement.exit.expulsion=false", "arrangement.exit.notice_days=7300"),
        later("arrangement.exit.expulsion=true"),
    )
    assert Difference(stays, goes, "after expulsion").falls


def test_a_scenario_says_who_comes_in_and_who_stays_out():
    of_1935 = experiment(*OF_1935)
    america, germany = (of_1935.world.ids.index(state) for state in ("USA", "GMY"))
    assert not of_1935.belongs[[america, germany]].any()
    joined = experiment(*OF_1935, "scenario.insiders=[USA]")
    assert np.flatnonzero(joined.belongs != of_1935.belongs).tolist() == [america]
    alone = experiment(*OF_1935, "scenario.insiders=[USA]", "scenario.outsiders=[UKG]")
    assert alone.belongs[america]
    assert not alone.belongs[alone.world.ids.index("UKG")]


def test_trade_of_a_state_that_comes_in_is_cut():
    """The United States among the members presses on Italy more than the United States outside."""
    apart = crises(experiment(*OF_1935), RUNS)["peak_pressure"]
    together = crises(experiment(*OF_1935, "scenario.insiders=[USA]"), RUNS)["peak_pressure"]
    assert Difference(apart, together, "pressure").rises
