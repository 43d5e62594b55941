"""A world as one Parquet file: a row per state, its ties as nested columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import DataError, SettingError
from sim.schema import decode, plain
from sim.world.facts import Council, StateFacts, WorldFacts

if TYPE_CHECKING:
    import polars as pl

_OWED = ("creditor", "kind", "against", "provided", "secret", "since", "until", "area")
_ROUTE = ("travellers", "status", "keeper", "share")


def save_world(facts: WorldFacts, path: Path) -> None:
    """Write a world to `path`, whole or not at all; the same world always gives the same bytes.

    Raises
    ------
    DataError
        The place cannot be written to.
    """
    frame = _frame(facts)
    part = path.with_name(f".{path.name}.part")
    try:
        frame.write_parquet(part, compression="zstd", compression_level=9, statistics=False)
        os.replace(part, path)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def load_world(path: Path) -> WorldFacts:
    """Read a world from `path`.

    Raises
    ------
    DataError
        The file is no world, or a value in it cannot be; one line.
    """
    try:
        return decode(WorldFacts, world_mapping(path), "world")
    except SettingError as error:
        raise DataError(f"{path}: {error}") from None


def world_mapping(path: Path) -> dict[str, Any]:
    """Read a world from `path` as plain containers, of the shape a world's YAML has; values are not checked yet.

    Raises
    ------
    DataError
        The file is no Parquet, lacks a column, holds one of another type or names a state twice.
    """
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"{path} is not a readable Parquet file: {str(error).splitlines()[0][:120]}") from None
    earlier = _earlier_types()
    for name, dtype in _types().items():
        if name not in frame.columns:
            raise DataError(f"{path} is no world: it has no column {name}")
        if frame.schema[name] not in (dtype, earlier.get(name)):
            raise DataError(f"{path}, column {name}: holds {frame.schema[name]}, not {dtype}")
    if extra := sorted(set(frame.columns) - set(_types())):
        raise DataError(f"{path}, column {extra[0]}: is no column of a world")
    if frame.is_empty():
        raise DataError(f"{path} has no states")
    twice = frame.filter(pl.col("state").is_duplicated())["state"]
    if len(twice):
        raise DataError(f"{path}, column state: {twice[0]} is given twice")
    return _mapping(frame.to_dicts())


def canonical(facts: WorldFacts) -> WorldFacts:
    """Return the same world with its ties in the order of its states, as a file holds them."""
    order = {state: i for i, state in enumerate(facts.states)}

    def by_state(table: Mapping[str, Any]) -> dict[str, Any]:
        return {state: table[state] for state in sorted(table, key=order.__getitem__) if table[state]}

    def sets(table: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
        return {name: tuple(sorted(table[name], key=order.__getitem__)) for name in sorted(table) if table[name]}

    return replace(
        facts,
        contiguity=by_state(facts.contiguity),
        affinity=by_state(facts.affinity),
        trade=by_state(facts.trade),
        key_commodity=by_state(facts.key_commodity),
        obligations=tuple(sorted(facts.obligations, key=lambda o: order[o.debtor])),
        patrons=by_state(facts.patrons),
        routes=tuple(sorted(facts.routes, key=lambda r: order[r.into])),
        regions=sets(facts.regions),
        memberships=sets(facts.memberships),
        councils={
            name: Council(
                permanent=tuple(sorted(facts.councils[name].permanent, key=order.__getitem__)),
                elected=tuple(sorted(facts.councils[name].elected, key=order.__getitem__)),
            )
            for name in sorted(facts.councils)
        },
    )


def _types() -> dict[str, Any]:
    import polars as pl

    numbers, whole, flags, texts = pl.Float64, pl.Int64, pl.Boolean, pl.String
    names = pl.List(texts)
    shares = pl.List(pl.Struct({"state": texts, "value": numbers}))
    return {
        "world": texts, "date": texts, "state": texts, "name": texts, "ccode": whole, "iso3": texts, "capability": numbers, "economy": numbers,
        "latitude": numbers, "longitude": numbers, "ideal": pl.List(numbers), "polity": whole, "norm_commitment": numbers,
        "reliability": numbers, "public": numbers, "nuclear": flags, "great_power": flags, "neutral": flags,
        "contiguity": names, "affinity": shares, "trade": shares, "key_commodity": numbers,
        "obligations": pl.List(pl.Struct(dict.fromkeys(_OWED, texts) | {"secret": flags, "area": names})),
        "patrons": names, "routes": pl.List(pl.Struct({"travellers": names, "status": texts, "keeper": texts, "share": numbers})),
        "regions": names, "memberships": names, "seats": pl.List(pl.Struct({"council": texts, "seat": texts})),
    }  # fmt: skip


def _earlier_types() -> dict[str, Any]:
    """Types that a column had in files of earlier versions, whose missing fields are read as their defaults."""
    import polars as pl

    owed = _types()["obligations"].inner.fields
    return {"obligations": pl.List(pl.Struct([field for field in owed if field.name != "area"]))}


def _frame(facts: WorldFacts) -> pl.DataFrame:
    import polars as pl

    rows = []
    for state, own in facts.states.items():
        rows.append(
            {
                "world": facts.name,
                "date": facts.date,
                "state": state,
                **plain(own),
                "contiguity": list(facts.contiguity.get(state, ())),
                "affinity": _shares(facts.affinity.get(state, {})),
                "trade": _shares(facts.trade.get(state, {})),
                "key_commodity": facts.key_commodity.get(state),
                "obligations": [
                    {k: plain(getattr(o, k)) for k in _OWED} for o in facts.obligations if o.debtor == state
                ],
                "patrons": list(facts.patrons.get(state, ())),
                "routes": [{k: plain(getattr(r, k)) for k in _ROUTE} for r in facts.routes if r.into == state],
                "regions": [name for name, who in sorted(facts.regions.items()) if state in who],
                "memberships": [name for name, who in sorted(facts.memberships.items()) if state in who],
                "seats": [
                    {"council": name, "seat": seat}
                    for name, council in sorted(facts.councils.items())
                    for seat in ("permanent", "elected")
                    if state in getattr(council, seat)
                ],
            }
        )
    return pl.DataFrame(rows, schema=_types())


def _shares(row: Mapping[str, float]) -> list[dict[str, Any]]:
    return [{"state": state, "value": value} for state, value in row.items()]


def _mapping(rows: list[dict[str, Any]]) -> dict[str, Any]:
    own = [f.name for f in fields(StateFacts)]
    out: dict[str, Any] = {
        "name": rows[0]["world"],
        "date": rows[0]["date"],
        "states": {row["state"]: {k: row[k] for k in own} for row in rows},
        "obligations": [{"debtor": row["state"], **one} for row in rows for one in row["obligations"] or ()],
        "routes": [{"into": row["state"], **one} for row in rows for one in row["routes"] or ()],
        "key_commodity": {row["state"]: row["key_commodity"] for row in rows if row["key_commodity"] is not None},
    }
    for key in ("contiguity", "patrons"):
        out[key] = {row["state"]: row[key] for row in rows if row[key]}
    for key in ("affinity", "trade"):
        out[key] = {row["state"]: {one["state"]: one["value"] for one in row[key]} for row in rows if row[key]}
    for key in ("regions", "memberships"):
        names = sorted({name for row in rows for name in row[key] or ()})
        out[key] = {name: [row["state"] for row in rows if name in (row[key] or ())] for name in names}
    councils: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        for one in row["seats"] or ():
            seats = councils.setdefault(one["council"], {"permanent": [], "elected": []})
            seats.setdefault(one["seat"], []).append(row["state"])
    out["councils"] = dict(sorted(councils.items()))
    return out
