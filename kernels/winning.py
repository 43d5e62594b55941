"""Which coalitions win: the minimal ones counted, and who turns a roll call, drawn where bodies are too large to count.

Rules are told by their losses, as in `kernels.divisions`.
"""

import numpy as np

from kernels._jit import kernel
from kernels.random import uniform_row


@kernel
def _within(loss, budget):
    """Whether the losses stay within the budget of any one rule."""
    for r in range(budget.shape[0]):
        inside = True
        for k in range(budget.shape[1]):
            inside &= loss[k] <= budget[r, k]
        if inside:
            return True
    return False


@kernel
def minimal_winning(count, most_no, no, budget, binomial):
    """Count the minimal winning coalitions, by a mixed-radix Gray code over the votes against in each class.

    Parameters
    ----------
    count, most_no : (n_classes,) int64 ndarray
        Members of a class, and the most of them that may vote against in any winning coalition.
    no : (n_quotas, n_classes) int64 ndarray
        Loss of a vote against.
    budget : (n_rules, n_quotas) int64 ndarray
        Alternatives: a coalition wins by any one of them.
    binomial : (n_classes, largest count + 1) int64 ndarray
        Binomial coefficients of `count`.

    Returns
    -------
    coalitions : (n_members + 1,) int64 ndarray
        Minimal winning coalitions by size [members].
    seats : (n_classes, n_members + 1) int64 ndarray
        Members of the class in them, summed, by size of the coalition.

    Notes
    -----
    Source of the code: Knuth, The Art of Computer Programming 4A, section 7.2.1.1, Algorithm H. One class changes by one
    vote a step, so a step costs O(n_quotas).
    """
    n_quotas, n_classes = no.shape
    n_members = 0
    for c in range(n_classes):
        n_members += count[c]
    coalitions = np.zeros(n_members + 1, np.int64)
    seats = np.zeros((n_classes, n_members + 1), np.int64)
    # The reflected code needs two options a class: one that must be unanimous stays as it is.
    moving = np.flatnonzero(most_no)
    focus = np.arange(len(moving) + 1)
    direction = np.ones(len(moving), np.int64)
    against = np.zeros(n_classes, np.int64)
    loss = np.zeros(n_quotas, np.int64)
    size = n_members
    while True:
        if _within(loss, budget):
            minimal = True
            for c in range(n_classes):
                if against[c] < count[c]:
                    for k in range(n_quotas):
                        loss[k] += no[k, c]
                    minimal &= not _within(loss, budget)
                    for k in range(n_quotas):
                        loss[k] -= no[k, c]
            if minimal:
                ways = 1
                for c in range(n_classes):
                    ways *= binomial[c, against[c]]
                coalitions[size] += ways
                for c in range(n_classes):
                    seats[c, size] += ways * (count[c] - against[c])
        m = focus[0]
        focus[0] = 0
        if m == len(moving):
            return coalitions, seats
        c = moving[m]
        against[c] += direction[m]
        size -= direction[m]
        for k in range(n_quotas):
            loss[k] += direction[m] * no[k, c]
        if against[c] == 0 or against[c] == most_no[c]:
            direction[m] = -direction[m]
            focus[m] = focus[m + 1]
            focus[m + 1] = m + 1


@kernel
def sample_roll_calls(abstain, no, budget, ternary, seed, purpose, first, n_roll_calls):
    """Draw roll calls: an order of the members and the vote of each.

    Parameters
    ----------
    abstain, no : (n_quotas, n_members) int64 ndarray
        Loss of an abstention and of a vote against.
    budget : (n_rules, n_quotas) int64 ndarray
        Alternatives: a draft is adopted by any one of them.
    ternary : bool
        An abstention is a vote; all votes are equally likely.
    seed, purpose, first, n_roll_calls : int
        Roll call r has the address (seed, run=r, purpose, place=0), r = first .. first + n_roll_calls - 1: row 0 orders
        the members, row 1 holds their votes.

    Returns
    -------
    pivots : (n_members,) int64 ndarray
        Roll calls that the member's vote settled, whatever the later votes.
    swings : (n_members, 3) int64 ndarray
        Roll calls that, with the member in favour, abstaining, against and the others' votes as drawn, adopt.
    adopted : int

    Notes
    -----
    Source: Felsenthal and Machover 1996, 1997: the chance to be the pivot of a roll call is the Shapley-Shubik index.
    """
    n_quotas, n_members = no.shape
    pivots = np.zeros(n_members, np.int64)
    swings = np.zeros((n_members, 3), np.int64)
    adopted = 0
    order = np.empty(n_members, np.int64)
    u = np.empty(n_members)
    vote_loss = np.empty((n_quotas, n_members), np.int64)
    worst = np.zeros(n_quotas, np.int64)
    best = np.zeros(n_quotas, np.int64)
    rest = np.zeros(n_quotas, np.int64)
    for r in range(first, first + n_roll_calls):
        uniform_row(seed, r, purpose, 0, 1, u)
        for k in range(n_quotas):
            worst[k] = best[k] = 0
        for i in range(n_members):
            vote = int(u[i] * (3.0 if ternary else 2.0))
            for k in range(n_quotas):
                worst[k] += no[k, i]
                vote_loss[k, i] = 0 if vote == 0 else abstain[k, i] if ternary and vote == 1 else no[k, i]
        uniform_row(seed, r, purpose, 0, 0, u)
        for i in range(n_members):
            order[i] = i
        settled = False
        for i in range(n_members):
            j = i + int(u[i] * (n_members - i))
            member = order[j]
            order[j] = order[i]
            for k in range(n_quotas):
                worst[k] += vote_loss[k, member] - no[k, member]
                best[k] += vote_loss[k, member]
            if not settled and (_within(worst, budget) or not _within(best, budget)):
                settled = True
                pivots[member] += 1
        adopts = _within(best, budget)
        adopted += adopts
        # A vote never helps less than one below it: of a division that adopts only worse votes need a test, else better ones.
        for i in range(n_members):
            for k in range(n_quotas):
                rest[k] = best[k] - vote_loss[k, i] + (no[k, i] if adopts else 0)
            outcome = _within(rest, budget)
            swings[i, 0] += adopts or outcome
            swings[i, 2] += adopts and outcome
            if ternary:
                for k in range(n_quotas):
                    rest[k] = best[k] - vote_loss[k, i] + abstain[k, i]
                swings[i, 1] += _within(rest, budget)
    return pivots, swings, adopted
