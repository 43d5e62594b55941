"""Indices of voting power, from the divisions counted or the roll calls drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrangement.voting.sampling import Sample
from sim.arrangement.voting.tallies import Tally

NORMAL_95 = 1.959963984540054

Floats = NDArray[np.float64]


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


def indices_of_tally(
    labels: tuple[str, ...],
    barred: list[bool],
    here: list[int],
    base: int,
    tally: Tally,
    method: str,
    bound: float,
    minimal: tuple[list[int], list[list[int]]] | None,
) -> VotingPower:
    """Return the power of every member from the divisions counted.

    Parameters
    ----------
    labels : tuple of str
        Names of all members.
    barred : list of bool
        Which of them have no vote.
    here : list of int
        The others, in the order in which the tally has them.
    base : int
        Votes that a member may give, 2 or 3.
    tally : Tally
    method : str
        How it was counted.
    bound : float
        On the error of the Shapley-Shubik index.
    minimal : (list of int, list of list of int) or None
        Minimal winning coalitions by size, and those of each member of `here`.
    """
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


def indices_of_sample(
    labels: tuple[str, ...], barred: list[bool], here: list[int], base: int, sample: Sample, n_samples: int
) -> VotingPower:
    """Return the power of every member as estimated from `n_samples` roll calls; the rest as for `indices_of_tally`."""
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
