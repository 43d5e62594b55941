"""How seats come to vote, and what a charter makes of their votes."""

import numpy as np

from kernels._jit import kernel
from kernels.capability import GRAIN, ONE_GRAIN, order_by_capability

FREE = 9
ABSENT = 2


@kernel
def _settle(base, political, affinity, capability, order, pull, k_yes, k_no, fixed, max_passes, out, lean):
    """`positions` with the order of moves and the workspace given; out and lean are modified in place."""
    n = len(base)
    lean[:] = 0
    for i in range(n):
        out[i] = 0 if fixed[i] == FREE else fixed[i]
        if out[i] == 1 or out[i] == -1:
            _lean_on(lean, affinity, capability, i, np.int64(out[i]))
    passes = 0
    while passes < max_passes:
        passes += 1
        changed = False
        for k in range(n):
            i = order[k]
            if fixed[i] != FREE:
                continue
            pulled = pull * (lean[i] * ONE_GRAIN)
            vote = 0
            if base[i] + pulled > k_yes:
                vote = 1
            elif political[i] + pulled < -k_no[i]:
                vote = -1
            if vote != out[i]:
                _lean_on(lean, affinity, capability, i, np.int64(vote - out[i]))
                out[i] = vote
                changed = True
        if not changed:
            break
    return passes


@kernel
def _lean_on(lean, affinity, capability, j, step):
    kept = lean[j]
    weight = capability[j]
    for i in range(len(lean)):
        lean[i] += step * np.int64(affinity[i, j] * weight * GRAIN)
    lean[j] = kept


@kernel
def positions(base, political, affinity, capability, pull, k_yes, k_no, fixed, max_passes, out):
    """Votes of the seats of an organ on one draft, each aware of the others.

    Parameters
    ----------
    base : (n,) float64 ndarray
        Utility of a yes but for the pull [logits].
    political : (n,) float64 ndarray
        Its political part: norm, partisan and noise [logits].
    affinity : (n, n) float64 ndarray
        Row i: how close seat i feels to each, -1 to 1.
    capability : (n,) float64 ndarray
    pull : float
        Coefficient [logits].
    k_yes : float
        A yes needs more [logits].
    k_no : (n,) float64 ndarray
        A no needs a political part below -k_no [logits].
    fixed : (n,) int8 ndarray
        9 free, else the position it must take: +1, 0, -1, or 2 absent.
    max_passes : int
    out : (n,) int8 ndarray
        Modified in place: +1 yes, 0 abstention, -1 no, 2 absent.

    Returns
    -------
    passes : int
        The last one, without change, included.

    Notes
    -----
    In order of falling capability, from abstention: yes if base + pull (sum over yes of s_ij c_j - sum over no) > k_yes; else no
    if the political part with the same pull < -k_no; else abstention. Cost alone never makes a no. O(n) a change.
    """
    lean = np.empty(len(base), np.int64)
    order = order_by_capability(capability)
    return _settle(base, political, affinity, capability, order, pull, k_yes, k_no, fixed, max_passes, out, lean)


@kernel
def positions_batch(base, political, affinity, capability, pull, k_yes, k_no, fixed, max_passes, out):
    """`positions` over drafts or draws that differ in their utilities.

    Parameters
    ----------
    base, political : (m, n) float64 ndarray
        [logits]
    out : (m, n) int8 ndarray
        Modified in place.
    affinity, capability, pull, k_yes, k_no, fixed, max_passes
        As in `positions`.

    Returns
    -------
    passes : (m,) int64 ndarray
    """
    m, n = base.shape
    passes = np.empty(m, np.int64)
    lean = np.empty(n, np.int64)
    order = order_by_capability(capability)
    for r in range(m):
        passes[r] = _settle(
            base[r], political[r], affinity, capability, order, pull, k_yes, k_no, fixed, max_passes, out[r], lean
        )
    return passes


