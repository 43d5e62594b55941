"""The game that the seats of an organ play under its rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrangement.voting.losses import Majority, exact, majority

if TYPE_CHECKING:
    from sim.arrangement.organ import Bench
    from sim.stream.codes import Measure


@dataclass(frozen=True, kw_only=True)
class Game:
    """A voting body and its rule, as `voting_power` takes them.

    Attributes
    ----------
    weights, quotas, veto, excluded, abstention, abstention_blocks, names
        As in `voting_power`.
    title : str
        What it is, in words.
    """

    weights: Any
    quotas: Any
    veto: Any = None
    excluded: Any = None
    abstention: str | tuple[str, ...] = "counts_as_no"
    abstention_blocks: bool = False
    names: tuple[str, ...] | None = None
    title: str = ""


def game_of(
    bench: Bench, ids: Sequence[str], measure: Measure | None = None, three_way: bool = False, title: str = ""
) -> Game:
    """The game that the seats of an organ play under its rule.

    Parameters
    ----------
    bench : Bench
        Absent seats do not vote: they count in shares of all seats, and stop a draft where the charter says so.
    ids : (n_states,) sequence of str
        Names of the states of the world.
    measure : Measure, optional
        What is voted on, for charters under which parties abstain on some measures only; none: parties vote.
    three_way : bool
        An abstention is a third vote, counted as the charter says; otherwise it counts as a vote against.
    title : str

    Returns
    -------
    Game
    """
    n = len(bench.seats)
    out = bench.party.copy() if measure is None and bench.rule.parties == "excluded" else np.zeros(n, bool)
    if measure is not None:
        out = bench.excluded(measure)
    absent = bench.absent & ~out
    weights, quotas, modes_ = [], [], []
    for row, quota, basis, strict in zip(bench.weight, bench.quota, bench.basis, bench.strict, strict=True):
        line = [exact(w, "weights") for w in row.tolist()]
        share = majority(Majority(exact(float(quota), "quotas"), basis != 3, bool(strict)), True)
        if basis == 0:
            total = sum(w for w, gone in zip(line, out, strict=True) if not gone)
            share = Majority(share.value * total, False, share.strict)
        weights.append(line)
        quotas.append(share)
        modes_.append("counts_as_no" if not three_way else "present_and_voting" if basis == 1 else "ternary")
    stopped = bench.rule.absence_blocks and bool((absent & bench.veto).any())
    # At least one vote in favour, which no share of those voting demands when nobody votes.
    weights.append([1] * n)
    quotas.append(Majority(n + 1 if stopped else 1))
    modes_.append("ternary" if three_way else "counts_as_no")
    live = [k for k, q in enumerate(quotas) if modes_[k] != "present_and_voting" or q.value or q.strict]
    return Game(
        weights=[weights[k] for k in live],
        quotas=[quotas[k] for k in live],
        veto=bench.veto,
        excluded=out | absent,
        abstention=tuple(modes_[k] for k in live),
        abstention_blocks=bench.rule.abstention_blocks,
        names=tuple(ids[int(i)] for i in bench.seats),
        title=title,
    )
