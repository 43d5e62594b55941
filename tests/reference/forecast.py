"""Twins of `kernels.forecast`: one draw, one dyad and one state at a time."""

import numpy as np

from reference.capability import contest
from reference.coalition import game
from reference.random import logistic_row, normal_row


def coalition_forecast(
    seed, run, draws, purpose, place, tau, tau_against, fixed, order, power_for, power_against, base_for,
    base_against, cost_for, cost_against, threat_from_aggressor, threat_from_target, willing_for, willing_against,
    weight, security, assurance, pull, mu, credibility_for, credibility_against, shares, max_passes, start,
):  # fmt: skip
    n = len(fixed)
    side, share = np.empty((draws, n), np.int8), np.empty((draws, n))
    results = []
    for k in range(draws):
        disposition, for_, against = np.empty(n), np.empty(n), np.empty(n)
        normal_row(seed, run, purpose, place, 4 * k, disposition)
        logistic_row(seed, run, purpose, place, 4 * k + 1, for_)
        logistic_row(seed, run, purpose, place, 4 * k + 2, against)
        results.append(game(
            fixed, order, power_for, power_against, base_for + tau * disposition + for_,
            base_against + tau_against * disposition + against, cost_for, cost_against, threat_from_aggressor,
            threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for,
            credibility_against, shares, max_passes, start, side[k], share[k],
        ))  # fmt: skip
    _, n_flippers, x_for, x_against, p_success = (np.array(column) for column in zip(*results, strict=True))
    return x_for, x_against, p_success, n_flippers, side, share


def forecast_runs(
    seed, first_run, draws, purpose, place, tau, tau_against, levels, fixed, order, power_for, power_against,
    base_for, base_against, cost_for, cost_against, threat_from_aggressor, threat_from_target, willing_for,
    willing_against, weight, security, assurance, pull, mu, credibility_for, credibility_against, shares, max_passes,
    start,
):  # fmt: skip
    rows = []
    for r in range(len(base_for)):
        x_for, x_against, p_success, _, side, _ = coalition_forecast(
            seed, first_run + r, draws, purpose, place, tau, tau_against, fixed, order, power_for, power_against,
            base_for[r], base_against[r], cost_for, cost_against, threat_from_aggressor, threat_from_target, willing_for,
            willing_against, weight, security, assurance, pull, mu, credibility_for, credibility_against, shares,
            max_passes, start,
        )  # fmt: skip
        samples = np.array([x_for, x_against, p_success, (side[:, fixed == 0] > 0).sum(axis=1)])
        rows.append((
            samples.mean(axis=1),
            samples.var(axis=1, ddof=1) if draws > 1 else np.zeros(4),
            np.quantile(x_for, levels),
            (side > 0).mean(axis=0),
        ))  # fmt: skip
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def moments(x):
    return x.mean(), x.var(ddof=1) if len(x) > 1 else 0.0


def quantiles(x, levels):
    return np.quantile(x, levels)


def expected_response(p_adopt, day, x_added, x_for, x_against, mu):
    first, strongest = np.zeros(len(day)), np.zeros(len(day))
    for m in range(len(day)):
        first[m] = p_adopt[m] * np.prod(1.0 - p_adopt[:m])
        strongest[m] = p_adopt[m] * np.prod(1.0 - p_adopt[m + 1 :])
    p_none = np.prod(1.0 - p_adopt)
    p_success = p_none * contest(x_for, x_against, mu)
    p_success += sum(strongest[m] * contest(x_for + x_added[m], x_against, mu) for m in range(len(day)))
    return 1.0 - p_none, (first @ day / first.sum() if first.sum() > 0.0 else np.inf), p_success


def expected_utility(p_win, stake, war_cost, sanction_cost, nuclear_risk):
    return p_win.mean() * stake - (war_cost + sanction_cost + nuclear_risk)


def scan_dyads(
    capability, distance_km, open_route, contiguous, half_distance_km, affinity, base, partisan, cost, obligation_for,
    obligation_against, mu, stake, war_cost,
):  # fmt: skip
    n = len(capability)
    x_for, x_against, p_win, utility = (np.zeros((n, n)) for _ in range(4))
    near = contiguous | np.eye(n, dtype=bool)
    discount = np.where(near, 1.0, 1.0 / (1.0 + distance_km / half_distance_km)) * open_route
    power = capability[:, None] * discount
    for a in range(n):
        for t in range(n):
            if a == t:
                continue
            x_for[a, t], x_against[a, t] = power[t, t], power[a, t]
            for i in range(n):
                if i in (a, t):
                    continue
                lean = partisan * (affinity[i, t] - affinity[i, a])
                effort = base[i] - cost * (1.0 - discount[i, t])
                odds = np.exp([0.0, effort + lean + obligation_for[i, t], effort - lean + obligation_against[i, a]])
                x_for[a, t] += power[i, t] * odds[1] / odds.sum()
                x_against[a, t] += power[i, t] * odds[2] / odds.sum()
            p_win[a, t] = contest(x_against[a, t], x_for[a, t], mu)
            utility[a, t] = p_win[a, t] * stake - war_cost
    return x_for, x_against, p_win, utility
