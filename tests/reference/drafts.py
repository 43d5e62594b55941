"""Twins of `kernels.drafts`: whole-array expressions over the seats."""

import numpy as np

from reference.voting import decide, positions


def most_willing(appeal, seats, disposition):
    utility = appeal + disposition[seats]
    if not (utility > -np.inf).any():
        return -1, -np.inf
    return seats[utility.argmax()], utility.max()


def strongest_willing(appeal, seats, disposition, luck, power):
    deed = appeal + disposition[seats] + luck[seats]
    ranked = np.where(deed > 0.0, power[seats], -1.0)
    if not (deed > 0.0).any():
        return -1, -np.inf
    return seats[ranked.argmax()], deed[ranked.argmax()]


def put_to_vote(
    base, political, seats, disposition, luck, affinity, capability, pull, k_yes, k_no, k_meant, fixed, max_passes, sponsor,
    flipped, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks, position, meant,
):  # fmt: skip
    there = fixed != 2
    held = np.where((seats == sponsor) & there, 1, fixed)
    lasting = disposition[seats]
    positions(
        base + lasting + luck[seats], political + lasting, affinity, capability, pull, k_yes, k_no, held, max_passes, position
    )  # fmt: skip
    turned = (seats == flipped) & there
    position[turned] = np.where(position[turned] == 1, -1, 1)
    meant[:] = (position == 1) & ((base + lasting > k_meant) | (held == 1))
    *counts, n_vetoes = decide(
        position, excluded, veto, weight, quota, basis, strict, abstention_blocks, absence_blocks
    )
    blocking = (position == -1) | ((position == 0) & abstention_blocks) | ((position == 2) & absence_blocks)
    vetoing = seats[blocking & veto & ~excluded]
    assert n_vetoes == len(vetoing)
    return *counts, (vetoing[0] if len(vetoing) else -1)
