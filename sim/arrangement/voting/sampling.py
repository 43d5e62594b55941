"""Roll calls drawn at random, for bodies beyond the reach of an exact count."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels import winning
from sim.arrangement.voting.losses import Losses

Ints = NDArray[np.int64]

ROLL_CALL = 1 << 40  # of the addresses, far from the purposes of the draws in a run


class Sample(NamedTuple):
    """What a rule does in drawn roll calls: counts by member (pivots; adopted given each vote), and adopted in all."""

    pivots: Ints
    swings: Ints
    adopted: int


def sample_roll_calls(rules: list[Losses], n_roll_calls: int, seed: int) -> Sample:
    """Draw roll calls of a body that adopts by any one of `rules`."""
    n = rules[0].n_members
    widest = sum(len(rule.budget) for rule in rules)
    budget = np.full((len(rules), widest), np.iinfo(np.int64).max, np.int64)
    abstain, no = np.zeros((widest, n), np.int64), np.zeros((widest, n), np.int64)
    row = 0
    for r, rule in enumerate(rules):
        for k, limit in enumerate(rule.budget):
            # Beyond 62 bits the last bits of the weights are dropped: far below what a sample can see.
            excess = max(0, (limit + 1).bit_length() + n.bit_length() - 62)
            budget[r, row] = limit >> excess
            for table, given in ((abstain, rule.abstain), (no, rule.no)):
                table[row] = [(limit >> excess) + 1 if w[k] > limit else w[k] >> excess for w in given]
            row += 1
    return Sample(*winning.sample_roll_calls(abstain, no, budget, rules[0].ternary, seed, ROLL_CALL, 0, n_roll_calls))
