"""Who joins whom: the coalition game of best responses, its terms, and the threshold cascade."""

import numpy as np

from kernels._jit import kernel
from kernels.capability import ONE_GRAIN, contest, grains
from kernels.elementary import log_normal
from kernels.elementary import power as power_of

# A course is passed over when even its bound falls this far short [logits], which rounding cannot bridge.
MARGIN = 1e-6
# Forces from which the grains are too fine to bend a concave utility.
COARSE = 2.0**-16


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
def _win(x_mu, y_mu):
    """Ratio contest of forces already raised to mu."""
    both = x_mu + y_mu
    return x_mu / both if both > 0.0 else 0.5


@kernel
def _utmost(power, alone, threat, security, assurance, p_alone, cost, shares, mu, out):
    """Bound on what a course can be worth beside its base and its pull, whoever else joins; out is modified in place.

    p(success) rises by at most mu / 4 log(1 + added / own), whatever the rival, and own is at least what stands alone.
    """
    least, largest = shares[0], shares[len(shares) - 1]
    assured = assurance * (1.0 - p_alone) if assurance > 0.0 else -assurance * p_alone
    for i in range(len(power)):
        gain, rise = security * threat[i], 1.0
        if alone > 0.0:
            rise = min(1.0, 0.25 * mu * log_normal(1.0 + largest * power[i] / alone))
        secured = gain * rise if gain > 0.0 else 0.0
        out[i] = secured + assured - min(cost[i] * least, cost[i] * largest)


@kernel
def _best_share(
    shares, power, own, whole, whole_mu, rival_mu, expected, head, gain, assurance, cost, p_alone, mu, best,
):  # fmt: skip
    """The best share of a course where it beats the best so far; else that, and 0.

    `whole` is what the side holds as it stands, raised to whole_mu; `own` what it holds without this state.

    Returns
    -------
    best, chosen : float
        Utility, share.
    own_mu, with_mu : float
        The side without and with the state, raised.
    """
    own_mu = whole_mu if own == whole else power_of(own * ONE_GRAIN, mu)
    p_now = _win(own_mu, rival_mu)
    # Where p(success) is concave in the share, so is the utility: where it falls, it falls for good. The slack is for rounding.
    concave = mu <= 1.0 and gain >= 0.0 and assurance >= 0.0 and own * ONE_GRAIN + shares[0] * power >= COARSE
    slack = MARGIN * (1.0 + gain + assurance) if concave else np.inf
    chosen, with_mu = 0.0, own_mu
    for k in range(len(shares)):
        pledged = shares[k] * power
        joined = own + grains(pledged)
        x, hoped = joined * ONE_GRAIN, expected + pledged
        x_mu = whole_mu if joined == whole else power_of(x, mu)
        p, p_hoped = _win(x_mu, rival_mu), _win(power_of(hoped, mu), rival_mu)
        secured, assured = gain * (p - p_now), assurance * (p_hoped - p_alone)
        utility = head + secured + assured - cost * shares[k]
        if utility > best:
            best, chosen, with_mu = utility, shares[k], x_mu
        rise = gain * p * (1.0 - p) / x + assurance * p_hoped * (1.0 - p_hoped) / hoped
        if mu * power * rise - cost < -slack:
            break
    return best, chosen, own_mu, with_mu


@kernel
def _shift_lean(lean, weight, k, step):
    """Add a step of state k to everybody's lean, in place; weight[k, i] is s_ik c_k, 0 for k itself [2^-40]."""
    if step == 1:
        for i in range(len(lean)):
            lean[i] += weight[k, i]
    elif step == -1:
        for i in range(len(lean)):
            lean[i] -= weight[k, i]
    else:
        for i in range(len(lean)):
            lean[i] += step * weight[k, i]


