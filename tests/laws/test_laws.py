"""The laws of docs/model on single crises, by paired runs; each says whether it is pathwise or a mean, and in which mode."""

import numpy as np
import pytest

from stage.arms import RUNS, Difference, attempts, crises, experiment, states, taken

SCENARIOS = ("abyssinia_1935", "great_on_small", "two_blocs")
TEMPTING = {"abyssinia_1935": 0.3, "great_on_small": 0.4, "two_blocs": 0.6}
"""Stakes at which the aggressor is in two minds, so that a law about attempts can be seen."""

WILLING = {"abyssinia_1935": 4.7, "great_on_small": 3.0, "two_blocs": 4.7}
"""Inertia at which enough outsiders fight for selectivity to be seen; the stylised great powers hardly ever do."""

CHARTERS = ("league", "ideal", "self_help")
STRONGER = {
    "norm": ("behaviour.a_norm=2.5", "behaviour.a_norm=4.0"),
    "credibility": ("arrangement.credibility=0.3", "arrangement.credibility=0.7"),
    "notice": ("arrangement.calendar.notice_days=20", "arrangement.calendar.notice_days=1"),
    "mobilisation": ("behaviour.clocks.mobilisation_mean_days=60", "behaviour.clocks.mobilisation_mean_days=10"),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("charter", ["league", "ideal"])
@pytest.mark.parametrize("lever", STRONGER)
def test_law_1_more_norm_credibility_or_speed_does_not_raise_attempts(scenario, charter, lever):
    weak, strong = STRONGER[lever]
    common = (f"scenario={scenario}", f"arrangement={charter}", "aggression=computed", f"scenario.stake={TEMPTING[scenario]}")
    gap = Difference(attempts(crises(experiment(*common, weak))), attempts(crises(experiment(*common, strong))), lever)
    assert not gap.rises


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("lever", STRONGER)
def test_law_1_holds_pathwise_without_security_and_pull(scenario, lever):
    weak, strong = STRONGER[lever]
    common = (
        f"scenario={scenario}", "arrangement=ideal", "aggression=computed", "scenario.stake=0.75",
        "behaviour.a_security=0", "behaviour.a_pull=0",
    )  # fmt: skip
    few, many = attempts(crises(experiment(*common, strong))), attempts(crises(experiment(*common, weak)))
    assert (few <= many).all()


TO_THE_END = ("horizon_days=3650", "behaviour.mechanisms.settlement=false")
"""A coalition three times as strong as the aggressor quickens the war, so that a cut at one year, or a split in a slow war, would
hide from the slower arm battles that the faster one still fights."""

SLOWER = {
    "notice": ("arrangement.calendar.notice_days=1", "arrangement.calendar.notice_days=60"),
    "mobilisation": ("behaviour.clocks.mobilisation_mean_days=5", "behaviour.clocks.mobilisation_mean_days=120"),
    "inquiry": ("behaviour.clocks.inquiry_days=1", "behaviour.clocks.inquiry_days=400"),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("lever", SLOWER)
def test_law_4_slower_answers_do_not_save_the_objective(scenario, lever):
    fast, slow = SLOWER[lever]
    common = [
        f"scenario={scenario}", "arrangement=ideal", "aggression=forced", "behaviour.mechanisms.diplomacy=false",
        "behaviour.mechanisms.sanctions=false", "arrangement.forces.standing_share=0", *TO_THE_END,
    ]  # fmt: skip
    if lever == "inquiry":
        common.append("scenario.ambiguity=0.8")
    gap = Difference(taken(crises(experiment(*common, fast))), taken(crises(experiment(*common, slow))), lever)
    assert not gap.falls


def test_law_4_a_slower_answer_loses_the_objective():
    common = (
        "scenario=great_on_small", "arrangement=ideal", "behaviour.mechanisms.diplomacy=false",
        "behaviour.mechanisms.sanctions=false", "arrangement.forces.standing_share=0", *TO_THE_END,
    )  # fmt: skip
    fast, slow = ("arrangement.calendar.notice_days=0.1",), ("arrangement.calendar.notice_days=300",)
    assert Difference(taken(crises(experiment(*common, *fast))), taken(crises(experiment(*common, *slow)))).rises


@pytest.mark.parametrize("charter", ["league", "ideal"])
def test_law_5_pressure_falls_as_outsiders_hold_more_of_the_trade(charter):
    common = ("scenario=abyssinia_1935", f"arrangement={charter}", "aggression=forced")
    few, many = "world.trade.ITA.GMY=0.0", "world.trade.ITA.GMY=0.17"
    outside = "scenario.outsiders=[GMY]"
    less = crises(experiment(*common, few, outside))
    more = crises(experiment(*common, many, outside))
    assert Difference(less["peak_pressure"], more["peak_pressure"], "pressure").falls


def test_law_5_pressure_and_yielding_fall_when_the_key_commodity_is_left_out():
    common = ("scenario=abyssinia_1935", "arrangement=ideal", "aggression=forced", "behaviour.settlement.yield_pressure=12")
    common = (*common, "behaviour.mechanisms.force=false", "arrangement.instruments=[{measure:sanctions_partial,force:binding}]")
    with_oil = crises(experiment(*common, "scenario.key_commodity=included"))
    without = crises(experiment(*common, "scenario.key_commodity=omitted"))
    assert Difference(with_oil["peak_pressure"], without["peak_pressure"], "pressure").falls
    yielded = [(rows["end_cause"] == 4).astype(float) for rows in (with_oil, without)]
    assert not Difference(*yielded, "yielding").rises


def test_law_6_the_pledged_share_falls_with_the_size_of_the_group():
    def pledged(n, *norm):
        arm = experiment(
            "scenario=n_equal_states", "arrangement=ideal", f"world.n_states={n}", "arrangement.forces.centralisation=0",
            "arrangement.forces.standing_share=0", "behaviour.a_assurance=0", "behaviour.a_pull=0", "behaviour.a_reputation=0",
            "behaviour.a_security=40", "behaviour.war.exponent=1", "behaviour.a_inertia=2.5", "behaviour.costs.remoteness=0",
            "behaviour.mechanisms.obligations=false", "behaviour.clocks.own_initiative_days=3650", *norm,
        )  # fmt: skip
        return np.array([s.pledged[0].sum() / (arm.world.n_states - 2) for s in states(arm)])

    bound = ("behaviour.a_norm=100", "behaviour.duty_by_share=1")
    assert Difference(pledged(8, "behaviour.a_norm=0"), pledged(32, "behaviour.a_norm=0"), "free riding").falls
    assert not Difference(pledged(8, *bound), pledged(32, *bound), "norm").falls


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_law_7_the_response_rises_with_affinity_to_the_great_powers(scenario):
    arm = experiment(f"scenario={scenario}", "arrangement=ideal", "arrangement.forces.centralisation=0")
    target = arm.world.ids[arm.openings[0].targets[0]]
    parties = {*arm.openings[0].targets, *arm.openings[0].aggressors}
    powers = [s for i, s in enumerate(arm.world.ids) if arm.world.great_power[i] and i not in parties]

    def response(value):
        stated = ",".join(f"{p}:{value}" for p in powers)
        override = f"+scenario.affinity.{target}={{{stated}}}"
        return crises(
            experiment(f"scenario={scenario}", "arrangement=ideal", "arrangement.forces.centralisation=0",
                       "arrangement.forces.standing_share=0", f"behaviour.a_inertia={WILLING[scenario]}", override)
        )["coalition_power"]  # fmt: skip

    assert Difference(response(-0.6), response(0.6), "selectivity").rises


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_law_9_neutrals_contribute_nothing(scenario):
    arm = experiment(f"scenario={scenario}", "arrangement=ideal", "arrangement.forces.centralisation=0.5")
    ids = [s for i, s in enumerate(arm.world.ids) if i % 3 == 0 and i not in (*arm.openings[0].targets, *arm.openings[0].aggressors)]
    neutral = experiment(f"scenario={scenario}", "arrangement=ideal", *(f"world.states.{s}.neutral=true" for s in ids))
    index = [neutral.world.ids.index(s) for s in ids]
    for state in states(neutral, RUNS // 4):
        assert not state.side[:, index].any()
        assert not state.delivered[:, index].any()


def test_law_9_attempts_between_blocs_are_rarest_near_parity():
    def attempts_at(ratio):
        total = 0.0
        for aggressor, target in (("S001", "S002"), ("S002", "S001")):
            strong, weak = 0.3 * ratio / (1 + ratio), 0.3 / (1 + ratio)
            total = total + attempts(
                crises(experiment(
                    "scenario=two_blocs", "arrangement=self_help", "aggression=computed", "scenario.objective=total",
                    f"scenario.aggressors=[{aggressor}]", f"scenario.targets=[{target}]", "scenario.stake=0.8",
                    "behaviour.misperception=0.2", "+world.states.S001.capability=" + str(strong),
                    "+world.states.S002.capability=" + str(weak), "world.blocs=0",
                ))
            )  # fmt: skip
        return total

    assert not Difference(attempts_at(1.0), attempts_at(6.0), "imbalance").falls


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_law_10_a_failed_response_lowers_credibility(scenario):
    rows = crises(experiment(f"scenario={scenario}", "arrangement=ideal", "aggression=forced", "arrangement.credibility=0.5"))
    failed, kept = rows["share_kept"] > 0.5, rows["share_kept"] < 0.5
    assert (rows["credibility_after"][failed] < rows["credibility_before"][failed]).all()
    assert (rows["credibility_after"][kept] > rows["credibility_before"][kept]).all()


def test_law_12_centralisation_1_removes_defection():
    arm = experiment("scenario=abyssinia_1935", "arrangement=ideal", "arrangement.forces.centralisation=1")
    theatre_free = ~arm.world.neutral
    for opening in arm.openings:
        theatre_free[[*opening.targets, *opening.aggressors]] = False
    for state in states(arm, RUNS // 4):
        if state.mandate[0]:
            assert (state.side[0][theatre_free] == 1).all()


@pytest.mark.parametrize("scenario", ["abyssinia_1935", "great_on_small"])
def test_law_13_secret_deals_do_not_raise_the_strongest_measure(scenario):
    common = (f"scenario={scenario}", "arrangement=league", "behaviour.mechanisms.leaks=false")
    without = crises(experiment(*common, "behaviour.mechanisms.diplomacy=false"))
    with_deals = crises(experiment(*common, "behaviour.mechanisms.diplomacy=true"))
    assert not Difference(without["strongest_adopted"], with_deals["strongest_adopted"], "deals").rises


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("charter", CHARTERS)
def test_law_14_forces_are_conserved(scenario, charter):
    for state in states(experiment(f"scenario={scenario}", f"arrangement={charter}"), RUNS // 4):
        assert state.conserved()
        assert not state.transit.any()
        assert not state.field.any()


PAIRS = {
    "great_on_small": ("S003", "S024", "S004", "S025"),
    "two_blocs": ("S003", "S012", "S004", "S013"),
    "abyssinia_1935": ("ITA", "ETH", "JPN", "CHN"),
}


def two_crises(scenario, later, *overrides):
    """Crises of runs with a second one `later` days after the first."""
    one, other, second, third = PAIRS[scenario]
    also = f"scenario.also=[{{day:{later},aggressors:[{second}],targets:[{third}],entry:attack}}]"
    sides = (f"scenario.aggressors=[{one}]", f"scenario.targets=[{other}]")
    return crises(experiment(f"scenario={scenario}", *sides, also, "horizon_days=1200", *overrides))


@pytest.mark.parametrize("scenario", PAIRS)
def test_law_12_simultaneous_crises_are_answered_less_than_the_same_apart(scenario):
    common = ("arrangement=ideal", "arrangement.forces.standing_share=0", "behaviour.mechanisms.aftermath=false")
    together, apart = (two_crises(scenario, later, *common) for later in (0, 500))

    def summed(rows):
        return rows["coalition_power"].reshape(-1, 2).sum(axis=1)

    assert Difference(summed(apart), summed(together), "together less apart").falls


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_law_10_lower_credibility_raises_later_attempts(scenario):
    common = (f"scenario={scenario}", "arrangement=league", "aggression=computed", f"scenario.stake={TEMPTING[scenario]}")
    low, high = (attempts(crises(experiment(*common, f"arrangement.credibility={c}"))) for c in (0.05, 0.95))
    assert Difference(low, high, "credibility").falls


@pytest.mark.parametrize("scenario", PAIRS)
def test_law_11_force_without_mandate_lowers_later_joining(scenario):
    common = (
        "arrangement=league", "arrangement.instruments=[{measure:sanctions_partial,force:binding}]",
        "behaviour.a_inertia=2.5", "behaviour.costs.remoteness=0", "behaviour.credibility_memory=1000",
        "behaviour.unmandated=1", "behaviour.p_referral_member=1", "behaviour.p_referral_other=1",
    )  # fmt: skip
    kept, moved = (two_crises(scenario, 500, *common, f"behaviour.mechanisms.aftermath={a}") for a in ("false", "true"))
    second = [rows["n_sanctioning"][rows["crisis"] == 1].astype(float) for rows in (kept, moved)]
    assert Difference(*second, "senders after unmandated force").falls


def test_law_11_a_mandate_keeps_legitimacy():
    for state in states(experiment("scenario=abyssinia_1935", "arrangement=ideal"), RUNS // 4):
        if state.mandate[0] and state.done[0] >= 7:
            assert state.legitimacy[0] == 1.0


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_doing_nothing_is_the_mode(scenario):
    arm = experiment(f"scenario={scenario}", "arrangement=self_help", "aggression=forced")
    outside = arm.world.n_states - len(arm.openings[0].aggressors) - len(arm.openings[0].targets)
    joined = np.array([(s.field_since[0] >= 0).sum() for s in states(arm)])
    print(f"{scenario}: {joined.mean() / outside:.4f} joiners a state, some joiner in {(joined > 0).mean():.2f}")
    assert joined.mean() / outside < 0.1
