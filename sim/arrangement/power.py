"""Voting power of the members of an organ under the rule by which it decides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.body import read_mask, read_names, read_quotas, read_weights, whole_number
from sim.arrangement.losses import Losses, Majority, exact, losses, majority, modes
from sim.arrangement.tallies import (
    Classes,
    Sample,
    Tally,
    count_by_losses,
    dynamic_cost,
    enumerate_divisions,
    enumeration_cost,
    minimal_coalitions,
    rounding,
    sample_roll_calls,
)
from sim.errors import SettingError, nearest

if TYPE_CHECKING:
    from sim.arrangement.organ import Bench
    from sim.stream.codes import Measure

Method = Literal["auto", "enumeration", "dynamic", "sampling"]
METHODS: tuple[Method, ...] = get_args(Method)
PATIENCE = 6e9  # operations, some seconds; beyond it a sample
NORMAL_95 = 1.959963984540054

Floats = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingPower:
    """Power of every member of a body; excluded members have none.

    Attributes
    ----------
    names : tuple of str
    excluded : (n,) bool ndarray
    shapley_shubik : (n,) float64 ndarray
        Chance to be the pivot; sums to 1 unless `constant`.
    swings : tuple of int or None
        Divisions of the other members in which this one's vote decides; None from a sample.
    banzhaf : (n,) float64 ndarray
        Absolute index: `swings` over all divisions of the others.
    banzhaf_normalised : (n,) float64 ndarray
        Shares of the swings; sums to 1 unless `constant`.
    coleman_prevent : (n,) float64 ndarray
        Of the divisions that adopt, the share that the member alone could turn by voting against.
    coleman_initiate : (n,) float64 ndarray
        Of the divisions that do not adopt, the share that the member alone could turn by voting in favour.
    deegan_packel, holler : (n,) float64 ndarray or None
        From minimal winning coalitions; None if not asked for or beyond reach.
    minimal_winning : int or None
        Number of minimal winning coalitions.
    adopting : int or None
        Divisions that adopt; None from a sample.
    divisions : int
        All divisions: 2 ** n_voting, or 3 ** n_voting where abstention is a third vote.
    p_adopt : float
        Coleman's power of the body to act: share of the divisions that adopt.
    constant : str
        `always` or `never` if no vote matters (all indices are then 0), otherwise empty.
    method : str
        `enumeration`, `dynamic` or `sampling`.
    exact : bool
        Every figure is a rational number, rounded once.
    error_bound : float
        Bound on the error of `shapley_shubik` from rounding; NaN from a sample. All else is exact but for a sample.
    shapley_shubik_interval, banzhaf_interval : (n, 2) float64 ndarray or None
        From a sample: 95 % score intervals, each member by itself.
    n_samples : int
        Roll calls drawn; 0 without a sample.
    numerators : tuple of int
        Shapley-Shubik indices times `denominator`; empty unless exact.
    denominator : int
    """

    names: tuple[str, ...]
    excluded: NDArray[np.bool_]
    shapley_shubik: Floats
    swings: tuple[int, ...] | None
    banzhaf: Floats
    banzhaf_normalised: Floats
    coleman_prevent: Floats
    coleman_initiate: Floats
    deegan_packel: Floats | None = None
    holler: Floats | None = None
    minimal_winning: int | None = None
    adopting: int | None
    divisions: int
    p_adopt: float
    constant: str = ""
    method: str
    exact: bool
    error_bound: float
    shapley_shubik_interval: Floats | None = None
    banzhaf_interval: Floats | None = None
    n_samples: int = 0
    numerators: tuple[int, ...] = field(default=(), repr=False)
    denominator: int = field(default=0, repr=False)

    @property
    def shapley_shubik_fractions(self) -> tuple[Fraction, ...] | None:
        """The Shapley-Shubik indices as fractions; None unless exact."""
        return tuple(Fraction(v, self.denominator) for v in self.numerators) if self.exact else None

    @property
    def how(self) -> str:
        """Method and accuracy in words."""
        if self.method == "sampling":
            return f"Monte Carlo, {self.n_samples:,} roll calls, 95 % intervals"
        name = "enumeration" if self.method == "enumeration" else "dynamic programming"
        return f"{name}, exact" if self.exact else f"{name}, swings exact, Shapley-Shubik within {self.error_bound:.0e}"


def voting_power(
    weights: Any,
    quotas: Any,
    *,
    veto: Any = None,
    excluded: Any = None,
    abstention: str | Sequence[str] = "counts_as_no",
    abstention_blocks: bool = False,
    names: Iterable[str] | None = None,
    minimal: bool = False,
    method: Method = "auto",
    samples: int = 200_000,
    seed: int = 0,
) -> VotingPower:
    """Voting power under a rule of weights, quotas and vetoes, with or without abstention.

    Parameters
    ----------
    weights : (n,) or (n_quotas, n) array of int, float or Fraction
        Votes of each member towards each quota, 0 or more, of any size; decimals mean what they say (0.1 is one tenth).
    quotas : scalar, (n_quotas,) or (n_rules, n_quotas) sequence
        Votes needed, all quotas at once; several rows are alternatives, any one of which suffices. A number is a number
        of votes in favour; ``"2/3"``, ``"67%"`` and ``"all"`` are shares of the votes of all members not excluded;
        ``">1/2"`` asks for more than that. Under `present_and_voting` a quota is a share of the votes cast for or against.
    veto : (n,) bool sequence or sequence of names, optional
        Members whose vote against defeats a draft.
    excluded : (n,) bool sequence or sequence of names, optional
        Members that have no vote, such as parties to the dispute; vetoes and weights of theirs do not count.
    abstention : {'counts_as_no', 'ternary', 'present_and_voting'} or a sequence of the last two
        Two votes; or three, all equally likely, an abstention being no vote in favour (`ternary`) or leaving the votes
        that a share is taken of (`present_and_voting`). One for all quotas or one for each.
    abstention_blocks : bool
        With three votes, a veto holder's abstention defeats a draft.
    names : iterable of str, optional
        Names of the members; their numbers from 1 if not given.
    minimal : bool
        Also the indices of Deegan and Packel and of Holler, where cheap.
    method : {'auto', 'enumeration', 'dynamic', 'sampling'}
        `auto` takes the cheapest exact one, and a sample beyond reach.
    samples : int
        Roll calls of a sample.
    seed : int
        Seed of a sample.

    Returns
    -------
    VotingPower

    Raises
    ------
    SettingError
        An argument that makes no voting body, or a method beyond reach.

    Notes
    -----
    With three votes the Shapley-Shubik index is the chance to settle a roll call, and a swing a division of the others
    in which the member's vote in favour adopts and its vote against does not. All indices but those from minimal winning
    coalitions are linear in the rule, so alternatives are counted by inclusion and exclusion.
    Source: Shapley and Shubik 1954; Penrose 1946; Banzhaf 1965; Coleman 1971; Deegan and Packel 1978; Holler 1982;
    Felsenthal and Machover 1997, "Ternary voting games".

    Examples
    --------
    >>> power = voting_power([4, 4, 4, 2, 2, 1], 12)
    >>> power.swings
    (10, 10, 10, 6, 6, 0)
    >>> [str(share) for share in power.shapley_shubik_fractions]
    ['7/30', '7/30', '7/30', '3/20', '3/20', '0']
    """
    rows = read_weights(weights)
    n = len(rows[0])
    labels = read_names(names, n)
    barred = read_mask(excluded, labels, "excluded")
    vetoes = read_mask(veto, labels, "veto")
    each = modes(abstention, len(rows))
    alternatives = read_quotas(quotas, len(rows), each)
    if method not in METHODS:
        raise SettingError(f"method={method!r} is not one of {' | '.join(METHODS)}{nearest(str(method), METHODS)}")
    here = [i for i in range(n) if not barred[i]]
    if not here:
        raise SettingError(f"excluded={n} of {n} members: a body needs at least one member that votes")
    if len(here) < n:
        rows = [[row[i] for i in here] for row in rows]
        vetoes = [vetoes[i] for i in here]
    terms = _terms(rows, alternatives, vetoes, each, abstention_blocks)
    base = 2 if each[0] == "counts_as_no" else 3
    rules = [rule for _, rule in terms if isinstance(rule, Losses)]
    found: Tally | Sample
    chosen, bound = "enumeration", 0.0
    if not rules:
        always = sum(sign for sign, rule in terms if rule)
        every = base ** (len(here) - 1) * always
        found = Tally(base * every, [(every, every * (base == 3), every)], [0], 1, [0] * len(here))
    else:
        groups = [Classes(rule) if isinstance(rule, Losses) else rule for _, rule in terms]
        plan = [_plan(group, method) for group in groups if isinstance(group, Classes)]
        if method == "sampling" or any(p == "sampling" for p in plan):
            samples, seed = whole_number(samples, "samples", 1), whole_number(seed, "seed", 0)
            single = [losses(rows, quota, vetoes, each, abstention_blocks) for quota in alternatives]
            drawn = sample_roll_calls([rule for rule in single if isinstance(rule, Losses)], samples, seed)
            return _from_sample(labels, barred, here, base, drawn, samples)
        chosen = "dynamic" if "dynamic" in plan else "enumeration"
        ways = iter(plan)
        tallies = [
            (sign, _count(group, next(ways)) if isinstance(group, Classes) else group)
            for (sign, _), group in zip(terms, groups, strict=True)
        ]
        found = _combine(tallies, base, len(here))
        if found.denominator == 0:
            bound = sum(
                rounding(g)
                for g, p in zip([g for g in groups if isinstance(g, Classes)], plan, strict=True)
                if p == "dynamic"
            )
    least = None
    if minimal and base == 2 and 0 < found.adopting < base ** len(here):
        single = [losses(rows, quota, vetoes, each, abstention_blocks) for quota in alternatives]
        least = minimal_coalitions([rule for rule in single if isinstance(rule, Losses)])
    return _from_tally(labels, barred, here, base, found, chosen, bound, least)


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


def power_of(game: Game, **options: Any) -> VotingPower:
    """`voting_power` of a `Game`, with its further options."""
    return voting_power(
        game.weights,
        game.quotas,
        veto=game.veto,
        excluded=game.excluded,
        abstention=game.abstention,
        abstention_blocks=game.abstention_blocks,
        names=game.names,
        **options,
    )


def _stricter(row: list[Any], quotas: list[Majority], mode: str) -> Majority:
    """The quota whose meeting means that all of them are met."""
    total = 1 if mode == "present_and_voting" else sum(row)
    return max(quotas, key=lambda q: (q.value * total if q.share else q.value, q.strict))


def _terms(
    rows: list[list[Any]], alternatives: list[list[Majority]], vetoes: list[bool], each: tuple[str, ...], blocks: bool
) -> list[tuple[int, Losses | bool]]:
    """Rules whose tallies, added with these signs, are the tally of "any one of the alternatives"."""
    if len(alternatives) == 1:
        return [(1, losses(rows, alternatives[0], vetoes, each, blocks))]
    signs: dict[tuple[Majority, ...], int] = {}
    for size in range(1, len(alternatives) + 1):
        for chosen in combinations(alternatives, size):
            joint = tuple(_stricter(row, list(q), mode) for row, mode, *q in zip(rows, each, *chosen, strict=True))
            signs[joint] = signs.get(joint, 0) + (-1) ** (size + 1)
    return [(sign, losses(rows, joint, vetoes, each, blocks)) for joint, sign in signs.items() if sign]


def _plan(classes: Classes, method: str) -> str:
    if method == "sampling":
        return method
    by_division = math.inf if method == "dynamic" else enumeration_cost(classes)
    if by_division < 2e6 and method == "auto":
        return "enumeration"
    by_loss = math.inf if method == "enumeration" else dynamic_cost(classes)
    best = min(by_division, by_loss)
    if method != "auto":
        if math.isinf(best):
            raise SettingError(
                f"method={method} is beyond reach for {classes.n_members} members with these weights; auto draws a sample"
            )
        return method
    if best > PATIENCE:
        return "sampling"
    return "enumeration" if by_division <= max(by_loss, 5e7) else "dynamic"


def _count(classes: Classes, way: str) -> Tally:
    return enumerate_divisions(classes) if way == "enumeration" else count_by_losses(classes)


def _combine(tallies: list[tuple[int, Tally | bool]], base: int, n: int) -> Tally:
    if len(tallies) == 1 and isinstance(tallies[0][1], Tally):
        return tallies[0][1]
    adopting, given, denominator = 0, np.zeros((n, 3), object), 1
    is_exact = all(tally.denominator for _, tally in tallies if isinstance(tally, Tally))
    ssi = np.zeros(n, object if is_exact else np.float64)
    for sign, tally in tallies:
        if isinstance(tally, bool):
            every = base ** (n - 1) * tally
            adopting += sign * base * every
            given += sign * np.array([every, every * (base == 3), every], object)
            continue
        adopting += sign * tally.adopting
        given += sign * np.array(tally.given, object)[tally.of_member]
        scale = 1 if is_exact or not tally.denominator else tally.denominator
        ssi += sign * np.array([v if scale == 1 else v / scale for v in tally.ssi], ssi.dtype)[tally.of_member]
        denominator = tally.denominator if is_exact else 0
    ssi = ssi if is_exact else np.maximum(ssi, 0.0)
    return Tally(adopting, [tuple(row) for row in given.tolist()], ssi.tolist(), denominator, list(range(n)))


def _from_tally(
    labels: tuple[str, ...],
    barred: list[bool],
    here: list[int],
    base: int,
    tally: Tally,
    method: str,
    bound: float,
    minimal: tuple[list[int], list[list[int]]] | None,
) -> VotingPower:
    n, m = len(labels), len(here)
    divisions, adopting = base**m, tally.adopting
    others, failing = base ** (m - 1), divisions - adopting
    swings = [y - v for y, _, v in tally.given]
    if base == 2:
        stops = starts = swings
    else:
        stops = [y + a - 2 * v for y, a, v in tally.given]
        starts = [2 * y - a - v for y, a, v in tally.given]
    # The last class is that of members without a vote.
    place = [*tally.of_member] if m == n else _place(tally.of_member, here, n)
    total = sum([swings[c] for c in tally.of_member])
    figures = np.array(
        [
            [v / (tally.denominator or 1) for v in tally.ssi] + [0.0],
            [v / others for v in swings] + [0.0],
            [v / (total or 1) for v in swings] + [0.0],
            [v / (adopting or 1) for v in stops] + [0.0],
            [v / (failing or 1) for v in starts] + [0.0],
        ]
    )[:, place]
    swings.append(0)
    numerators = [*tally.ssi, 0] if tally.denominator else []
    deegan_packel = holler = None
    if minimal is not None:
        coalitions, seats = minimal
        count, seated = sum(coalitions), sum(map(sum, seats))
        shares = [float(sum(Fraction(v, s) for s, v in enumerate(line) if v) / count) for line in seats]
        deegan_packel, holler = np.zeros(n), np.zeros(n)
        deegan_packel[here] = shares
        holler[here] = [sum(line) / seated for line in seats]
    return VotingPower(
        names=labels,
        excluded=np.array(barred),
        shapley_shubik=figures[0],
        swings=tuple([swings[c] for c in place]),
        banzhaf=figures[1],
        banzhaf_normalised=figures[2],
        coleman_prevent=figures[3],
        coleman_initiate=figures[4],
        deegan_packel=deegan_packel,
        holler=holler,
        minimal_winning=sum(minimal[0]) if minimal else None,
        adopting=adopting,
        divisions=divisions,
        p_adopt=adopting / divisions,
        constant="" if 0 < adopting < divisions else "always" if adopting else "never",
        method=method,
        exact=tally.denominator > 0,
        error_bound=bound,
        numerators=tuple([numerators[c] for c in place]) if numerators else (),
        denominator=tally.denominator,
    )


def _place(of_member: list[int], here: list[int], n: int) -> list[int]:
    out = [-1] * n
    for i, c in zip(here, of_member, strict=True):
        out[i] = c
    return out


def _from_sample(
    labels: tuple[str, ...], barred: list[bool], here: list[int], base: int, sample: Sample, n_samples: int
) -> VotingPower:
    n = len(labels)
    yes, abstain, no = sample.swings.T
    critical = yes - no
    total, failed = int(critical.sum()), n_samples - sample.adopted
    stops, starts = (critical, critical) if base == 2 else (yes + abstain - 2 * no, 2 * yes - abstain - no)

    def spread(values: Any) -> Floats:
        out = np.zeros(n)
        out[here] = values
        return out

    def interval(counts: Any) -> Floats:
        # Score interval (Wilson 1927).
        p, z2 = np.asarray(counts) / n_samples, NORMAL_95**2
        centre = (p + z2 / (2 * n_samples)) / (1 + z2 / n_samples)
        half = NORMAL_95 / (1 + z2 / n_samples) * np.sqrt(p * (1 - p) / n_samples + z2 / (4.0 * n_samples**2))
        low = np.where(p == 0.0, 0.0, np.maximum(centre - half, 0.0))
        high = np.where(p == 1.0, 1.0, np.minimum(centre + half, 1.0))
        return np.stack([spread(low), spread(high)], axis=1)

    return VotingPower(
        names=labels,
        excluded=np.array(barred),
        shapley_shubik=spread(sample.pivots / n_samples),
        swings=None,
        banzhaf=spread(critical / n_samples),
        banzhaf_normalised=spread(critical / max(total, 1)),
        coleman_prevent=spread(stops / (base * max(sample.adopted, 1))),
        coleman_initiate=spread(starts / (base * max(failed, 1))),
        adopting=None,
        divisions=base ** len(here),
        p_adopt=sample.adopted / n_samples,
        method="sampling",
        exact=False,
        error_bound=math.nan,
        shapley_shubik_interval=interval(sample.pivots),
        banzhaf_interval=interval(critical),
        n_samples=n_samples,
    )
