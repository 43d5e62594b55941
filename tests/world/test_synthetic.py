"""Synthetic worlds: whole at every size, told by seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SettingError
from sim.schema import decode, plain
from sim.world.choice import world_facts
from sim.world.synthetic import SyntheticFacts, make_synthetic
from sim.world.world import World, WorldFacts


@settings(max_examples=40, deadline=None)
@given(
    n_states=st.integers(2, 40),
    power_law=st.floats(0, 4),
    blocs=st.integers(0, 2),
    geography=st.sampled_from(["scatter", "ring", "grid", "islands"]),
    seed=st.integers(0, 2**63),
)
def test_any_lever_gives_a_whole_world(n_states, power_law, blocs, geography, seed):
    facts = make_synthetic(
        SyntheticFacts(n_states=n_states, power_law=power_law, blocs=blocs, geography=geography), seed
    )
    world = World(decode(WorldFacts, plain(facts), "world"))
    assert world.n_states == n_states
    assert world.capability.sum() == pytest.approx(1.0, abs=1e-6)
    assert np.isfinite(world.trade).all() and np.abs(world.affinity).max() <= 1


def test_same_seed_same_world_and_another_seed_another():
    one, same, other = (make_synthetic(SyntheticFacts(), seed) for seed in (1, 1, 2))
    assert one == same != other


def test_zipf_ratio_of_first_to_tenth():
    world = World(make_synthetic(SyntheticFacts(n_states=10, power_law=1.0), 1))
    assert world.capability[0] / world.capability[9] == pytest.approx(10.0, rel=1e-6)


def test_power_law_zero_makes_equals():
    world = World(make_synthetic(SyntheticFacts(n_states=8, power_law=0.0), 1))
    assert np.ptp(world.capability) == 0.0


def test_members_of_a_bloc_stand_nearer_each_other():
    world = World(make_synthetic(SyntheticFacts(n_states=60, blocs=2, cohesion=1.0), 3))
    camp = [[world.index(s, "t") for s in world.facts.memberships[f"bloc_{k}"]] for k in (1, 2)]
    within = np.mean([world.affinity[np.ix_(c, c)].mean() for c in camp])
    assert within > 0.2 > -0.2 > world.affinity[np.ix_(camp[0], camp[1])].mean()


@pytest.mark.parametrize(
    ("geography", "n_states", "frontiers"), [("ring", 12, 12), ("islands", 12, 0), ("grid", 16, 24), ("ring", 2, 1)]
)
def test_frontiers_of_a_geography(geography, n_states, frontiers):
    world = World(make_synthetic(SyntheticFacts(n_states=n_states, geography=geography), 1))
    assert (world.contiguous.sum() - n_states) // 2 == frontiers


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"n_states": 301}, "world.n_states=301 is out of range: a whole number from 2 to 300 [states] is allowed"),
        ({"geografy": "ring"}, "unknown key world.geografy; did you mean geography?"),
        ({"n_states": 3, "blocs": 4}, "world.blocs=4 is more than world.n_states=3"),
        ({"geography": "torus"}, "world.geography='torus' is not one of scatter | ring | grid | islands"),
    ],
)
def test_a_wrong_lever_is_told_in_one_line(changes, what):
    with pytest.raises(SettingError) as caught:
        world_facts({"n_states": 10, **changes}, 1)
    assert str(caught.value).startswith(what)
