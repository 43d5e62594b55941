"""A file of cases small enough to read, a folder of data that fits it, and the full files where they are."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import pytest
import yaml

from world.conftest import FILES

CASE = {
    "id": "abyssinia",
    "name": "leaks the answer",
    "case_type": "armed_attack",
    "institution": "league",
    "start_date": "1935-10-03",
    "aggressor": ["Italy"],
    "target": ["Ethiopia"],
    "aggressor_member_of_institution": True,
    "target_member_of_institution": True,
    "aggressor_is_permanent_member": True,
    "council_size": 14,
    "decision_rule": "leaks the answer",
    "patron": {"name": "UK", "formal": False, "atop": "consul", "note": "leaks the answer"},
    "power": {
        "aggressor": {"Italy": 0.05},
        "target": {"Ethiopia": 0.004},
        "aggressor_total": 0.05,
        "target_total": 0.004,
    },
    "inputs": {
        "entry_stage": "open_attack",
        "objective": "total",
        "ambiguity": 0,
        "theatre_ratio": "1-3",
        "access": ["Suez is not closed"],
        "nuclear": {"aggressor": False, "target": False},
        "absent_or_empty_seats": [],
        "council_members": ["UK", "Italy", "Australia"],
        "candidate_patrons": {"aggressor": ["UK (diplomatic)"], "target": []},
        "trade_key_commodity": "oil (USA)",
        "notes": "leaks the answer",
    },
    "did_reach_agenda": True,
    "first_formal_response_days": 4,
    "strongest_measure": "sanctions_partial",
    "outcome_1yr": "fait_accompli",
    "aggressor_gain": "kept",
    "veto_cast": False,
    "mechanisms": ["leaks the answer"],
}


def case(**changed):
    """The case with some of its keys changed; None takes a key away, a mapping changes keys within."""
    made = copy.deepcopy(CASE)
    for key, value in changed.items():
        if value is None:
            del made[key]
        elif isinstance(value, dict) and isinstance(made.get(key), dict):
            made[key] |= value
        else:
            made[key] = value
    return made


@pytest.fixture
def data(tmp_path):
    """A folder of data with the seven states of 1935."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def write(tmp_path):
    """Write cases to a file and return its path."""

    def made(*cases):
        path = tmp_path / "cases.yaml"
        path.write_text(yaml.safe_dump({"cases": list(cases)}, sort_keys=False), encoding="utf-8")
        return path

    return made


def _beside(variable, name):
    place = Path(os.environ.get(variable, Path(__file__).parents[2] / "../shared" / name))
    if not place.exists():
        pytest.skip(f"no {place.name} here; set {variable}")
    return place


@pytest.fixture
def field_cases():
    """The codebook's twenty-eight cases, where they are."""
    return _beside("COVENANT_CASES", "cases/cases.yaml")


@pytest.fixture
def field_data():
    """The field's tables, where they are."""
    return _beside("COVENANT_DATA", "data")