@kernel
def _open(fixed, power_for, power_against, weight, start, side, share, held, lean):
    """Starting position of a game; side, share, held and lean are modified in place."""
    for i in range(len(fixed)):
        lean[i] = 0
    for k in range(len(fixed)):
        side[k], share[k], held[k] = 0, 0.0, 0
        if fixed[k] == 1 or (fixed[k] == 0 and start == 1):
            side[k], share[k], held[k] = 1, 1.0, grains(power_for[k])
        elif fixed[k] == -1:
            side[k], share[k], held[k] = -1, 1.0, grains(power_against[k])
        if side[k] != 0:
            _shift_lean(lean, weight, k, np.int64(side[k]))


@kernel
def _alone(fixed, power_for, power_against, willing_for, willing_against, mu):
    """What stands before anyone joins: p(success) of both sides alone, and the power of the willing on both [2^-40]."""
    alone_for, alone_against = np.int64(0), np.int64(0)
    hoped_for, hoped_against = np.int64(0), np.int64(0)
    for i in range(len(fixed)):
        if fixed[i] == 1:
            alone_for += grains(power_for[i])
        elif fixed[i] == -1:
            alone_against += grains(power_against[i])
        elif fixed[i] == 0:
            if willing_for[i]:
                hoped_for += grains(power_for[i])
            if willing_against[i]:
                hoped_against += grains(power_against[i])
    for_mu, against_mu = power_of(alone_for * ONE_GRAIN, mu), power_of(alone_against * ONE_GRAIN, mu)
    return (
        _win(for_mu, against_mu),
        _win(against_mu, for_mu),
        hoped_for + alone_for,
        hoped_against + alone_against,
    )


