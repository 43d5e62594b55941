"""The steps of the coalition game: what a course can be worth at most, its best share, and best responses in turn."""

import numpy as np

from kernels._jit import kernel
from kernels.capability import ONE_GRAIN, contest, grains
from kernels.elementary import LN2_HIGH, LN2_LOW, SMALLEST_NORMAL, TWO_54, exp, log_normal
from kernels.elementary import power as power_of

# A course is passed over when even its bound falls this far short [logits], which rounding cannot bridge.
MARGIN = 1e-6
# Forces from which the grains are too fine to bend a concave utility.
COARSE = 2.0**-16
# Columns of what is known of a state that is free to choose, whatever the run.
POWER_FOR, POWER_AGAINST, COST_FOR, COST_AGAINST, GAIN_FOR, GAIN_AGAINST = 0, 1, 2, 3, 4, 5
WILLING_FOR, WILLING_AGAINST, UTMOST_FOR, UTMOST_AGAINST, N_FACTS = 6, 7, 8, 9, 10


@kernel(inlined=True)
def win(x_mu, y_mu):
    """Ratio contest of forces already raised to mu."""
    both = x_mu + y_mu
    return x_mu / both if both > 0.0 else 0.5


@kernel(inlined=True)
def _raised(x, mu):
    """`power`, where a call would cost a third of it and have numba count references to the caller's arrays at every course."""
    normal = x >= SMALLEST_NORMAL
    logarithm = log_normal(x if normal else x * TWO_54)
    if not normal:
        logarithm = logarithm - 54.0 * LN2_LOW - 54.0 * LN2_HIGH if x > 0.0 else -np.inf
    return exp(mu * logarithm)


@kernel
def utmost(power, alone, gain, assurance, p_alone, cost, least, largest, mu):
    """Bound on what a course can be worth beside its base and its pull, whoever else joins.

    p(success) rises by at most mu / 4 log(1 + added / own), whatever the rival, and own is at least what stands alone.
    """
    assured = assurance * (1.0 - p_alone) if assurance > 0.0 else -assurance * p_alone
    rise = 1.0
    if alone > 0.0:
        rise = min(1.0, 0.25 * mu * log_normal(1.0 + largest * power / alone))
    secured = gain * rise if gain > 0.0 else 0.0
    return secured + assured - min(cost * least, cost * largest)


@kernel(inlined=True)
def best_share(
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
    own_mu = whole_mu if own == whole else _raised(own * ONE_GRAIN, mu)
    p_now = win(own_mu, rival_mu)
    # Where p(success) is concave in the share, so is the utility: where it falls, it falls for good. The slack is for rounding.
    concave = mu <= 1.0 and gain >= 0.0 and assurance >= 0.0 and own * ONE_GRAIN + shares[0] * power >= COARSE
    slack = MARGIN * (1.0 + gain + assurance) if concave else np.inf
    chosen, with_mu = 0.0, own_mu
    # One way out: at two, references to shares would be counted.
    k, rising = 0, True
    while rising and k < len(shares):
        pledged = shares[k] * power
        joined = own + grains(pledged)
        x, hoped = joined * ONE_GRAIN, expected + pledged
        x_mu = whole_mu if joined == whole else _raised(x, mu)
        p, p_hoped = win(x_mu, rival_mu), win(_raised(hoped, mu), rival_mu)
        secured, assured = gain * (p - p_now), assurance * (p_hoped - p_alone)
        utility = head + secured + assured - cost * shares[k]
        if utility > best:
            best, chosen, with_mu = utility, shares[k], x_mu
        # The slope of the utility against 0, both times x and what is hoped for: two divisions less.
        rise = gain * p * (1.0 - p) * hoped + assurance * p_hoped * (1.0 - p_hoped) * x
        rising = not mu * power * rise < (cost - slack) * (x * hoped)
        k += 1
    return best, chosen, own_mu, with_mu


@kernel
def shift_lean(lean, weight, k, step):
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
def open_position(fixed, power_for, power_against, weight, start, side, share, held, lean):
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
            shift_lean(lean, weight, k, np.int64(side[k]))


@kernel
def stand_alone(fixed, power_for, power_against, willing_for, willing_against, mu):
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
        win(for_mu, against_mu),
        win(against_mu, for_mu),
        hoped_for + alone_for,
        hoped_against + alone_against,
    )


