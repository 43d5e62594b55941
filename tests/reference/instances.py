"""Random instances of the domain: one place, two sides and everybody who may join."""

import numpy as np

from reference.capability import order_by_capability
from reference.coalition import pull_weights


def coalition_instance(n, seed, start=0, max_passes=12):
    """Arguments of `coalition.game` up to `start`, in order.

    Parameters
    ----------
    n : int
        States, at least 4.
    seed : int
    start, max_passes : int

    Returns
    -------
    arguments : dict of str to argument
        T is state 0, A is state 1, state 2 is barred.
    """
    rng = np.random.default_rng(seed)
    capability = rng.pareto(1.2, n) + 0.01
    capability /= capability.sum()
    fixed = np.zeros(n, np.int8)
    fixed[:3] = 1, -1, 2
    power_for = capability / (1.0 + rng.uniform(0.1, 12.0, n) / 5.0)
    power_against = power_for * rng.uniform(0.5, 1.0, n)
    ideal = rng.uniform(-1.0, 1.0, n)
    affinity = np.clip(1.0 - np.abs(ideal[:, None] - ideal[None, :]) + rng.normal(0.0, 0.1, (n, n)), -1.0, 1.0)
    partisan = 1.5 * (affinity[:, 0] - affinity[:, 1])
    return {
        "fixed": fixed,
        "order": order_by_capability(capability),
        "power_for": power_for,
        "power_against": power_against,
        "base_for": -4.7 + partisan + rng.normal(0.0, 1.0, n) + rng.logistic(size=n),
        "base_against": -5.7 - partisan + rng.normal(0.0, 1.0, n) + rng.logistic(size=n),
        "cost_for": 2.5 * rng.uniform(0.3, 1.0, n),
        "cost_against": 2.5 * rng.uniform(0.3, 1.0, n),
        "threat_from_aggressor": power_for[1] / (power_for[1] + capability),
        "threat_from_target": power_for[0] / (power_for[0] + capability),
        "willing_for": affinity[:, 0] > affinity[:, 1],
        "willing_against": affinity[:, 1] > affinity[:, 0] + 0.3,
        "weight": pull_weights(affinity, capability),
        "security": 15.0,
        "assurance": 4.5,
        "pull": 7.0,
        "mu": 0.35,
        "credibility_for": 0.6,
        "credibility_against": 0.3,
        "shares": np.array([0.05, 0.1, 0.25, 0.5, 1.0]),
        "max_passes": max_passes,
        "start": start,
    }


def coalition_batch(n_runs, n, seed, start=0, max_passes=12):
    """Arguments of `coalition.game_batch` up to `start`: one instance under fresh noise in every run.

    Parameters
    ----------
    n_runs, n, seed, start, max_passes : int

    Returns
    -------
    arguments : dict of str to argument
    """
    arguments = coalition_instance(n, seed, start, max_passes)
    rng = np.random.default_rng(seed + 1)
    for course in ("base_for", "base_against"):
        arguments[course] = arguments[course] + rng.logistic(size=(n_runs, n))
    return arguments


def organ_instance(n, m, seed):
    """Arguments of `voting.canvass`, in order: n seats, m rows of noise, two quotas.

    Parameters
    ----------
    n, m, seed : int

    Returns
    -------
    arguments : dict of str to argument
    """
    rng = np.random.default_rng(seed)
    capability = rng.pareto(1.2, n) + 0.01
    return {
        "base": rng.normal(0.8, 1.0, n),
        "political": rng.normal(0.6, 1.0, n),
        "lasting": rng.normal(size=(m, n)),
        "passing": rng.logistic(size=(m, n)),
        "affinity": rng.uniform(-1.0, 1.0, (n, n)),
        "capability": capability / capability.sum(),
        "pull": 5.0,
        "k_yes": 0.2,
        "k_no": rng.uniform(0.9, 1.6, n),
        "fixed": rng.choice(np.array([9, 9, 9, 9, 9, 9, 0, 1, -1, 2], np.int8), n),
        "max_passes": 10,
        "excluded": rng.random(n) < 0.1,
        "veto": rng.random(n) < 0.1,
        "weight": np.stack([np.ones(n), rng.integers(1, 5, n).astype(float)]),
        "quota": rng.uniform(0.3, 0.7, 2),
        "basis": rng.integers(0, 3, 2).astype(np.int8),
        "strict": rng.random(2) < 0.5,
        "abstention_blocks": bool(rng.random() < 0.3),
        "absence_blocks": bool(rng.random() < 0.3),
    }
