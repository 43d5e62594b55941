"""Affinity where votes are missing: alliance portfolios, patrons, regime neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.world.facts import Obligation
from sim.world.importers.alliances import portfolio_distance
from sim.world.importers.report import Report

N_NEIGHBOURS = 3


def patrons(owed: Sequence[Obligation], great_powers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return, for each smaller state, the great powers that owe it defence, in the order given."""
    found: dict[str, list[str]] = {}
    for power in great_powers:
        for one in owed:
            if one.kind == "defence" and one.debtor == power and one.creditor not in great_powers:
                found.setdefault(one.creditor, []).append(power)
    return {state: tuple(dict.fromkeys(who)) for state, who in sorted(found.items())}


def fill_positions(
    known: Mapping[str, float],
    ids: Sequence[str],
    protectors: Mapping[str, Sequence[str]],
    polity: Mapping[str, int],
    report: Report,
) -> dict[str, float]:
    """Give a state that never voted the position of its patron, else the mean of its nearest neighbours in regime.

    Parameters
    ----------
    known : mapping of str to float
        Positions, -1..1.
    ids : sequence of str
        All states.
    """
    from_patron = {s: known[p[0]] for s, p in protectors.items() if s not in known and p and p[0] in known}
    filled = dict(known) | from_patron
    lacking = [s for s in ids if s not in filled]
    for state in lacking:
        near = sorted(known, key=lambda other: (abs(polity[other] - polity[state]), other))[:N_NEIGHBOURS]
        filled[state] = round(sum(known[s] for s in near) / len(near), 4)
    report.listed("affinity", "imputed", "the patron's position stands for", from_patron)
    report.listed("affinity", "imputed", "regime neighbours' positions stand for", lacking)
    return filled


def from_portfolios(
    ids: Sequence[str], owed: Sequence[Obligation], polity: Sequence[int], report: Report
) -> dict[str, dict[str, float]]:
    """Affinity rows from the similarity of alliance portfolios, 1 - 2 * percentile of the distance among the row's distances.

    A state without an ally takes the mean distances of its nearest neighbours in regime that have one.
    """
    apart, allied = portfolio_distance(ids, owed)
    score = np.asarray(polity)
    lonely = np.flatnonzero(~allied)
    if allied.any():
        full = apart.copy()
        for i in lonely:
            order = np.lexsort((np.arange(len(ids)), np.abs(score - score[i])))
            near = [j for j in order if allied[j]][:N_NEIGHBOURS]
            full[i] = full[:, i] = apart[near].mean(axis=0)
        apart = full
        report.listed(
            "affinity", "imputed", "no ally; regime neighbours' portfolios stand for", (ids[int(i)] for i in lonely)
        )
    report.add("affinity", "used", "similarity of alliance portfolios, there being no votes")
    return _rows(ids, apart)


def _rows(ids: Sequence[str], apart: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    apart = np.round(apart, 9)
    rows = {}
    for i, state in enumerate(ids):
        others = np.sort(np.delete(apart[i], i))
        below = np.searchsorted(others, apart[i], side="left") + np.searchsorted(others, apart[i], side="right")
        value = np.round(1.0 - below / len(others), 4)
        rows[state] = {other: float(value[j]) for j, other in enumerate(ids) if j != i}
    return rows
