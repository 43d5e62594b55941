"""One typical run and one surprising run of an arm, told by their turning points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.report.figure import Figure, Panel
from sim.analysis.report.theme import Rows, colour, day_ticks, room
from sim.analysis.screen import percent, words
from sim.analysis.story import Story, Turn

if TYPE_CHECKING:
    from typing import Any

    import polars as pl

KEYS = ("outcome", "strongest_adopted", "strongest_done")
DAYS = ("end_day", "objective_day", "first_action_day")
LANES = (
    ("the front", ("attacked", "objective_taken", "objective_lost", "target_overrun", "resisted", "conceded", "threatened"), "aggressor"),
    ("the organ", ("referred", "met", "adopted", "rejected", "vetoed", "fallback_opened"), "line"),
    ("secret talks", ("bargain_opened", "deal_made", "deal_leaked", "deal_refused"), "stalemate"),
    ("sanctions", ("sanction_imposed", "key_commodity_included"), "backed_down"),
    ("force", ("pledged", "arrived", "obligation_honoured"), "target"),
    ("the end", ("ended", "yielded", "split_agreed", "held", "peacekeepers_accepted"), "ink"),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A run told: which and why it was chosen, its turning points, the strip of its days."""

    kind: str
    run: int
    chosen: str
    title: str
    ending: str
    turns: list[Turn]
    dates: list[str]
    strip: Figure
    note: str


def typical(crises: pl.DataFrame) -> tuple[int, str]:
    """Return the run nearest the middle of the commonest ending, and why it was chosen."""
    import polars as pl

    first = crises.filter(pl.col("crisis") == 0)
    common = first
    for key in KEYS:
        code = (
            common.get_column(key).cast(pl.String).value_counts().sort("count", key, descending=[True, False]).row(0)[0]
        )
        common = common.filter(pl.col(key).cast(pl.String) == code)
    distance = pl.sum_horizontal(
        ((pl.col(d).rank() - pl.col(d).rank().median()).abs() / pl.len()).fill_null(0.0) for d in DAYS
    )
    row = common.with_columns(distance.alias("distance")).sort("distance", "run").row(0, named=True)
    share = first.filter(pl.col("outcome").cast(pl.String) == row["outcome"]).height / first.height
    return int(
        row["run"]
    ), f"{words(row['outcome'])}, as {percent(share)} of runs end, in the middle of its kind by its dates"


def surprising(crises: pl.DataFrame) -> tuple[int, str]:
    """Return a run of the rarest ending, the most typical of those, and why it was chosen."""
    import polars as pl

    first = crises.filter(pl.col("crisis") == 0)
    counts = first.select(pl.col("outcome").cast(pl.String)).to_series().value_counts().sort("count", "outcome")
    code, n = counts.row(0)
    run, _ = typical(first.filter(pl.col("outcome").cast(pl.String) == code))
    return run, f"{words(code)}, as only {percent(n / first.height)} of runs end"


def told(story: Story, kind: str, chosen: str) -> Told:
    """Tell a run."""
    run, turns = story.run, story.turns()
    name = f"{kind}-run"
    strip = Figure(name, "", f"Run {run}", [Panel(_strip(story), f"Run {run} day by day: {story.ending()}")])
    dates = [story.dated(turn.day) for turn in turns]
    return Told(kind, run, chosen, story.title(), story.ending(), turns, dates, strip, story.note)


def _strip(story: Story) -> Any:
    rows: list[dict[str, Any]] = []
    for day, kind, text in story.moments():
        lane = next(((name, hue) for name, kinds, hue in LANES if kind in kinds), None)
        if lane:
            rows.append({"day": day, "lane": lane[0], "tip": f"{story.dated(day)}, day {int(day)}\n{text}"})
    lanes = [name for name, *_ in LANES if any(r["lane"] == name for r in rows)]
    hues = {name: colour(hue) for name, _, hue in LANES}

    def draw(width: int) -> Any:
        import altair as alt

        base = alt.Chart(alt.Data(values=Rows(rows)), height=alt.Step(24))
        y = alt.Y("lane:N", title=None, sort=lanes, axis=alt.Axis(grid=True, **room([name for name, *_ in LANES])))
        x = alt.X(
            "day:Q",
            title="day",
            axis=alt.Axis(grid=False, values=day_ticks(max((r["day"] for r in rows), default=0.0))),
            scale=alt.Scale(domainMin=0, nice=False),
        )
        hue = alt.Color("lane:N", scale=alt.Scale(domain=lanes, range=[hues[n] for n in lanes]), legend=None)
        return base.mark_point(filled=True, size=70, opacity=0.9).encode(
            x=x, y=y, color=hue, description=alt.Description("tip:N")
        )

    return draw
