"""Who joined, who defected and who bore the burden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.theme import NARROW, Rows, colour, room
from sim.analysis.screen import number, percent
from sim.analysis.summary import helps_target

if TYPE_CHECKING:
    import polars as pl

SHOWN = 12
BORNE = 8


def joining(cells: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Figure | None:
    """Share of the crises attempted in which each state did what, one panel an arm; None where nobody did anything."""
    panels, tables = [], []
    for cell in cells:
        deeds = dict(sorted((cell["joined"] or {}).items(), key=lambda item: _place(item[0], cell["aggressors"])))
        if not deeds:
            continue
        states = _most(deeds)
        done: dict[str, dict[str, float]] = {deed: dict(found) for deed, found in deeds.items()}
        rows = [
            {
                "state": names.get(state, state), "deed": _short(deed), "share": done[deed].get(state, 0.0),
                "label": f"{100 * done[deed].get(state, 0.0):.0f}", "helps": helps_target(deed, cell["aggressors"]),
                "tip": f"{names.get(state, state)} {_told(deed, names)} in {percent(done[deed].get(state, 0.0))} of crises attempted",
            }
            for state in states for deed in deeds
        ]  # fmt: skip
        order = [names.get(state, state) for state in states]
        best = "; ".join(
            f"{_told(deed, names)}: {names.get(s, s)} {percent(p)}"
            for deed, found in deeds.items()
            for s, p in found[:1]
        )
        panels.append(
            Panel(
                _matrix(rows, order, [_short(d) for d in deeds]), f"{cell['label']}, most often: {best}.", cell["label"]
            )
        )
        every = sorted({state for found in deeds.values() for state, _ in found}, key=lambda s: names.get(s, s))
        body = [(names.get(s, s), *(percent(done[d][s]) if s in done[d] else "0 %" for d in deeds)) for s in every]
        tables.append(Table((f"{cell['label']}: state", *(_told(deed, names) for deed in deeds)), body))
    if not panels:
        return None
    return Figure(
        "joining",
        "Who joined",
        "Who joined, and who defected",
        panels,
        tables,
        note="Per cent of the crises attempted in which a state did so; blue helps the target, orange does not.",
    )


def burden(
    told: Sequence[tuple[str, pl.DataFrame, pl.DataFrame, pl.DataFrame]], names: Mapping[str, str]
) -> Figure | None:
    """Who delivered the force that outsiders sent for the target, beside what each could have.

    Parameters
    ----------
    told : sequence of (str, DataFrame, DataFrame, DataFrame)
        For each arm its label, events, crises and states.
    """
    import polars as pl

    drawn, tables = [], []
    for label, events, crises, states in told:
        sides = crises.select("run", "crisis", pl.col("target").cast(pl.String))
        sent = (
            events.filter(pl.col("kind").cast(pl.String) == "arrived")
            .select(
                "run",
                "crisis",
                pl.col("actor").cast(pl.String).alias("state"),
                pl.col("subject").cast(pl.String),
                "value",
            )
            .join(sides, on=["run", "crisis"])
            .filter(pl.col("subject") == pl.col("target"))
        )
        if sent.height == 0:
            continue
        runs = sent.select(pl.struct("run", "crisis").n_unique()).item()
        power = dict(states.select(pl.col("state").cast(pl.String), "capability").iter_rows())
        by_state = sent.group_by("state").agg(pl.col("value").sum(), pl.struct("run", "crisis").n_unique().alias("n"))
        by_state = by_state.sort("value", "state", descending=[True, False])
        total, able = by_state["value"].sum(), sum(power.get(s, 0.0) for s in by_state["state"])
        body = []
        for state, value, n in by_state.iter_rows():
            own = power.get(state, 0.0) / able if able else 0.0
            body.append((names.get(state, state), value / total, own, n / runs, value / n))
        rows = [
            {
                "state": name, "borne": borne, "able": own,
                "tip": f"{name}\n{percent(borne)} of the force delivered\n{percent(own)} of the capability of those who ever sent any",
            }
            for name, borne, own, _, _ in body[:BORNE]
        ]  # fmt: skip
        alt = ", ".join(f"{name} {percent(borne)}" for name, borne, *_ in body[:4])
        drawn.append((label, rows, f"{label}: share of the force delivered by outsiders for the target: {alt}."))
        heads = (
            f"{label}: state",
            "of the force delivered",
            "of their capability",
            "fought in, of coalitions",
            "sent when it did",
        )
        shown = [(a, percent(b), percent(c), percent(d), f"{number(100 * e)} % of world") for a, b, c, d, e in body]
        tables.append(Table(heads, shown, f"{runs:,} crises in which any outsider fought for the target"))
    if not drawn:
        return None
    most = max(max(row["borne"], row["able"]) for _, rows, _ in drawn for row in rows)
    panels = [Panel(_bars(rows, most), alt, label) for label, rows, alt in drawn]
    return Figure(
        "burden",
        "Burden",
        "Who bore the burden of force",
        panels,
        tables,
        note="Bars: share of all the force that reached the target's side from outside. Marks: share of capability among those who ever sent any; "
        "a bar short of its mark is a free rider, one beyond it carries others.",
    )


def _most(deeds: Mapping[str, Sequence[tuple[str, float]]]) -> list[str]:
    """The states that stand first under each deed, taken in turn."""
    chosen: dict[str, None] = {}
    for place in range(SHOWN):
        for found in deeds.values():
            if place < len(found) and len(chosen) < SHOWN:
                chosen.setdefault(found[place][0])
    return list(chosen)


def _place(deed: str, aggressors: Sequence[str]) -> tuple[bool, int]:
    return not helps_target(deed, aggressors), next(
        k
        for k, head in enumerate(("sanctioned", "fought", "honoured", "refused s", "refused p"))
        if deed.startswith(head)
    )


def _short(deed: str) -> str:
    return deed.replace("honoured pledge", "kept word").replace("refused pledge", "broke word")


def _told(deed: str, names: Mapping[str, str]) -> str:
    head, _, last = deed.rpartition(" ")
    return f"{head} {names[last]}" if last in names else deed


def _matrix(rows: list[dict[str, Any]], states: list[str], deeds: list[str]) -> Any:
    def draw(width: int) -> Any:
        import altair as alt

        base = alt.Chart(alt.Data(values=Rows(rows)), height=alt.Step(24))
        x = alt.X(
            "deed:N",
            title=None,
            sort=deeds,
            axis=alt.Axis(
                orient="top",
                labelAngle=-64,
                labelAlign="left",
                labelBaseline="middle",
                domain=False,
                ticks=False,
                minExtent=112,
                labelOffset=2,
            ),
        )
        y = alt.Y("state:N", title=None, sort=states, axis=alt.Axis(**room(states, 116 if width == NARROW else 260)))
        hue = alt.condition("datum.helps", alt.value(colour("target")), alt.value(colour("aggressor")))
        cells = base.mark_rect(cornerRadius=3).encode(
            x=x,
            y=y,
            color=hue,
            opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.06, 0.5]), legend=None),
            description=alt.Description("tip:N"),
        )
        return cells + base.mark_text(aria=False).encode(x=x, y=y, text=alt.Text("label:N"))

    return draw


def _bars(rows: list[dict[str, Any]], most: float) -> Any:
    def draw(width: int) -> Any:
        import altair as alt

        base = alt.Chart(alt.Data(values=Rows(rows)), height=alt.Step(26))
        y = alt.Y(
            "state:N",
            title=None,
            sort=[r["state"] for r in rows],
            axis=alt.Axis(**room([r["state"] for r in rows], 130 if width == NARROW else 260)),
        )
        x = alt.X(
            "borne:Q",
            title=None,
            axis=alt.Axis(format="%", tickCount=3 if width == NARROW else 5),
            scale=alt.Scale(domain=[0, most]),
        )
        bars = base.mark_bar(height=14, color=colour("target")).encode(x=x, y=y, description=alt.Description("tip:N"))
        return bars + base.mark_tick(thickness=3, size=20, color=colour("ink"), aria=False).encode(
            x=alt.X("able:Q"), y=y
        )

    return draw
