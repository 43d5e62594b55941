"""One arrangement read aloud: its clauses in prose, its calendar, its voting power; or what sets it apart from another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analysis.screen import columns, console, emit, print_json, styled
from sim.errors import SettingError

if TYPE_CHECKING:
    from rich.console import Console

    from sim.arrangement.charter import Charter

UNSPOKEN = ("name", "title", "article", "dates")
"""Keys that name a clause or its source and change nothing."""


def arrangement(
    name: Annotated[str, typer.Argument(help="name or .yaml of an arrangement", show_default=False)],
    diff: Annotated[str, typer.Option(help="another arrangement: only the clauses in which they differ")] = "",
    world: Annotated[str, typer.Option(help="world to apply it to: what cannot apply, and who holds the seats")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """An arrangement in prose with its articles, voting power and calendar.

    Example: covenant-lab arrangement league --diff un_1945
    """
    charter = read_charter(name)
    if diff:
        _show_difference(charter, read_charter(diff), as_json)
        return
    from sim.arrangement.prose import describe
    from sim.arrangement.timeline import calendar

    sections, days = describe(charter), calendar(charter)
    fit = _fit(charter, world) if world else None
    if as_json:
        told = {"arrangement": charter.name, "title": charter.title, "sections": dict(sections), "calendar": days}
        print_json(told if fit is None else {**told, "world": world, "cannot_apply": list(fit)})
        return
    screen = console()
    emit(screen, styled((charter.title, "bold"), f" ({charter.name})"), space=False)
    for head, lines in sections:
        _paragraph(screen, head, lines, listed=head == "Instruments")
    _paragraph(screen, "Calendar", days, listed=True)
    if fit is not None:
        _paragraph(
            screen,
            f"In world {world}",
            [f"{text[:1].upper()}{text[1:]}." for text in fit] or ["All of it applies."],
            listed=False,
        )
    _show_power(screen, charter, name, world)


def read_charter(name: str) -> Charter:
    """Return an arrangement by name or path, checked."""
    from sim import shelf
    from sim.arrangement.charter import Charter
    from sim.schema import decode

    return decode(Charter, shelf.read(shelf.find("arrangement", name)), "arrangement")


def differences(one: Charter, other: Charter) -> list[tuple[str, Any, Any]]:
    """Return key and both values of every clause in which two charters differ; None where one has no such clause."""
    from sim.schema import plain

    a, b = dict(_clauses(plain(one), "")), dict(_clauses(plain(other), ""))
    keys = [*a, *(key for key in b if key not in a)]
    return [(key, a.get(key), b.get(key)) for key in keys if a.get(key) != b.get(key)]


def _clauses(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in UNSPOKEN:
                yield from _clauses(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            rest = {k: v for k, v in item.items() if k not in ("measure", "state")}
            yield from _clauses(rest, f"{key}[{item.get('measure') or item.get('state') or number}]")
    else:
        yield key, value


def _show_difference(one: Charter, other: Charter, as_json: bool) -> None:
    rows = differences(one, other)
    if as_json:
        print_json([{"key": key, one.name: a, other.name: b} for key, a, b in rows])
        return
    screen = console()
    if not rows:
        emit(screen, f"{one.name} and {other.name} differ in no clause", space=False)
        return
    table = columns(("clause", one.name, other.name), left=3, wrap=(0, 1, 2))
    for key, a, b in rows:
        table.add_row(key, _told(a), _told(b))
    emit(screen, table, space=False)


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if value is None or value == "":
        return "-"
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _paragraph(screen: Console, head: str, lines: list[str], listed: bool) -> None:
    from rich.padding import Padding

    if not lines:
        return
    emit(screen, styled((head, "bold")))
    for line in lines if listed else [" ".join(lines)]:
        emit(screen, Padding(line, (0, 0, 0, 2)), space=False)


def _fit(charter: Charter, option: str) -> tuple[str, ...]:
    from sim.analysis.world_text import open_world
    from sim.arrangement.fit import misfits

    world = open_world(option, [], 1)
    return misfits(charter, world, world.facts.date)


def _show_power(screen: Console, charter: Charter, name: str, world: str) -> None:
    from sim.analysis.games import game_of_arrangement
    from sim.analysis.power_screen import show
    from sim.arrangement.voting.power import power_of

    if charter.organ.kind == "none" or charter.organ.rule.automatic:
        return
    emit(screen, styled(("Voting power", "bold")))
    try:
        game = game_of_arrangement(name, world, "", "counts_as_no")
    except SettingError as error:
        emit(screen, f"  {error}", space=False)
        return
    show(game, power_of(game))
