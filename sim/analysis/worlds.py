"""Worlds: build one from the field's data, look at one, compare two."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from typing import Annotated, Literal

import typer

from sim.analysis.screen import columns, console
from sim.errors import DataError, SettingError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Worlds: build one from the field's data, look at one, compare two.",
)
WorldName = Annotated[str, typer.Argument(metavar="WORLD", help="name, .yaml or .parquet")]
Seed = Annotated[int, typer.Option(help="draws a synthetic world", min=0)]


@app.command()
def build(
    data: Annotated[Path, typer.Option(help="folder of downloads, CSV or Parquet, as their publishers give them")],
    year: Annotated[int | None, typer.Option(help="1 July of this year")] = None,
    date: Annotated[str | None, typer.Option(help="a day, such as 1935-10-03")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="where the world goes")] = Path("world.parquet"),
    alliances: Annotated[Literal["atop", "cow"], typer.Option(help="which alliances, when both are there")] = "atop",
    quiet: Annotated[bool, typer.Option("--quiet", help="do not report what was used, missing and imputed")] = False,
) -> None:
    """Build a world from files of the field.

    Example: covenant-lab world build --year 1956 --data DIR -o world.parquet, then covenant world=./world.parquet
    """
    from sim.world.importers.archive import Archive
    from sim.world.importers.build import build_world
    from sim.world.store import save_world

    day = _day(year, date)
    if output.suffix != ".parquet":
        raise SettingError(f"--output={output} must end in .parquet")
    facts, report = build_world(Archive(data), day, alliances)
    save_world(facts, output)
    screen = console()
    if not quiet:
        table = columns(("", "what", "how"), left=3, wrap=(2,))
        for finding in report.findings:
            table.add_row(finding.status, finding.concept, finding.text)
        screen.print(table)
    option = output if output.is_absolute() or output.parts[0] == ".." else f"./{output}"
    screen.print(f"{output}: {len(facts.states)} states of {facts.date}; use it with world={option}", soft_wrap=True)


@app.command()
def show(
    world: WorldName,
    changes: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="levers, as world.n_states=60")
    ] = None,
    seed: Seed = 1,
    rows: Annotated[int, typer.Option(help="how many states, the strongest first", min=1)] = 20,
    chart: Annotated[Path | None, typer.Option("--map", help="also draw the map: .html, .svg or .png")] = None,
) -> None:
    """Show a world: its states, great powers, blocs and a map of capitals.

    Example: covenant-lab world show abyssinia_1935 --map capitals.svg
    """
    from sim.analysis.world_pictures import draw, sketch
    from sim.analysis.world_text import blocs, headline, open_world

    held = open_world(world, changes or [], seed)
    screen, facts = console(), held.facts
    for line in headline(held):
        screen.print(line, soft_wrap=True)
    order = sorted(range(held.n_states), key=lambda i: (-held.capability[i], i))
    camp = {state: leader for leader, who in blocs(held).items() for state in who}
    table = columns(("state", "name", "bloc", "capability", "economy", "regime", "norm"), left=3)
    for i in order[:rows]:
        one = facts.states[held.ids[i]]
        mark = "*" if one.great_power else " "
        table.add_row(
            f"{held.ids[i]}{mark}",
            one.name,
            camp.get(held.ids[i], ""),
            f"{one.capability:.2%}",
            f"{held.economy[i]:.2%}",
            f"{one.polity:+d}",
            f"{one.norm_commitment:.2f}",
        )
    screen.print(table)
    if held.n_states > rows:
        screen.print(f"and {held.n_states - rows} more; --rows {held.n_states} shows all. * great power")
    screen.print(sketch(held, min(screen.width, 100)), markup=False)
    for leader, who in blocs(held).items():
        screen.print(f"bloc of {leader}: {' '.join(who)}")
    if chart is not None:
        draw(held, chart)
        screen.print(f"map: {chart}", soft_wrap=True)


@app.command()
def diff(
    one: WorldName,
    other: WorldName,
    seed: Seed = 1,
    top: Annotated[int, typer.Option(help="how many differences of each kind", min=1)] = 10,
) -> None:
    """Compare two worlds: states, capabilities, affinities, ties, members and councils.

    Example: covenant-lab world diff abyssinia_1935 ./world.parquet
    """
    from sim.analysis.world_text import differences, open_world

    first, second = open_world(one, [], seed), open_world(other, [], seed)
    found = differences(first, second)
    screen = console()
    table = columns(("what", "which", one, other), left=2, wrap=(1,))
    for what, rows in found.items():
        for which, left, right in rows[:top]:
            table.add_row(what, which, left, right)
        if len(rows) > top:
            table.add_row(what, f"and {len(rows) - top} more", "", "")
    if any(found.values()):
        screen.print(table)
    else:
        screen.print("the same world")


def _day(year: int | None, date: str | None) -> Date:
    if (year is None) == (date is None):
        raise SettingError("give either --year, which is its 1 July, or --date, such as 1935-10-03")
    if date is not None:
        try:
            return Date.fromisoformat(date)
        except ValueError:
            raise SettingError(f"--date={date!r} must be a date such as 1935-10-03") from None
    if not 1816 <= (year or 0) <= 2100:
        raise DataError(f"--year={year} is out of range: years from 1816 to 2100 are allowed")
    return Date(year or 1816, 7, 1)
