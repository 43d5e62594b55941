"""A charter to start from: every clause with its meaning and what it may say, made from the schema."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from sim.arrangement.charter import Charter
from sim.schema import describe

SAMPLE: dict[str, Any] = {
    "title": "An arrangement of my own",
    "kind": "collective_security",
    "membership": {"rule": "universal"},
    "covers": "any",
    "trigger": ["aggression", "armed_attack", "threat"],
    "organ": {
        "kind": "council",
        "size": 9,
        "rule": {"quotas": [{"of": "voting", "share": 0.6666666666666666}], "parties": "excluded"},
    },
    "instruments": [
        {"measure": "mediation", "force": "recommended", "article": "Art. 1"},
        {"measure": "condemnation", "force": "recommended", "article": "Art. 2"},
        {"measure": "sanctions_partial", "force": "binding", "article": "Art. 3"},
        {"measure": "force_authorised", "force": "each_member", "article": "Art. 4"},
    ],
    "pledge": {"wording": "as_deems_necessary", "article": "Art. 5"},
    "calendar": {"notice_days": 2, "sitting_days": 4, "dwell_days": 10},
    "exit": {"notice_days": 365, "article": "Art. 6"},
    "credibility": 0.5,
}
HEAD = """\
# What it is, with its source: which treaty or whose proposal, signed and in force when, and by what articles.
# A clause that is commented out has the value shown. `covenant-lab arrangement ./{name}.yaml` reads the file aloud.
#
#   covenant arrangement=./{name}.yaml debug=smoke study=try
#   covenant -m arrangement=league,./{name}.yaml runs=500 study={name}_or_league
name: {name}
"""


def template(name: str) -> str:
    """Return a commented charter as YAML that runs as it is."""
    lines = [HEAD.format(name=name).rstrip()]
    for field in dataclasses.fields(Charter):
        if field.name != "name":
            lines += ["" if field.name != "title" else None, *_clause(Charter, field, SAMPLE, 0)]  # type: ignore[list-item]
    return "\n".join(line for line in lines if line is not None) + "\n"


def _clause(owner: type, field: dataclasses.Field[Any], given: Mapping[str, Any], depth: int) -> Iterator[str]:
    """The lines of one clause: comment, then key and value, or its own clauses below it."""
    pad, hint = "  " * depth, typing.get_type_hints(owner)[field.name]
    meaning = field.metadata["doc"]
    if dataclasses.is_dataclass(hint):
        here = given.get(field.name)
        yield f"{pad}# {meaning}"
        yield f"{pad}{field.name}:" if here is not None else f"{pad}# {field.name}:"
        for inner in dataclasses.fields(hint):
            below = _clause(typing.cast(type, hint), inner, here or {}, depth + 1)
            yield from below if here is not None else (_commented(line) for line in below)
        return
    row = next(r for r in describe(owner) if r["key"] == field.name)
    yield f"{pad}# {meaning}{_allowed(row)}"
    args = typing.get_args(hint)
    entry = args[0] if typing.get_origin(hint) is tuple and dataclasses.is_dataclass(args[0]) else None
    if entry is not None:
        yield from (f"{pad}#   {r['key']}: {r['doc']}{_allowed(r)}" for r in describe(typing.cast(type, entry)))
    if field.name not in given:
        yield f"{pad}# {field.name}: {_yaml(row['default'])}"
    elif entry is not None:
        yield f"{pad}{field.name}:"
        yield from (f"{pad}  - {_yaml(item)}" for item in given[field.name])
    else:
        yield f"{pad}{field.name}: {_yaml(given[field.name])}"


def _commented(line: str) -> str:
    bare = line.lstrip(" ")
    return line if bare.startswith("#") else f"{line[: len(line) - len(bare)]}# {bare}"


def _allowed(row: Mapping[str, Any]) -> str:
    kind, low, high, unit = row["type"], row["low"], row["high"], row["unit"]
    span = (
        f"{low:g} to {high:g}"
        if low is not None and high is not None
        else f"{low:g} or more"
        if low is not None
        else ""
    )
    words = " ".join(filter(None, (span, unit))) or ("" if kind in ("text", "text or null", "number") else kind)
    return f" ({words})" if words else ""


def _yaml(value: Any) -> str:
    """A value in one line of YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_yaml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    if isinstance(value, str):
        return value if value.replace("_", "").isalnum() else f'"{value}"'
    return f"{value:.16g}"
