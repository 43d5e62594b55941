"""Twins of `kernels.voting`: every sum taken anew for every seat."""

import numpy as np


def positions(base, political, affinity, capability, pull, k_yes, k_no, fixed, max_passes, out):
    out[:] = np.where(fixed == 9, 0, fixed)
    passes = 0
    for number in range(1, max_passes + 1):
        passes, before = number, out.copy()
        for i in np.argsort(-capability, kind="stable"):
            if fixed[i] != 9:
                continue
            others = np.where(out == 1, 1.0, np.where(out == -1, -1.0, 0.0))
            others[i] = 0.0
            pulled = pull * (affinity[i] * capability * others).sum()
            out[i] = 1 if base[i] + pulled > k_yes else (-1 if political[i] + pulled < -k_no[i] else 0)
        if (out == before).all():
            break
    return passes


def positions_batch(base, political, affinity, capability, pull, k_yes, k_no, fixed, max_passes, out):
    return np.array([
        positions(base[r], political[r], affinity, capability, pull, k_yes, k_no, fixed, max_passes, out[r])
        for r in range(len(base))
    ])  # fmt: skip


def decide(position, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks):
    votes, vetoes = position[~excluded], veto[~excluded]
    yes, no, abstain, absent = ((votes == code).sum() for code in (1, -1, 0, 2))
    blocking = (votes == -1) | ((votes == 0) & abstention_blocks) | ((votes == 2) & absence_blocks)
    n_vetoes = (blocking & vetoes).sum()
    adopted = yes > 0 and n_vetoes == 0
    for q in range(len(quota)):
        weights = weight[q][~excluded]
        counted = {0: votes == votes, 1: np.abs(votes) == 1, 2: votes != 2, 3: votes != votes}[int(basis[q])]
        needed = quota[q] if basis[q] == 3 else quota[q] * weights[counted].sum()
        margin = weights[votes == 1].sum() - needed
        slack = 1e-12 * max(abs(needed), 1e-300)
        adopted = adopted and (margin > slack if strict[q] else margin >= -slack)
    return bool(adopted), yes, no, abstain, absent, n_vetoes


def decide_batch(position, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks):
    rows = [
        decide(row, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks) for row in position
    ]
    return np.array([row[0] for row in rows]), np.array([row[1:] for row in rows])


def canvass(
    base, political, lasting, passing, affinity, capability, pull, k_yes, k_no, fixed, max_passes, excluded, veto, weight, quota,
    basis, strict, abstention_blocks, absence_blocks,
):  # fmt: skip
    adopted, unvetoed, vote = 0, 0, np.zeros(len(base), np.int8)
    for kept, passed in zip(lasting, passing, strict=True):
        positions(
            base + kept + passed, political + kept, affinity, capability, pull, k_yes, k_no, fixed, max_passes, vote
        )
        passed, yes, _, _, _, vetoes = decide(
            vote, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks
        )
        adopted, unvetoed = adopted + passed, unvetoed + (yes > 0 and vetoes == 0)
    return adopted / len(lasting), unvetoed / len(lasting)
