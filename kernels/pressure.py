"""Economic pressure of sanctions."""

from kernels._jit import kernel


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
