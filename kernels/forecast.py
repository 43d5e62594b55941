"""What an aggressor can expect: belief draws played out as coalitions, their moments, and all dyads of a world at once."""

import numpy as np

from kernels._jit import kernel
from kernels.capability import contest
from kernels.coalition import game_batch
from kernels.elementary import exp
from kernels.random import logistic_row, normal_row


@kernel
def coalition_forecast(
    seed, run, draws, purpose, place, tau, tau_against, fixed, order, power_for, power_against, base_for,
    base_against, cost_for, cost_against, threat_from_aggressor, threat_from_target, willing_for, willing_against,
    weight, security, assurance, pull, mu, credibility_for, credibility_against, shares, max_passes, start,
):  # fmt: skip
    """Coalitions over belief draws of every state's disposition and noise.

    Parameters
    ----------
    seed, run, purpose, place : int
        Address of the draws. Draw k takes rows j = 4 k (disposition, normal), 4 k + 1 and 4 k + 2 (noise of the course for T
        and for A, logistic).
    draws : int
        Belief draws.
    tau : float
        Standard deviation of the disposition, added to the course for T [logits].
    tau_against : float
        The same disposition's weight in the course for A: -tau for a leaning, +tau for a readiness to act [logits].
    fixed, order, power_for, power_against, base_for, base_against, cost_for, cost_against, threat_from_aggressor, \
threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for, \
credibility_against, shares, max_passes, start
        As in `coalition.game`.

    Returns
    -------
    x_for, x_against, p_success : (draws,) float64 ndarray
    n_flippers : (draws,) int64 ndarray
    side : (draws, n) int8 ndarray
    share : (draws, n) float64 ndarray

    Notes
    -----
    Each draw equals `coalition.game` on its base utilities, bit for bit.
    """
    n = len(fixed)
    side, share = np.empty((draws, n), np.int8), np.empty((draws, n))
    for_, against, disposition = np.empty((draws, n)), np.empty((draws, n)), np.empty(n)
    for k in range(draws):
        normal_row(seed, run, purpose, place, 4 * k, disposition)
        logistic_row(seed, run, purpose, place, 4 * k + 1, for_[k])
        logistic_row(seed, run, purpose, place, 4 * k + 2, against[k])
        for i in range(n):
            for_[k, i] = base_for[i] + tau * disposition[i] + for_[k, i]
            against[k, i] = base_against[i] + tau_against * disposition[i] + against[k, i]
    _, n_flippers, x_for, x_against, p_success = game_batch(
        fixed, order, power_for, power_against, for_, against, cost_for, cost_against, threat_from_aggressor,
        threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for,
        credibility_against, shares, max_passes, start, side, share,
    )  # fmt: skip
    return x_for, x_against, p_success, n_flippers, side, share


@kernel
def forecast_runs(
    seed, first_run, draws, purpose, place, tau, tau_against, levels, fixed, order, power_for, power_against,
    base_for, base_against, cost_for, cost_against, threat_from_aggressor, threat_from_target, willing_for,
    willing_against, weight, security, assurance, pull, mu, credibility_for, credibility_against, shares, max_passes,
    start,
):  # fmt: skip
    """Summaries of `coalition_forecast` for many runs at once.

    Parameters
    ----------
    first_run : int
        Run r has the key (seed, first_run + r).
    levels : (n_levels,) float64 ndarray
        Of the quantiles, 0 to 1.
    base_for, base_against : (n_runs, n) float64 ndarray
        [logits]
    seed, draws, purpose, place, tau, tau_against, fixed, order, power_for, power_against, cost_for, cost_against, \
threat_from_aggressor, threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu, \
credibility_for, credibility_against, shares, max_passes, start
        As in `coalition_forecast`.

    Returns
    -------
    mean, variance : (n_runs, 4) float64 ndarray
        Of the power for T, the power for A, p(success) of T's side, and the number of free states that join T.
    quantiles : (n_runs, n_levels) float64 ndarray
        Of the power for T.
    p_join : (n_runs, n) float64 ndarray
        Share of draws in which each state is on T's side.
    """
    n_runs, n = base_for.shape
    mean, variance = np.empty((n_runs, 4)), np.empty((n_runs, 4))
    spread, p_join = np.empty((n_runs, len(levels))), np.empty((n_runs, n))
    for r in range(n_runs):
        x_for, x_against, p_success, _, side, _ = coalition_forecast(
            seed, first_run + r, draws, purpose, place, tau, tau_against, fixed, order, power_for, power_against,
            base_for[r], base_against[r], cost_for, cost_against, threat_from_aggressor, threat_from_target, willing_for,
            willing_against, weight, security, assurance, pull, mu, credibility_for, credibility_against, shares,
            max_passes, start,
        )  # fmt: skip
        joined = np.zeros(draws)
        p_join[r, :] = 0.0
        for k in range(draws):
            for i in range(n):
                if side[k, i] > 0:
                    p_join[r, i] += 1.0
                    if fixed[i] == 0:
                        joined[k] += 1.0
        for i in range(n):
            p_join[r, i] /= draws
        mean[r, 0], variance[r, 0] = moments(x_for)
        mean[r, 1], variance[r, 1] = moments(x_against)
        mean[r, 2], variance[r, 2] = moments(p_success)
        mean[r, 3], variance[r, 3] = moments(joined)
        spread[r, :] = quantiles(x_for, levels)
    return mean, variance, spread, p_join


