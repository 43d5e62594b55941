"""The forecast is the game on addressed draws, and the scan of dyads is its first round."""

import numpy as np

from kernels.coalition import game
from kernels.forecast import coalition_forecast, scan_dyads
from kernels.random import logistic_row, normal_row
from reference.instances import coalition_instance


def test_each_draw_is_a_game():
    n = 40
    given = coalition_instance(n, 21)
    x_for, x_against, p_success, n_flippers, side, share = coalition_forecast(
        5, 6, 16, 7, 8, 1.2, -0.7, *given.values()
    )
    for k in range(16):
        disposition, for_, against = np.empty(n), np.empty(n), np.empty(n)
        normal_row(5, 6, 7, 8, 4 * k, disposition)
        logistic_row(5, 6, 7, 8, 4 * k + 1, for_)
        logistic_row(5, 6, 7, 8, 4 * k + 2, against)
        one = given | {
            "base_for": given["base_for"] + 1.2 * disposition + for_,
            "base_against": given["base_against"] + -0.7 * disposition + against,
        }
        side_one, share_one = np.zeros(n, np.int8), np.zeros(n)
        expected = game(*one.values(), side_one, share_one)
        assert (n_flippers[k], x_for[k], x_against[k], p_success[k]) == expected[1:]
        assert (side[k] == side_one).all()
        assert (share[k] == share_one).all()


def test_more_draws_keep_the_first():
    given = coalition_instance(12, 22).values()
    short, long = (coalition_forecast(1, 2, draws, 3, 4, 1.0, -1.0, *given) for draws in (5, 9))
    assert all((a == b[:5]).all() for a, b in zip(short, long, strict=True))


def world(n, seed):
    rng = np.random.default_rng(seed)
    return {
        "capability": rng.dirichlet(np.ones(n)), "distance_km": rng.uniform(100, 9000, (n, n)),
        "open_route": np.ones((n, n)), "contiguous": np.zeros((n, n), bool), "half_distance_km": 5000.0,
        "affinity": rng.uniform(-1, 1, (n, n)), "base": np.full(n, -3.0), "partisan": 1.5, "cost": 2.0,
        "obligation_for": np.zeros((n, n)), "obligation_against": np.zeros((n, n)), "mu": 0.35, "stake": 1.0,
        "war_cost": 0.2,
    }  # fmt: skip


def test_alone_in_the_world_two_states_meet_each_other_only():
    given = world(2, 1)
    x_for, x_against, p_win, utility = scan_dyads(*given.values())
    c, g = given["capability"], 1.0 / (1.0 + given["distance_km"] / 5000.0)
    assert x_for[0, 1] == c[1]
    assert x_against[0, 1] == c[0] * g[0, 1]
    assert utility[0, 1] == p_win[0, 1] - 0.2
    assert (x_for.diagonal() == 0.0).all()


def test_obligations_to_the_target_deter():
    bound = world(12, 2)
    bound["obligation_for"] = np.full((12, 12), 2.0)
    free_utility, bound_utility = scan_dyads(*world(12, 2).values())[3], scan_dyads(*bound.values())[3]
    off = ~np.eye(12, dtype=bool)
    assert (bound_utility[off] < free_utility[off]).all()