@kernel
def decide(position, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks):
    """Whether a draft is adopted.

    Parameters
    ----------
    position : (n,) int8 ndarray
        +1 yes, 0 abstention, -1 no, 2 absent.
    excluded : (n,) bool ndarray
        Seats that do not count at all, as parties under League Art. 15 or the UN's Art. 27(3).
    veto : (n,) bool ndarray
        Seats whose no defeats a draft.
    weight : (n_quotas, n) float64 ndarray
        Votes of each seat in the count for each quota.
    quota : (n_quotas,) float64 ndarray
        Each must be met.
    basis : (n_quotas,) int8 ndarray
        The quota is a share of 0 all seats not excluded, 1 those present and voting, 2 those present; 3 an absolute weight.
    strict : (n_quotas,) bool ndarray
        Whether more than the quota is needed.
    abstention_blocks, absence_blocks : bool
        Whether a veto seat's abstention, or absence, counts as its veto.

    Returns
    -------
    adopted : bool
    yes, no, abstain, absent : int
        Seats, excluded ones left out.
    n_vetoes : int

    Notes
    -----
    At least one yes is needed. Share quotas are compared as weight >= quota * total less a part in 10^12, so that two thirds of
    nine is six.
    """
    yes, no, abstain, absent, n_vetoes = 0, 0, 0, 0, 0
    for i in range(len(position)):
        if excluded[i]:
            continue
        if position[i] == 1:
            yes += 1
        elif position[i] == -1:
            no += 1
            n_vetoes += veto[i]
        elif position[i] == 0:
            abstain += 1
            n_vetoes += veto[i] and abstention_blocks
        else:
            absent += 1
            n_vetoes += veto[i] and absence_blocks
    adopted = yes > 0 and n_vetoes == 0
    for q in range(len(quota)):
        in_favour, total = 0.0, 0.0
        for i in range(len(position)):
            if excluded[i]:
                continue
            if position[i] == 1:
                in_favour += weight[q, i]
            counted = (
                basis[q] == 0 or position[i] == 1 or position[i] == -1 or (basis[q] == 2 and position[i] != ABSENT)
            )
            if counted:
                total += weight[q, i]
        needed = quota[q] if basis[q] == 3 else quota[q] * total
        slack = 1e-12 * max(abs(needed), 1e-300)
        met = in_favour > needed + slack if strict[q] else in_favour >= needed - slack
        adopted = adopted and met
    return adopted, yes, no, abstain, absent, n_vetoes


@kernel
def decide_batch(position, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks):
    """`decide` over drafts.

    Parameters
    ----------
    position : (m, n) int8 ndarray
    excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks
        As in `decide`.

    Returns
    -------
    adopted : (m,) bool ndarray
    counts : (m, 5) int64 ndarray
        Yes, no, abstention, absent, vetoes.
    """
    m = len(position)
    adopted, counts = np.empty(m, np.bool_), np.empty((m, 5), np.int64)
    for r in range(m):
        adopted[r], counts[r, 0], counts[r, 1], counts[r, 2], counts[r, 3], counts[r, 4] = decide(
            position[r], excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks
        )
    return adopted, counts


@kernel
def canvass(
    base, political, lasting, passing, affinity, capability, pull, k_yes, k_no, fixed, max_passes, excluded, veto, weight, quota,
    basis, strict, abstention_blocks, absence_blocks,
):  # fmt: skip
    """Chances of a draft, over what the sponsor does not know.

    Parameters
    ----------
    base, political : (n,) float64 ndarray
        [logits]
    lasting : (m, n) float64 ndarray
        Dispositions: added to both [logits].
    passing : (m, n) float64 ndarray
        Luck of the vote: added to `base` alone, for it moves a yes and never a no [logits].
    affinity, capability, pull, k_yes, k_no, fixed, max_passes
        As in `positions`.
    excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks
        As in `decide`.

    Returns
    -------
    p_adopt, p_unvetoed : float
        That it is adopted; that somebody supports it and no veto is cast.
    """
    m, n = lasting.shape
    lean, vote = np.empty(n, np.int64), np.empty(n, np.int8)
    guess, leaning = np.empty(n), np.empty(n)
    order = order_by_capability(capability)
    n_adopted, n_unvetoed = 0, 0
    for r in range(m):
        for i in range(n):
            guess[i] = base[i] + lasting[r, i] + passing[r, i]
            leaning[i] = political[i] + lasting[r, i]
        _settle(guess, leaning, affinity, capability, order, pull, k_yes, k_no, fixed, max_passes, vote, lean)
        adopted, yes, _, _, _, n_vetoes = decide(
            vote, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks
        )
        n_adopted += adopted
        n_unvetoed += yes > 0 and n_vetoes == 0
    return n_adopted / m, n_unvetoed / m
