"""Voting power: how often one vote decides, over all divisions of a voting body or a sample of them.

A rule is told by its *losses*. A vote in favour loses nothing; in each of n_quotas rows an abstention and a vote against lose
some weight each, never less than the vote above them; a draft is adopted if in every row the losses together stay within a
budget. A vote that loses more than the budget blocks by itself: that is a veto. So weighted rules, several quotas at once,
vetoes, abstention that counts or does not, and majorities of those voting are one rule. A *division* is a list of all
votes (Felsenthal and Machover 1997: tripartition where abstention is a third vote, coalition where it is none); identical members form a *class*.
"""

import numpy as np

from kernels._jit import kernel
from kernels.random import uniform_row


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


@kernel
def _digits(budget):
    """Coordinates of every cell of the outer rows of a loss grid, and the step of each."""
    n_outer = len(budget) - 1
    step = np.ones(n_outer + 1, np.int64)
    for k in range(n_outer - 1, -1, -1):
        step[k] = step[k + 1] * (budget[k] + 1)
    digit = np.zeros((n_outer, step[0]), np.int64)
    for k in range(n_outer):
        for o in range(step[0]):
            digit[k, o] = o // step[k + 1] % (budget[k] + 1)
    return digit, step


@kernel
def _sources(loss, step, digit, budget):
    """Where each outer row comes from when one member's vote is added: -1 if from below zero or beyond the budget.

    `loss` is (3, n_quotas, n_classes), the votes in favour, abstaining and against; the result (3, n_classes, n_outer).
    """
    n_outer = digit.shape[1]
    source = np.empty((3, loss.shape[2], n_outer), np.int64)
    for v in range(3):
        for c in range(loss.shape[2]):
            for o in range(n_outer):
                row, inside = o, loss[v, -1, c] <= budget[-1]
                for k in range(len(budget) - 1):
                    row -= loss[v, k, c] * step[k + 1]
                    inside &= digit[k, o] >= loss[v, k, c]
                source[v, c, o] = row if inside else -1
    return source


@kernel
def _last_row(loss, budget):
    """Losses in the last row by class and vote, and the most that one member of a class can lose there without blocking."""
    inner = np.empty((loss.shape[2], 3), np.int64)
    most = np.empty(loss.shape[2], np.int64)
    for c in range(len(most)):
        for v in range(3):
            inner[c, v] = loss[v, -1, c]
        most[c] = inner[c, 2] if inner[c, 2] <= budget[-1] else inner[c, 1] if inner[c, 1] <= budget[-1] else 0
    return inner, most


@kernel
def _join(grid, out, source, loss, p, low, high):
    """Distribution of losses `out` after one more member votes, from `grid`, in columns low .. high - 1.

    `source` is (3, n_outer); `loss` (3,) the member's losses in the last row; `p` (3,) the chance of each vote.
    """
    # Views that start where a loop starts: an index with an offset would be tested for wrapping and not be vectorised.
    for o in range(len(grid)):
        target, given = out[o, low:high], grid[o, low:high]
        for x in range(len(target)):
            target[x] = p[0] * given[x]
        for v in range(1, 3):
            if p[v] > 0.0 and source[v, o] >= 0:
                start = max(low, loss[v])
                target, given = out[o, start:high], grid[source[v, o], start - loss[v] :]
                for x in range(len(target)):
                    target[x] += p[v] * given[x]


@kernel
def _meet(before, after, source, loss, high):
    """Probability that losses from `before` (below `high` in the last row), and those cumulated in `after`, last cell first, leave room for `loss`."""
    last = len(before) - 1
    total = 0.0
    for o in range(len(before)):
        # Reflection in the corner of the grid turns "what is left of the budget" into the same shift.
        if source[last - o] < 0:
            continue
        left, right = before[o], after[last - source[last - o], loss : loss + high]
        s0 = s1 = s2 = s3 = 0.0
        n = len(right) // 4
        for x in range(n):
            s0 += left[4 * x] * right[4 * x]
            s1 += left[4 * x + 1] * right[4 * x + 1]
            s2 += left[4 * x + 2] * right[4 * x + 2]
            s3 += left[4 * x + 3] * right[4 * x + 3]
        for x in range(4 * n, len(right)):
            s0 += left[x] * right[x]
        total += (s0 + s1) + (s2 + s3)
    return total


