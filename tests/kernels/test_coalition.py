"""Coalition games of one, two and three states solved by hand."""

import numpy as np
import pytest

from kernels.capability import contest
from kernels.cascade import cascade
from kernels.coalition import game, game_batch, pull_weights
from reference.instances import coalition_batch, coalition_instance

HALVES = np.array([0.5, 1.0])


def play(n, affinity=None, **given):
    """Target 0, aggressor 1, both of power 1, then n states of power 1 who are free; every coefficient 0."""
    size = n + 2
    fixed = np.zeros(size, np.int8)
    fixed[:2] = 1, -1
    arguments = {
        "fixed": fixed, "order": np.arange(size), "power_for": np.ones(size), "power_against": np.ones(size),
        "base_for": np.zeros(size), "base_against": np.full(size, -100.0), "cost_for": np.zeros(size),
        "cost_against": np.zeros(size), "threat_from_aggressor": np.ones(size), "threat_from_target": np.ones(size),
        "willing_for": np.zeros(size, bool), "willing_against": np.zeros(size, bool), "weight": np.zeros((size, size), np.int64),
        "security": 0.0, "assurance": 0.0, "pull": 0.0, "mu": 1.0, "credibility_for": 0.0, "credibility_against": 0.0,
        "shares": HALVES, "max_passes": 20, "start": 0,
    }  # fmt: skip
    arguments |= {key: np.asarray(v, arguments[key].dtype) if np.ndim(v) else v for key, v in given.items()}
    if affinity is not None:
        arguments["weight"] = pull_weights(affinity, np.ones(size))
    side, share = np.zeros(size, np.int8), np.zeros(size)
    return game(*arguments.values(), side, share), side.tolist(), share.tolist()


@pytest.mark.parametrize(
    ("cost", "share"),
    [(1.0, 1.0), (2.0, 0.5), (2.5, 0.0)],
)
def test_one_state_weighs_security_against_cost(cost, share):
    """p rises from 1/2 to .6 at half share and 2/3 at full: 12 * .1 and 12 / 6 logits, less cost."""
    (passes, n_flippers, x_for, x_against, p), side, shares = play(1, security=12.0, cost_for=[0, 0, cost])
    assert shares == [1.0, 1.0, share]
    assert side == [1, -1, int(share > 0)]
    assert (passes, n_flippers) == (2 if share else 1, 0)
    assert (x_for, x_against, p) == (1.0 + share, 1.0, pytest.approx((1.0 + share) / (2.0 + share)))


@pytest.mark.parametrize("fear", ["security", "assurance"])
def test_a_utility_that_falls_before_it_rises_is_followed_to_the_end(fear):
    """12 logits lost on p(success) are 1, 3 and 4 at the three shares, against .45, 2.25 and 4.5 gained by taking part."""
    given = {"power_for": [1, 0, 4], "cost_for": [0, 0, -4.5], "base_for": [0, 0, 0.7], fear: -12.0}
    assert play(1, shares=np.array([0.1, 0.5, 1.0]), **given)[2][2] == 1.0
    assert play(1, shares=np.array([0.1, 0.5]), **given)[2][2] == 0.1


def test_a_course_that_pays_only_with_all_forces_is_not_passed_over():
    """Taking part itself is worth 4 logits a share, against 3 of inertia: 3.6 at nine tenths, 2 at a half."""
    given = {"cost_for": [0, 0, -4], "base_for": [0, 0, -3]}
    assert play(1, shares=np.array([0.1, 0.5, 0.9]), **given)[2][2] == 0.9
    assert play(1, shares=np.array([0.1, 0.5]), **given)[2][2] == 0.0


@pytest.mark.parametrize("hope", ["security", "assurance"])
def test_a_utility_that_rises_is_followed_as_far_as_it_does(hope):
    """12 logits won on p(success) are 1, 1.714 and 2.25 for .7, 1.4 and 2.1 of cost: .3, .314 and .15."""
    _, _, share = play(
        1, power_for=[1, 0, 4], cost_for=[0, 0, 7], shares=np.array([0.1, 0.2, 0.3]), **{hope: 12.0}
    )  # fmt: skip
    assert share[2] == 0.2