@kernel
def moments(x):
    """Mean and variance of a sample.

    Parameters
    ----------
    x : (n,) float64 ndarray

    Returns
    -------
    mean, variance : float
        The variance with divisor n - 1; 0 for n = 1.
    """
    n = len(x)
    total = 0.0
    for i in range(n):
        total += x[i]
    mean = total / n
    squares = 0.0
    for i in range(n):
        squares += (x[i] - mean) * (x[i] - mean)
    return mean, (squares / (n - 1) if n > 1 else 0.0)


@kernel
def quantiles(x, levels):
    """Quantiles of a sample.

    Parameters
    ----------
    x : (n,) float64 ndarray
    levels : (m,) float64 ndarray
        0 to 1.

    Returns
    -------
    q : (m,) float64 ndarray

    Notes
    -----
    Linear between order statistics. Source: Hyndman and Fan 1996, definition 7.
    """
    ordered = np.sort(x)
    q = np.empty(len(levels))
    for k in range(len(levels)):
        at = levels[k] * (len(x) - 1)
        low = min(np.int64(at), len(x) - 1)
        high = min(low + 1, len(x) - 1)
        q[k] = ordered[low] + (at - low) * (ordered[high] - ordered[low])
    return q


@kernel
def expected_response(p_adopt, day, x_added, x_for, x_against, mu):
    """What the measures of an arrangement are worth to T, given when they would be reached.

    Parameters
    ----------
    p_adopt : (n_measures,) float64 ndarray
        Probability that each measure is adopted when it is its turn.
    day : (n_measures,) float64 ndarray
        When it would take effect, since the opportunity [days].
    x_added : (n_measures,) float64 ndarray
        Power that it brings to T.
    x_for, x_against, mu : float
        Forces without any measure, and the decisiveness of the contest.

    Returns
    -------
    p_any : float
        That at least one is adopted.
    expected_day : float
        Of the first adopted, given that one is; inf if none can be [days].
    p_success : float
        That T's side wins, when measures are tried from the last (strongest) down until one is adopted.
    """
    # Summed, for 1 less the chance of none would lose all digits of a small one.
    p_none, p_any, weighted = 1.0, 0.0, 0.0
    for m in range(len(p_adopt)):
        p_any += p_none * p_adopt[m]
        weighted += p_none * p_adopt[m] * day[m]
        p_none *= 1.0 - p_adopt[m]
    left, p_success = 1.0, 0.0
    for m in range(len(p_adopt) - 1, -1, -1):
        p_success += left * p_adopt[m] * contest(x_for + x_added[m], x_against, mu)
        left *= 1.0 - p_adopt[m]
    p_success += left * contest(x_for, x_against, mu)
    return p_any, (weighted / p_any if p_any > 0.0 else np.inf), p_success


