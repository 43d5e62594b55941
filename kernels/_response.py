"""The steps of the coalition game: what a course can be worth at most, its best share, and best responses in turn."""

import numpy as np

from kernels._jit import kernel
from kernels.capability import ONE_GRAIN, contest, grains
from kernels.elementary import SMALLEST_NORMAL, exp, log, log_normal
from kernels.elementary import power as power_of

# A course is passed over when even its bound falls this far short [logits], which rounding cannot bridge.
MARGIN = 1e-6
# Forces from which the grains are too fine to bend a concave utility.
COARSE = 2.0**-16


@kernel(inlined=True)
def win(x_mu, y_mu):
    """Ratio contest of forces already raised to mu."""
    both = x_mu + y_mu
    return x_mu / both if both > 0.0 else 0.5


@kernel(inlined=True)
def _raised(x, mu):
    """`power`, where the call would cost a third of it."""
    return exp(mu * (log_normal(x) if x >= SMALLEST_NORMAL else log(x)))


@kernel
def utmost(power, alone, threat, security, assurance, p_alone, cost, shares, mu, out):
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
    for k in range(len(shares)):
        pledged = shares[k] * power
        joined = own + grains(pledged)
        x, hoped = joined * ONE_GRAIN, expected + pledged
        x_mu = whole_mu if joined == whole else _raised(x, mu)
        p, p_hoped = win(x_mu, rival_mu), win(_raised(hoped, mu), rival_mu)
        secured, assured = gain * (p - p_now), assurance * (p_hoped - p_alone)
        utility = head + secured + assured - cost * shares[k]
        if utility > best:
            best, chosen, with_mu = utility, shares[k], x_mu
        rise = gain * p * (1.0 - p) / x + assurance * p_hoped * (1.0 - p_hoped) / hoped
        if mu * power * rise - cost < -slack:
            break
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
    fixed, power_for, power_against, cost_for, cost_against, threat_from_aggressor, threat_from_target, willing_for,
    willing_against, weight, security, assurance, mu, shares, start, side, share, held, lean, utmost_for, utmost_against,
):  # fmt: skip
    """All that a game begins with, whatever its base utilities: the last six arrays are modified in place.

    Returns
    -------
    p_alone_for, p_alone_against : float
    hoped_for, hoped_against : int64
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
    utmost(
        power_for, alone_for * ONE_GRAIN, threat_from_aggressor, security, assurance, p_alone_for, cost_for, shares, mu,
        utmost_for,
    )  # fmt: skip
    utmost(
        power_against, alone_against * ONE_GRAIN, threat_from_target, security, assurance, p_alone_against, cost_against,
        shares, mu, utmost_against,
    )  # fmt: skip
    return p_alone_for, p_alone_against, hoped_for, hoped_against


@kernel
def play(
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
                best, chosen, own_mu, with_mu = best_share(
                    shares, power_for[i], own, total_for, x_mu, rival_mu, expected, head_for,
                    security * threat_from_aggressor[i], assurance, cost_for[i], p_alone_for, mu, best,
                )  # fmt: skip
                course = 1 if chosen > 0.0 else 0
            if may_against and head_against + utmost_against[i] >= best - MARGIN:
                willing = hoped_against - (grains(power_against[i]) if willing_against[i] else 0)
                expected = credibility_against * (willing * ONE_GRAIN)
                expected += (1.0 - credibility_against) * (rival * ONE_GRAIN)
                best, pledge, _, raised = best_share(
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
                shift_lean(lean, weight, i, np.int64(course - side[i]))
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
