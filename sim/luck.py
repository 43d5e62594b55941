"""Draws by address: every draw is a pure function of what it is for."""

from __future__ import annotations

from enum import IntEnum, unique

import numpy as np
from numpy.typing import NDArray

from kernels import random as addressed
from sim.stream.codes import code_list

OF_THE_CELL = -1
"""In place of a run's number: the last key, 2^64 - 1 as the generator reads it."""


@code_list
@unique
class Purpose(IntEnum):
    """What a draw is for. Append only: a number once given is an address for ever."""

    DISPOSITION = 0
    TEMPO = 1
    GAP = 2
    BATTLE = 3
    MISPERCEPTION = 4
    REFERRED = 5
    REFERRAL_DELAY = 6
    INQUIRY_DELAY = 7
    NOTICE = 8
    SITTING = 9
    VOTE = 10
    CANVASS = 11
    BARGAIN_DELAY = 12
    BARGAIN = 13
    LEAK_DELAY = 14
    OBLIGATION_DELAY = 15
    OBLIGATION = 16
    SANCTION = 17
    SANCTION_DELAY = 18
    FORCE = 19
    MOBILISATION = 20
    YIELDING = 21
    SPLIT = 22
    BELIEF_DISPOSITION = 23
    BELIEF_VOTE = 24
    BELIEF_SANCTION = 25
    BELIEF_FORCE = 26
    CENTRALISATION = 27
    OWN_INITIATIVE_DELAY = 28
    EXIT = 29
    PEACEKEEPING = 30
    THREAT = 31
    FALLBACK_DELAY = 32
    DEADLINE = 33
    PIVOT = 34
    COOLING_OFF = 35
    AWARD = 36
    FORUM = 37
    FORUM_DELAY = 38
    PASSAGE = 39
    CASUS_FOEDERIS = 40
    BELIEF_CASUS_FOEDERIS = 41
    COEFFICIENT = 42


class Luck:
    """The draws of one run, on one branch.

    Parameters
    ----------
    seed, run : int
        Key of the stream; arms share it, so paired runs share their luck.
    branch : int
        0 for history as it was; a fork draws on another.

    Notes
    -----
    Address: counter words (block of i, j, crisis and occurrence, purpose and branch). `occurrence` has
    meaning (battle n; measure and sitting), so an extra draw in one arm moves no later luck.
    Source: Salmon, Moraes, Dror and Shaw (2011), Philox4x64-10.
    """

    __slots__ = ("branch", "run", "seed")

    def __init__(self, seed: int, run: int, branch: int = 0) -> None:
        self.seed, self.run, self.branch = seed, run, branch

    def uniform(self, purpose: int, crisis: int, occurrence: int = 0, i: int = 0, j: int = 0) -> float:
        return addressed.uniform(self.seed, self.run, self.branch << 32 | purpose, crisis << 40 | occurrence, i, j)

    def exponential(self, purpose: int, crisis: int, occurrence: int = 0, i: int = 0, j: int = 0) -> float:
        return addressed.exponential(self.seed, self.run, self.branch << 32 | purpose, crisis << 40 | occurrence, i, j)

    def normal(self, purpose: int, crisis: int, occurrence: int = 0, i: int = 0, j: int = 0) -> float:
        return addressed.normal(self.seed, self.run, self.branch << 32 | purpose, crisis << 40 | occurrence, i, j)

    def logistic(self, purpose: int, crisis: int, occurrence: int = 0, i: int = 0, j: int = 0) -> float:
        return addressed.logistic(self.seed, self.run, self.branch << 32 | purpose, crisis << 40 | occurrence, i, j)

    def uniforms(self, purpose: int, crisis: int, occurrence: int, n: int, j: int = 0) -> NDArray[np.float64]:
        """(n,) float64 of entities 0..n-1; row i equals `uniform(..., i, j)`."""
        out = np.empty(n)
        addressed.uniform_row(self.seed, self.run, self.branch << 32 | purpose, crisis << 40 | occurrence, j, out)
        return out

    def exponentials(self, purpose: int, crisis: int, occurrence: int, n: int, j: int = 0) -> NDArray[np.float64]:
        """(n,) float64 of mean 1."""
        out = np.empty(n)
        addressed.exponential_row(self.seed, self.run, self.branch << 32 | purpose, crisis << 40 | occurrence, j, out)
        return out

    def normals(self, purpose: int, crisis: int, occurrence: int, n: int, j: int = 0) -> NDArray[np.float64]:
        """(n,) standard normal float64."""
        out = np.empty(n)
        addressed.normal_row(self.seed, self.run, self.branch << 32 | purpose, crisis << 40 | occurrence, j, out)
        return out

    def logistics(self, purpose: int, crisis: int, occurrence: int, n: int, j: int = 0) -> NDArray[np.float64]:
        """(n,) logistic float64 of scale 1."""
        out = np.empty(n)
        addressed.logistic_row(self.seed, self.run, self.branch << 32 | purpose, crisis << 40 | occurrence, j, out)
        return out
