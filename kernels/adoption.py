"""How likely, or in how many ways, a body adopts, from the distribution of what its votes lose: for bodies of hundreds.

Rules are told by their losses, as in `kernels.divisions`.
"""

import numpy as np

from kernels._jit import kernel


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
