"""Distributions of simulated crises beside those that were observed, a distance for each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.battery.census import Counts
from sim.battery.observed import PUBLISHED, QUANTILES, Observed
from sim.stream.codes import EndCause, Outcome

LEAST = 10
"""Simulated observations below which no figure is given."""
RATIOS = (("1-2", 1.0, 2.0), ("2-5", 2.0, 5.0), ("5-10", 5.0, 10.0), ("over 10", 10.0, math.inf))


@dataclass(frozen=True)
class Simulated:
    """A figure from simulated crises and how many stand behind it."""

    value: float
    n: int


def simulated(counts: Counts) -> dict[str, Simulated]:
    """Return every figure that the counts allow, by the names of `PUBLISHED`."""
    rows, war = counts.crises, counts.war
    days = rows["end_day"][war] - counts.onset[war]
    out: dict[str, Simulated] = {}
    for q in QUANTILES:
        _put(out, f"war length, {q:.0%} quantile", days, partial(np.quantile, q=q))
    _contests(out, counts)
    _put(out, "wars that outsiders join", counts.joined[war] > 0)
    for name, joined, could in (
        ("defence ally of the target joins, per state and war", counts.ally_joined, counts.allies),
        ("another state joins, per state and war", counts.other_joined, counts.others),
    ):
        n = int(could[war].sum())
        if n >= LEAST:
            out[name] = Simulated(float(joined[war].sum() / n), n)
    decided = int(counts.honoured.sum() + counts.refused.sum())
    if decided >= LEAST:
        out["obligations honoured"] = Simulated(float(counts.honoured.sum() / decided), decided)
    _days(out, counts)
    _drafts(out, counts)
    sanctioned = rows["n_sanctioning"] > 0
    gave_way = np.isin(rows["outcome"], (Outcome.BACKED_DOWN, Outcome.COMPROMISE, Outcome.DETERRED))
    _put(out, "sanctioned aggressor gives way", gave_way[sanctioned])
    protected = counts.threatened & (counts.allies > 0)
    _put(out, "threat against a protected state is not carried out", rows["outcome"][protected] == Outcome.DETERRED)
    return out


def compare(found: Mapping[str, Simulated], recomputed: Mapping[str, Observed]) -> list[dict[str, Any]]:
    """Return a row per figure: simulated, published, recomputed and the distance to each.

    The distance is the difference of logarithms of days, or of log-odds of shares: .7 is a factor of two.
    """
    rows = []
    for name, published in PUBLISHED.items():
        mine, again = found.get(name), recomputed.get(name)
        rows.append(
            {
                "figure": name,
                "simulated": mine.value if mine else None,
                "n": mine.n if mine else 0,
                "published": published.value,
                "source": published.source,
                "distance": distance(mine, published),
                "recomputed": again.value if again else None,
                "recomputed_n": again.n if again else None,
                "distance_recomputed": distance(mine, again),
            }
        )
    return rows


def distance(mine: Simulated | None, other: Observed | None) -> float | None:
    """Return how far a simulated figure lies from an observed one; None where either is missing."""
    if mine is None or other is None:
        return None
    if other.value > 1.0 or mine.value > 1.0:
        return abs(math.log(max(mine.value, 0.1)) - math.log(max(other.value, 0.1)))
    return abs(_log_odds(mine.value, mine.n) - _log_odds(other.value, other.n or 1000))


def _log_odds(share: float, n: int) -> float:
    """Log-odds with half an observation added to either side (Haldane 1955)."""
    return math.log((share * n + 0.5) / ((1.0 - share) * n + 0.5))


def _put(
    out: dict[str, Simulated], name: str, values: NDArray[Any], reduce: Callable[[NDArray[Any]], Any] = np.mean
) -> None:
    if len(values) >= LEAST:
        out[name] = Simulated(float(reduce(values)), len(values))


def _contests(out: dict[str, Simulated], counts: Counts) -> None:
    """Who wins decisive wars, by who is stronger and who began."""
    rows, won = counts.crises, counts.won
    decisive = counts.war & (won != 0)
    _put(out, "initiator wins", won[decisive] > 0)
    ours, theirs = rows["aggressor_power"][decisive], rows["target_power"][decisive]
    ratio = np.maximum(ours, theirs) / np.maximum(np.minimum(ours, theirs), 1e-12)
    stronger = (won[decisive] > 0) == (ours >= theirs)
    _put(out, "stronger side wins", stronger)
    for name, low, high in RATIOS:
        _put(out, f"stronger side wins, ratio {name}", stronger[(ratio >= low) & (ratio < high)])


def _days(out: dict[str, Simulated], counts: Counts) -> None:
    rows, war = counts.crises, counts.war
    for since_opening, what, name in (
        (rows["first_meeting_day"], "Council meets", "meeting"), (counts.resolved, "first resolution", "resolution"),
    ):  # fmt: skip
        day = np.maximum(since_opening[war] - counts.onset[war], 0.0)
        for days, when in ((7.0, "7 days"), (365.0, "a year")):
            _put(out, f"{what} within {when} of a war", np.nan_to_num(day, nan=np.inf) <= days)
        here = day[~np.isnan(day) & (day <= 365.0)]
        _put(out, f"day of the first {name} on a war, median", here, np.median)
    met = ~np.isnan(rows["first_meeting_day"])
    ended = np.isin(rows["end_cause"], (EndCause.YIELDED, EndCause.PEACEKEEPERS, EndCause.AWARD))
    _put(out, "Council takes up a crisis", met[counts.crisis])
    _put(out, "an organisation matters to how a crisis ends", (met & ended)[counts.crisis])


def _drafts(out: dict[str, Simulated], counts: Counts) -> None:
    drafts = counts.drafts
    for first, last in ((1946, 1965), (1966, 1989)):
        era = (counts.draft_year >= first) & (counts.draft_year <= last)
        adopted, years = drafts["adopted"], f"{first}-{last - 1900}"
        _put(out, f"drafts adopted, {years}", adopted[era])
        _put(out, f"drafts vetoed, {years}", (drafts["vetoed_by"] >= 0)[era])
        _put(out, f"unanimous among adopted, {years}", ((drafts["no"] == 0) & (drafts["abstain"] == 0))[era & adopted])
