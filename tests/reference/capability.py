"""Twins of `kernels.capability`: whole-array expressions and plain floating sums."""

import numpy as np


def project(capability, distance_km, open_route, contiguous, half_distance_km):
    return capability * np.where(contiguous, 1.0, 1.0 / (1.0 + distance_km / half_distance_km)) * open_route


def contest(x, y, mu):
    if x == 0.0 and y == 0.0:
        return 0.5
    return x**mu / (x**mu + y**mu)


def contest_difference(x, y, scale):
    return 1.0 / (1.0 + np.exp(-scale * (x - y)))


def grains(x):
    return int(x * 2**40)


def sum_by_side(power, share, side):
    return (power * share)[side > 0].sum(), (power * share)[side < 0].sum()


def order_by_capability(capability):
    return np.argsort(-capability, kind="stable")


def ready_share(home, field, transit, stock, party, side, reconsidered):
    sent = field + transit
    counted = np.where(party, home + sent, np.where(side != 0, home * reconsidered + sent, home))
    return counted / np.maximum(stock, 1)
