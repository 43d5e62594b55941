"""A file of historical cases: what a model may see of each, and what happened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Date
from pathlib import Path
from typing import Any

from sim import shelf
from sim.battery.words import code, day, flag, number, texts
from sim.errors import DataError

INPUTS = (
    "start_date", "case_type", "aggressor", "target", "aggressor_member_of_institution", "target_member_of_institution",
    "institution", "council_size", "power",
)  # fmt: skip
"""Fields of a case known before its day 0."""
PATRON_INPUTS = ("name", "formal", "atop")
BLOCK_INPUTS = (
    "entry_stage", "objective", "ambiguity", "theatre_ratio", "target_at_place", "access", "nuclear", "absent_or_empty_seats",
    "council_members", "regional_forum", "candidate_patrons", "great_power_attention", "aggressor_regime",
    "leader_tenure_years", "trade_key_commodity",
)  # fmt: skip
"""Fields of its block `inputs`; its notes are none of them."""
POWER_INPUTS = (
    "aggressor",
    "target",
    "institution_great_powers",
    "nonmember_powers",
    "aggressor_total",
    "target_total",
)

OUTCOMES = ("deterred", "backed_down", "compromise", "fait_accompli", "defeated", "stalemate")
GAINS = ("none", "partial", "kept")
MEASURES = (
    "none", "mediation", "condemnation", "ceasefire_demand", "sanctions_partial", "sanctions_comprehensive", "peacekeeping",
    "force_authorised", "collective_defence",
)  # fmt: skip
REACTIONS = ("talk", "sanctions", "force")
REACTION_OF = dict(zip(MEASURES, ("talk",) * 4 + ("sanctions",) * 2 + ("force",) * 3, strict=True))
"""The ladder in three classes; peacekeeping counts with force."""


@dataclass(frozen=True)
class Truth:
    """What happened; None where the file does not say or says something that is no code.

    Attributes
    ----------
    outcome, gain, measure : str or None
        One year after day 0; of the episode; strongest adopted.
    agenda, veto : bool or None
    response_day : float or None
        First adopted collective decision [days]; None as well where there was none, see `responded`.
    responded : bool or None
    """

    outcome: str | None = None
    gain: str | None = None
    measure: str | None = None
    agenda: bool | None = None
    veto: bool | None = None
    response_day: float | None = None
    responded: bool | None = None

    @property
    def reaction(self) -> str | None:
        """The strongest measure in three classes."""
        return None if self.measure is None else REACTION_OF[self.measure]


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes
    ----------
    name : str
    date : date or None
        Day 0.
    inputs : mapping
        Allowed fields of the case and of its block `inputs`, flat; nothing else of the file is kept here.
    truth : Truth
        For scoring alone.
    permanent : bool or None
        The aggressor or its ally has a permanent seat, as coded; for a naive rule alone.
    remarks : list of str
        What was missing or could not be read.
    """

    name: str
    date: Date | None
    inputs: Mapping[str, Any]
    truth: Truth
    permanent: bool | None = None
    remarks: list[str] = field(default_factory=list)

    def known(self, key: str) -> Any:
        """Return an input, None if the file does not have it."""
        return self.inputs.get(key)

    def texts(self, key: str) -> list[str]:
        """Return an input that lists words; a text is split at its commas, anything else is none."""
        return texts(self.inputs.get(key))


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file, each with what could not be read of it.

    Raises
    ------
    DataError
        The file does not exist, is no YAML or holds no list of cases.
    """
    if not path.is_file():
        raise DataError(f"--cases {path} is no file")
    found = shelf.read(path).get("cases")
    if not isinstance(found, list) or not found:
        raise DataError(f"{path} has no list under the key cases")
    cases, names = [], set()
    for k, raw in enumerate(found):
        case = read_case(raw, k + 1)
        while case.name in names:
            case = read_case({**raw, "id": f"{case.name}_{k + 1}"}, k + 1)
        names.add(case.name)
        cases.append(case)
    return cases


def read_case(raw: Any, number: int) -> Case:
    """Return one case from a mapping of the file."""
    if not isinstance(raw, Mapping):
        return Case(f"case_{number}", None, {}, Truth(), None, ["is no group of keys"])
    remarks: list[str] = []
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", str(raw.get("id") or "")).strip("_.-")[:80] or f"case_{number}"
    inputs = {key: raw[key] for key in INPUTS if key in raw}
    inputs["power"] = _only(raw.get("power"), POWER_INPUTS)
    inputs["patron"] = _only(raw.get("patron"), PATRON_INPUTS)
    block = raw.get("inputs")
    if not isinstance(block, Mapping):
        remarks.append("has no block inputs; entry, objective and the rest take their fallbacks")
    inputs |= _only(block, BLOCK_INPUTS)
    for key in ("start_date", "aggressor", "target", "institution"):
        if not inputs.get(key):
            remarks.append(f"{key} is missing")
    return Case(name, _date(inputs.get("start_date"), remarks), inputs, _truth(raw, remarks), _permanent(raw), remarks)


def hidden(case: Case, keys: Sequence[str]) -> Case:
    """Return the case as it is seen without some of its inputs."""
    return replace(case, inputs={k: v for k, v in case.inputs.items() if k not in keys}, remarks=[])


def _only(value: Any, keys: Sequence[str]) -> dict[str, Any]:
    return {key: value[key] for key in keys if key in value} if isinstance(value, Mapping) else {}


def _date(value: Any, remarks: list[str]) -> Date | None:
    found = day(value) if value is not None else None
    if found is None:
        if value:
            remarks.append(f"start_date={value!r} is no date such as 1935-10-03")
        return None
    if found[1]:
        remarks.append(found[1])
    return found[0]


def _truth(raw: Mapping[str, Any], remarks: list[str]) -> Truth:
    def one_of(key: str, allowed: Sequence[str]) -> str | None:
        value = raw.get(key)
        if code(value) in allowed:
            return str(code(value))
        if value is not None:
            remarks.append(f"{key}={value!r} is not one of {', '.join(allowed)}; not scored on it")
        return None

    told = raw.get("first_formal_response_days")
    first = number(told)
    first = None if first is None or first < 0 else first
    answered = "first_formal_response_days" in raw and (first is not None or told is None)
    return Truth(
        outcome=one_of("outcome_1yr", OUTCOMES),
        gain=one_of("aggressor_gain", GAINS),
        measure=one_of("strongest_measure", MEASURES),
        agenda=flag(raw.get("did_reach_agenda")),
        veto=flag(raw.get("veto_cast")),
        response_day=first,
        responded=first is not None if answered else None,
    )


def _permanent(raw: Mapping[str, Any]) -> bool | None:
    coded = [flag(raw.get(key)) for key in ("aggressor_is_permanent_member", "aggressor_ally_is_permanent_member")]
    return any(coded) if any(value is not None for value in coded) else None
