"""Every division of a voting body, listed and tallied: each outcome exactly, for bodies of a few dozen.

A rule is told by its *losses*. A vote in favour loses nothing; in each of n_quotas rows an abstention and a vote against lose
some weight each, never less than the vote above them; a draft is adopted if in every row the losses together stay within a
budget. A vote that loses more than the budget blocks by itself: that is a veto. So weighted rules, several quotas at once,
vetoes, abstention that counts or does not, and majorities of those voting are one rule. A *division* is a list of all
votes (Felsenthal and Machover 1997: tripartition where abstention is a third vote, coalition where it is none); identical members form a *class*.
"""

import numpy as np

from kernels._jit import kernel


@kernel
def list_divisions(start, loss, abstain, no, ways, modulus):
    """Every division of some classes of members.

    Parameters
    ----------
    start : (n_classes + 1,) int64 ndarray
        Class c may divide as any of options start[c] .. start[c + 1] - 1.
    loss : (n_options, n_quotas) int64 ndarray
    abstain, no : (n_options,) int64 ndarray
        Abstentions and votes against [votes].
    ways : (n_options,) int64 ndarray
        Number of divisions of the class that are this option, modulo `modulus`.
    modulus : int
        Below 2**31, or 0 to compute without one.

    Returns
    -------
    state_loss : (n_quotas, n_states) int64 ndarray
        The first class varies fastest.
    state_abstain, state_no, state_ways : (n_states,) int64 ndarray
    """
    n_quotas, n_classes = loss.shape[1], len(start) - 1
    n_states = 1
    for c in range(n_classes):
        n_states *= start[c + 1] - start[c]
    state_loss = np.zeros((n_quotas, n_states), np.int64)
    state_abstain = np.zeros(n_states, np.int64)
    state_no = np.zeros(n_states, np.int64)
    state_ways = np.ones(n_states, np.int64)
    done = 1
    for c in range(n_classes):
        # From the last option down: the first `done` states are read until option 0 overwrites them.
        for o in range(start[c + 1] - 1, start[c] - 1, -1):
            base = (o - start[c]) * done
            for s in range(done):
                for k in range(n_quotas):
                    state_loss[k, base + s] = state_loss[k, s] + loss[o, k]
                state_abstain[base + s] = state_abstain[s] + abstain[o]
                state_no[base + s] = state_no[s] + no[o]
                product = state_ways[s] * ways[o]
                state_ways[base + s] = product % modulus if modulus else product
        done *= start[c + 1] - start[c]
    return state_loss, state_abstain, state_no, state_ways


@kernel
def tally_divisions(
    start, abstain, no, loss_a, size_a, ways_a, loss_b, size_b, ways_b, budget, n_sizes, ternary, modulus
):
    """Count the divisions that adopt, with one half A of the members listed against the other half B.

    Parameters
    ----------
    start : (n_classes + 1,) int64 ndarray
        Options of the classes of half A, as in `list_divisions`.
    abstain, no : (n_options,) int64 ndarray
    loss_a, loss_b : (n_quotas, n_states) int64 ndarray
        Loss of each division of a half.
    size_a, size_b : (n_states,) int64 ndarray
        Key to count by, such as the number of votes against; the keys of both halves add.
    ways_a, ways_b : (n_states,) int64 ndarray
    budget : (n_quotas,) int64 ndarray
    n_sizes : int
        Above the sum of the largest keys.
    ternary : bool
        An abstention is a vote.
    modulus : int
        Below 2**31, or 0.

    Returns
    -------
    adopting : (n_sizes,) int64 ndarray
        Divisions that adopt, by key.
    abstaining, against : (n_classes, n_sizes) int64 ndarray
        Votes cast by the members of a class of half A in those divisions (abstaining: 0 unless ternary).

    Notes
    -----
    One quota: O(n_a * n_sizes * n_classes + n_b log n_a), the split of Horowitz and Sahni 1974. More: O(n_a * n_b).
    Memory O(n_a * n_sizes).
    """
    n_quotas, n_a = loss_a.shape
    n_classes, n_b, n_keys = len(start) - 1, len(size_b), 1
    for b in range(n_b):
        n_keys = max(n_keys, size_b[b] + 1)
    order = np.argsort(loss_a[0])
    ordered = np.empty((n_quotas, n_a), np.int64)
    for k in range(n_quotas):
        for a in range(n_a):
            ordered[k, a] = loss_a[k, order[a]]
    fits = np.empty(n_a, np.bool_)
    count = np.zeros((n_keys, n_a + 1), np.int64)
    for b in range(n_b):
        first, tally = ordered[0], count[size_b[b]]
        reach, beyond, slack = 0, n_a, budget[0] - loss_b[0, b]
        while reach < beyond:
            middle = (reach + beyond) // 2
            if first[middle] <= slack:
                reach = middle + 1
            else:
                beyond = middle
        if n_quotas == 1:
            tally[reach] += ways_b[b]
            continue
        slack = budget[1] - loss_b[1, b]
        for a in range(reach):
            fits[a] = ordered[1, a] <= slack
        for k in range(2, n_quotas):
            slack = budget[k] - loss_b[k, b]
            for a in range(reach):
                fits[a] &= ordered[k, a] <= slack
        for a in range(reach):
            tally[a] += ways_b[b] * fits[a]
    # One quota: half B was counted where its reach ends, which is beyond all states of A that it adopts with.
    shift = 1 if n_quotas == 1 else 0
    if n_quotas == 1:
        for s in range(n_keys):
            for a in range(n_a - 1, -1, -1):
                count[s, a] += count[s, a + 1]
    rank = np.empty(n_a, np.int64)
    for a in range(n_a):
        rank[order[a]] = a + shift
    value = np.zeros(n_keys, np.int64)
    adopting = np.zeros(n_sizes, np.int64)
    abstaining = np.zeros((n_classes, n_sizes), np.int64)
    against = np.zeros((n_classes, n_sizes), np.int64)
    option = start[:n_classes].copy()
    for a in range(n_a):
        size, ways, place = size_a[a], ways_a[a], rank[a]
        for s in range(n_keys):
            found = count[s, place]
            value[s] = found % modulus * ways % modulus if modulus else found * ways
            adopting[size + s] += value[s]
        for c in range(n_classes):
            votes, silent = no[option[c]], abstain[option[c]]
            if votes:
                for s in range(n_keys):
                    against[c, size + s] += value[s] * votes
            if ternary and silent:
                for s in range(n_keys):
                    abstaining[c, size + s] += value[s] * silent
        for c in range(n_classes):
            option[c] += 1
            if option[c] < start[c + 1]:
                break
            option[c] = start[c]
    if modulus:
        for s in range(n_sizes):
            adopting[s] %= modulus
            for c in range(n_classes):
                abstaining[c, s] %= modulus
                against[c, s] %= modulus
    return adopting, abstaining, against


