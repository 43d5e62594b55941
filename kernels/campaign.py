"""The campaign as a random walk of a front over forts: closed forms for the forecast, and whole walks for calibration."""

import numpy as np

from kernels._jit import kernel
from kernels.capability import sum_by_side
from kernels.elementary import exp, log, logistic
from kernels.random import exponential, normal, uniform


@kernel
def battle_exponent(mu, forts):
    """Decisiveness of one battle, given that of the war.

    Parameters
    ----------
    mu : float
        Of the war: odds of winning it from the middle are the ratio of forces to the mu.
    forts : int

    Returns
    -------
    exponent : float
        2 mu / forts.

    Notes
    -----
    From the middle of F forts the odds of the war are those of a battle to the F/2.
    """
    return 2.0 * mu / forts


@kernel
def p_battle(x_a, x_t, mu, forts, surprise):
    """Probability that the aggressor wins a battle.

    Parameters
    ----------
    x_a, x_t : float
        Forces present, at least 0, in one unit.
    mu : float
        Of the war.
    forts : int
    surprise : float
        Advantage of the aggressor [logits].

    Returns
    -------
    p : float
        Even but for surprise at 0/0.

    Notes
    -----
    Source: Hirshleifer 1989, eq. 1, with the exponent of a battle.
    """
    if x_a <= 0.0 and x_t <= 0.0:
        return logistic(surprise)
    if x_a <= 0.0:
        return 0.0
    if x_t <= 0.0:
        return 1.0
    return 1.0 / (1.0 + exp(battle_exponent(mu, forts) * log(x_t / x_a) - surprise))


@kernel
def battle_losses(field, side, rate_for, rate_against, lost, dead):
    """Losses of a battle, cut to whole units.

    Parameters
    ----------
    field : (n,) int64 ndarray
        Forces at the place; modified in place [units].
    side : (n,) int8 ndarray
        +1 for the target, -1 for the aggressor, 0 neither.
    rate_for, rate_against : float
        Share that each side loses.
    lost, dead : (n,) int64 ndarray
        Losses so far, of the run and of the crisis; modified in place [units].
    """
    for i in range(len(field)):
        if side[i] != 0 and field[i] != 0:
            gone = np.int64(field[i] * (rate_for if side[i] > 0 else rate_against))
            field[i] -= gone
            lost[i] += gone
            dead[i] += gone


@kernel
def _geometric(ratio, terms):
    total = 0.0
    for _ in range(terms):
        total = 1.0 + ratio * total
    return total


@kernel
def _whole_power(x, exponent):
    product = 1.0
    for _ in range(exponent):
        product *= x
    return product


@kernel
def absorption(p, start, forts):
    """Probability that the front reaches the last fort before it falls back to 0.

    Parameters
    ----------
    p : float
        Of a step forward.
    start : int
        Where the front stands, 0 to forts.
    forts : int

    Returns
    -------
    p_reach : float

    Notes
    -----
    (1 - (q/p)^start) / (1 - (q/p)^forts), start / forts at p = 1/2; as ratios of sums of positive terms, which lose nothing to
    cancellation near 1/2. O(forts). Source: gambler's ruin, Feller 1968, XIV.2.
    """
    if start <= 0:
        return 0.0
    if start >= forts:
        return 1.0
    if p >= 0.5:
        ratio = (1.0 - p) / p
        return _geometric(ratio, start) / _geometric(ratio, forts)
    ratio = p / (1.0 - p)
    return _whole_power(ratio, forts - start) * _geometric(ratio, start) / _geometric(ratio, forts)


