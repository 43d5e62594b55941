"""The data dictionary: every table and column in words, as `outputs/README.md` has it.

``python -m sim.stream.dictionary > outputs/README.md`` writes it anew.
"""

from __future__ import annotations

import sys

import pyarrow as pa

from sim.stream import codes
from sim.stream.codes import label, labels
from sim.stream.events import SCHEMA_VERSION, TABLES
from sim.stream.log import LEVELS
from sim.stream.tables import SCHEMAS
from sim.stream.values import VALUES

ABOUT = {
    "cells": "One row: what the cell is.",
    "states": "The states of the cell's world as they were used.",
    "runs": "One row a run.",
    "crises": "One row a crisis: the fact table.",
    "events": "What happened, in order; `cause` makes the events of a run a tree of why.",
    "drafts": "Drafts put to a vote, comparable with the records of councils.",
    "positions": "Who stood where, and the terms of its utility: `utility` is their sum, costs and inertia subtracted.",
    "contributions": "What each state gave: sanctions and contingents.",
    "tracks": "Series by day.",
    "spells": "Phases of a crisis, ready for survival analysis.",
    "forecasts": "What the aggressor foresaw.",
    "failures": "Runs that raised an error; they have no row elsewhere. The file exists only where there are any.",
}

INTRODUCTION = f"""# Data dictionary

What runs write is in `outputs/` (or `$COVENANT_OUTPUTS`), a directory a study:

    <study>/cells/<cell>/<table>/part-<shard>.parquet    what was simulated
    <study>/cells/<cell>/cell.json                       what the cell is: experiment, code, record
    <study>/cells/<cell>/manifest/<shard>.json           which shards are committed, with rows, bytes and sha256
    <study>/cells/<cell>/running/                        shards being computed; gone when nothing runs
    <study>/worlds/                                      states and ties that the cells used, once each
    <study>/sources/                                     crises that came from outside, and in *.aside.jsonl what could not be used
    <study>/salvaged/                                    what covenant-lab salvage read from interrupted shards; no part of the study
    <study>/launches/                                    commands, hosts, versions and times: nothing of this is in the tables

Any Parquet reader takes the tables as they are:

    polars   pl.scan_parquet("outputs/demo/cells/*/crises/*.parquet")
    DuckDB   SELECT arrangement, outcome, count(*) FROM 'outputs/demo/cells/*/crises/*.parquet' JOIN 'outputs/demo/cells/*/cells/*.parquet' USING (cell) GROUP BY ALL
    pandas   pd.read_parquet(glob.glob("outputs/demo/cells/*/crises/*.parquet"))
    R        arrow::open_dataset(Sys.glob("outputs/demo/cells/*/crises/*.parquet"))

Keys are (`cell`, `run`, `crisis`). Runs with the same number and seed share their luck across cells, so cells compare run by run.
Rows are in the order of runs; within a run, crises stand in the order in which they ended and events in the order in which they happened.
Unit, meaning and code list of a column also stand in its Arrow metadata; the footer of a file has schema_version (now {SCHEMA_VERSION}),
package_version, code_hash, seed, identity (what was simulated, as JSON) and its hash. NaN is not used: a missing value is null.
"""


def markdown() -> str:
    """Return the dictionary as Markdown."""
    text = [INTRODUCTION]
    for table, schema in SCHEMAS.items():
        text += [
            f"\n## {table}\n",
            f"{ABOUT[table]} {_kept(table)}\n",
            "| column | type | unit | meaning |",
            "|---|---|---|---|",
        ]
        for field in schema:
            told = {key.decode(): value.decode() for key, value in field.metadata.items()}
            null = ", null" if field.nullable else ""
            text.append(f"| `{field.name}` | {_type(table, field)}{null} | {told['unit']} | {told['description']} |")
    text += ["\n## Code lists\n", "Codes are only ever appended.\n", "| list | codes |", "|---|---|"]
    for name in sorted({column.codes.__name__ for columns in TABLES.values() for column in columns if column.codes}):
        text.append(f"| {name} | {', '.join(f'`{label}`' for label in labels(getattr(codes, name)))} |")
    text += ["\n## Value of an event\n", "Other kinds have none.\n", "| kind | unit | value |", "|---|---|---|"]
    text += [f"| `{label(kind)}` | {unit} | {meaning} |" for kind, (unit, meaning) in VALUES.items()]
    return "\n".join(text) + "\n"


def _kept(table: str) -> str:
    level = next((level for level, tables in LEVELS.items() if table in tables), "summary")
    return (
        "Always kept."
        if level == "summary"
        else f"Kept with `record={level}`{' and `full`' if level == 'events' else ''}."
    )


def _type(table: str, field: pa.Field) -> str:
    column = next((c for c in TABLES.get(table, ()) if c.name == field.name), None)
    if column is not None and column.codes is not None:
        return f"code {column.codes.__name__}"
    if pa.types.is_dictionary(field.type):
        return "state" if field.name != "cell" else "text"
    if pa.types.is_list(field.type):
        return (
            "list of (key, value, number, touched)" if pa.types.is_struct(field.type.value_type) else "list of double"
        )
    return {"string": "text", "date32[day]": "date"}.get(str(field.type), str(field.type))


if __name__ == "__main__":
    sys.stdout.write(markdown())
