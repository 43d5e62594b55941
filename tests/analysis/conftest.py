"""Small studies on disk, in the format of the simulator's own tables, with values chosen by hand."""

from __future__ import annotations

import pyarrow as pa
import pytest

from sim.stream import durable, parts
from sim.stream.tables import SCHEMAS

CRISIS = {
    "crisis": 0,
    "aggressor": "ITA",
    "target": "ETH",
    "entry": "attack",
    "opening_day": 0.0,
    "attempted": True,
    "outcome": "fait_accompli",
    "share_kept": 1.0,
    "gain": "kept",
    "strongest_adopted": "condemnation",
    "strongest_done": "none",
    "referred": True,
    "first_meeting_day": 2.0,
    "first_measure_day": 10.0,
    "end_day": 200.0,
    "end_cause": "objective_held",
    "censored": False,
}
EVENT = {"crisis": 0, "measure": None, "value": None, "actor": None, "subject": None}
STATES = [
    {"state": "ITA", "name": "Italy", "iso3": "ITA", "ccode": 325},
    {"state": "ETH", "name": "Ethiopia", "iso3": "ETH", "ccode": 530},
    {"state": "UKG", "name": "United Kingdom", "iso3": "GBR", "ccode": 200},
    {"state": "FRN", "name": "France", "iso3": "FRA", "ccode": 220},
]
STATE = {
    "date": None,
    "capability": 0.1,
    "latitude": 0.0,
    "longitude": 0.0,
    "ideal": [0.0],
    "polity": 0,
    "norm_commitment": 0.5,
}


def zero(kind):
    """What a column holds when the test does not care."""
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return ""
    if pa.types.is_boolean(kind):
        return False
    if pa.types.is_date(kind):
        import datetime

        return datetime.date(1935, 10, 3)
    return [] if pa.types.is_list(kind) else 0


def rows_to_table(table, rows):
    """Fill the columns that a test leaves out: null where a null may stand, else nothing."""
    schema = SCHEMAS[table]
    full = [{f.name: row.get(f.name, None if f.nullable else zero(f.type)) for f in schema} for row in rows]
    full = [
        {k: zero(schema.field(k).type) if v is None and not schema.field(k).nullable else v for k, v in row.items()}
        for row in full
    ]
    columns = []
    for one in schema:
        values = [row[one.name] for row in full]
        if pa.types.is_dictionary(one.type):
            encoded = pa.array(values, pa.string()).dictionary_encode()
            columns.append(encoded.cast(one.type))
        else:
            columns.append(pa.array(values, one.type))
    return pa.Table.from_arrays(columns, schema=schema)


@pytest.fixture
def make_study(tmp_path, monkeypatch):
    """Write a study: `make_study("demo", {"aaaa": {"identity": {...}, "crises": [...], "events": [...]}})`."""
    monkeypatch.setenv("COVENANT_OUTPUTS", str(tmp_path / "outputs"))

    def make(name, cells):
        for cell, tables in cells.items():
            folder = tmp_path / "outputs" / name / "cells" / cell
            tables = dict(tables)
            identity = {
                "scenario": {"name": "abyssinia_1935", "date": "1935-10-03"},
                "arrangement": {"name": "league"},
                "behaviour": {"name": "default", "a_norm": 2.5},
                "seed": 1,
                "horizon_days": 365,
                "aggression": "forced",
                **tables.pop("identity", {}),
            }
            record = tables.pop("record", None)
            tables.setdefault("states", STATES)
            runs = len({row["run"] for row in tables["crises"]})
            listing = {}
            for table, rows in tables.items():
                (folder / table).mkdir(parents=True)
                base = {"crises": CRISIS, "events": EVENT, "states": STATE}.get(table, {"crisis": 0})
                full = [{**base, "cell": cell, **row} for row in rows]
                part = folder / table / "part-00000.parquet"
                listing[table] = parts.write_part(rows_to_table(table, full), part, table, {"schema_version": "1"})
            facts = {
                "footer": {
                    "cell": cell,
                    "seed": 1,
                    "package_version": "0.1.0",
                    "code_hash": "c0de",
                    "schema_version": 1,
                },
                "identity": identity,
                "record": {"tables": record or [t for t in tables if t != "states"], "positions": "all"},
                "shard_runs": 1000,
                "states": [row["state"] for row in tables["states"]],
            }
            entry = {
                "shard": {"number": 0, "first": 0, "stop": runs},
                "tables": {t: d for t, d in listing.items() if t != "states"},
                "tally": {
                    "runs": runs,
                    "crises": len(tables["crises"]),
                    "events": 0,
                    "failures": len(tables.get("failures", ())),
                    "outcomes": [],
                },
                "generation": 1,
            }
            (folder / "manifest").mkdir()
            (folder / "manifest" / "00000.json").write_text(durable.sign(entry))
            (folder / "cell.json").write_text(durable.sign(facts))
        return name

    return make