def test_who_hopes_for_less_joins_where_less_is_to_be_hoped_for():
    """With nine more for A, T's p(success) is 1/6 instead of 1/2: 12 logits lost on it are won back by a third, which is 4."""
    _, side, _ = play(
        2, power_against=[0, 1, 9, 0], power_for=[1, 0, 0, 1], base_for=[0, 0, -100, -3.9], base_against=[0, 0, 100, -100],
        assurance=-12.0, shares=np.array([1.0]),
    )  # fmt: skip
    assert side == [1, -1, -1, 1]


def test_forces_of_a_few_grains_are_tried_share_by_share():
    """Of 3.9 grains, 50 % are one whole grain and 52 % two: against three, p(success) jumps from 1/4 to 2/5 for .04 of cost."""
    grain = 2.0**-40
    _, _, share = play(
        1, power_for=[0, 0, 3.9 * grain], power_against=[0, 3 * grain, 0], security=1.0, base_for=[0, 0, 1], cost_for=[0, 0, 2],
        shares=np.array([0.5, 0.52]),
    )  # fmt: skip
    assert share[2] == 0.52


def test_second_joiner_rides_on_the_first():
    """Olson 1965: with the first in, half a share brings 12 (5/7 - 2/3) = .571 for .45 and a whole one 1.0 for .9."""
    (passes, _, x_for, _, p), _, share = play(2, security=12.0, cost_for=[0, 0, 0.9, 0.9])
    assert share == [1.0, 1.0, 1.0, 0.5]
    assert (passes, x_for) == (2, 2.5)
    assert p == pytest.approx(2.5 / 3.5)


def test_ties_go_to_standing_aside_then_to_the_target_then_to_the_smaller_share():
    assert play(1)[1][2] == 0
    assert play(1, base_for=[0, 0, 1.0], base_against=[0, 0, 1.0])[1:] == ([1, -1, 1], [1.0, 1.0, 0.5])
    assert play(1, base_for=[0, 0, 1.0], base_against=[0, 0, 1.5])[1:] == ([1, -1, -1], [1.0, 1.0, 0.5])


@pytest.mark.parametrize(("start", "joined"), [(0, 0), (1, 2)])
def test_stag_hunt_has_two_equilibria(start, joined):
    """Each joins if the other does: 2 logits of pull against 1 of inertia."""
    affinity = np.zeros((4, 4))
    affinity[2, 3] = affinity[3, 2] = 1.0
    (passes, _, _, _, _), side, _ = play(2, start=start, base_for=np.full(4, -1.0), affinity=affinity, pull=2.0)
    assert sum(s == 1 for s in side[2:]) == joined
    assert passes == (1 if start == 0 else 2)


def test_joining_feeds_on_joining():
    """Three in a row, each of whom follows the one before: one pass carries them all."""
    affinity = np.zeros((5, 5))
    affinity[3, 2] = affinity[4, 3] = 1.0
    (passes, _, x_for, _, _), side, _ = play(
        3, base_for=[0, 0, 0.1, -0.5, -0.5], affinity=affinity, pull=1.0, shares=np.array([1.0])
    )
    assert side == [1, -1, 1, 1, 1]
    assert (passes, x_for) == (2, 4.0)


def test_pursuer_and_pursued_cycle_and_stand_aside():
    """State 2 wants to be with 3, and 3 where 2 is not: no equilibrium, so both flip to the last and stand aside."""
    affinity = np.zeros((4, 4))
    affinity[2, 3], affinity[3, 2] = 1.0, -1.0
    for max_passes in (4, 5, 40):
        (passes, n_flippers, x_for, x_against, p), side, share = play(
            2, base_for=[0, 0, 0.1, 0], base_against=np.zeros(4), affinity=affinity, pull=1.0, max_passes=max_passes
        )
        assert (passes, n_flippers) == (max_passes, 2)
        assert side == [1, -1, 0, 0]
        assert share == [1.0, 1.0, 0.0, 0.0]
        assert (x_for, x_against, p) == (1.0, 1.0, 0.5)


