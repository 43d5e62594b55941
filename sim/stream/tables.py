"""The tables as Arrow: types, units, meanings and code lists, the same for every reader."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date as Date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.schema import plain
from sim.stream import columns
from sim.stream.codes import label, labels
from sim.stream.columns import coded, constant, numbers
from sim.stream.events import OF_THE_KIND, SCHEMA_VERSION, TABLES, Column
from sim.stream.values import VALUES
from sim.world.world import StateFacts, WorldFacts

CODE = pa.dictionary(pa.int8(), pa.string())
STATE = pa.dictionary(pa.int16(), pa.string())
PLAIN = {
    "?": pa.bool_(),
    "b": pa.int8(),
    "h": pa.int16(),
    "H": pa.uint16(),
    "i": pa.int32(),
    "I": pa.uint32(),
    "d": pa.float64(),
}
LEVER = pa.struct([("key", pa.string()), ("value", pa.string()), ("number", pa.float64()), ("touched", pa.bool_())])


def _field(name: str, kind: pa.DataType, unit: str, doc: str, null: bool = False, **extra: str) -> pa.Field:
    return pa.field(name, kind, null, {"unit": unit, "description": doc, **extra})


CELL = _field("cell", CODE, "", "cell of the study: short hash of what was simulated")
RUN = _field("run", pa.uint32(), "", "number of the replication within the cell")
SEED = _field("seed", pa.int64(), "", "seed of the cell; with the run it fixes all luck")


def _column(column: Column) -> pa.Field:
    if column.codes is not None:
        return _field(column.name, CODE, column.unit, column.doc, True, codes=json.dumps(labels(column.codes)))
    if column.state:
        return _field(column.name, STATE, column.unit, column.doc, True, codes="states.state")
    extra = {"units": _units()} if column.doc == OF_THE_KIND else {}
    return _field(column.name, PLAIN[column.kind], column.unit, column.doc, column.kind == "d", **extra)


def _units() -> str:
    return json.dumps({label(kind): unit for kind, (unit, _) in VALUES.items()})


def _states() -> list[pa.Field]:
    fields = [
        CELL,
        _field("state", STATE, "", "Correlates of War abbreviation"),
        _field("date", pa.date32(), "", "date at which the inputs hold"),
    ]
    hints = typing.get_type_hints(StateFacts)
    for one in dataclasses.fields(StateFacts):
        hint = hints[one.name]
        null = isinstance(hint, types.UnionType)
        hint = typing.get_args(hint)[0] if null else hint
        kinds = {str: pa.string(), int: pa.int16(), float: pa.float64(), bool: pa.bool_()}
        kind = kinds[hint] if hint in kinds else pa.list_(pa.float64())
        fields.append(_field(one.name, kind, one.metadata["unit"], one.metadata["doc"], null))
    return fields


SCHEMAS: dict[str, pa.Schema] = {
    "cells": pa.schema(
        [
            CELL,
            *(
                _field(name, pa.string(), "", f"name of the {name}")
                for name in ("scenario", "arrangement", "behaviour", "world")
            ),
            SEED,
            _field("horizon_days", pa.float64(), "days", "where an unfinished crisis is cut"),
            _field(
                "aggression", pa.string(), "", "computed: the aggressor decides; forced: it enters as the scenario says"
            ),
            _field(
                "levers",
                pa.list_(LEVER),
                "",
                "every value that decides the runs; touched if it is not the default, null if there is none",
            ),
        ]
    ),
    "states": pa.schema(_states()),
    **{name: pa.schema([CELL, *map(_column, columns)]) for name, columns in TABLES.items()},
    "failures": pa.schema(
        [
            CELL,
            RUN,
            SEED,
            _field("error", pa.string(), "", "type of the error and what it says"),
            _field("traceback", pa.string(), "", "where it was raised, paths relative to the package"),
        ]
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Footer:
    """What every file says of itself: never where, when or by whom it was written.

    Attributes
    ----------
    cell : str
        16 hexadecimal digits.
    identity : str
        Canonical JSON of what was simulated.
    identity_hash : str
        Its sha256.
    code_hash : str
    package_version : str
    seed : int
    schema_version : int
    """

    cell: str
    identity: str
    identity_hash: str
    code_hash: str
    package_version: str
    seed: int
    schema_version: int = SCHEMA_VERSION

    def metadata(self) -> dict[str, str]:
        """Return the footer's keys and texts."""
        return {key: str(value) for key, value in plain(self).items() if key != "cell"}


def to_arrow(table: str, rows: NDArray[np.void], cell: str, states: Sequence[str]) -> pa.RecordBatch:
    """Turn rows of the log into typed columns.

    Parameters
    ----------
    table : str
    rows : (n,) structured ndarray
        As `sim.stream.log.Log.take` hands them over.
    cell : str
    states : sequence of str
        Ids in the order of the world.

    Returns
    -------
    pyarrow.RecordBatch
        Codes and states as dictionaries, null where they are negative; NaN is null.
    """
    arrays = [constant(cell, len(rows))]
    for one in TABLES[table]:
        raw = np.ascontiguousarray(rows[one.name])
        if one.codes is not None:
            arrays.append(coded(raw, labels(one.codes)))
        elif one.state:
            arrays.append(coded(raw, states))
        else:
            arrays.append(numbers(raw, PLAIN[one.kind], np.isnan(raw) if one.kind == "d" else None))
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMAS[table])


def cells_table(footer: Footer, identity: Mapping[str, Any], defaults: Mapping[str, Any]) -> pa.Table:
    """Return the one row of a cell, with every value that decides its runs.

    Parameters
    ----------
    footer : Footer
    identity : mapping
        `Experiment.identity()`.
    defaults : mapping of str to object
        Default of each lever by dotted key, where it has one.
    """
    levers = []
    for key, value in flatten({k: v for k, v in identity.items() if k != "world"}):
        number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        touched = value != defaults[key] if key in defaults else None
        levers.append(
            {"key": key, "value": json.dumps(value, ensure_ascii=False), "number": number, "touched": touched}
        )
    row = {
        "cell": footer.cell,
        **{part: _name(identity.get(part)) for part in ("scenario", "arrangement", "behaviour", "world")},
        "seed": identity["seed"],
        "horizon_days": float(identity["horizon_days"]),
        "aggression": identity["aggression"],
        "levers": levers,
    }
    return columns.rows([row], SCHEMAS["cells"])


def states_table(cell: str, facts: WorldFacts) -> pa.Table:
    """Return the states of a world as they were used."""
    date = Date.fromisoformat(facts.date)
    rows = [{"cell": cell, "state": state, "date": date, **plain(known)} for state, known in facts.states.items()]
    return columns.rows(rows, SCHEMAS["states"])


def failures_table(cell: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return the runs that raised: mappings with run, seed, error and traceback."""
    return columns.rows([{"cell": cell, **row} for row in rows], SCHEMAS["failures"])


def flatten(value: Any, key: str = "") -> list[tuple[str, Any]]:
    """Return the leaves of nested mappings as (dotted key, value); a list is one leaf."""
    if isinstance(value, Mapping) and value:
        return [leaf for name, inner in value.items() for leaf in flatten(inner, f"{key}.{name}" if key else str(name))]
    return [(key, json.loads(json.dumps(value)) if isinstance(value, (tuple, list, Mapping)) else value)]


def _name(part: Any) -> str:
    return str(part.get("name", "")) if isinstance(part, Mapping) else str(part or "")
