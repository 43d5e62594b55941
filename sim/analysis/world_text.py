"""What is said of a world, and of two."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sim import shelf
from sim.errors import DataError, SettingError
from sim.schema import decode
from sim.world.choice import read, settle
from sim.world.facts import WorldFacts
from sim.world.world import World

Difference = tuple[str, str, str]
_SHARE = 0.001
_AFFINITY = 0.5


def open_world(option: str, changes: Sequence[str], seed: int) -> World:
    """Return a world by name or by path (.yaml, .parquet), with levers changed.

    Raises
    ------
    CovenantError
        No such world, or one that cannot be; one line.
    """
    if option.endswith(".parquet"):
        path = Path(option).expanduser()
        if not path.is_file():
            raise SettingError(f"world={option} is no file")
        mapping = read(path)
    else:
        mapping = shelf.read_world(option)
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals:
            raise SettingError(f"cannot read {change!r} as key=value, such as world.n_states=60")
        mapping = _changed(mapping, key.removeprefix("world.").split("."), yaml.safe_load(value))
    try:
        return World(decode(WorldFacts, settle(mapping, seed), "world"))
    except SettingError as error:
        if option.endswith(".parquet"):
            raise DataError(f"{option}: {error}") from None
        raise


def headline(world: World) -> list[str]:
    """Return what to know of a world before its table."""
    facts = world.facts
    great = [s for s, one in facts.states.items() if one.great_power]
    lines = [
        f"{facts.name}, {facts.date}: {world.n_states} states with {world.capability.sum():.1%} of world capability"
    ]
    if great:
        lines.append(f"great powers: {' '.join(great)}")
    for name, council in sorted(facts.councils.items()):
        lines.append(
            f"council of {name}: {' '.join(council.permanent) or 'no one'}; elected {' '.join(council.elected) or 'no one'}"
        )
    members = ", ".join(f"{name} {len(who)}" for name, who in sorted(facts.memberships.items()))
    if members:
        lines.append(f"members: {members}")
    lines.append(
        f"{len(facts.obligations)} obligations, {int(world.contiguous.sum() - world.n_states) // 2} common frontiers"
    )
    return lines


def blocs(world: World) -> dict[str, list[str]]:
    """Return each protector and those it protects first, the largest camp first."""
    camps: dict[str, list[str]] = {}
    for state, protectors in world.facts.patrons.items():
        if protectors:
            camps.setdefault(protectors[0], []).append(state)
    return dict(sorted(camps.items(), key=lambda item: (-len(item[1]), item[0])))


def differences(one: World, other: World) -> dict[str, list[Difference]]:
    """Return what differs between two worlds, by kind, the largest first."""
    shared = [s for s in one.ids if s in other.facts.states]
    return {
        "state": [(s, "yes", "no") for s in one.ids if s not in other.facts.states]
        + [(s, "no", "yes") for s in other.ids if s not in one.facts.states],
        "capability": _capabilities(one, other, shared),
        **_attributes(one, other, shared),
        "member": _members(one, other),
        "seat": _seats(one, other),
        "frontier": _sets(_frontiers(one, shared), _frontiers(other, shared)),
        "obligation": _sets(_owed(one, shared), _owed(other, shared)),
        "affinity": _affinities(one, other, shared),
    }


def _changed(mapping: dict[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    head, rest = path[0], path[1:]
    below = mapping.get(head)
    return {**mapping, head: _changed(dict(below) if isinstance(below, dict) else {}, rest, value) if rest else value}


def _capabilities(one: World, other: World, shared: Sequence[str]) -> list[Difference]:
    pairs = [(s, one.facts.states[s].capability, other.facts.states[s].capability) for s in shared]
    far = sorted((p for p in pairs if abs(p[1] - p[2]) >= _SHARE), key=lambda p: -abs(p[1] - p[2]))
    return [(s, f"{a:.2%}", f"{b:.2%}") for s, a, b in far]


def _attributes(one: World, other: World, shared: Sequence[str]) -> dict[str, list[Difference]]:
    found: dict[str, list[Difference]] = {}
    for name, label in (("great_power", "great power"), ("neutral", "neutral"), ("nuclear", "nuclear")):
        pairs = [(s, getattr(one.facts.states[s], name), getattr(other.facts.states[s], name)) for s in shared]
        found[label] = [(s, "yes" if a else "no", "yes" if b else "no") for s, a, b in pairs if a != b]
    i, j = [one.index(s, "world") for s in shared], [other.index(s, "world") for s in shared]
    km = np.array([_apart(one, other, s) for s in shared]) if shared else np.zeros(0)
    found["capital"] = [
        (shared[k], _place(one, i[k]), _place(other, j[k])) for k in np.argsort(-km, kind="stable") if km[k] > 100.0
    ]
    return found


def _apart(one: World, other: World, state: str) -> float:
    from sim.world.geography import great_circle_km

    a, b = one.facts.states[state], other.facts.states[state]
    return float(great_circle_km(np.array([a.latitude, b.latitude]), np.array([a.longitude, b.longitude]))[0, 1])


def _place(world: World, i: int) -> str:
    state = world.facts.states[world.ids[i]]
    return f"{state.latitude:.1f} {state.longitude:.1f}"


def _members(one: World, other: World) -> list[Difference]:
    names = sorted(set(one.facts.memberships) | set(other.facts.memberships))
    pairs = [{f"{name} {s}" for name in names for s in w.facts.memberships.get(name, ())} for w in (one, other)]
    return _sets(pairs[0], pairs[1])


def _seats(one: World, other: World) -> list[Difference]:
    pairs = [
        {
            f"{name} {s} {seat}"
            for name, c in w.facts.councils.items()
            for seat in ("permanent", "elected")
            for s in getattr(c, seat)
        }
        for w in (one, other)
    ]
    return _sets(pairs[0], pairs[1])


def _frontiers(world: World, shared: Sequence[str]) -> set[str]:
    here = set(shared)
    return {" ".join(sorted((a, b))) for a, bs in world.facts.contiguity.items() for b in bs if a in here and b in here}


def _owed(world: World, shared: Sequence[str]) -> set[str]:
    here = set(shared)
    return {
        f"{o.debtor} owes {o.creditor} {o.kind}"
        for o in world.facts.obligations
        if o.debtor in here and o.creditor in here
    }


def _affinities(one: World, other: World, shared: Sequence[str]) -> list[Difference]:
    i, j = [one.index(s, "world") for s in shared], [other.index(s, "world") for s in shared]
    a, b = one.affinity[np.ix_(i, i)], other.affinity[np.ix_(j, j)]
    far = np.argwhere(np.abs(a - b) >= _AFFINITY)
    rows = [(f"{shared[m]} for {shared[n]}", float(a[m, n]), float(b[m, n])) for m, n in far]
    return [(which, f"{x:+.2f}", f"{y:+.2f}") for which, x, y in sorted(rows, key=lambda r: -abs(r[1] - r[2]))]


def _sets(one: set[str], other: set[str]) -> list[Difference]:
    return [
        (which, "yes" if which in one else "no", "yes" if which in other else "no") for which in sorted(one ^ other)
    ]
