"""Who joins whom: the coalition game of best responses, and its terms."""

import numpy as np

from kernels._jit import kernel
from kernels._response import N_FACTS, play, set_up, shift_lean, stand_alone, win
from kernels.capability import ONE_GRAIN, grains
from kernels.elementary import power as power_of


@kernel
def pull_weights(affinity, capability):
    """What each state weighs with each other who sees it act.

    Parameters
    ----------
    affinity : (n, n) float64 ndarray
        Row i: how close i feels to each, -1 to 1.
    capability : (n,) float64 ndarray

    Returns
    -------
    weight : (n, n) int64 ndarray
        Row k, column i: s_ik c_k in multiples of 2^-40; 0 on the diagonal.
    """
    n = len(capability)
    weight = np.empty((n, n), np.int64)
    for k in range(n):
        for i in range(n):
            weight[k, i] = grains(affinity[i, k] * capability[k])
        weight[k, k] = 0
    return weight


@kernel
def stances(fixed, eligible, acting, reconsidered, compelled):
    """Who is free to choose in a game that some are not asked to join, and others joined before.

    Parameters
    ----------
    fixed : (n,) int8 ndarray
        As in `game`, at the outset.
    eligible : (n,) bool ndarray
        Who is asked; others are barred.
    acting : (n,) int8 ndarray
        Side each is on already: +1, 0, -1.
    reconsidered : bool
        Whether those who act for T choose anew.
    compelled : (n,) bool ndarray
        Who acts for T without a choice.

    Returns
    -------
    stance : (n,) int8 ndarray
        As `fixed`.
    """
    stance = np.empty(len(fixed), np.int8)
    for i in range(len(fixed)):
        stance[i] = fixed[i]
        if fixed[i] != 0:
            continue
        if compelled[i]:
            stance[i] = 1
        elif acting[i] < 0 or (acting[i] > 0 and not reconsidered):
            stance[i] = acting[i]
        elif not eligible[i]:
            stance[i] = 2
    return stance


@kernel
def game_batch(
    fixed, order, power_for, power_against, base_for, base_against, cost_for, cost_against, threat_from_aggressor,
    threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for,
    credibility_against, shares, max_passes, start, side, share,
):  # fmt: skip
    """`game` over runs that differ in their base utilities.

    Parameters
    ----------
    base_for, base_against : (n_runs, n) float64 ndarray
        [logits]
    side : (n_runs, n) int8 ndarray
        Modified in place.
    share : (n_runs, n) float64 ndarray
        Modified in place.
    fixed, order, power_for, power_against, cost_for, cost_against, threat_from_aggressor, threat_from_target, \
willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for, credibility_against, shares, \
max_passes, start
        As in `game`.

    Returns
    -------
    passes, n_flippers : (n_runs,) int64 ndarray
    x_for, x_against, p_success : (n_runs,) float64 ndarray

    Notes
    -----
    Each run equals `game` bit for bit, whatever the batch; blocks of runs may go to threads.
    """
    n_runs, n = base_for.shape
    passes, n_flippers = np.empty(n_runs, np.int64), np.empty(n_runs, np.int64)
    x_for, x_against, p_success = np.empty(n_runs), np.empty(n_runs), np.empty(n_runs)
    held, lean, seen = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    held_first, lean_first = np.empty(n, np.int64), np.empty(n, np.int64)
    side_first, share_first = np.empty(n, np.int8), np.empty(n)
    movers, facts = np.empty(n, np.uint64), np.empty((n, N_FACTS))
    n_movers, p_alone_for, p_alone_against = set_up(
        fixed, order, power_for, power_against, cost_for, cost_against, threat_from_aggressor, threat_from_target,
        willing_for, willing_against, weight, security, assurance, mu, credibility_for, credibility_against, shares, start,
        side_first, share_first, held_first, lean_first, movers, facts,
    )  # fmt: skip
    for r in range(n_runs):
        for i in range(n):
            held[i] = held_first[i]
            lean[i] = lean_first[i]
            side[r, i] = side_first[i]
            share[r, i] = share_first[i]
        passes[r], n_flippers[r], x_for[r], x_against[r], p_success[r] = play(
            movers[:n_movers], facts, base_for[r], base_against[r], weight, assurance, pull, mu, credibility_for,
            credibility_against, shares, max_passes, p_alone_for, p_alone_against, side[r], share[r], held, lean, seen,
        )  # fmt: skip
    return passes, n_flippers, x_for, x_against, p_success


