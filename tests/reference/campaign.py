"""Twins of `kernels.campaign`: the walk as a linear system."""

import numpy as np

from reference.capability import contest, sum_by_side
from reference.random import exponential, normal, uniform


def battle_exponent(mu, forts):
    return mu / (forts / 2)


def p_battle(x_a, x_t, mu, forts, surprise):
    p = contest(x_a, x_t, battle_exponent(mu, forts))
    return p * np.exp(surprise) / (p * np.exp(surprise) + 1.0 - p)


def _solve(p, forts, here, at_end):
    """Values v with v_k = here + p v_(k+1) + (1 - p) v_(k-1), 0 at fort 0 and `at_end` at the last."""
    matrix, right = np.eye(forts + 1), np.zeros(forts + 1)
    right[1:forts], right[forts] = here, at_end
    for k in range(1, forts):
        matrix[k, k + 1] -= p
        matrix[k, k - 1] -= 1.0 - p
    return np.linalg.solve(matrix, right)


def absorption(p, start, forts):
    return _solve(p, forts, 0.0, 1.0)[start]


def prospects(effect, field, side, left_for, left_against, mu, forts, surprise, front, objective):
    x_for, x_against = np.array(sum_by_side(effect, field, side)) * (left_for, left_against)
    p = p_battle(x_against, x_for, mu, forts, surprise)
    return x_for, x_against, p, absorption(p, front, objective)


def expected_battles(p, start, forts):
    return _solve(p, forts, 1.0, 0.0)[start]


def walk(
    seed, first_run, purpose, place, x_a, x_t, mu, forts, start, surprise, median_days, ln_sd, horizon_days, max_battles
):
    winner, battles, days = np.zeros(len(x_a), np.int8), np.zeros(len(x_a), np.int64), np.zeros(len(x_a))
    for r in range(len(x_a)):
        address = (seed, first_run + r, purpose, place)
        tempo = median_days[r] * np.exp(ln_sd * normal(*address, 0, 2))
        front = start
        while 0 < front < forts and battles[r] < max_battles:
            days[r] += tempo * exponential(*address, battles[r], 1)
            if days[r] > horizon_days:
                days[r] = horizon_days
                break
            won = uniform(*address, battles[r], 0) < p_battle(x_a[r], x_t[r], mu, forts, surprise)
            front += 1 if won else -1
            battles[r] += 1
        winner[r] = (front >= forts) - (front <= 0)
    return winner, battles, days


def battle_losses(field, side, rate_for, rate_against, lost, dead):
    gone = (field * np.where(side > 0, rate_for, np.where(side < 0, rate_against, 0.0))).astype(np.int64)
    field -= gone
    lost += gone
    dead += gone