@pytest.mark.parametrize(("credibility", "joined"), [(0.0, False), (1.0, True)])
def test_credibility_works_through_what_is_expected_of_others(credibility, joined):
    """T alone .25; with the willing giant expected, (1 + 8 + 1) / 13: 4 (.769 - .25) > 2 > 4 (2/5 - .25)."""
    _, side, _ = play(
        2, power_for=[1, 0, 8, 1], power_against=[0, 3, 0, 0], base_for=[0, 0, -100, -2], assurance=4.0, credibility_for=credibility,
        willing_for=[False, False, True, False], shares=np.array([1.0]),
    )  # fmt: skip
    assert side == [1, -1, 0, int(joined)]


def test_nobody_counts_on_itself_twice_or_on_the_barred():
    given = {"power_for": [1, 0, 8], "power_against": [0, 3, 0], "assurance": 4.0, "credibility_for": 1.0}
    given |= {"willing_for": [True, False, True], "shares": np.array([1.0])}
    gain = 4.0 * (9 / 12 - 1 / 4)
    assert play(1, base_for=[0, 0, -gain + 1e-6], **given)[1][2] == 1
    assert play(1, base_for=[0, 0, -gain - 1e-6], **given)[1][2] == 0
    assert play(1, base_for=[0, 0, 100], fixed=[1, -1, 2], **given)[1][2] == 0


def test_sides_are_mirror_images():
    """Swapping T and A, and every course, swaps the coalitions."""
    for seed in range(20):
        given = coalition_instance(14, seed)
        mirrored = dict(given, fixed=np.where(given["fixed"] == 2, 2, -given["fixed"]).astype(np.int8))
        for a, b in (
            ("power_for", "power_against"), ("base_for", "base_against"), ("cost_for", "cost_against"),
            ("threat_from_aggressor", "threat_from_target"), ("willing_for", "willing_against"),
            ("credibility_for", "credibility_against"),
        ):  # fmt: skip
            mirrored[a], mirrored[b] = given[b], given[a]
        side, share, other_side, other_share = np.zeros(14, np.int8), np.zeros(14), np.zeros(14, np.int8), np.zeros(14)
        result = game(*given.values(), side, share)
        mirror = game(*mirrored.values(), other_side, other_share)
        assert (other_side == -side).all()
        assert (other_share == share).all()
        assert mirror[:4] == (*result[:2], result[3], result[2])
        assert mirror[4] == pytest.approx(1.0 - result[4])


def test_a_settled_coalition_is_an_equilibrium():
    """Nobody gains by a unilateral move: playing on from the last pass changes nothing."""
    given = coalition_batch(40, 30, 3, max_passes=50)
    side, share = np.zeros((40, 30), np.int8), np.zeros((40, 30))
    passes, n_flippers, *_ = game_batch(*given.values(), side, share)
    settled = passes < 50
    assert settled.mean() > 0.9
    longer = dict(given, max_passes=51)
    side_longer, share_longer = np.zeros_like(side), np.zeros_like(share)
    game_batch(*longer.values(), side_longer, share_longer)
    assert (side[settled] == side_longer[settled]).all()
    assert (share[settled] == share_longer[settled]).all()
    assert (n_flippers[settled] == 0).all()


def test_contest_of_the_outcome_is_the_contest():
    given = coalition_instance(25, 9)
    side, share = np.zeros(25, np.int8), np.zeros(25)
    _, _, x_for, x_against, p = game(*given.values(), side, share)
    assert p == contest(x_for, x_against, given["mu"])


def test_a_cascade_climbs_the_threshold_ladder():
    """Granovetter 1978: thresholds 0, 1, 2 ... 99 end in a riot of all; with 2 for 1 it stops at the first."""
    n = 100
    ladder = 0.5 - np.arange(n, dtype=float)
    for broken, crowd in ((False, n), (True, 1)):
        base = ladder.copy()
        if broken:
            base[1] = base[2]
        side = np.zeros(n, np.int8)
        passes = cascade(base, np.ones(n), np.ones(n), 1.0, np.zeros(n, np.int8), 200, side)
        assert side.sum() == crowd
        assert passes == crowd + 1
