"""Decisions under the rules of real organs, counted against published voting-power tables."""

import itertools

import numpy as np
import pytest

from kernels.voting import decide, decide_batch, positions

ALL, VOTING, PRESENT, ABSOLUTE = range(4)


def rule(n, quota, basis=ABSOLUTE, vetoes=0, strict=False, weight=None, excluded=(), abstention=False, absence=False):
    """One quota; the first `vetoes` seats hold a veto."""
    weights = np.ones((1, n)) if weight is None else np.array([weight], float)
    return (
        np.isin(np.arange(n), excluded), np.arange(n) < vetoes, weights, np.array([float(quota)]),
        np.array([basis], np.int8), np.array([strict]), abstention, absence,
    )  # fmt: skip


def ballots(n, votes):
    return np.array(list(itertools.product(votes, repeat=n)), np.int8)


def seats(**votes):
    codes = {"yes": 1, "abstain": 0, "no": -1, "absent": 2}
    return np.array([codes[vote] for vote, count in votes.items() for _ in range(count)], np.int8)


@pytest.mark.parametrize(
    ("n", "given", "winning"),
    [
        (15, {"quota": 9, "vetoes": 5}, 848),
        (11, {"quota": 7, "vetoes": 5}, 57),
        (15, {"quota": 9}, 9949),
        (6, {"quota": 12, "weight": [4, 4, 4, 2, 2, 1]}, 14),
        (8, {"quota": 1, "basis": ALL}, 1),
    ],
)
def test_winning_coalitions(n, given, winning):
    """Security Council of 15 and 11, procedural vote, EEC of 1958, unanimity: number of winning coalitions."""
    adopted, _ = decide_batch(ballots(n, (1, -1)), *rule(n, **given))
    assert adopted.sum() == winning


def test_three_votes_in_the_council_of_eleven():
    """Felsenthal and Machover 1997: 2503 of 177147 roll calls adopt when an abstention is no veto."""
    adopted, _ = decide_batch(ballots(11, (1, 0, -1)), *rule(11, 7, vetoes=5))
    assert adopted.sum() == 2503


def test_korea_1950_absence_does_not_block():
    """S/82, 25 June 1950: nine in favour, Yugoslavia abstains, the Soviet chair is empty."""
    position = np.array([2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0], np.int8)
    assert decide(position, *rule(11, 7, vetoes=5)) == (True, 9, 0, 1, 1, 0)
    assert decide(position, *rule(11, 7, vetoes=5, absence=True)) == (False, 9, 0, 1, 1, 1)
    position[0] = -1
    assert decide(position, *rule(11, 7, vetoes=5)) == (False, 9, 1, 1, 0, 1)


def test_league_unanimity_with_and_without_the_parties():
    """Covenant Art. 11 counts the parties, Art. 15 does not: the Council on Manchuria, 24 October 1931, 13 to 1."""
    position = seats(no=1, yes=13)
    assert not decide(position, *rule(14, 1, VOTING))[0]
    assert decide(position, *rule(14, 1, VOTING, excluded=[0])) == (True, 13, 0, 0, 0, 0)


def test_abstention_of_a_veto_seat_blocks_only_where_the_charter_says():
    position = seats(abstain=1, yes=10)
    assert decide(position, *rule(11, 7, vetoes=5))[0]
    assert not decide(position, *rule(11, 7, vetoes=5, abstention=True))[0]


@pytest.mark.parametrize(
    ("basis", "strict", "adopted"),
    [
        (ALL, False, False),
        (VOTING, False, True),
        (VOTING, True, False),
        (PRESENT, False, False),
        (ABSOLUTE, False, True),
    ],
)
def test_two_thirds_of_whom(basis, strict, adopted):
    """Six yes and three no, two abstentions, one absence: two thirds of those voting and of no larger body."""
    position = seats(yes=6, no=3, abstain=2, absent=1)
    assert decide(position, *rule(12, 6 if basis == ABSOLUTE else 2 / 3, basis, strict=strict))[0] == adopted


@pytest.mark.parametrize("n", range(3, 200, 3))
def test_two_thirds_is_met_exactly(n):
    position = seats(yes=2 * n // 3, no=n // 3)
    assert decide(position, *rule(n, 2 / 3, VOTING))[0]
    assert not decide(position, *rule(n, 2 / 3, VOTING, strict=True))[0]


def test_a_billionth_of_a_vote_short_is_short():
    position = seats(yes=1, no=1)
    assert decide(position, *rule(2, 2 / 3, VOTING, weight=[2.0, 1.0]))[0]
    assert not decide(position, *rule(2, 2 / 3, VOTING, weight=[2.0 - 1e-9, 1.0]))[0]


def test_nothing_is_adopted_without_a_yes():
    assert not decide(seats(abstain=5), *rule(5, 0.0))[0]
    assert not decide(seats(abstain=5), *rule(5, 1.0, VOTING))[0]


def test_every_quota_must_be_met():
    """Uniform seats and weighted seats at once: a majority of each."""
    given = list(rule(3, 0.5, ALL, strict=True))
    given[2] = np.array([[1.0, 1.0, 1.0], [5.0, 1.0, 1.0]])
    given[3], given[4], given[5] = np.array([0.5, 0.5]), np.zeros(2, np.int8), np.ones(2, bool)
    assert not decide(np.array([-1, 1, 1], np.int8), *given)[0]
    assert decide(np.array([1, 1, -1], np.int8), *given)[0]


def vote(base, political, fixed, affinity=None, pull=0.0, k_no=0.9):
    n = len(base)
    out = np.empty(n, np.int8)
    positions(
        np.array(base, float), np.array(political, float), np.zeros((n, n)) if affinity is None else affinity, np.ones(n),
        pull, 0.2, np.full(n, k_no), np.array(fixed, np.int8), 10, out,
    )  # fmt: skip
    return out.tolist()


def test_cost_alone_never_makes_a_no():
    assert vote([-5.0, -5.0, 0.3], [0.0, -1.0, 0.0], [9, 9, 9]) == [0, -1, 1]


def test_fixed_seats_keep_their_position_and_pull_others():
    affinity = np.zeros((4, 4))
    affinity[3, 1], affinity[3, 2] = 1.0, 1.0
    assert vote([5, 5, 5, 0], [0, 0, 0, 0], [-1, 2, 9, 9], affinity, 1.0) == [-1, 2, 1, 1]
    affinity[3, 0] = 2.0
    assert vote([5, 5, 5, 0], [0, 0, 0, 0], [-1, 2, 9, 9], affinity, 1.0) == [-1, 2, 1, -1]