@kernel
def prospects(effect, field, side, left_for, left_against, mu, forts, surprise, front, objective):
    """How a war stands: the forces in the field, the next battle and the whole campaign.

    Parameters
    ----------
    effect : (n,) float64 ndarray
        What one unit of each state's forces is worth at the place.
    field : (n,) int64 ndarray
        Forces at the place [units].
    side : (n,) int8 ndarray
        +1 for the target, -1 for the aggressor, 0 neither.
    left_for, left_against : float
        What an embargo leaves of the forces of each side, 0 to 1.
    mu : float
        Of the war.
    forts : int
    surprise : float
        Advantage of the aggressor [logits].
    front, objective : int
        Fort where the front stands, and the fort to reach.

    Returns
    -------
    x_for, x_against : float
        Forces of either side.
    p : float
        Probability that the aggressor wins the next battle.
    p_reach : float
        Probability that the front reaches the objective.
    """
    x_for, x_against = sum_by_side(effect, field, side)
    x_for, x_against = x_for * left_for, x_against * left_against
    p = p_battle(x_against, x_for, mu, forts, surprise)
    return x_for, x_against, p, absorption(p, front, objective)


@kernel
def expected_battles(p, start, forts):
    """Expected number of battles until the front reaches either end.

    Parameters
    ----------
    p : float
        Of a step forward.
    start : int
        Where the front stands, 0 to forts.
    forts : int

    Returns
    -------
    battles : float
        start * (forts - start) at p = 1/2.

    Notes
    -----
    The sum over forts of expected visits (Green's function), all terms positive. O(forts^2). Source: Feller 1968, XIV.3.
    """
    if start <= 0 or start >= forts:
        return 0.0
    ahead, f = p, start
    if p < 0.5:
        ahead, f = 1.0 - p, forts - start
    ratio = (1.0 - ahead) / ahead
    beyond = 0.0
    for y in range(f, forts):
        beyond += _geometric(ratio, forts - y)
    behind, step = 0.0, ratio
    for y in range(f - 1, 0, -1):
        behind += _geometric(ratio, y) * step
        step *= ratio
    visits = _geometric(ratio, f) * beyond + _geometric(ratio, forts - f) * behind
    return visits / (_geometric(ratio, forts) * ahead)


@kernel
def walk(
    seed, first_run, purpose, place, x_a, x_t, mu, forts, start, surprise, median_days, ln_sd, horizon_days, max_battles
):
    """Whole campaigns, one a run, between forces that do not change.

    Parameters
    ----------
    seed, first_run, purpose, place : int
        Address of the draws: run r has the key (seed, first_run + r); i is the battle; j is 0 for the winner of a battle, 1 for
        the gap before it, and 2 for the tempo of the war.
    x_a, x_t : (n_runs,) float64 ndarray
        Forces in one unit.
    mu : float
        Of the war.
    forts, start : int
    surprise : float
        [logits]
    median_days : (n_runs,) float64 ndarray
        Median tempo of each war [days/battle].
    ln_sd : float
        Of the tempo, lognormal between wars.
    horizon_days : float
    max_battles : int

    Returns
    -------
    winner : (n_runs,) int8 ndarray
        +1 the aggressor, -1 the target, 0 unfinished.
    battles : (n_runs,) int64 ndarray
    days : (n_runs,) float64 ndarray
        When the war ended; if it did not, the horizon, or the day of the last battle permitted.

    Notes
    -----
    Gaps are exponential about the tempo, which is drawn once a war: exponential gaps alone make wars too alike in length.
    Source: Smith 1998; Smith and Stam 2004.
    """
    n_runs = len(x_a)
    winner = np.zeros(n_runs, np.int8)
    battles = np.zeros(n_runs, np.int64)
    days = np.zeros(n_runs)
    for r in range(n_runs):
        run = first_run + r
        p = p_battle(x_a[r], x_t[r], mu, forts, surprise)
        tempo = median_days[r] * exp(ln_sd * normal(seed, run, purpose, place, 0, 2))
        front, day, fought = start, 0.0, 0
        while 0 < front < forts and fought < max_battles:
            day += tempo * exponential(seed, run, purpose, place, fought, 1)
            if day > horizon_days:
                day = horizon_days
                break
            front += 1 if uniform(seed, run, purpose, place, fought, 0) < p else -1
            fought += 1
        winner[r] = 1 if front >= forts else (-1 if front <= 0 else 0)
        battles[r] = fought
        days[r] = day
    return winner, battles, days