@kernel
def game(
    fixed, order, power_for, power_against, base_for, base_against, cost_for, cost_against, threat_from_aggressor,
    threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for,
    credibility_against, shares, max_passes, start, side, share,
):  # fmt: skip
    """Coalitions for the target (T) and for the aggressor (A) as a fixed point of best responses.

    Parameters
    ----------
    fixed : (n,) int8 ndarray
        +1 member of T's side, -1 of A's side, 2 barred, 0 free to choose.
    order : (n,) int64 ndarray
        Of moves: `order_by_capability`.
    power_for, power_against : (n,) float64 ndarray
        What each could bring to the place for T and for A.
    base_for, base_against : (n,) float64 ndarray
        Utility of either course but for the terms below [logits].
    cost_for, cost_against : (n,) float64 ndarray
        At full share [logits].
    threat_from_aggressor, threat_from_target : (n,) float64 ndarray
        0 to 1.
    willing_for, willing_against : (n,) bool ndarray
        Whom everybody expects to join a credible arrangement.
    weight : (n, n) int64 ndarray
        Row k: what k weighs with each other who acts on its side, from `pull_weights`.
    security, assurance, pull : float
        Coefficients [logits].
    mu : float
        Decisiveness of the contest.
    credibility_for, credibility_against : float
        Weight of the willing in what each expects of its side, 0 to 1.
    shares : (m,) float64 ndarray
        Grid of shares that can be pledged, rising, above 0.
    max_passes : int
    start : int
        0 from nobody, 1 from every free state for T at full share.
    side : (n,) int8 ndarray
        Contiguous; modified in place: +1 for T, -1 for A, 0 aside.
    share : (n,) float64 ndarray
        Contiguous; modified in place: share pledged, 0 aside.

    Returns
    -------
    passes : int
        The last one, without change, included.
    n_flippers : int
        States that still changed sides in the last pass permitted; they stand aside.
    x_for, x_against : float
        Pledged power of both sides.
    p_success : float
        That T's side beats A's.

    Notes
    -----
    In order of falling capability each free state takes the best of standing aside (0), acting for T and acting for A at some
    share q; for T, with X the power of a side without i and p the ratio contest,

        base + security threat (p(X_T + q power, X_A) - p(X_T, X_A)) + assurance (p(X_e + q power, X_A) - p(T alone))
        + pull (sum over T's side of s_ij c_j - the same over A's side) - cost q

    where X_e = credibility X(willing) + (1 - credibility) X_T; for A with sides swapped. Ties go to standing aside, then to T,
    then to the smaller share. Sums are exact in multiples of 2^-40. O(n) a change. Source: Hirshleifer 1989 (contest); Olson
    1965 (shares); Granovetter 1978 (joining feeds on joining).
    """
    n = len(fixed)
    held, lean, seen = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    movers, facts = np.empty(n, np.uint64), np.empty((n, N_FACTS))
    n_movers, p_alone_for, p_alone_against = set_up(
        fixed, order, power_for, power_against, cost_for, cost_against, threat_from_aggressor, threat_from_target,
        willing_for, willing_against, weight, security, assurance, mu, credibility_for, credibility_against, shares, start,
        side, share, held, lean, movers, facts,
    )  # fmt: skip
    return play(
        movers[:n_movers], facts, base_for, base_against, weight, assurance, pull, mu, credibility_for,
        credibility_against, shares, max_passes, p_alone_for, p_alone_against, side, share, held, lean, seen,
    )  # fmt: skip


@kernel
def coalition_terms(
    fixed, power_for, power_against, threat_from_aggressor, threat_from_target, willing_for, willing_against,
    weight, security, assurance, pull, mu, credibility_for, credibility_against, shares, side, share, course, out,
):  # fmt: skip
    """The security, assurance and pull terms of each state, given the coalitions as they came to stand.

    Parameters
    ----------
    side : (n,) int8 ndarray
        The coalitions: +1 for T, -1 for A, 0 aside.
    share : (n,) float64 ndarray
        Share pledged.
    course : (n,) int8 ndarray
        The course to explain: +1 for T, -1 for A.
    out : (n, 3) float64 ndarray
        Modified in place: security, assurance, pull [logits].
    fixed, power_for, power_against, threat_from_aggressor, threat_from_target, willing_for, willing_against, \
weight, security, assurance, pull, mu, credibility_for, credibility_against, shares
        As in `game`.

    Notes
    -----
    At the share pledged where the state took that course, else at the smallest of the grid.
    """
    n = len(side)
    held, lean = np.empty(n, np.int64), np.zeros(n, np.int64)
    p_alone_for, p_alone_against, hoped_for, hoped_against = stand_alone(
        fixed, power_for, power_against, willing_for, willing_against, mu
    )
    total_for, total_against = np.int64(0), np.int64(0)
    for k in range(n):
        held[k] = grains(share[k] * (power_for[k] if side[k] > 0 else power_against[k]))
        if side[k] > 0:
            total_for += held[k]
        elif side[k] < 0:
            total_against += held[k]
        if side[k] != 0:
            shift_lean(lean, weight, k, np.int64(side[k]))
    for i in range(n):
        own = total_for - (held[i] if side[i] > 0 else 0)
        rival = total_against - (held[i] if side[i] < 0 else 0)
        threat, power, credibility = threat_from_aggressor[i], power_for[i], credibility_for
        hoped, p_alone, willing, sign = hoped_for, p_alone_for, willing_for[i], 1.0
        if course[i] < 0:
            own, rival = rival, own
            threat, power, credibility = threat_from_target[i], power_against[i], credibility_against
            hoped, p_alone, willing, sign = hoped_against, p_alone_against, willing_against[i], -1.0
        if willing and fixed[i] == 0:
            hoped -= grains(power)
        pledged = (share[i] if side[i] == course[i] else shares[0]) * power
        rival_mu = power_of(rival * ONE_GRAIN, mu)
        p_now = win(power_of(own * ONE_GRAIN, mu), rival_mu)
        p_with = win(power_of((own + grains(pledged)) * ONE_GRAIN, mu), rival_mu)
        expected = credibility * (hoped * ONE_GRAIN) + (1.0 - credibility) * (own * ONE_GRAIN)
        out[i, 0] = security * threat * (p_with - p_now)
        out[i, 1] = assurance * (win(power_of(expected + pledged, mu), rival_mu) - p_alone)
        out[i, 2] = sign * pull * (lean[i] * ONE_GRAIN)
