"""A voting rule in exact numbers, as the losses and budgets that the kernels of voting power take."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from sim.errors import SettingError, nearest

Abstention = Literal["counts_as_no", "ternary", "present_and_voting"]
ABSTENTION: tuple[Abstention, ...] = ("counts_as_no", "ternary", "present_and_voting")
Exact = int | Fraction
_ENDLESS = re.compile(r"[eE][-+]?0*\d{5,}$")


@dataclass(frozen=True, slots=True)
class Majority:
    """One quota: so many votes, or such a share of them.

    Attributes
    ----------
    value : int or Fraction
        Votes, or a share from 0 to 1.
    share : bool
        Of the votes that count: those of all members not excluded, or of those voting.
    strict : bool
        More than `value` rather than at least.
    """

    value: Exact
    share: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Losses:
    """One rule over the members of a body.

    Attributes
    ----------
    abstain, no : tuple of tuple of int
        For each member, what its abstention and its vote against lose in each row; budget + 1 in each where they block.
    budget : tuple of int
    ternary : bool
    unanimous_silence : tuple of bool
        Members whose joint abstention must not adopt though the losses allow it (nobody voted at all); empty if there is
        no such case. The others then have neither votes that count nor vetoes.
    """

    abstain: tuple[tuple[int, ...], ...]
    no: tuple[tuple[int, ...], ...]
    budget: tuple[int, ...]
    ternary: bool
    unanimous_silence: tuple[bool, ...] = ()

    @property
    def n_members(self) -> int:
        """Members that may vote."""
        return len(self.no)


def exact(value: Any, what: str) -> Exact:
    """Read a number as it is written: 0.1 is one tenth.

    Raises
    ------
    SettingError
        Not a finite number.
    """
    if type(value) is int:
        return value
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else value
    try:
        if hasattr(value, "dtype"):
            value = value.item() if value.dtype.kind in "iubO" else str(value)
        if isinstance(value, bool):
            return int(value)
        if not isinstance(value, int):
            text = str(value).strip()
            if _ENDLESS.search(text):
                raise ValueError
            value = Fraction(text)
        return value.numerator if value.denominator == 1 else value
    except (ValueError, TypeError, OverflowError, ZeroDivisionError, AttributeError):
        raise SettingError(f"{what}={str(value)[:40]!r} is not a finite number") from None


def majority(value: Any, share: bool, what: str = "quotas") -> Majority:
    """Read a quota: a number of votes, `2/3` or `67%` of them, `all`; a leading `>` asks for more than that.

    Parameters
    ----------
    value : number, str or Majority
    share : bool
        A bare number is a share.

    Raises
    ------
    SettingError
        Not a quota, or a share outside 0 to 1.
    """
    if isinstance(value, Majority):
        found = value
    elif isinstance(value, str):
        text = value.strip()
        strict = text.startswith(">")
        text = text.lstrip(">= ").strip() if text[:1] in ("<", "=", ">") else text
        if text.casefold() == "all":
            found = Majority(1, True, strict)
        elif text.endswith("%"):
            found = Majority(exact(text[:-1], what) / Fraction(100), True, strict)
        else:
            found = Majority(exact(text, what), share or "/" in text, strict)
    else:
        found = Majority(exact(value, what), share)
    if not found.share:
        return found
    number = Fraction(found.value)
    if not 0 <= number <= 1:
        raise SettingError(f"{what}={str(value)[:40]} is out of range: a share of the votes lies from 0 to 1")
    # A share computed in binary, such as 2 / 3, means the simple fraction next to it.
    simple = number.limit_denominator(1000)
    return Majority(simple if abs(simple - number) < Fraction(1, 10**12) else number, True, found.strict)


def modes(abstention: str | Sequence[str], n_quotas: int) -> tuple[str, ...]:
    """Return how abstentions count towards each quota.

    Raises
    ------
    SettingError
        An unknown mode, or `counts_as_no` beside another.
    """
    each = (abstention,) * max(n_quotas, 1) if isinstance(abstention, str) else tuple(abstention)
    for mode in each:
        if mode not in ABSTENTION:
            raise SettingError(
                f"abstention={str(mode)!r} is not one of {' | '.join(ABSTENTION)}{nearest(str(mode), ABSTENTION)}"
            )
    if len(each) != max(n_quotas, 1):
        raise SettingError(f"abstention has {len(each)} entries for {n_quotas} quotas: give one for all, or one each")
    if "counts_as_no" in each and len(set(each)) > 1:
        raise SettingError("abstention=counts_as_no leaves two votes, the others three: one body cannot have both")
    return each


def losses(
    rows: Sequence[Sequence[Exact]],
    quotas: Sequence[Majority],
    veto: Sequence[bool],
    modes: Sequence[str],
    abstention_blocks: bool,
) -> Losses | bool:
    """Lay out a rule whose quotas must all be met, in whole numbers without a common factor.

    Returns
    -------
    Losses or bool
        True if it adopts whatever the votes, False if it never does.
    """
    n = len(veto)
    ternary = modes[0] != "counts_as_no"
    table: list[tuple[list[int], list[int], int]] = []
    voiced = False
    for row, quota, mode in zip(rows, quotas, modes, strict=True):
        total = sum(row)
        if mode == "present_and_voting":
            if total == 0 and quota.strict:
                return False
            over = quota.value.denominator
            up = over - quota.value.numerator
            whole, _ = _whole(row, 0)
            abstain, no, budget = [w * up for w in whole], [w * over for w in whole], sum(whole) * up - quota.strict
            voiced |= quota.strict
        else:
            needed = quota.value * total if quota.share else quota.value
            whole, goal = _whole(row, needed)
            budget = sum(whole) - goal - quota.strict
            abstain = no = whole
            voiced |= goal > 0 or quota.strict
        if budget < 0:
            return False
        table.append((abstain, no, budget))
    # A share of no votes is met by none: unless a quota demands a vote in favour, one is asked for.
    silence: tuple[bool, ...] = ()
    if "present_and_voting" in modes and not voiced:
        counts = [any(row[i] > 0 for row in rows) for i in range(n)]
        if not any(counts):
            return False
        if set(modes) == {"present_and_voting"} and not any(v and not c for v, c in zip(veto, counts, strict=True)):
            silence = tuple(counts)
        else:
            one = [int(c) for c in counts]
            table.append((one, one, sum(one) - 1))
    blocks_no = list(veto)
    blocks_abstain = [v and (abstention_blocks or not ternary) for v in veto]
    for abstain, no, budget in table:
        if max(no) > budget:
            blocks_no = [b or w > budget for b, w in zip(blocks_no, no, strict=True)]
            blocks_abstain = [b or w > budget for b, w in zip(blocks_abstain, abstain, strict=True)]
    kept: list[tuple[list[int], list[int], int]] = []
    for abstain, no, budget in table:
        if True in blocks_no:
            same = abstain is no
            no = [0 if blocked else w for w, blocked in zip(no, blocks_no, strict=True)]
            abstain = (
                no if same and not ternary else [0 if b else w for w, b in zip(abstain, blocks_abstain, strict=True)]
            )
        if sum(no if abstain is no else map(max, abstain, no)) <= budget:
            continue
        factor = math.gcd(*no) if abstain is no else math.gcd(*no, *abstain)
        if factor > 1:
            no, abstain, budget = [w // factor for w in no], [w // factor for w in abstain], budget // factor
        kept.append((abstain, no, budget))
    if not kept and not any(blocks_no) and not any(blocks_abstain) and not silence:
        return True
    if not kept:
        kept = [([0] * n, [0] * n, 0)]
    # The longest row goes last: the grid of losses runs along it.
    kept.sort(key=lambda row: row[2])
    budgets = tuple([row[2] for row in kept])
    wall = tuple([b + 1 for b in budgets])
    abstain_rows, no_rows = (list(zip(*[row[k] for row in kept], strict=True)) for k in (0, 1))
    return Losses(
        abstain=tuple([wall if b else x for x, b in zip(abstain_rows, blocks_abstain, strict=True)]),
        no=tuple([wall if b else x for x, b in zip(no_rows, blocks_no, strict=True)]),
        budget=budgets,
        ternary=ternary,
        unanimous_silence=silence,
    )


def _whole(row: Sequence[Exact], needed: Exact) -> tuple[list[int], int]:
    """Multiply weights and quota by what makes them all whole."""
    scale = 1
    for w in (*row, needed):
        if type(w) is not int:
            scale = math.lcm(scale, w.denominator)
    if scale == 1:
        return list(row), needed  # type: ignore[arg-type, return-value]
    return [int(w * scale) for w in row], int(needed * scale)
