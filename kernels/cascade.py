"""The threshold cascade: who supports a draft when each looks at who supported it before."""

import numpy as np

from kernels._jit import kernel
from kernels.capability import ONE_GRAIN, grains


@kernel
def cascade(threshold_base, affinity, capability, weight, fixed, max_passes, side):
    """Supporters of a draft when each looks at who supported it in the last round.

    Parameters
    ----------
    threshold_base : (n,) float64 ndarray
        Utility of supporting it alone [logits].
    affinity : (n,) float64 ndarray
        Alignment along the dispute, -1 with A to 1 with T: i feels affinity[i] * affinity[j] for j.
    capability : (n,) float64 ndarray
    weight : float
        Pull of a supporter [logits per unit of capability].
    fixed : (n,) int8 ndarray
        +1 supports, -1 does not, 0 free to choose.
    max_passes : int
    side : (n,) int8 ndarray
        Modified in place: 1 supports, 0 does not. Read as the first round.

    Returns
    -------
    passes : int
        Rounds until none changed, that one included.

    Notes
    -----
    All move at once: i supports if base_i + weight a_i sum over supporters j of a_j c_j > 0. Exact sums in multiples of
    2^-40. O(n) a round. Source: Granovetter 1978.
    """
    n = len(threshold_base)
    worth = np.empty(n, np.int64)
    for i in range(n):
        worth[i] = grains(affinity[i] * capability[i])
    return _cascade(threshold_base, affinity, worth, weight, fixed, max_passes, side)


@kernel
def _cascade(threshold_base, affinity, worth, weight, fixed, max_passes, side):
    n = len(threshold_base)
    total = np.int64(0)
    for i in range(n):
        side[i] = 1 if fixed[i] > 0 else (0 if fixed[i] < 0 else side[i])
        total += worth[i] * side[i]
    passes = 0
    while passes < max_passes:
        passes += 1
        pulled = weight * (total * ONE_GRAIN)
        following = np.int64(0)
        changes = 0
        for i in range(n):
            moved = (fixed[i] > 0) | ((fixed[i] == 0) & (threshold_base[i] + pulled * affinity[i] > 0.0))
            after = np.int8(moved)
            changes += after ^ side[i]
            following += worth[i] * after
            side[i] = after
        total = following
        if changes == 0:
            break
    return passes


@kernel
def cascade_batch(threshold_base, affinity, capability, weight, fixed, max_passes, side):
    """`cascade` over runs that differ in their thresholds.

    Parameters
    ----------
    threshold_base : (n_runs, n) float64 ndarray
        [logits]
    side : (n_runs, n) int8 ndarray
        Modified in place.
    affinity, capability, weight, fixed, max_passes
        As in `cascade`.

    Returns
    -------
    passes : (n_runs,) int64 ndarray
    """
    n_runs, n = threshold_base.shape
    passes = np.empty(n_runs, np.int64)
    worth = np.empty(n, np.int64)
    for i in range(n):
        worth[i] = grains(affinity[i] * capability[i])
    for r in range(n_runs):
        passes[r] = _cascade(threshold_base[r], affinity, worth, weight, fixed, max_passes, side[r])
    return passes
