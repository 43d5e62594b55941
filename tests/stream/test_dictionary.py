"""The data dictionary is the one the code writes."""

from __future__ import annotations

from pathlib import Path

from sim.stream import dictionary
from sim.stream.tables import SCHEMAS


def test_outputs_readme_is_current():
    path = Path(__file__).parents[2] / "outputs" / "README.md"
    assert path.read_text() == dictionary.markdown(), "python -m sim.stream.dictionary > outputs/README.md"


def test_every_column_has_a_meaning():
    for table, schema in SCHEMAS.items():
        for field in schema:
            assert field.metadata[b"description"], (table, field.name)
