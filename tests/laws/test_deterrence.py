"""Laws 1, 9 and 10: what deters, between blocs and after a promise was broken; computed mode."""

import pytest

from sim.run import theatres_of
from stage.arms import RUNS, Difference, attempts, experiment, rows, states

AT_ONCE = ("aggression=computed", "horizon_days=1")
"""Whether the aggressor acts is settled at the opportunity; the horizon has no part in its forecast."""

STAKES = {"abyssinia_1935": 0.3, "great_on_small": 0.5, "two_blocs": 0.5, "corfu_1923": 0.4}
"""Stakes at which the aggressor is in two minds, so that a law about attempts can be seen."""

OPEN = ("arrangement=ideal", "arrangement.forces.centralisation=0", "arrangement.forces.standing_share=0")
CHARTERS = {"league": ("arrangement=league",), "pledge": (*OPEN, "arrangement.credibility=0.5")}
STRONGER = {
    "norm": (("behaviour.a_norm=0.5",), ("behaviour.a_norm=5",)),
    "credibility": (("arrangement.credibility=0.1",), ("arrangement.credibility=0.9",)),
    "notice": (("arrangement.calendar.notice_days=60",), ("arrangement.calendar.notice_days=1",)),
    "mobilisation": (("behaviour.clocks.mobilisation_mean_days=90",), ("behaviour.clocks.mobilisation_mean_days=10",)),
    "capability": (0.5, 1.5),
}


def arms(lever, scenario, common):
    """The weaker and the stronger arm of a lever; capability is that of the five strongest members that are no parties."""
    weak, strong = STRONGER[lever]
    if lever != "capability":
        return rows(*common, *weak), rows(*common, *strong)
    arm = experiment(*common)
    world, parties = arm.world, theatres_of(arm, arm.openings)[0].parties
    members = [i for i in world.capability.argsort()[::-1] if arm.belongs[i] and not parties[i]][:5]
    return tuple(
        rows(*common, *(f"+world.states.{world.ids[i]}.capability={world.capability[i] * factor:.9f}" for i in members))
        for factor in (weak, strong)
    )


@pytest.mark.parametrize("lever", STRONGER)
def test_law_1_more_norm_credibility_capability_or_speed_does_not_raise_attempts(lever, behaviour):
    lowered = []
    for charter, chosen in CHARTERS.items():
        for scenario, stake in STAKES.items():
            common = (f"scenario={scenario}", *behaviour, *chosen, *AT_ONCE, f"scenario.stake={stake}")
            weak, strong = arms(lever, scenario, common)
            gap = Difference(attempts(weak), attempts(strong), f"{lever}, {charter}, {scenario}")
            assert not gap.rises
            lowered.append(gap.falls)
    assert any(lowered)


@pytest.mark.parametrize("lever", STRONGER)
def test_law_1_holds_pathwise_without_security_and_pull(lever, behaviour):
    lowered = 0
    for scenario, stake in STAKES.items():
        common = (
            f"scenario={scenario}", *behaviour, *CHARTERS["pledge"], *AT_ONCE, f"scenario.stake={stake}", "behaviour.a_security=0",
            "behaviour.a_pull=0",
        )  # fmt: skip
        weak, strong = (attempts(a) for a in arms(lever, scenario, common))
        assert (strong <= weak).all(), scenario
        lowered += (strong < weak).sum()
    assert lowered


LEADERS = {"two_blocs": ("S001", "S002"), "peer_on_peer": ("S012", "S013"), "n_equal_states": ("S001", "S002")}


