"""The divisions that adopt, in all and given the vote of each class of members."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.arrangement.voting.classes import Classes


class Tally(NamedTuple):
    """What a rule does over all divisions.

    Attributes
    ----------
    adopting : int
        Divisions that adopt.
    given : list of (int, int, int)
        For each class, divisions of the others that adopt if a member votes in favour, abstains, votes against.
    ssi : list of int or float
        Shapley-Shubik index of a member of each class, times `denominator` if exact.
    denominator : int
        0 where `ssi` is not exact.
    of_member : list of int
        Class of each member.
    """

    adopting: int
    given: list[tuple[int, int, int]]
    ssi: list[Any]
    denominator: int
    of_member: list[int]


def without_silence(classes: Classes, order: list[int], tally: Tally) -> Tally:
    """Take out the divisions in which nobody whose vote counts has voted.

    The pivots stay: in that roll call the last member that counts settles the matter either way.
    """
    if not classes.silence:
        return tally
    if any(a[0] > classes.budget[0] and s for a, s in zip(classes.abstain, classes.silence, strict=True)):
        return tally
    out = 3 ** sum([n for n, silent in zip(classes.count, classes.silence, strict=True) if not silent])
    given = []
    for c, (y, a, m) in zip(order, tally.given, strict=True):
        if classes.silence[c]:
            given.append((y, a - out, m))
        else:
            given.append((y - out // 3, a - out // 3, m - out // 3))
    return tally._replace(adopting=tally.adopting - out, given=given)
