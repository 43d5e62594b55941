"""The report in words: the question, the arms, what was found, what it rests on, and how to do it again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import shelf
from sim.analysis.cell import GROUPS, Cell, short
from sim.analysis.intervals import share
from sim.analysis.open import Study
from sim.analysis.report.outcomes import spanned
from sim.analysis.report.theme import MOST_ARMS
from sim.analysis.screen import percent, words
from sim.analysis.sentences import capital
from sim.analysis.wording import several, the
from sim.stream import durable
from sim.stream.tables import flatten

if TYPE_CHECKING:
    from sim.analysis.intervals import Interval

ENTRIES = {
    "attack": "an open attack",
    "threat": "a threat with a deadline",
    "treaty_breach": "a breach of treaty",
    "covert": "a covert attack",
    "frontier_dispute": "a frontier dispute",
}
WORDINGS = {
    "automatic": "binds by itself",
    "as_deems_necessary": "such action as each deems necessary",
    "constitutional_processes": "by constitutional processes",
    "consult": "to consult",
    "none": "none",
}
MODES = {
    "forced": "The crisis opens as it did: the aggressor's hand is forced, and its forecast is only recorded.",
    "computed": "The aggressor weighs the response it expects, and attacks only if that pays.",
}
PROGRAMS = ("covenant", "covenant-lab")
LIMITS = (
    "The coefficients of the decision rule are mostly judgement, set near figures of the field. Differences between arms on the same luck are safer than levels.",
    "The intervals tell what luck leaves open at this number of runs, not whether the model is right.",
    "States are unitary; regimes, leaders and elections play no part. Capability is one number, in reserve and at the place alike.",
    "There is one place and a front of one dimension. Navies, air power, terrain and supply enter through distance, routes and a ratio of forces alone.",
    "What states know is complete but for luck, dispositions and the aggressor's misperception.",
    "Nothing here says whether the states of the day would have signed another charter.",
)


def question(study: Study, names: Mapping[str, str]) -> list[str]:
    """Return the question in sentences, the first one the title."""
    cells = study.cells
    titles = list(dict.fromkeys(_title(cell) for cell in cells))
    said = [several(titles, 3)]
    for scenario in {cell.scenario: cell.identity["scenario"] for cell in cells}.values():
        on = _day(str(scenario.get("date", "")))
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


def arms(study: Study, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each arm in words: its label, what the charter is, and clause by clause what tells."""
    return [
        {
            "label": labels[cell.name],
            "cell": cell.name,
            "title": _charter(cell).get("title", cell.arrangement),
            "clauses": _clauses(study, cell),
        }
        for cell in study.cells
    ]


