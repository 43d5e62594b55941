"""A draft before an organ: who would sponsor it, and the vote of its seats with all that follows from it."""

import numpy as np

from kernels._jit import kernel
from kernels.voting import ABSENT, decide, positions

NOBODY = -1


@kernel
def most_willing(appeal, seats, disposition):
    """The seat with the highest utility of a draft.

    Parameters
    ----------
    appeal : (s,) float64 ndarray
        Utility of each seat but for its disposition; -inf for one that cannot sponsor [logits].
    seats : (s,) int64 ndarray
        States by index.
    disposition : (n,) float64 ndarray
        Of all states [logits].

    Returns
    -------
    state : int
        The first of equals; -1 if none can sponsor.
    utility : float
        -inf if none can [logits].
    """
    state, most = NOBODY, -np.inf
    for s in range(len(seats)):
        utility = appeal[s] + disposition[seats[s]]
        if utility > most:
            state, most = seats[s], utility
    return state, most


@kernel
def strongest_willing(appeal, seats, disposition, luck, power):
    """The most powerful seat that would itself act on a draft.

    Parameters
    ----------
    appeal : (s,) float64 ndarray
        Utility of acting, for each seat, but for its disposition and luck; -inf for one that cannot [logits].
    seats : (s,) int64 ndarray
        States by index.
    disposition, luck : (n,) float64 ndarray
        Of all states [logits].
    power : (n,) float64 ndarray
        What each state could bring.

    Returns
    -------
    state : int
        The first of equals; -1 if none would act.
    utility : float
        Its own; -inf if none would act [logits].
    """
    state, most, utility = NOBODY, -1.0, -np.inf
    for s in range(len(seats)):
        i = seats[s]
        deed = appeal[s] + disposition[i] + luck[i]
        if deed > 0.0 and power[i] > most:
            state, most, utility = i, power[i], deed
    return state, utility


@kernel
def put_to_vote(
    base, political, seats, disposition, luck, affinity, capability, pull, k_yes, k_no, k_meant, fixed, max_passes, sponsor,
    flipped, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks, position, meant,
):  # fmt: skip
    """Positions of the seats on one draft and what the rule makes of them.

    Parameters
    ----------
    base, political : (s,) float64 ndarray
        As in `voting.positions`, but for disposition and luck [logits].
    seats : (s,) int64 ndarray
        States by index.
    disposition, luck : (n,) float64 ndarray
        Of all states: the first moves a yes and a no alike, the second a yes and never a no [logits].
    k_meant : float
        Utility above which a yes is a seat's own [logits]; at least `k_yes`.
    sponsor : int
        State that votes for it; -1 none.
    flipped : int
        State whose vote is turned round once all have decided: yes to no, any other to yes; -1 none.
    position : (s,) int8 ndarray
        Modified in place: +1 yes, 0 abstention, -1 no, 2 absent.
    meant : (s,) bool ndarray
        Modified in place: in favour, and would be so without the luck of this vote and the pull of the others.
    affinity, capability, pull, k_yes, k_no, fixed, max_passes
        As in `voting.positions`.
    excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks
        As in `voting.decide`.

    Returns
    -------
    adopted : bool
    yes, no, abstain, absent : int
        Seats, excluded ones left out.
    vetoed_by : int
        State of the first seat whose veto defeats it; -1 if there is none.
    """
    n = len(seats)
    guess, leaning, held = np.empty(n), np.empty(n), np.empty(n, np.int8)
    for s in range(n):
        i = seats[s]
        guess[s] = base[s] + disposition[i] + luck[i]
        leaning[s] = political[s] + disposition[i]
        held[s] = 1 if i == sponsor and fixed[s] != ABSENT else fixed[s]
    positions(guess, leaning, affinity, capability, pull, k_yes, k_no, held, max_passes, position)
    for s in range(n):
        if seats[s] == flipped and position[s] != ABSENT:
            position[s] = -1 if position[s] == 1 else 1
        meant[s] = position[s] == 1 and (base[s] + disposition[seats[s]] > k_meant or held[s] == 1)
    adopted, yes, no, abstain, absent, n_vetoes = decide(
        position, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks
    )
    vetoed_by = NOBODY
    if n_vetoes > 0:
        for s in range(n):
            against = (
                position[s] == -1
                or (position[s] == 0 and abstention_blocks)
                or (position[s] == ABSENT and absence_blocks)
            )
            if against and veto[s] and not excluded[s]:
                vetoed_by = seats[s]
                break
    return adopted, yes, no, abstain, absent, vetoed_by