@kernel
def _play(
    fixed, order, power_for, power_against, base_for, base_against, cost_for, cost_against,
    threat_from_aggressor, threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu,
    credibility_for, credibility_against, shares, max_passes, p_alone_for, p_alone_against, hoped_for, hoped_against,
    utmost_for, utmost_against, side, share, held, lean, seen,
):  # fmt: skip
    """Best responses from the position in side, share, held and lean, all modified in place.

    A course is played through share by share only if the most that it can be worth could beat the best course so far: exact,
    and most states are spared all powers.
    """
    n = len(fixed)
    total_for, total_against = np.int64(0), np.int64(0)
    for i in range(n):
        seen[i] = -1
        if side[i] > 0:
            total_for += held[i]
        elif side[i] < 0:
            total_against += held[i]
    x_mu, y_mu = power_of(total_for * ONE_GRAIN, mu), power_of(total_against * ONE_GRAIN, mu)
    clock, last_change = 0, 0
    passes, n_flippers = 0, 0
    while passes < max_passes:
        passes += 1
        changed = False
        for k in range(n):
            i = order[k]
            # A response depends on the others alone: it stands until one of them changes.
            if fixed[i] != 0 or seen[i] >= last_change:
                continue
            clock += 1
            seen[i] = clock
            pulled = pull * (lean[i] * ONE_GRAIN)
            head_for, head_against = base_for[i] + pulled, base_against[i] - pulled
            may_for, may_against = head_for + utmost_for[i] >= -MARGIN, head_against + utmost_against[i] >= -MARGIN
            if side[i] == 0 and not may_for and not may_against:
                continue
            own, rival = total_for, total_against
            if side[i] > 0:
                own -= held[i]
            elif side[i] < 0:
                rival -= held[i]
            own_mu, rival_mu = x_mu, y_mu
            if own != total_for and not may_for:
                own_mu = power_of(own * ONE_GRAIN, mu)
            if rival != total_against:
                rival_mu = power_of(rival * ONE_GRAIN, mu)
            course, chosen, best, with_mu = 0, 0.0, 0.0, 0.0
            if may_for:
                willing = hoped_for - (grains(power_for[i]) if willing_for[i] else 0)
                expected = credibility_for * (willing * ONE_GRAIN) + (1.0 - credibility_for) * (own * ONE_GRAIN)
                best, chosen, own_mu, with_mu = _best_share(
                    shares, power_for[i], own, total_for, x_mu, rival_mu, expected, head_for,
                    security * threat_from_aggressor[i], assurance, cost_for[i], p_alone_for, mu, best,
                )  # fmt: skip
                course = 1 if chosen > 0.0 else 0
            if may_against and head_against + utmost_against[i] >= best - MARGIN:
                willing = hoped_against - (grains(power_against[i]) if willing_against[i] else 0)
                expected = credibility_against * (willing * ONE_GRAIN)
                expected += (1.0 - credibility_against) * (rival * ONE_GRAIN)
                best, pledge, _, raised = _best_share(
                    shares, power_against[i], rival, rival, rival_mu, own_mu, expected, head_against,
                    security * threat_from_target[i], assurance, cost_against[i], p_alone_against, mu, best,
                )  # fmt: skip
                if pledge > 0.0:
                    course, chosen, with_mu = -1, pledge, raised
            if course == side[i] and chosen == share[i]:
                continue
            changed = True
            last_change = clock
            if course != side[i]:
                _shift_lean(lean, weight, i, np.int64(course - side[i]))
                if passes == max_passes:
                    n_flippers += 1
                    # Marked until the pass is over: others still answer the side it took.
                    seen[i] = -2
            held[i] = grains(chosen * (power_for[i] if course > 0 else power_against[i]))
            side[i] = course
            share[i] = chosen
            total_for, x_mu = (own + held[i], with_mu) if course > 0 else (own, own_mu)
            total_against, y_mu = (rival + held[i], with_mu) if course < 0 else (rival, rival_mu)
        if not changed:
            break
    for i in range(n):
        if seen[i] == -2:
            total_for -= held[i] if side[i] > 0 else 0
            total_against -= held[i] if side[i] < 0 else 0
            side[i] = 0
            share[i] = 0.0
    x_for, x_against = total_for * ONE_GRAIN, total_against * ONE_GRAIN
    return passes, n_flippers, x_for, x_against, contest(x_for, x_against, mu)


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
    utmost_for, utmost_against = np.empty(n), np.empty(n)
    _open(fixed, power_for, power_against, weight, start, side_first, share_first, held_first, lean_first)
    p_alone_for, p_alone_against, hoped_for, hoped_against = _alone(
        fixed, power_for, power_against, willing_for, willing_against, mu
    )
    alone_for, alone_against = np.int64(0), np.int64(0)
    for i in range(n):
        alone_for += held_first[i] if fixed[i] == 1 else 0
        alone_against += held_first[i] if fixed[i] == -1 else 0
    _utmost(
        power_for, alone_for * ONE_GRAIN, threat_from_aggressor, security, assurance, p_alone_for, cost_for, shares, mu,
        utmost_for,
    )  # fmt: skip
    _utmost(
        power_against, alone_against * ONE_GRAIN, threat_from_target, security, assurance, p_alone_against, cost_against, shares,
        mu, utmost_against,
    )  # fmt: skip
    for r in range(n_runs):
        for i in range(n):
            held[i] = held_first[i]
            lean[i] = lean_first[i]
            side[r, i] = side_first[i]
            share[r, i] = share_first[i]
        passes[r], n_flippers[r], x_for[r], x_against[r], p_success[r] = _play(
            fixed, order, power_for, power_against, base_for[r], base_against[r], cost_for, cost_against,
            threat_from_aggressor, threat_from_target, willing_for, willing_against, weight, security, assurance, pull,
            mu, credibility_for, credibility_against, shares, max_passes, p_alone_for, p_alone_against, hoped_for,
            hoped_against, utmost_for, utmost_against, side[r], share[r], held, lean, seen,
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
    passes, n_flippers, x_for, x_against, p_success = game_batch(
        fixed, order, power_for, power_against, base_for.reshape((1, -1)), base_against.reshape((1, -1)), cost_for,
        cost_against, threat_from_aggressor, threat_from_target, willing_for, willing_against, weight, security,
        assurance, pull, mu, credibility_for, credibility_against, shares, max_passes, start, side.reshape((1, -1)),
        share.reshape((1, -1)),
    )  # fmt: skip
    return passes[0], n_flippers[0], x_for[0], x_against[0], p_success[0]


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
    p_alone_for, p_alone_against, hoped_for, hoped_against = _alone(
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
            _shift_lean(lean, weight, k, np.int64(side[k]))
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
        p_now = _win(power_of(own * ONE_GRAIN, mu), rival_mu)
        p_with = _win(power_of((own + grains(pledged)) * ONE_GRAIN, mu), rival_mu)
        expected = credibility * (hoped * ONE_GRAIN) + (1.0 - credibility) * (own * ONE_GRAIN)
        out[i, 0] = security * threat * (p_with - p_now)
        out[i, 1] = assurance * (_win(power_of(expected + pledged, mu), rival_mu) - p_alone)
        out[i, 2] = sign * pull * (lean[i] * ONE_GRAIN)


@kernel
def cascade(threshold_base, affinity, capability, weight, fixed, max_passes, side):
    """Supporters of a draft when each looks at who supported it in the last round.

    Parameters
    ----------
    threshold_base : (n,) float64 ndarray
        Utility of supporting it alone [logits].
    affinity : (n,) float64 ndarray
        Alignment along the dispute, -1 with A to 1 with T: i feels affinity[i] * affinity[j] for j.
    capability : (n,) float64 ndarray
    weight : float
        Pull of a supporter [logits per unit of capability].
    fixed : (n,) int8 ndarray
        +1 supports, -1 does not, 0 free to choose.
    max_passes : int
    side : (n,) int8 ndarray
        Modified in place: 1 supports, 0 does not. Read as the first round.

    Returns
    -------
    passes : int
        Rounds until none changed, that one included.

    Notes
    -----
    All move at once: i supports if base_i + weight a_i sum over supporters j of a_j c_j > 0. Exact sums in multiples of
    2^-40. O(n) a round. Source: Granovetter 1978.
    """
    n = len(threshold_base)
    worth = np.empty(n, np.int64)
    for i in range(n):
        worth[i] = grains(affinity[i] * capability[i])
    return _cascade(threshold_base, affinity, worth, weight, fixed, max_passes, side)


@kernel
def _cascade(threshold_base, affinity, worth, weight, fixed, max_passes, side):
    n = len(threshold_base)
    total = np.int64(0)
    for i in range(n):
        side[i] = 1 if fixed[i] > 0 else (0 if fixed[i] < 0 else side[i])
        total += worth[i] * side[i]
    passes = 0
    while passes < max_passes:
        passes += 1
        pulled = weight * (total * ONE_GRAIN)
        following = np.int64(0)
        changes = 0
        for i in range(n):
            moved = (fixed[i] > 0) | ((fixed[i] == 0) & (threshold_base[i] + pulled * affinity[i] > 0.0))
            after = np.int8(moved)
            changes += after ^ side[i]
            following += worth[i] * after
            side[i] = after
        total = following
        if changes == 0:
            break
    return passes


@kernel
def cascade_batch(threshold_base, affinity, capability, weight, fixed, max_passes, side):
    """`cascade` over runs that differ in their thresholds.

    Parameters
    ----------
    threshold_base : (n_runs, n) float64 ndarray
        [logits]
    side : (n_runs, n) int8 ndarray
        Modified in place.
    affinity, capability, weight, fixed, max_passes
        As in `cascade`.

    Returns
    -------
    passes : (n_runs,) int64 ndarray
    """
    n_runs, n = threshold_base.shape
    passes = np.empty(n_runs, np.int64)
    worth = np.empty(n, np.int64)
    for i in range(n):
        worth[i] = grains(affinity[i] * capability[i])
    for r in range(n_runs):
        passes[r] = _cascade(threshold_base[r], affinity, worth, weight, fixed, max_passes, side[r])
    return passes
