"""The data dictionary is the one the code writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sim import compose
from sim.config import request
from sim.run import run
from sim.stream import dictionary
from sim.stream.codes import Kind
from sim.stream.log import Log, Record
from sim.stream.tables import SCHEMAS
from sim.stream.values import VALUES


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_column_says_what_it_is(table):
    for field in SCHEMAS[table]:
        told = {key.decode(): value.decode() for key, value in field.metadata.items()}
        assert told["description"], field
        assert "unit" in told
        if pa.types.is_dictionary(field.type) and field.name != "cell":
            assert told.get("codes") or (table, field.name) == ("states", "state"), field
    if table == "events":
        assert json.loads(SCHEMAS[table].field("value").metadata[b"units"])["threatened"] == "days"


def test_the_value_of_an_event_is_told_for_every_kind_that_has_one():
    """As two crises with threats, vetoes, deals and contingents tell it."""
    with_value = set()
    for overrides in (
        ["scenario=abyssinia_1935"],
        ["scenario=munich_1938", "aggression=computed"],
        ["scenario=suez_1956"],
    ):
        log = Log(Record.at("events"))
        for number in range(12):
            run(request(compose.single(overrides)).experiment, number, log)
        events = log.take()["events"]
        with_value |= {Kind(int(k)) for k in np.unique(events["kind"][np.isfinite(events["value"])])}
    assert with_value <= set(VALUES)
    assert len(with_value) > 20


def test_outputs_readme_is_current():
    path = Path(__file__).parents[2] / "outputs" / "README.md"
    assert path.read_text() == dictionary.markdown(), "python -m sim.stream.dictionary > outputs/README.md"


def test_every_column_has_a_meaning():
    for table, schema in SCHEMAS.items():
        for field in schema:
            assert field.metadata[b"description"], (table, field.name)
