"""Twins of `kernels.coalition`: every sum taken anew for every question asked."""

import numpy as np

from reference.capability import contest


def pull_weights(affinity, capability):
    weight = np.ascontiguousarray(np.trunc((affinity * capability).T * 2.0**40), dtype=np.int64)
    np.fill_diagonal(weight, 0)
    return weight


def stances(fixed, eligible, acting, reconsidered, compelled):
    stance = np.where((fixed == 0) & ~eligible, 2, fixed)
    kept = (fixed == 0) & ((acting < 0) if reconsidered else (acting != 0))
    stance = np.where(kept, acting, stance)
    return np.where(compelled & (fixed == 0), 1, stance)


def _without(i, power, share, side, sign):
    members = side == sign
    members[i] = False
    return (power * share)[members].sum()


def _terms(
    i, course, q, fixed, power_for, power_against, threat_from_aggressor, threat_from_target, willing_for,
    willing_against, weight, security, assurance, pull, mu, credibility_for, credibility_against, side, share,
):  # fmt: skip
    others_for, others_against = _without(i, power_for, share, side, 1), _without(i, power_against, share, side, -1)
    alone_for, alone_against = power_for[fixed == 1].sum(), power_against[fixed == -1].sum()
    if course > 0:
        own, rival, power, threat = others_for, others_against, power_for, threat_from_aggressor[i]
        willing, credibility, member, p_alone = willing_for, credibility_for, 1, contest(alone_for, alone_against, mu)
    else:
        own, rival, power, threat = others_against, others_for, power_against, threat_from_target[i]
        willing, credibility, member, p_alone = (
            willing_against,
            credibility_against,
            -1,
            contest(alone_against, alone_for, mu),
        )
    hoped = (fixed == member) | ((fixed == 0) & willing)
    hoped[i] &= fixed[i] != 0
    expected = credibility * power[hoped].sum() + (1.0 - credibility) * own
    apart = side.astype(float)
    apart[i] = 0.0
    return (
        security * threat * (contest(own + q * power[i], rival, mu) - contest(own, rival, mu)),
        assurance * (contest(expected + q * power[i], rival, mu) - p_alone),
        course * pull * (weight[:, i] * 2.0**-40 * apart).sum(),
    )


def game(
    fixed, order, power_for, power_against, base_for, base_against, cost_for, cost_against, threat_from_aggressor,
    threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for,
    credibility_against, shares, max_passes, start, side, share,
):  # fmt: skip
    side[:] = np.where((fixed == 1) | ((fixed == 0) & (start == 1)), 1, np.where(fixed == -1, -1, 0))
    share[:] = np.abs(side)
    passes, flippers = 0, []
    for number in range(1, max_passes + 1):
        passes, changed, flippers = number, False, []
        for i in order:
            if fixed[i] != 0:
                continue
            best, course, chosen = 0.0, 0, 0.0
            for sign, base, cost in ((1, base_for[i], cost_for[i]), (-1, base_against[i], cost_against[i])):
                for q in shares:
                    utility = base - cost * q + sum(_terms(
                        i, sign, q, fixed, power_for, power_against, threat_from_aggressor,
                        threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu,
                        credibility_for, credibility_against, side, share,
                    ))  # fmt: skip
                    if utility > best:
                        best, course, chosen = utility, sign, q
            if (course, chosen) != (side[i], share[i]):
                changed = True
                if course != side[i]:
                    flippers.append(i)
                side[i], share[i] = course, chosen
        if not changed:
            break
    n_flippers = len(flippers) if passes == max_passes else 0
    if n_flippers:
        side[flippers], share[flippers] = 0, 0.0
    x_for, x_against = (power_for * share)[side > 0].sum(), (power_against * share)[side < 0].sum()
    return passes, n_flippers, x_for, x_against, contest(x_for, x_against, mu)


def game_batch(
    fixed, order, power_for, power_against, base_for, base_against, cost_for, cost_against, threat_from_aggressor,
    threat_from_target, willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for,
    credibility_against, shares, max_passes, start, side, share,
):  # fmt: skip
    results = [
        game(
            fixed, order, power_for, power_against, base_for[r], base_against[r], cost_for, cost_against,
            threat_from_aggressor, threat_from_target, willing_for, willing_against, weight, security, assurance, pull,
            mu, credibility_for, credibility_against, shares, max_passes, start, side[r], share[r],
        )
        for r in range(len(base_for))
    ]  # fmt: skip
    return tuple(np.array(column) for column in zip(*results, strict=True))


def coalition_terms(
    fixed, power_for, power_against, threat_from_aggressor, threat_from_target, willing_for, willing_against,
    weight, security, assurance, pull, mu, credibility_for, credibility_against, shares, side, share, course, out,
):  # fmt: skip
    for i in range(len(side)):
        q = share[i] if side[i] == course[i] else shares[0]
        out[i] = _terms(
            i, course[i], q, fixed, power_for, power_against, threat_from_aggressor, threat_from_target,
            willing_for, willing_against, weight, security, assurance, pull, mu, credibility_for, credibility_against,
            side, share,
        )  # fmt: skip
