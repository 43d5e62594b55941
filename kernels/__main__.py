"""Compile the coalition game in a process of its own, while another compiles the rest: python -m kernels."""

from numba import bool_, float64, int8, int64

from kernels.coalition import coalition_terms, game

SIDES, COUNTS, NUMBERS, FLAGS = int8[::1], int64[::1], float64[::1], bool_[::1]
SITUATION = (*(NUMBERS,) * 2, FLAGS, FLAGS, int64[:, ::1], *(float64,) * 6, NUMBERS)

LONGEST = (
    (game, (SIDES, COUNTS, *(NUMBERS,) * 6, *SITUATION, int64, int64, SIDES, NUMBERS)),
    (coalition_terms, (SIDES, *(NUMBERS,) * 2, *SITUATION, SIDES, NUMBERS, SIDES, float64[:, ::1])),
)
"""Kernels that take the longest, with the types that a run calls them with."""


def compile_longest():
    """Compile what takes longest, the callers with what they call."""
    for kernel, types in LONGEST:
        kernel.compile(types)


if __name__ == "__main__":
    compile_longest()
