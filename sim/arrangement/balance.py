"""Balance of power: no one is bound, and each aligns against the strongest threat to itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.capability import project
from sim.world.world import World

Floats = NDArray[np.float64]


def strongest_threats(world: World, affinity: Floats, half_distance_km: float) -> NDArray[np.int64]:
    """For each state the one that threatens it most, ties to the first.

    Parameters
    ----------
    affinity : (n, n) float64 ndarray
        Row i: how close state i feels to each, -1 to 1.

    Returns
    -------
    (n,) int64 ndarray

    Notes
    -----
    Threat is power at the place, so capability and distance, times how hostile its holder is taken to be, (1 - s_ij) / 2.
    Source: Walt 1987, ch. 2: aggregate power, proximity, offensive power, aggressive intentions.
    """
    open_way = np.ones(world.n_states)
    reach = np.array(
        [
            project(world.capability, world.distance_km[:, i], open_way, world.contiguous[:, i], half_distance_km)
            for i in range(world.n_states)
        ]
    )
    threat = reach * (1.0 - affinity) / 2.0
    np.fill_diagonal(threat, -1.0)
    return np.asarray(threat.argmax(axis=1))


def alignment(
    strongest: NDArray[np.int64],
    from_aggressor: Floats,
    from_target: Floats,
    on_aggressor_side: NDArray[np.bool_],
    on_target_side: NDArray[np.bool_],
) -> Floats:
    """How far each state sides with the target, -2 to 2, in the place of affinity.

    Parameters
    ----------
    strongest : (n,) int64 ndarray
        The strongest threat to each.
    from_aggressor, from_target : (n,) float64 ndarray
        What either side threatens each with, 0 to 1.

    Notes
    -----
    Wholly against the side that its strongest threat is on, as far as that threatens it; otherwise by the difference of
    the two threats. Source: Walt 1987, ch. 2; Waltz 1979, ch. 6.
    """
    lean = from_aggressor - from_target
    lean = np.where(on_aggressor_side[strongest], 2.0 * from_aggressor, lean)
    return np.where(on_target_side[strongest], -2.0 * from_target, lean)
