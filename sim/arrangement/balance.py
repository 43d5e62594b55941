"""Balance of power: no one is bound, and each aligns against the strongest threat to itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.capability import project
from sim.world.world import World

Floats = NDArray[np.float64]


def strongest_threats(world: World, half_distance_km: float) -> NDArray[np.int64]:
    """For each state the one that can bring most power to bear on it, ties to the first.

    Returns
    -------
    (n,) int64 ndarray
    """
    open_way = np.ones(world.n_states)
    reach = np.array(
        [
            project(world.capability, world.distance_km[:, i], open_way, world.contiguous[:, i], half_distance_km)
            for i in range(world.n_states)
        ]
    )
    np.fill_diagonal(reach, -1.0)
    return np.asarray(reach.argmax(axis=1))


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
