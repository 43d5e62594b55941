"""Members of a body grouped by what their votes do: all of a class have the same power."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.arrangement.voting.losses import Losses


class Classes:
    """Members grouped by what their votes do.

    Attributes
    ----------
    of_member : list of int
    count : list of int
        Members of each class.
    abstain, no : list of tuple of int
        Losses of one member of each class.
    silence : list of bool
        Members of the class take part in a silence that must not adopt.
    """

    __slots__ = ("_halves", "abstain", "budget", "count", "n_members", "no", "of_member", "silence", "ternary")

    def __init__(self, rule: Losses) -> None:
        parts = (rule.abstain, rule.no, rule.unanimous_silence) if rule.unanimous_silence else (rule.abstain, rule.no)
        keys = list(zip(*parts, strict=True)) if rule.ternary else list(rule.no)
        found: dict[Any, int] = {}
        self.of_member = [found.setdefault(key, len(found)) for key in keys]
        self.count = [0] * len(found)
        for c in self.of_member:
            self.count[c] += 1
        self.abstain = [key[0] for key in found] if rule.ternary else list(found)
        self.no = [key[1] for key in found] if rule.ternary else self.abstain
        self.silence = [key[2] for key in found] if rule.unanimous_silence else []
        self.budget, self.ternary, self.n_members = rule.budget, rule.ternary, rule.n_members
        self._halves: Halves | None = None

    @property
    def n_divisions(self) -> int:
        """Divisions of the whole body."""
        return (3 if self.ternary else 2) ** self.n_members

    def halves(self) -> Halves:
        """Split the classes in two halves of about as many divisions each, with what each class may do."""
        if self._halves is None:
            options = [self._divide(c) for c in range(len(self.count))]
            sides: tuple[list[int], list[int]] = ([], [])
            states = [1, 1]
            for length, c in sorted([(-len(o), c) for c, o in enumerate(options)]):
                side = states[1] < states[0]
                sides[side].append(c)
                states[side] *= -length
            order = sides[0] + sides[1]
            place = [0] * len(order)
            for k, c in enumerate(order):
                place[c] = k
            self._halves = Halves(
                order, len(sides[0]), states[0], states[1], options, [place[c] for c in self.of_member]
            )
        return self._halves

    def _divide(self, c: int) -> list[tuple[int, int]]:
        """Abstentions and votes against in class `c` that break no budget by themselves."""
        n, no = self.count[c], self.no[c]
        if n == 1 and not self.ternary:
            return [(0, 0), (0, 1)] if no <= self.budget else [(0, 0)]
        if not self.ternary:
            most = min([n, *[b // w for b, w in zip(self.budget, no, strict=True) if w]])
            return [(0, m) for m in range(most + 1)]
        found = []
        for a in range(n + 1):
            left = [b - a * w for b, w in zip(self.budget, self.abstain[c], strict=True)]
            if min(left) < 0:
                break
            most = min([n - a, *[b // w for b, w in zip(left, no, strict=True) if w]])
            found += [(a, m) for m in range(most + 1)]
        return found


class Halves(NamedTuple):
    """Classes in two halves of about as many divisions each.

    Attributes
    ----------
    order : list of int
        Classes of the first half, then of the second.
    split : int
        Classes in the first.
    n_a, n_b : int
        Divisions of each half.
    options : list of list of (int, int)
        Abstentions and votes against that each class may cast.
    of_member : list of int
        Place in `order` of each member's class.
    """

    order: list[int]
    split: int
    n_a: int
    n_b: int
    options: list[list[tuple[int, int]]]
    of_member: list[int]