@kernel
def p_adopt(count, loss, budget, p_vote):
    """Probability of adoption given the vote of one member, the others voting independently.

    Parameters
    ----------
    count : (n_classes,) int64 ndarray
        Members of each class.
    loss : (3, n_quotas, n_classes) int64 ndarray
        Loss of one member's vote in favour (0), abstention and vote against, at most budget + 1, which stands for a veto.
    budget : (n_quotas,) int64 ndarray
    p_vote : (n_points, 3) float64 ndarray
        Probability of each vote; their sum is 1.

    Returns
    -------
    p : (n_points, n_classes, 3) float64 ndarray
        Given that one member of the class votes in favour, abstains (0 if that has no chance), votes against.

    Notes
    -----
    Sums of products of numbers in [0, 1] only: no cancellation, so the relative error is below about 4 eps a member.
    O(n_points * n_members * prod(budget + 1)) time, n_classes grids of memory; the grid runs along the last quota.
    """
    n_classes, n_points = len(count), len(p_vote)
    digit, step = _digits(budget)
    source = _sources(loss, step, digit, budget)
    n_outer, n_inner = step[0], budget[-1] + 1
    inner, most = _last_row(loss, budget)
    after = np.empty((n_classes, n_outer, n_inner))
    grid = np.empty((n_outer, n_inner))
    spare = np.empty((n_outer, n_inner))
    p = np.zeros((n_points, n_classes, 3))
    for j in range(n_points):
        # Cumulation and voting commute, so the classes after each one join an already cumulated grid. Of it only what the
        # classes before can leave is read, and of theirs only what they can lose is not 0: `total` and `reach`.
        total = 0
        for c in range(n_classes):
            total += count[c] * most[c]
        for o in range(n_outer):
            for x in range(n_inner):
                grid[o, x] = 1.0
        for c in range(n_classes - 1, -1, -1):
            for o in range(n_outer):
                for x in range(min(total + 1, n_inner)):
                    after[c, o, x] = grid[n_outer - 1 - o, n_inner - 1 - x]
            for _ in range(count[c] if c else 0):
                total -= most[c]
                _join(grid, spare, source[:, c], inner[c], p_vote[j], max(0, n_inner - 1 - total), n_inner)
                grid, spare = spare, grid
        for o in range(n_outer):
            for x in range(n_inner):
                grid[o, x] = spare[o, x] = 0.0
        grid[0, 0] = 1.0
        reach = 0
        for c in range(n_classes):
            for i in range(count[c]):
                if i == count[c] - 1:
                    for v in range(3):
                        if p_vote[j, 1] > 0.0 or v != 1:
                            p[j, c, v] = _meet(grid, after[c], source[v, c], inner[c, v], reach + 1)
                reach = min(reach + most[c], n_inner - 1)
                _join(grid, spare, source[:, c], inner[c], p_vote[j], 0, reach + 1)
                grid, spare = spare, grid
    return p


@kernel
def _join_whole(grid, out, source, loss, ternary, prime, low, high):
    """`_join` in whole numbers modulo a prime, each vote counting once."""
    for o in range(len(grid)):
        target, given = out[o, low:high], grid[o, low:high]
        for x in range(len(target)):
            target[x] = given[x]
        for v in range(1 if ternary else 2, 3):
            if source[v, o] >= 0:
                start = max(low, loss[v])
                target, given = out[o, start:high], grid[source[v, o], start - loss[v] :]
                for x in range(len(target)):
                    value = target[x] + given[x]
                    target[x] = value - prime if value >= prime else value


@kernel
def _meet_whole(before, after, source, loss, high, prime):
    """`_meet` in whole numbers modulo a prime below 2**28."""
    last = len(before) - 1
    total = 0
    for o in range(len(before)):
        if source[last - o] < 0:
            continue
        left, right = before[o], after[last - source[last - o], loss : loss + high]
        for block in range(0, len(right), 64):
            part = 0
            for x in range(block, min(block + 64, len(right))):
                part += left[x] * right[x]
            total = (total + part) % prime
    return total


@kernel
def count_adopt(count, loss, budget, ternary, primes):
    """Number of divisions of the others that adopt given the vote of one member, modulo primes.

    Parameters
    ----------
    count, loss, budget
        As in `p_adopt`.
    ternary : bool
        An abstention is a vote.
    primes : (n_primes,) int64 ndarray
        Each below 2**28.

    Returns
    -------
    residue : (n_primes, n_classes, 3) int64 ndarray
        Given that one member of the class votes in favour, abstains (0 unless ternary), votes against.

    Notes
    -----
    Residues by enough primes give the number itself (Chinese remainder theorem), however many digits it has.
    """
    n_classes = len(count)
    digit, step = _digits(budget)
    source = _sources(loss, step, digit, budget)
    n_outer, n_inner = step[0], budget[-1] + 1
    inner, most = _last_row(loss, budget)
    after = np.empty((n_classes, n_outer, n_inner), np.int64)
    grid = np.empty((n_outer, n_inner), np.int64)
    spare = np.empty((n_outer, n_inner), np.int64)
    residue = np.zeros((len(primes), n_classes, 3), np.int64)
    for j in range(len(primes)):
        total = 0
        for c in range(n_classes):
            total += count[c] * most[c]
        for o in range(n_outer):
            for x in range(n_inner):
                grid[o, x] = 1
        for c in range(n_classes - 1, -1, -1):
            for o in range(n_outer):
                for x in range(min(total + 1, n_inner)):
                    after[c, o, x] = grid[n_outer - 1 - o, n_inner - 1 - x]
            for _ in range(count[c] if c else 0):
                total -= most[c]
                _join_whole(
                    grid, spare, source[:, c], inner[c], ternary, primes[j], max(0, n_inner - 1 - total), n_inner
                )
                grid, spare = spare, grid
        for o in range(n_outer):
            for x in range(n_inner):
                grid[o, x] = spare[o, x] = 0
        grid[0, 0] = 1
        reach = 0
        for c in range(n_classes):
            for i in range(count[c]):
                if i == count[c] - 1:
                    for v in range(3):
                        if ternary or v != 1:
                            residue[j, c, v] = _meet_whole(
                                grid, after[c], source[v, c], inner[c, v], reach + 1, primes[j]
                            )
                reach = min(reach + most[c], n_inner - 1)
                _join_whole(grid, spare, source[:, c], inner[c], ternary, primes[j], 0, reach + 1)
                grid, spare = spare, grid
    return residue


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
