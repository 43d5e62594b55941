"""Pressure on an aggressor: of sanctions, and of demands to withdraw."""

import numpy as np

from kernels._jit import kernel
from kernels.sums import exact_sum_where


@kernel
def pressure(dependence, cut, substitution, key_weight, key_cut):
    """Pressure on a sanctioned state.

    Parameters
    ----------
    dependence : (n,) float64 ndarray
        Share of its trade that is with each state.
    cut : (n,) float64 ndarray
        Part of that trade which each state has cut, 0 to 1.
    substitution : float
        Part that the sanctioned state has replaced by now, 0 to 1.
    key_weight : float
        Part of a full embargo's pressure that hangs on the key commodity, 0 to 1; above its share of trade.
    key_cut : float
        Part of the supply of the key commodity that is cut, 0 to 1.

    Returns
    -------
    p : float
        0 none to 1 all trade cut and nothing replaced.

    Notes
    -----
    ((1 - key_weight) * sum_i w_i cut_i + key_weight * key_cut) * (1 - substitution); summed in order of states. League
    sanctions of 1935 left out oil: key_cut 0.
    """
    trade = 0.0
    for i in range(len(dependence)):
        trade += dependence[i] * cut[i]
    return ((1.0 - key_weight) * trade + key_weight * key_cut) * (1.0 - substitution)


@kernel
def demanded(demands, great_powers, all_great_powers, patrons, all_patrons, patron, capability, own):
    """How much those that demand withdrawal weigh.

    Parameters
    ----------
    demands : (n,) bool ndarray
        Demands it.
    great_powers, patrons : (n,) float64 ndarray
        What each great power, and each patron of the aggressor side, counts for among them.
    all_great_powers, all_patrons : float
        Their totals.
    patron : (n,) bool ndarray
        Patrons, whether they count among them or not.
    capability : (n,) float64 ndarray
    own : float
        Capability of the strongest aggressor.

    Returns
    -------
    by_great_powers : float
        Share of the great powers' weight, 0 to 1.
    tutelage : float
        How far the strongest patron that demands it outweighs its client, times their share among the patrons; 0 to 1.
    """
    by_great_powers = exact_sum_where(great_powers, demands) / all_great_powers if all_great_powers > 0.0 else 0.0
    above = -np.inf
    for i in range(len(demands)):
        if patron[i] and demands[i] and capability[i] > above:
            above = capability[i]
    if above == -np.inf or not all_patrons > 0.0:
        return by_great_powers, 0.0
    outweighs = max(0.0, 2.0 * above / (above + own) - 1.0) if above > 0.0 else 0.0
    return by_great_powers, outweighs * (exact_sum_where(patrons, demands) / all_patrons)