@pytest.mark.parametrize("scenario", LEADERS)
def test_law_9_attempts_between_blocs_are_rarest_near_parity(scenario, behaviour):
    """The leaders of two camps, each given the opportunity; their strength together is held."""
    one, other = LEADERS[scenario]

    def attempts_at(ratio):
        total = 0.0
        for aggressor, target in ((one, other), (other, one)):
            total = total + attempts(
                rows(
                    f"scenario={scenario}", *behaviour, "arrangement=self_help", *AT_ONCE, "scenario.objective=total",
                    f"scenario.aggressors=[{aggressor}]", f"scenario.targets=[{target}]", "scenario.stake=0.8", "world.blocs=0",
                    f"+world.states.{one}.capability={0.3 * ratio / (1 + ratio)}", f"+world.states.{other}.capability={0.3 / (1 + ratio)}",
                )
            )  # fmt: skip
        return total

    even = attempts_at(1.0)
    for ratio in (1 / 6, 3.0, 6.0):
        assert Difference(even, attempts_at(ratio), f"{scenario}, {ratio:.2g} to one").rises


@pytest.mark.parametrize("scenario", ["abyssinia_1935", "great_on_small", "two_blocs", "korea_1950"])
def test_law_9_neutrals_contribute_nothing(scenario, behaviour):
    arm = experiment(f"scenario={scenario}", *behaviour, "arrangement=ideal", "aggression=forced")
    parties = {*arm.openings[0].targets, *arm.openings[0].aggressors}
    ids = [s for i, s in enumerate(arm.world.ids) if i % 3 == 0 and i not in parties]
    neutral = experiment(
        f"scenario={scenario}",
        *behaviour,
        "arrangement=ideal",
        "aggression=forced",
        *(f"world.states.{s}.neutral=true" for s in ids),
    )
    index = [neutral.world.ids.index(s) for s in ids]
    fought = 0
    for before, state in zip(states(arm, RUNS // 8), states(neutral, RUNS // 8), strict=True):
        fought += before.delivered[:, index].any()
        assert not state.side[:, index].any()
        assert not state.delivered[:, index].any()
    assert fought


@pytest.mark.parametrize("scenario", ["abyssinia_1935", "great_on_small", "two_blocs", "korea_1950"])
def test_law_10_a_failed_response_lowers_credibility(scenario, behaviour):
    common = (
        f"scenario={scenario}",
        *behaviour,
        "arrangement=ideal",
        "aggression=forced",
        "arrangement.credibility=0.5",
    )
    found = rows(*common, runs=RUNS // 2)
    failed, kept = found["share_kept"] > 0.5, found["share_kept"] < 0.5
    assert failed.any() and kept.any()
    assert (found["credibility_after"][failed] < found["credibility_before"][failed]).all()
    assert (found["credibility_after"][kept] > found["credibility_before"][kept]).all()


AGAIN = {
    "great_on_small": ("S004", "S025", 0.6), "two_blocs": ("S001", "S012", 0.7), "abyssinia_1935": ("UKG", "AFG", 0.6),
    "corfu_1923": ("FRN", "BEL", 0.5),
}  # fmt: skip
"""Aggressor and target of the second crisis, and a stake at which that aggressor is in two minds."""


@pytest.mark.parametrize("scenario", AGAIN)
def test_law_10_lower_credibility_raises_later_attempts(scenario, behaviour):
    """The second of two crises: after an answer that failed, with what it does to credibility and without."""
    aggressor, target, stake = AGAIN[scenario]
    common = (
        f"scenario={scenario}", *behaviour, *OPEN, "arrangement.credibility=0.9", "aggression=computed", "horizon_days=421",
        "behaviour.mechanisms.obligations=false", "behaviour.belief_draws=4", f"scenario.stake={stake}",
        f"scenario.also=[{{day:420,aggressors:[{aggressor}],targets:[{target}],entry:attack}}]",
    )  # fmt: skip
    forgets, learns = (rows(*common, f"behaviour.credibility_memory={memory}") for memory in (1000, 0.25))
    first, second = forgets["crisis"] == 0, forgets["crisis"] == 1
    failed = forgets["attempted"][first] & (forgets["share_kept"][first] > 0.5)
    gap = Difference(attempts(forgets[second][failed]), attempts(learns[second][failed]), f"{scenario} after a failure")
    assert gap.rises
