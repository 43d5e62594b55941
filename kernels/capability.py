"""What a state can bring to bear at a place, what sides add up to, and who beats whom."""

import numpy as np

from kernels._jit import kernel
from kernels.elementary import logistic, power

# Powers and pulls are summed as whole multiples of 2^-40: such sums are exact, so that one who joins and leaves again
# leaves nothing behind, and no order of joining shows in the result. Holds totals up to 2^23.
GRAIN = 1099511627776.0
ONE_GRAIN = 9.094947017729282e-13


@kernel
def project(capability, distance_km, open_route, contiguous, half_distance_km):
    """Capability that each state can bring to bear at one place.

    Parameters
    ----------
    capability : (n,) float64 ndarray
        Share of the system's capability.
    distance_km : (n,) float64 ndarray
        From each state to the place [km].
    open_route : (n,) float64 ndarray
        Access to the place, 0 closed to 1 open.
    contiguous : (n,) bool ndarray
        Whether the state is the place or borders on it.
    half_distance_km : float
        Distance at which half the capability arrives [km].

    Returns
    -------
    power : (n,) float64 ndarray
        In units of capability.

    Notes
    -----
    c_i * g(d_i) * access_i, with g(d) = 1 / (1 + d / half distance) and g = 1 between neighbours. Source: loss of strength,
    Boulding 1962; form after Bueno de Mesquita 1981.
    """
    power = np.empty(len(capability))
    for i in range(len(capability)):
        discount = 1.0 if contiguous[i] else 1.0 / (1.0 + distance_km[i] / half_distance_km)
        power[i] = capability[i] * discount * open_route[i]
    return power


@kernel
def contest(x, y, mu):
    """Probability that force x beats force y, in ratio form.

    Parameters
    ----------
    x, y : float
        Forces, at least 0, in one unit.
    mu : float
        Decisiveness of the ratio.

    Returns
    -------
    p : float
        x^mu / (x^mu + y^mu); 1/2 at 0/0.

    Notes
    -----
    Source: Hirshleifer 1989, eq. 1.
    """
    x_mu, y_mu = power(x, mu), power(y, mu)
    both = x_mu + y_mu
    return x_mu / both if both > 0.0 else 0.5


@kernel
def contest_difference(x, y, scale):
    """Probability that force x beats force y, in difference form.

    Parameters
    ----------
    x, y : float
        Forces, in one unit.
    scale : float
        Log-odds per unit of difference.

    Returns
    -------
    p : float
        1 / (1 + exp(-scale * (x - y))).

    Notes
    -----
    Source: Hirshleifer 1989, eq. 2.
    """
    return logistic(scale * (x - y))


@kernel
def grains(x):
    """A quantity as whole multiples of 2^-40, cut towards 0.

    Parameters
    ----------
    x : float

    Returns
    -------
    count : int64
    """
    return np.int64(x * GRAIN)


@kernel
def sum_by_side(power, share, side):
    """Power of both sides.

    Parameters
    ----------
    power : (n,) float64 ndarray
        What each state could bring.
    share : (n,) float64 ndarray
        The part of it that it pledges, 0 to 1.
    side : (n,) int8 ndarray
        +1 for the target, -1 for the aggressor, 0 aside.

    Returns
    -------
    x_for, x_against : float
        In units of power, exact multiples of 2^-40.
    """
    for_, against = np.int64(0), np.int64(0)
    for i in range(len(power)):
        pledged = grains(share[i] * power[i])
        if side[i] > 0:
            for_ += pledged
        elif side[i] < 0:
            against += pledged
    return for_ * ONE_GRAIN, against * ONE_GRAIN


@kernel
def ready_share(home, field, transit, stock, party, side, reconsidered):
    """Share of each state's forces that it can still decide on.

    Parameters
    ----------
    home, field, transit, stock : (n,) int64 ndarray
        Forces at home, at the place, on the way there, and at the outset, in one unit.
    party : (n,) bool ndarray
        Fights in any case: all that it has left counts.
    side : (n,) int8 ndarray
        0 for one that does not act yet: what is at home counts.
    reconsidered : bool
        Of one that acts already, count what is at home beside what it sent.

    Returns
    -------
    share : (n,) float64 ndarray
        0 to 1; 0 for one without forces.
    """
    share = np.empty(len(home))
    for i in range(len(home)):
        sent = field[i] + transit[i]
        if party[i] or (side[i] != 0 and reconsidered):
            counted = home[i] + sent
        elif side[i] != 0:
            counted = sent
        else:
            counted = home[i]
        share[i] = counted / max(stock[i], 1)
    return share


@kernel
def order_by_capability(capability):
    """Indices from the most to the least capable; equals keep their order.

    Parameters
    ----------
    capability : (n,) float64 ndarray

    Returns
    -------
    order : (n,) int64 ndarray
    """
    order = np.empty(len(capability), np.int64)
    for i in range(len(capability)):
        k = i
        while k > 0 and capability[order[k - 1]] < capability[i]:
            order[k] = order[k - 1]
            k -= 1
        order[k] = i
    return order
