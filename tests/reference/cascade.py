"""Twins of `kernels.cascade`: every sum taken anew in every round."""

import numpy as np


def cascade(threshold_base, affinity, capability, weight, fixed, max_passes, side):
    side[fixed > 0], side[fixed < 0] = 1, 0
    passes = 0
    for number in range(1, max_passes + 1):
        passes = number
        after = threshold_base + weight * affinity * (affinity * capability * side).sum() > 0.0
        after = np.where(fixed > 0, 1, np.where(fixed < 0, 0, after)).astype(side.dtype)
        same = (after == side).all()
        side[:] = after
        if same:
            break
    return passes


def cascade_batch(threshold_base, affinity, capability, weight, fixed, max_passes, side):
    return np.array([
        cascade(threshold_base[r], affinity, capability, weight, fixed, max_passes, side[r]) for r in range(len(side))
    ])  # fmt: skip
