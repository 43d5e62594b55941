"""Economic pressure of sanctions."""

from kernels._jit import kernel


@kernel
def pressure(dependence, comply, coverage, substitution, key_weight, key_included):
    """Pressure on a sanctioned state.

    Parameters
    ----------
    dependence : (n,) float64 ndarray
        Share of its trade that is with each state.
    comply : (n,) float64 ndarray
        Part of that trade which each state has cut, 0 to 1.
    coverage : float
        Part of trade that the measure covers, 0 to 1.
    substitution : float
        Part that the sanctioned state has replaced by now, 0 to 1.
    key_weight : float
        Part of a full embargo's pressure that hangs on the key commodity, 0 to 1; above its share of trade.
    key_included : float
        How far the key commodity is embargoed, 0 to 1.

    Returns
    -------
    p : float
        0 none to 1 all trade cut and nothing replaced.

    Notes
    -----
    coverage * sum_i w_i comply_i * (1 - substitution) * (1 - key_weight (1 - key_included)); summed in order of states. League
    sanctions of 1935 left out oil: key_included 0.
    """
    cut = 0.0
    for i in range(len(dependence)):
        cut += dependence[i] * comply[i]
    return coverage * cut * (1.0 - substitution) * (1.0 - key_weight * (1.0 - key_included))