def findings(
    cells: Sequence[Mapping[str, Any]], names: Mapping[str, str], gains: Sequence[tuple[str, Interval]]
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
    """
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
        said.append(f"Run by run it is neither clearly more nor fewer than under {base} {several(unclear, MOST_ARMS)}.")
    if min(c["attempted"].value for c in cells) < 1.0:
        said.append(f"{capital(who)} acts at all in {_by_arm(cells, lambda c: c['attempted'])}.")
    if any(c["attempted"].value > 0.0 for c in cells):
        first = _by_arm(cells, lambda c: c["race"]["answered"][-1] if c["attempted"].value > 0.0 else None)
        said.append(
            f"Of the crises attempted, outsiders answer before the objective falls in {first}; in the others late, never, or it was over before."
        )
    common = {c["label"]: max(c["outcome"].items(), key=lambda item: item[1].value) for c in cells if c["outcome"]}
    told = [
        f"{words(code)} {_share(interval)}{f' under {label}' if len(cells) > 1 else ''}"
        for label, (code, interval) in common.items()
    ]
    return [*said, f"Commonest ending: {'; '.join(told)}."]


def _by_arm(cells: Sequence[Mapping[str, Any]], found: Callable[[Mapping[str, Any]], Interval | None]) -> str:
    return "; ".join(_share(found(c)) + (f" under {c['label']}" if len(cells) > 1 else "") for c in cells)


def rests_on(study: Study) -> list[tuple[str, str]]:
    """Return what the report rests on as (what, in words): data years, world, coefficients, version, seed."""
    cell = study.cells[0]
    states = cell.scan("states").collect()
    worlds = dict.fromkeys(_world(c) for c in study.cells)
    behaviours = list(dict.fromkeys(c.settings.get("behaviour", "") for c in study.cells))
    touched = sorted({key for c in study.cells for key in _touched(c)})
    footer = cell.facts["footer"]
    rows = [
        ("World", f"{several(list(worlds), 3)}: {states.height} states with capability, economy, capital, ties and treaties as of that date, none later"),
        ("Horizon", " or ".join(dict.fromkeys(f"{float(c.identity['horizon_days']):g} days" for c in study.cells)) + "; what is unfinished then is coded by the front"),
        ("Coefficients", _coefficients(study.cells, behaviours)),
        ("Levers moved", ", ".join(touched) if touched else "none: files as shipped"),
        ("Seed", " or ".join(dict.fromkeys(str(c.identity["seed"]) for c in study.cells)) + "; arms of the same seed share their luck run by run"),
        ("Program", f"covenant-sim {footer.get('package_version')}, sources {str(footer.get('code_hash'))[:12]}, tables of schema {footer.get('schema_version')}"),
        ("Cells", ", ".join(f"{study.labels[c.name]} {c.name}" for c in study.cells)),
    ]  # fmt: skip
    failed = sum(c.failures for c in study.cells)
    return rows + ([("Failed runs", f"{failed:,}; the table failures says why")] if failed else [])


def commands(study: Study) -> list[str]:
    """Return the commands that made the study, oldest first, as they were typed."""
    told = []
    for path in sorted((study.path / "launches").glob("*.json")):
        launch = durable.read_signed(path)
        if launch and launch.get("command"):
            program, *rest = launch["command"]
            if (name := Path(program).name) in PROGRAMS:  # not what a script or a test was called
                told.append(shlex.join([name, *rest]))
    return list(dict.fromkeys(told))


def _sides(crisis: Mapping[str, Any], names: Mapping[str, str]) -> str:
    who, whom = (several([the(names.get(s, s)) for s in crisis.get(side, ())]) for side in ("aggressors", "targets"))
    return f"{capital(who)} against {whom}"


def _share(interval: Interval | None) -> str:
    if interval is None:
        return "none"
    return f"{percent(interval.value)} ({spanned(interval)})"


def _title(cell: Cell) -> str:
    return str(cell.identity["scenario"].get("title") or cell.scenario)


def _charter(cell: Cell) -> Mapping[str, Any]:
    found = cell.identity.get("arrangement")
    return found if isinstance(found, dict) else {}


def _clauses(study: Study, cell: Cell) -> list[tuple[str, str]]:
    charter = _charter(cell)
    organ = charter.get("organ") or {}
    rule = organ.get("rule") or {}
    pledge = charter.get("pledge") or {}
    rows = [("Covers", words(str(charter.get("covers", "nobody"))))]
    if organ.get("kind", "none") != "none":
        veto = rule.get("veto", "none")
        rows.append(
            ("Organ", f"{organ['kind']}, {'finding by law, no vote' if rule.get('automatic') else _majority(rule)}")
        )
        if not rule.get("automatic"):
            rows.append(
                (
                    "Veto",
                    {"none": "nobody", "permanent": "permanent members", "all": "every member"}.get(
                        veto, "those listed"
                    ),
                )
            )
        rows.append(("May", ", ".join(words(i["measure"]) for i in charter.get("instruments", ())) or "nothing"))
    rows.append(("Members owe", WORDINGS.get(pledge.get("wording", "none"), words(str(pledge.get("wording"))))))
    forces = charter.get("forces") or {}
    if forces.get("centralisation"):
        rows.append(("Forces at its orders", f"{forces['centralisation']:g} of 1"))
    own = [(key, values[cell.name]) for key, values in study.factors.items() if key not in GROUPS]
    return rows + [(key, short(value)) for key, value in own]


def _majority(rule: Mapping[str, Any]) -> str:
    said = []
    for quota in rule.get("quotas", ()):
        share = quota.get("share", 1.0)
        if quota.get("of") == "votes":
            said.append(f"{share:g} votes")
        elif share >= 1.0:
            said.append(f"all {quota.get('of', 'voting')}")
        else:
            said.append(
                f"{'more than ' if quota.get('strict') else ''}{100 * share:.0f} % of {quota.get('of', 'voting')}"
            )
    return " and ".join(said) or "no majority stated"


def _world(cell: Cell) -> str:
    world = cell.identity.get("world")
    return f"{world['name']}, {_day(str(world.get('date', '')))}" if isinstance(world, dict) else str(world)


def _coefficients(cells: Sequence[Cell], behaviours: Sequence[str]) -> str:
    members = {cell.settings.get("behaviour.ensemble.members") or 0 for cell in cells}
    named = several([str(b) for b in behaviours], 3)
    if max(members):
        return f"{named}: {max(members)} sets drawn about their defaults, so every share carries both widths"
    return f"{named}: one set; what is not known of them is not carried in the widths (behaviour=ensemble would)"


def _touched(cell: Cell) -> list[str]:
    """Levers that differ from the shipped file of the part they belong to."""
    found = []
    for group in ("scenario", "arrangement", "behaviour"):
        path = shelf.SHIPPED / group / f"{cell.settings.get(group)}.yaml"
        if path.is_file():
            shipped = flatten({group: shelf.read(path)})
            found += [
                f"{key}={short(cell.settings[key])}"
                for key, value in shipped
                if key in cell.settings and _differs(cell.settings[key], value)
            ]
    return found


def _differs(used: Any, shipped: Any) -> bool:
    if isinstance(used, (int, float)) and isinstance(shipped, (int, float)):
        return float(used) != float(shipped)
    simple = (str, bool, type(None))
    return isinstance(used, simple) and isinstance(shipped, simple) and used != shipped


def _day(iso: str) -> str:
    try:
        on = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{on.day} {on:%B %Y}"
