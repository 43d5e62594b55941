"""The gambler's ruin, and walks that agree with it."""

import numpy as np
import pytest

from kernels.campaign import absorption, battle_exponent, expected_battles, p_battle, walk


@pytest.mark.parametrize(
    ("p", "start", "forts", "reach", "battles"),
    [
        (0.4, 90, 100, 0.017, 441.3),
        (0.5, 9, 10, 0.9, 9.0),
        (0.5, 90, 100, 0.9, 900.0),
        (0.45, 9, 10, 0.790, 11.0),
        (0.45, 90, 100, 0.134, 765.6),
        (0.45, 99, 100, 0.818, 171.8),
        (0.4, 99, 100, 0.667, 161.7),
    ],
)
def test_table_of_ruin(p, start, forts, reach, battles):
    """Feller 1968, table XIV.1: chance of success and expected duration of the classical ruin problem."""
    assert absorption(p, start, forts) == pytest.approx(reach, abs=6e-4)
    assert expected_battles(p, start, forts) == pytest.approx(battles, abs=0.06)


@pytest.mark.parametrize("p", [0.1, 0.35, 0.65, 0.9])
@pytest.mark.parametrize("forts", [2, 3, 6, 11])
def test_closed_form(p, forts):
    ratio = (1.0 - p) / p
    for start in range(forts + 1):
        assert absorption(p, start, forts) == pytest.approx((1 - ratio**start) / (1 - ratio**forts), rel=1e-12)


def test_nothing_is_lost_near_one_half():
    assert absorption(0.5 + 1e-15, 3, 6) == pytest.approx(0.5, abs=1e-13)
    assert expected_battles(0.5 - 1e-15, 3, 6) == pytest.approx(9.0, rel=1e-12)


@pytest.mark.parametrize(("p", "reach", "battles"), [(0.0, 0.0, 2.0), (1.0, 1.0, 4.0)])
def test_certain_battles(p, reach, battles):
    assert absorption(p, 2, 6) == reach
    assert expected_battles(p, 2, 6) == battles


def test_absorbed_fronts_stay():
    assert [absorption(0.6, k, 6) for k in (0, 6)] == [0.0, 1.0]
    assert [expected_battles(0.6, k, 6) for k in (0, 6)] == [0.0, 0.0]


@pytest.mark.parametrize("forts", [2, 4, 6, 10])
@pytest.mark.parametrize("ratio", [0.1, 0.7, 1.0, 3.0, 12.0])
def test_from_the_middle_the_war_has_its_own_exponent(forts, ratio):
    won = absorption(p_battle(ratio, 1.0, 0.35, forts, 0.0), forts // 2, forts)
    assert won / (1.0 - won) == pytest.approx(ratio**0.35, rel=1e-13)


def test_surprise_is_in_log_odds():
    before, after = p_battle(2.0, 1.0, 0.35, 6, 0.0), p_battle(2.0, 1.0, 0.35, 6, 0.8)
    assert np.log(after / (1 - after)) - np.log(before / (1 - before)) == pytest.approx(0.8)
    assert p_battle(0.0, 0.0, 0.35, 6, 0.0) == 0.5
    assert (p_battle(0.0, 1.0, 0.35, 6, 3.0), p_battle(1.0, 0.0, 0.35, 6, -3.0)) == (0.0, 1.0)
    assert battle_exponent(0.35, 6) == pytest.approx(0.35 / 3)


@pytest.mark.parametrize(("x_a", "start"), [(1.0, 3), (4.0, 2), (0.3, 4)])
def test_walks_agree_with_the_closed_forms(x_a, start):
    n = 20_000
    winner, battles, days = walk(
        3, 0, 1, 2, np.full(n, x_a), np.ones(n), 0.35, 6, start, 0.1, np.full(n, 25.0), 1.3, 1e9, 100_000
    )
    p = p_battle(x_a, 1.0, 0.35, 6, 0.1)
    reach = absorption(p, start, 6)
    assert abs((winner == 1).mean() - reach) < 4.5 * np.sqrt(reach * (1 - reach) / n)
    assert abs(battles.mean() - expected_battles(p, start, 6)) < 4.5 * battles.std() / np.sqrt(n)
    assert (winner != 0).all()
    assert 0.5 < np.median(days) / (25.0 * np.median(battles)) < 2.0


def test_walks_end_at_the_horizon_and_at_the_last_battle():
    given = (np.ones(500), np.ones(500), 0.35, 20, 10, 0.0, np.full(500, 25.0), 1.3)
    winner, _, days = walk(3, 0, 1, 2, *given, 100.0, 10_000)
    assert days.max() == 100.0
    assert (winner[days == 100.0] == 0).all()
    winner, battles, _ = walk(3, 0, 1, 2, *given, 1e9, 9)
    assert battles.max() == 9
    assert (winner == 0).all()


def test_a_run_walks_alone_as_in_company():
    given = (np.linspace(0.5, 2, 30), np.ones(30), 0.35, 6, 3, 0.0, np.full(30, 25.0), 1.3)
    whole = walk(3, 50, 1, 2, *given, 3650.0, 1000)
    part = walk(3, 61, 1, 2, given[0][11:13], np.ones(2), *given[2:6], given[6][11:13], 1.3, 3650.0, 1000)
    assert [column[11:13].tolist() for column in whole] == [column.tolist() for column in part]
