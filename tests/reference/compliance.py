"""Twins of `kernels.compliance`."""

import numpy as np


def best_share(benefit, cost, shares, out):
    grid = np.concatenate([[0.0], shares])
    gain = np.outer(benefit, grid) - np.outer(cost, grid * grid)
    out[:] = grid[np.argmax(gain, axis=1)]


def still_carried_out(comply, since, now, minutes_per_year, fatigue_per_year, out):
    years = np.where(since != -1, (now - since) / minutes_per_year, 0.0)
    out[:] = comply * np.maximum(0.0, 1.0 - fatigue_per_year * years)
    return years.max() if (since != -1).any() else -1.0
