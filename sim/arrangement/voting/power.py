"""Voting power of the members of an organ under the rule by which it decides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

from sim.arrangement.voting.alternatives import add_tallies, signed_rules
from sim.arrangement.voting.body import read_mask, read_names, read_quotas, read_weights, whole_number
from sim.arrangement.voting.classes import Classes
from sim.arrangement.voting.dynamic import count_by_losses, dynamic_cost, rounding
from sim.arrangement.voting.enumeration import enumerate_divisions, enumeration_cost
from sim.arrangement.voting.game import Game
from sim.arrangement.voting.indices import VotingPower, indices_of_sample, indices_of_tally
from sim.arrangement.voting.losses import Losses, losses, modes
from sim.arrangement.voting.minimal import minimal_coalitions
from sim.arrangement.voting.sampling import Sample, sample_roll_calls
from sim.arrangement.voting.tallies import Tally
from sim.errors import SettingError, nearest

Method = Literal["auto", "enumeration", "dynamic", "sampling"]
METHODS: tuple[Method, ...] = get_args(Method)
PATIENCE = 6e9  # operations, some seconds; beyond it a sample


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
    terms = signed_rules(rows, alternatives, vetoes, each, abstention_blocks)
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
            return indices_of_sample(labels, barred, here, base, drawn, samples)
        chosen = "dynamic" if "dynamic" in plan else "enumeration"
        ways = iter(plan)
        tallies = [
            (sign, _count(group, next(ways)) if isinstance(group, Classes) else group)
            for (sign, _), group in zip(terms, groups, strict=True)
        ]
        found = add_tallies(tallies, base, len(here))
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
    return indices_of_tally(labels, barred, here, base, found, chosen, bound, least)


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
