"""The report in words: the question, and what stands out of what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sim.analysis.cell import Cell
from sim.analysis.intervals import share
from sim.analysis.open import Study
from sim.analysis.report.outcomes import spanned
from sim.analysis.report.theme import MOST_ARMS
from sim.analysis.screen import percent, words
from sim.analysis.sentences import capital
from sim.analysis.wording import several, the

if TYPE_CHECKING:
    from sim.analysis.intervals import Interval

ENTRIES = {
    "attack": "an open attack",
    "threat": "a threat with a deadline",
    "treaty_breach": "a breach of treaty",
    "covert": "a covert attack",
    "frontier_dispute": "a frontier dispute",
}
TITLES = 4
MODES = {
    "forced": "The crisis opens as it did: the aggressor's hand is forced, and its forecast is only recorded.",
    "computed": "The aggressor weighs the response it expects, and attacks only if that pays.",
}


def question(study: Study, names: Mapping[str, str]) -> list[str]:
    """Return the question in sentences, the first one the title."""
    cells = study.cells
    titles = list(dict.fromkeys(_title(cell) for cell in cells))
    more = [f"and {len(titles) - TITLES} more"] if len(titles) > TITLES else []
    said = ["; ".join([*titles[:TITLES], *more])]
    for scenario in {cell.scenario: cell.identity["scenario"] for cell in cells}.values():
        on = dated(str(scenario.get("date", "")))
        entry = ENTRIES.get(scenario.get("entry", ""), "a crisis")
        goal = "a province" if scenario.get("objective") == "limited" else "the state itself"
        said.append(f"{_sides(scenario, names)}, {on}: {entry}; at stake is {goal}.")
        said += [
            f"In the same history, from day {further['day']:g}: {_sides(further, names)}, {ENTRIES.get(further['entry'], 'a crisis')}."
            for further in scenario.get("also", ())
        ]
    runs = " or ".join(dict.fromkeys(f"{cell.runs:,}" for cell in cells))
    arms = f"under each of {len(cells)} arms, on the same luck" if len(cells) > 1 else f"under {cells[0].arrangement}"
    said.append(f"How does it end {arms}, in {runs} simulated histories{' each' if len(cells) > 1 else ''}?")
    fork = cells[0].identity.get("fork")
    if fork:
        start = "all drawn anew" if fork["at"] == 0 else f"the same up to event {fork['at']}, other luck from there"
        said.append(f"These are futures of one run, number {fork['run']} of another study: {start}.")
    said += list(
        dict.fromkeys(
            MODES[str(cell.identity.get("aggression"))] for cell in cells if cell.identity.get("aggression") in MODES
        )
    )
    return said


def findings(
    cells: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    gains: Sequence[tuple[str, Interval]],
    quoted: bool = False,
) -> list[str]:
    """Return what stands out, in sentences with intervals.

    Parameters
    ----------
    cells : sequence of mapping
        What `summarise` found, the arm first that the others are compared with.
    names : mapping
        Of states.
    gains : sequence of (str, Interval)
        Each further arm less the first: the share of runs in which the aggressor keeps half of its objective or more.
    quoted : bool
        Names of arms are words of an experiment, which do not go into a sentence as they are.
    """
    if quoted:
        cells = [c | {"label": f"\u201c{c['label']}\u201d"} for c in map(dict, cells)]
        gains = [(f"\u201c{label}\u201d", interval) for label, interval in gains]
    said, acting = [], {state for c in cells for state in c["aggressors"]}
    who = the(names.get(acting.pop(), "the aggressor")) if len(acting) == 1 else "the aggressor"
    of_all = "of all crises, " if cells[0]["crises"] > cells[0]["runs"] else ""
    kept = _by_arm(cells, lambda c: c["gain"].get("kept") or share(0, c["runs"]))
    said.append(capital(f"{of_all}{who} keeps half of its objective or more in {kept}."))
    base, unclear = cells[0]["label"], []
    for label, interval in gains:
        if interval.low > 0.0 or interval.high < 0.0:
            size = f"{abs(100 * interval.value):.1f} points {'more' if interval.value > 0.0 else 'fewer'}"
            said.append(f"Run by run that is {size} under {label} than under {base} ({spanned(interval)}).")
        else:
            unclear.append(f"under {label} ({100 * interval.value:+.1f} points, {spanned(interval)})")
    if unclear:
        said.append(
            f"Run by run, set against {base}, it is neither clearly more nor fewer {several(unclear, MOST_ARMS)}."
        )
    if min(c["attempted"].value for c in cells) < 1.0:
        said.append(f"{capital(who)} acts at all in {_by_arm(cells, lambda c: c['attempted'])}.")
    if any(c["attempted"].value > 0.0 for c in cells):
        first = _by_arm(cells, lambda c: c["race"]["answered"][-1] if c["attempted"].value > 0.0 else None)
        said.append(
            f"Of the crises attempted, outsiders answer before the objective falls in {first}; in the others late, never, or it was over before."
        )
    common = {c["label"]: max(c["outcome"].items(), key=lambda item: item[1].value) for c in cells if c["outcome"]}
    one = {code for code, _ in common.values()} if len(common) > 1 else set()
    told = [
        f"{'' if len(one) == 1 else f'{words(code)} '}{_share(interval)}{f' under {label}' if len(cells) > 1 else ''}"
        for label, (code, interval) in common.items()
    ]
    ending = f"Commonest ending everywhere: {words(one.pop())}, " if len(one) == 1 else "Commonest ending: "
    return [*said, f"{ending}{'; '.join(told)}."]


def _by_arm(cells: Sequence[Mapping[str, Any]], found: Callable[[Mapping[str, Any]], Interval | None]) -> str:
    return "; ".join(_share(found(c)) + (f" under {c['label']}" if len(cells) > 1 else "") for c in cells)


def _sides(crisis: Mapping[str, Any], names: Mapping[str, str]) -> str:
    who, whom = (several([the(names.get(s, s)) for s in crisis.get(side, ())]) for side in ("aggressors", "targets"))
    return f"{capital(who)} against {whom}"


def _share(interval: Interval | None) -> str:
    if interval is None:
        return "none"
    return f"{percent(interval.value)} ({spanned(interval)})"


def _title(cell: Cell) -> str:
    return str(cell.identity["scenario"].get("title") or cell.scenario)


def dated(iso: str) -> str:
    """Return a date in words, or what is no date as it is."""
    try:
        on = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{on.day} {on:%B %Y}"
