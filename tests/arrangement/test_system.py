"""Opposing camps and protected dyads, by hand and in the worlds that are shipped."""

import numpy as np
import pytest

from sim.arrangement.charter import Charter, Pledge
from sim.arrangement.system import coverage, polarisation
from sim.world.facts import Obligation, StateFacts, WorldFacts
from sim.world.world import World
from stage.arms import experiment


def world_of(capabilities, affinity=None, **ties):
    states = {
        f"S{i}": StateFacts(name=f"S{i}", ccode=i + 1, capability=c, latitude=0.0, longitude=float(i), ideal=(0.0,))
        for i, c in enumerate(capabilities)
    }
    told = {f"S{i}": {f"S{j}": s for j, s in row.items()} for i, row in (affinity or {}).items()}
    return World(WorldFacts(name="by_hand", date="1930-01-01", states=states, affinity=told, **ties))


def all_pairs(n, value):
    return {i: {j: value(i, j) for j in range(n) if j != i} for i in range(n)}


def test_two_equal_camps_of_sworn_enemies_are_1():
    parted = world_of([0.25] * 4, all_pairs(4, lambda i, j: 1.0 if i // 2 == j // 2 else -1.0))
    assert polarisation(parted) == pytest.approx(1.0)


def test_friends_are_0_and_a_small_camp_parts_the_world_less():
    assert polarisation(world_of([0.25] * 4, all_pairs(4, lambda i, j: 1.0))) == 0.0
    uneven = world_of([0.3, 0.3, 0.3, 0.1], all_pairs(4, lambda i, j: 1.0 if (i < 3) == (j < 3) else -1.0))
    assert polarisation(uneven) == pytest.approx(4 * 0.9 * 0.1 * (0.9 + 0.1))


def test_everybody_for_himself_is_no_pair_of_camps():
    scattered = world_of([0.1] * 10, all_pairs(10, lambda i, j: -1.0))
    assert polarisation(scattered) == pytest.approx(4 * 0.1 * 0.9)


def test_a_promise_to_all_covers_every_dyad_and_none_covers_none():
    three, everybody = world_of([0.3] * 3), np.ones(3, dtype=bool)
    promise = Charter(name="a", title="a", covers="any", pledge=Pledge(wording="automatic"))
    assert coverage(promise, three, everybody, "1930-01-01") == 1.0
    assert coverage(Charter(name="a", title="a"), three, everybody, "1930-01-01") == 0.0


def test_members_alone_are_covered_and_need_a_third():
    promise = Charter(name="a", title="a", covers="members", pledge=Pledge(wording="as_deems_necessary"))
    four, two = world_of([0.25] * 4), np.array([True, True, False, False])
    # either member against the two strangers, whom the other member would meet; not against its only ally
    assert coverage(promise, four, two, "1930-01-01") == pytest.approx(4 / 12)


def test_a_treaty_covers_its_creditor_against_whom_it_names():
    ties = (
        Obligation(debtor="S0", creditor="S1", kind="defence", against="S2"),
        Obligation(debtor="S0", creditor="S2", kind="consultation"),
        Obligation(debtor="S0", creditor="S2", kind="defence", since="1931-01-01"),
    )
    nobody = np.zeros(3, dtype=bool)
    three = world_of([0.3] * 3, obligations=ties)
    assert coverage(Charter(name="a", title="a"), three, nobody, "1930-01-01") == pytest.approx(1 / 6)
    assert coverage(Charter(name="a", title="a"), three, nobody, "1932-01-01") == pytest.approx(2 / 6)


def test_the_covenant_covers_more_than_treaties_and_the_cold_war_is_parted_more():
    def told(*overrides):
        return experiment(*overrides).system

    league, alone = told("arrangement=league"), told("arrangement=self_help")
    assert league[0] == alone[0] and league[1] > 0.8 > 0.2 > alone[1] > 0.0
    blocs, strangers = (
        told("scenario=two_blocs", "arrangement=self_help"),
        told("scenario=n_equal_states", "arrangement=self_help"),
    )
    assert blocs[0] > strangers[0]
