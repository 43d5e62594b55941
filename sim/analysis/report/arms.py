"""The arms in words: what the charter of each is, clause by clause what tells, and what sets it apart from the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.analysis.cell import GROUPS, Cell, differing, short
from sim.analysis.open import Study
from sim.analysis.screen import words

WORDINGS = {
    "automatic": "binds by itself",
    "as_deems_necessary": "such action as each deems necessary",
    "constitutional_processes": "by constitutional processes",
    "consult": "to consult",
    "none": "none",
}
COVERS = {
    "nobody": "nobody as such",
    "members": "its members",
    "any": "any state",
    "area": "its members within an area",
}
VETOES = {"none": "nobody", "permanent": "permanent members", "all": "every member"}
VOTERS = {"voting": "those voting", "members": "the members", "present": "those present"}
LEVERS_TOLD = 6
LONGEST = 60


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


def _charter(cell: Cell) -> Mapping[str, Any]:
    found = cell.identity.get("arrangement")
    return found if isinstance(found, dict) else {}


def _clauses(study: Study, cell: Cell) -> list[tuple[str, str]]:
    charter = _charter(cell)
    organ = charter.get("organ") or {}
    rule = organ.get("rule") or {}
    pledge = charter.get("pledge") or {}
    covers = str(charter.get("covers", "nobody"))
    rows = [("Covers", COVERS.get(covers, words(covers)))]
    if organ.get("kind", "none") != "none":
        rows.append(
            ("Organ", f"{organ['kind']}, {'finding by law, no vote' if rule.get('automatic') else _majority(rule)}")
        )
        if not rule.get("automatic"):
            rows.append(("Veto", VETOES.get(rule.get("veto", "none"), "those listed")))
        rows.append(("May", ", ".join(words(i["measure"]) for i in charter.get("instruments", ())) or "nothing"))
    rows.append(("Members owe", WORDINGS.get(pledge.get("wording", "none"), words(str(pledge.get("wording"))))))
    forces = charter.get("forces") or {}
    if forces.get("centralisation"):
        rows.append(("Forces at its orders", f"{forces['centralisation']:g} of 1"))
    return rows + _apart(study, cell)


def _apart(study: Study, cell: Cell) -> list[tuple[str, str]]:
    """The levers that set an arm apart: those swept, or what stands behind the name that an experiment gave it."""
    varied = differing(study.cells) if "arm" in study.factors else study.factors
    own = [(key, _value(values[cell.name])) for key, values in varied.items() if key not in GROUPS]
    more = len(own) - LEVERS_TOLD
    return own[:LEVERS_TOLD] + ([("and", f"{more} more lever{'s' if more > 1 else ''}")] if more > 0 else [])


def _value(value: Any) -> str:
    told = (", ".join(map(str, value)) or "none") if isinstance(value, (list, tuple)) else short(value)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}\u2026"


def _majority(rule: Mapping[str, Any]) -> str:
    said = []
    for quota in rule.get("quotas", ()):
        share = quota.get("share", 1.0)
        if quota.get("of") == "votes":
            said.append(f"{share:g} votes")
            continue
        voters = VOTERS.get(quota.get("of", "voting"), "those voting")
        part = "all" if share >= 1.0 else f"{'more than ' if quota.get('strict') else ''}{100 * share:.0f} %"
        said.append(f"{part} of {voters}")
    return " and ".join(said) or "no majority stated"