@kernel
def tally_halves(start, split, count, loss, abstain, no, ways, budget, by_yes, ternary, modulus):
    """Count the divisions that adopt, and the votes that each class casts in them.

    Parameters
    ----------
    start, loss, abstain, no, ways, modulus
        Options of all classes, as in `list_divisions`.
    split : int
        The first `split` classes are one half of the body, the others the other.
    count : (n_classes,) int64 ndarray
        Members of each class.
    budget : (n_quotas,) int64 ndarray
    by_yes : bool
        Count by votes in favour rather than by votes against.
    ternary : bool
        An abstention is a vote.

    Returns
    -------
    adopting : (n_members + 1,) int64 ndarray
        Divisions that adopt, by votes cast against (in favour).
    abstaining, against : (n_classes, n_members + 1) int64 ndarray
        Votes cast by the members of each class in those divisions (abstaining: 0 unless ternary).
    """
    cut = start[split]
    start_a, start_b = start[: split + 1].copy(), start[split:].copy()
    for c in range(len(start_b)):
        start_b[c] -= cut
    abstain_a, abstain_b, no_a, no_b = abstain[:cut], abstain[cut:], no[:cut], no[cut:]
    loss_a, silent_a, size_a, ways_a = list_divisions(start_a, loss[:cut], abstain_a, no_a, ways[:cut], modulus)
    loss_b, silent_b, size_b, ways_b = list_divisions(start_b, loss[cut:], abstain_b, no_b, ways[cut:], modulus)
    n_a = n_b = 0
    for c in range(len(count)):
        if c < split:
            n_a += count[c]
        else:
            n_b += count[c]
    if by_yes:
        for a in range(len(size_a)):
            size_a[a] = n_a - silent_a[a] - size_a[a]
        for b in range(len(size_b)):
            size_b[b] = n_b - silent_b[b] - size_b[b]
    n_sizes = n_a + n_b + 1
    abstaining = np.empty((len(count), n_sizes), np.int64)
    against = np.empty((len(count), n_sizes), np.int64)
    for half in range(2):
        adopting, silent, opposed = tally_divisions(
            start_a, abstain_a, no_a, loss_a, size_a, ways_a, loss_b, size_b, ways_b, budget, n_sizes, ternary, modulus
        )
        first = split if half else 0
        for c in range(len(silent)):
            for s in range(n_sizes):
                abstaining[first + c, s] = silent[c, s]
                against[first + c, s] = opposed[c, s]
        start_a, start_b, abstain_a, abstain_b, no_a, no_b = start_b, start_a, abstain_b, abstain_a, no_b, no_a
        loss_a, loss_b, size_a, size_b, ways_a, ways_b = loss_b, loss_a, size_b, size_a, ways_b, ways_a
    return adopting, abstaining, against
