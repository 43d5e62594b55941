"""How much of its trade a sender stops, and goes on stopping."""

from kernels._jit import kernel

NEVER = -1


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


@kernel
def still_carried_out(comply, since, now, minutes_per_year, fatigue_per_year, out):
    """How far each sender still carries out its measure, for senders tire.

    Parameters
    ----------
    comply : (n,) float64 ndarray
        Share of the trade covered that it stopped when it began.
    since : (n,) int64 ndarray
        When it began, -1 never [minutes].
    now : int
        [minutes]
    minutes_per_year : float
    fatigue_per_year : float
        Part of its compliance that a sender gives up in a year.
    out : (n,) float64 ndarray
        Modified in place: the share, 0 to 1.

    Returns
    -------
    years : float
        Since the first began; -1 if none did.
    """
    longest = -1.0
    for i in range(len(comply)):
        years = (now - since[i]) / minutes_per_year if since[i] != NEVER else 0.0
        out[i] = comply[i] * max(0.0, 1.0 - fatigue_per_year * years)
        if since[i] != NEVER and years > longest:
            longest = years
    return longest