@kernel
def expected_utility(p_win, stake, war_cost, sanction_cost, nuclear_risk):
    """Expected utility of an attack over belief draws, beside that of leaving things as they are (0).

    Parameters
    ----------
    p_win : (n_draws,) float64 ndarray
        Of the aggressor.
    stake : float
        Worth of the objective.
    war_cost, sanction_cost, nuclear_risk : float
        Expected losses, in units of the stake.

    Returns
    -------
    utility : float

    Notes
    -----
    E[p(win)] stake - war cost - sanction cost - nuclear risk. Source: after Bueno de Mesquita 1981.
    """
    return moments(p_win)[0] * stake - war_cost - sanction_cost - nuclear_risk


@kernel
def scan_dyads(
    capability, distance_km, open_route, contiguous, half_distance_km, affinity, base, partisan, cost, obligation_for,
    obligation_against, mu, stake, war_cost,
):  # fmt: skip
    """First-round response to an attack of each state on each other: all dyads of a world.

    Parameters
    ----------
    capability : (n,) float64 ndarray
    distance_km : (n, n) float64 ndarray
        [km]
    open_route : (n, n) float64 ndarray
        Row: who moves; column: where to; 0 closed to 1 open.
    contiguous : (n, n) bool ndarray
    half_distance_km : float
        [km]
    affinity : (n, n) float64 ndarray
        Row i: how close i feels to each.
    base : (n,) float64 ndarray
        Inertia and the like of each state [logits].
    partisan : float
        Coefficient of s_iT - s_iA [logits].
    cost : float
        Of acting where the discount leaves nothing [logits].
    obligation_for, obligation_against : (n, n) float64 ndarray
        What i owes, row, to column as target or as aggressor [logits].
    mu : float
        Of the war.
    stake, war_cost : float
        In one unit.

    Returns
    -------
    x_for, x_against : (n, n) float64 ndarray
        Expected power of T's and of A's side; row A, column T; 0 on the diagonal.
    p_win : (n, n) float64 ndarray
        Of the aggressor's side.
    utility : (n, n) float64 ndarray
        p_win * stake - war_cost.

    Notes
    -----
    Each third state acts for T, for A or not at all by a multinomial logit on base + partisan (s_iT - s_iA) + obligation - cost
    (1 - discount): the coalition game without its feedback, whose exponentials separate into n^2 factors, so that the n^3 loop
    holds only products and one division. Summed in order of states. Source: McFadden 1974 (logit).
    """
    n = len(capability)
    reach = np.empty((n, n))
    towards, away = np.empty((n, n)), np.empty((n, n))
    loyal, hostile = np.empty((n, n)), np.empty((n, n))
    for i in range(n):
        willing = exp(base[i])
        for j in range(n):
            discount = 1.0 if contiguous[i, j] or i == j else 1.0 / (1.0 + distance_km[i, j] / half_distance_km)
            discount *= open_route[i, j]
            reach[i, j] = capability[i] * discount
            near = willing * exp(-cost * (1.0 - discount))
            lean = exp(partisan * affinity[i, j])
            towards[i, j] = near * lean * exp(obligation_for[i, j])
            away[i, j] = near / lean
            hostile[i, j] = 1.0 / lean
            loyal[i, j] = lean * exp(obligation_against[i, j])
    x_for, x_against = np.zeros((n, n)), np.zeros((n, n))
    for t in range(n):
        for_, against = x_for[t], x_against[t]
        for i in range(n):
            if i == t:
                continue
            yes, no, power = towards[i, t], away[i, t], reach[i, t]
            for a in range(n):
                for_odds = yes * hostile[i, a]
                against_odds = no * loyal[i, a]
                part = power / (1.0 + for_odds + against_odds)
                apart = 0.0 if i == a else part
                for_[a] += for_odds * apart
                against[a] += against_odds * apart
    p_win, utility = np.zeros((n, n)), np.zeros((n, n))
    answer, attack = np.zeros((n, n)), np.zeros((n, n))
    for a in range(n):
        for t in range(n):
            if a == t:
                continue
            answer[a, t] = x_for[t, a] + reach[t, t]
            attack[a, t] = x_against[t, a] + reach[a, t]
            p_win[a, t] = contest(attack[a, t], answer[a, t], mu)
            utility[a, t] = p_win[a, t] * stake - war_cost
    return answer, attack, p_win, utility
