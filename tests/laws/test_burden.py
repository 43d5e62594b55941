"""Laws 6, 7 and 12: who carries the burden, for whom, and what simultaneous crises and central command do to it; forced mode."""

import numpy as np
import pytest

from sim.run import theatres_of
from sim.state import NEVER
from stage.arms import RUNS, Difference, experiment, rows, states

EQUALS = {
    "n_equal_states": ("S001", "S002"),
    "peer_on_peer": ("S003", "S004"),
    "fast_seizure": ("S005", "S006"),
    "small_on_small": ("S001", "S002"),
}


@pytest.mark.parametrize("scenario", EQUALS)
def test_law_6_the_pledged_share_falls_with_the_size_of_the_group(scenario, behaviour):
    """Equal states on a ring, each as strong as the next; with a strong norm that binds in proportion the share does not fall."""
    aggressor, target = EQUALS[scenario]

    def pledged(n, *norm):
        arm = experiment(
            f"scenario={scenario}", "world=n_equal_states", *behaviour, "arrangement=ideal", "aggression=forced", "behaviour.belief_draws=2",
            f"scenario.aggressors=[{aggressor}]", f"scenario.targets=[{target}]", f"world.n_states={n}",
            "arrangement.forces.centralisation=0", "arrangement.forces.standing_share=0", "behaviour.a_assurance=0",
            "behaviour.a_pull=0", "behaviour.a_reputation=0", "behaviour.a_security=40", "behaviour.war.exponent=1",
            "behaviour.a_inertia=2.5", "behaviour.costs.remoteness=0", "behaviour.mechanisms.obligations=false",
            "behaviour.clocks.own_initiative_days=3650", *norm,
        )  # fmt: skip
        return np.array([s.pledged[0].sum() / (arm.world.n_states - 2) for s in states(arm)])

    bound = ("behaviour.a_norm=100", "behaviour.duty_by_share=1")
    assert Difference(
        pledged(8, "behaviour.a_norm=0"), pledged(32, "behaviour.a_norm=0"), f"{scenario}, free riding"
    ).falls
    assert not Difference(pledged(8, *bound), pledged(32, *bound), f"{scenario}, norm").falls


WILLING = {"abyssinia_1935": 4.7, "great_on_small": 3.0, "two_blocs": 4.7, "manchuria_1931": 3.0}
"""Inertia at which enough outsiders fight for selectivity to be seen; the stylised great powers hardly ever do."""


@pytest.mark.parametrize("scenario", WILLING)
def test_law_7_the_response_rises_with_affinity_to_the_great_powers(scenario, behaviour):
    common = (
        f"scenario={scenario}", *behaviour, "arrangement=ideal", "aggression=forced", "behaviour.belief_draws=2", "arrangement.forces.centralisation=0",
        "arrangement.forces.standing_share=0", f"behaviour.a_inertia={WILLING[scenario]}",
    )  # fmt: skip
    arm = experiment(*common)
    target, parties = arm.world.ids[arm.openings[0].targets[0]], {*arm.openings[0].targets, *arm.openings[0].aggressors}
    powers = [s for i, s in enumerate(arm.world.ids) if arm.world.great_power[i] and i not in parties]

    def response(value):
        return rows(*common, f"+scenario.affinity.{target}={{{','.join(f'{p}:{value}' for p in powers)}}}")[
            "coalition_power"
        ]

    assert Difference(response(-0.6), response(0.6), f"{scenario}, selectivity").rises


PAIRS = {
    "great_on_small": ("S003", "S024", "S004", "S025"),
    "two_blocs": ("S003", "S012", "S004", "S013"),
    "abyssinia_1935": ("ITA", "ETH", "JPN", "CHN"),
}


@pytest.mark.parametrize("scenario", PAIRS)
def test_law_12_simultaneous_crises_are_answered_less_than_the_same_apart(scenario, behaviour):
    """Forces are one stock, and the agenda is one; what the first crisis does to credibility is held off."""
    one, other, second, third = PAIRS[scenario]

    def summed(later):
        found = rows(
            f"scenario={scenario}", *behaviour, "arrangement=ideal", "aggression=forced", "behaviour.belief_draws=2", "arrangement.forces.standing_share=0",
            "behaviour.mechanisms.aftermath=false", f"scenario.aggressors=[{one}]", f"scenario.targets=[{other}]",
            f"scenario.also=[{{day:{later},aggressors:[{second}],targets:[{third}],entry:attack}}]", f"horizon_days={370 + later}",
        )  # fmt: skip
        return found["coalition_power"].reshape(-1, 2).sum(axis=1)

    assert Difference(summed(370), summed(0), f"{scenario}, together less apart").falls


@pytest.mark.parametrize("scenario", ["abyssinia_1935", "great_on_small", "two_blocs", "korea_1950", "munich_1938"])
def test_law_12_centralisation_1_removes_defection(scenario, behaviour):
    """Once force is authorised every member that can fight there does, and none for the aggressor; at 0 some stand aside."""

    def defectors(degree):
        arm = experiment(
            f"scenario={scenario}",
            *behaviour,
            "arrangement=ideal",
            "aggression=forced",
            "behaviour.belief_draws=2",
            f"arrangement.forces.centralisation={degree}",
            "arrangement.forces.standing_share=0",
        )
        found = []
        for number, state in enumerate(states(arm, RUNS // 8)):
            if state.mandate[0] and state.attacked_at[0] != NEVER:
                own = arm.of_run(number)
                bound = arm.belongs & theatres_of(own, own.openings)[0].can_fight
                found.append(int((state.side[0][bound] != 1).sum()))
        assert found
        return found

    assert not any(defectors(1))
    assert all(defectors(0))


@pytest.mark.parametrize("scenario", ["abyssinia_1935", "great_on_small", "two_blocs"])
def test_doing_nothing_is_the_mode(scenario, behaviour):
    arm = experiment(
        f"scenario={scenario}", *behaviour, "arrangement=self_help", "aggression=forced", "behaviour.belief_draws=2"
    )
    outside = arm.world.n_states - len(arm.openings[0].aggressors) - len(arm.openings[0].targets)
    joined = np.array([(s.field_since[0] >= 0).sum() for s in states(arm)])
    print(f"{scenario}: {joined.mean() / outside:.4f} joiners a state, some joiner in {(joined > 0).mean():.2f}")
    assert joined.mean() / outside < 0.1
