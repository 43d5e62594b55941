"""How much of its trade a sender stops."""

from kernels._jit import kernel


@kernel
def best_share(benefit, cost, shares, out):
    """Share of full compliance that each state prefers.

    Parameters
    ----------
    benefit : (n,) float64 ndarray
        Utility of full compliance before its cost [logits].
    cost : (n,) float64 ndarray
        Cost of full compliance [logits].
    shares : (m,) float64 ndarray
        Grid of shares, rising, above 0.
    out : (n,) float64 ndarray
        Modified in place: the share, 0 where none is worth it.

    Notes
    -----
    The largest of q * benefit - q^2 * cost over the grid and 0; ties go to the smaller share. A cost that
    rises with the square makes those who depend on the trade comply in part (Olson 1965).
    """
    for i in range(len(benefit)):
        best, out[i] = 0.0, 0.0
        for q in shares:
            gain = q * benefit[i] - q * q * cost[i]
            if gain > best:
                best, out[i] = gain, q