@kernel
def set_up(
    fixed, order, power_for, power_against, cost_for, cost_against, threat_from_aggressor, threat_from_target, willing_for,
    willing_against, weight, security, assurance, mu, credibility_for, credibility_against, shares, start, side, share,
    held, lean, movers, facts,
):  # fmt: skip
    """All that a game begins with, whatever its base utilities: the last six arrays are modified in place.

    Parameters
    ----------
    movers : (n,) uint64 ndarray
        Who is free to choose, in order of moves.
    facts : (n, N_FACTS) float64 ndarray
        What is known of each of them, in the same order: one row is read where a dozen arrays would be.

    Returns
    -------
    n_movers : int
    p_alone_for, p_alone_against : float
        As `stand_alone` tells them.
    """
    open_position(fixed, power_for, power_against, weight, start, side, share, held, lean)
    p_alone_for, p_alone_against, hoped_for, hoped_against = stand_alone(
        fixed, power_for, power_against, willing_for, willing_against, mu
    )
    alone_for, alone_against = np.int64(0), np.int64(0)
    for i in range(len(fixed)):
        alone_for += held[i] if fixed[i] == 1 else 0
        alone_against += held[i] if fixed[i] == -1 else 0
    least, largest = shares[0], shares[len(shares) - 1]
    m = 0
    for k in range(len(order)):
        i = order[k]
        if fixed[i] != 0:
            continue
        gain_for, gain_against = security * threat_from_aggressor[i], security * threat_from_target[i]
        others_for = hoped_for - (grains(power_for[i]) if willing_for[i] else 0)
        others_against = hoped_against - (grains(power_against[i]) if willing_against[i] else 0)
        movers[m] = i
        facts[m, POWER_FOR], facts[m, POWER_AGAINST] = power_for[i], power_against[i]
        facts[m, COST_FOR], facts[m, COST_AGAINST] = cost_for[i], cost_against[i]
        facts[m, GAIN_FOR], facts[m, GAIN_AGAINST] = gain_for, gain_against
        facts[m, WILLING_FOR] = credibility_for * (others_for * ONE_GRAIN)
        facts[m, WILLING_AGAINST] = credibility_against * (others_against * ONE_GRAIN)
        facts[m, UTMOST_FOR] = utmost(
            power_for[i], alone_for * ONE_GRAIN, gain_for, assurance, p_alone_for, cost_for[i], least, largest, mu
        )
        facts[m, UTMOST_AGAINST] = utmost(
            power_against[i], alone_against * ONE_GRAIN, gain_against, assurance, p_alone_against, cost_against[i], least,
            largest, mu,
        )  # fmt: skip
        m += 1
    return m, p_alone_for, p_alone_against


@kernel
def play(
    movers, facts, base_for, base_against, weight, assurance, pull, mu, credibility_for, credibility_against, shares,
    max_passes, p_alone_for, p_alone_against, side, share, held, lean, seen,
):  # fmt: skip
    """Best responses from the position in side, share, held and lean, all modified in place.

    A course is played through share by share only if the most that it can be worth could beat the best course so far: exact,
    and most states are spared all powers.
    """
    n = len(movers)
    total_for, total_against = np.int64(0), np.int64(0)
    for i in range(len(side)):
        if side[i] > 0:
            total_for += held[i]
        elif side[i] < 0:
            total_against += held[i]
    for k in range(n):
        seen[k] = -1
    x_mu, y_mu = power_of(total_for * ONE_GRAIN, mu), power_of(total_against * ONE_GRAIN, mu)
    doubt_for, doubt_against = 1.0 - credibility_for, 1.0 - credibility_against
    clock, last_change = 0, 0
    passes, n_flippers = 0, 0
    while passes < max_passes:
        passes += 1
        changed = False
        for k in range(n):
            # A response depends on the others alone: it stands until one of them changes.
            if seen[k] >= last_change:
                continue
            clock += 1
            seen[k] = clock
            i = movers[k]
            pulled = pull * (lean[i] * ONE_GRAIN)
            head_for, head_against = base_for[i] + pulled, base_against[i] - pulled
            may_for = head_for + facts[k, UTMOST_FOR] >= -MARGIN
            may_against = head_against + facts[k, UTMOST_AGAINST] >= -MARGIN
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
                expected = facts[k, WILLING_FOR] + doubt_for * (own * ONE_GRAIN)
                best, chosen, own_mu, with_mu = best_share(
                    shares, facts[k, POWER_FOR], own, total_for, x_mu, rival_mu, expected, head_for, facts[k, GAIN_FOR],
                    assurance, facts[k, COST_FOR], p_alone_for, mu, best,
                )  # fmt: skip
                course = 1 if chosen > 0.0 else 0
            if may_against and head_against + facts[k, UTMOST_AGAINST] >= best - MARGIN:
                expected = facts[k, WILLING_AGAINST] + doubt_against * (rival * ONE_GRAIN)
                best, pledge, _, raised = best_share(
                    shares, facts[k, POWER_AGAINST], rival, rival, rival_mu, own_mu, expected, head_against,
                    facts[k, GAIN_AGAINST], assurance, facts[k, COST_AGAINST], p_alone_against, mu, best,
                )  # fmt: skip
                if pledge > 0.0:
                    course, chosen, with_mu = -1, pledge, raised
            if course == side[i] and chosen == share[i]:
                continue
            changed = True
            last_change = clock
            if course != side[i]:
                shift_lean(lean, weight, np.int64(i), np.int64(course - side[i]))
                if passes == max_passes:
                    n_flippers += 1
                    # Marked until the pass is over: others still answer the side it took.
                    seen[k] = -2
            held[i] = grains(chosen * (facts[k, POWER_FOR] if course > 0 else facts[k, POWER_AGAINST]))
            side[i] = course
            share[i] = chosen
            total_for, x_mu = (own + held[i], with_mu) if course > 0 else (own, own_mu)
            total_against, y_mu = (rival + held[i], with_mu) if course < 0 else (rival, rival_mu)
        if not changed:
            break
    for k in range(n):
        if seen[k] == -2:
            i = movers[k]
            total_for -= held[i] if side[i] > 0 else 0
            total_against -= held[i] if side[i] < 0 else 0
            side[i] = 0
            share[i] = 0.0
    x_for, x_against = total_for * ONE_GRAIN, total_against * ONE_GRAIN
    return passes, n_flippers, x_for, x_against, contest(x_for, x_against, mu)
