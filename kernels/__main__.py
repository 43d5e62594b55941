"""Compile in a process of its own, while another compiles the rest: python -m kernels."""

from numba import bool_, float64, int8, int64

from kernels.campaign import battle_losses
from kernels.coalition import coalition_terms, game
from kernels.compliance import still_carried_out
from kernels.sums import exact_sum, exact_sum_where
from kernels.voting import canvass

SIDES, COUNTS, NUMBERS, FLAGS, TABLE = int8[::1], int64[::1], float64[::1], bool_[::1], float64[:, ::1]
SITUATION = (*(NUMBERS,) * 2, FLAGS, FLAGS, int64[:, ::1], *(float64,) * 6, NUMBERS)
SEATS = (FLAGS, FLAGS, TABLE, NUMBERS, COUNTS, FLAGS, bool_, bool_)

AHEAD = (
    (game, (SIDES, COUNTS, *(NUMBERS,) * 6, *SITUATION, int64, int64, SIDES, NUMBERS)),
    (coalition_terms, (SIDES, *(NUMBERS,) * 2, *SITUATION, SIDES, NUMBERS, SIDES, TABLE)),
    (canvass, (*(NUMBERS,) * 2, *(TABLE,) * 3, NUMBERS, float64, float64, NUMBERS, SIDES, int64, *SEATS)),
    (exact_sum, (NUMBERS,)),
    (exact_sum_where, (NUMBERS, FLAGS)),
    (battle_losses, (COUNTS, SIDES, float64, float64, COUNTS, COUNTS)),
    (still_carried_out, (NUMBERS, COUNTS, int64, float64, float64, NUMBERS)),
)
"""The game, which takes the longest, then what a run comes to last, each with the types that a run calls it with."""


def compile_ahead():
    """Compile what a run will call, the callers with what they call."""
    for kernel, types in AHEAD:
        kernel.compile(types)


if __name__ == "__main__":
    compile_ahead()
