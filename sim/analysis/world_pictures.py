"""A world on a map: in the terminal, or as a chart."""

from __future__ import annotations

from pathlib import Path

from sim.analysis.world_text import blocs
from sim.errors import DataError, SettingError
from sim.world.world import World

FORMATS = (".html", ".svg", ".png")
PALETTE = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377")
"""Colours told apart by most eyes (Tol 2021)."""
_NORTH, _SOUTH = 75.0, -55.0


def sketch(world: World, width: int) -> str:
    """Return a map of capitals in characters: great powers by name, council members `o`, others `.`."""
    height = max(8, round(width * (_NORTH - _SOUTH) / 360.0 / 2.1))
    grid = [[" "] * width for _ in range(height)]
    seated = {s for c in world.facts.councils.values() for s in (*c.permanent, *c.elected)}
    great = [s for s, one in world.facts.states.items() if one.great_power]
    for state in (*(s for s in world.ids if s not in great), *reversed(great)):
        one = world.facts.states[state]
        row = round((_NORTH - min(max(one.latitude, _SOUTH), _NORTH)) / (_NORTH - _SOUTH) * (height - 1))
        column = min(width - 1, int((one.longitude + 180.0) / 360.0 * width))
        mark = state if state in great else "o" if state in seated else "."
        column = min(column, width - len(mark))
        grid[row][column : column + len(mark)] = mark
    return "\n".join("".join(line).rstrip() for line in grid)


def draw(world: World, path: Path) -> None:
    """Write a map of capitals: area is capability, colour is bloc, a ring marks a great power.

    Raises
    ------
    SettingError
        A format that is not written.
    DataError
        The place cannot be written to.
    """
    import altair as alt

    if path.suffix not in FORMATS:
        raise SettingError(f"--map={path} must end in {' or '.join(FORMATS)}")
    camp = {state: leader for leader, who in blocs(world).items() for state in who}
    leaders = [*list(blocs(world))[: len(PALETTE)], "none"]
    colours = [*PALETTE[: len(leaders) - 1], "#bbbbbb"]
    camp = {state: leader for state, leader in camp.items() if leader in leaders} | {
        leader: leader for leader in leaders[:-1]
    }
    rows = [
        {
            "state": s, "name": one.name, "latitude": one.latitude, "longitude": one.longitude, "capability": one.capability,
            "bloc": camp.get(s, "none"), "great": one.great_power,
        }
        for s, one in world.facts.states.items()
    ]  # fmt: skip
    base = alt.Chart(alt.Data(values=rows)).encode(
        longitude="longitude:Q", latitude="latitude:Q", tooltip=["name:N", "capability:Q", "bloc:N"]
    )
    points = base.mark_circle(opacity=0.75).encode(
        size=alt.Size(
            "capability:Q", scale=alt.Scale(range=[8, 1600]), legend=alt.Legend(format="%", title="capability")
        ),
        color=alt.Color("bloc:N", title="bloc of", scale=alt.Scale(domain=leaders, range=colours)),
        stroke=alt.condition("datum.great", alt.value("black"), alt.value(None)),
    )
    labels = base.transform_filter("datum.great").mark_text(dy=-14, fontWeight="bold").encode(text="state:N")
    lines = alt.Chart(alt.graticule()).mark_geoshape(stroke="#dddddd", filled=False)
    title = f"{world.facts.name}, {world.facts.date}"
    chart = (lines + points + labels).project("equalEarth").properties(width=900, height=460, title=title)
    try:
        chart.save(str(path))
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from None
