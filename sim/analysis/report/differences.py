"""Differences between arms, paired run by run on the same luck."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.cell import Cell
from sim.analysis.compare import difference, paired, parted
from sim.analysis.open import Study
from sim.analysis.report.figure import Figure, Panel, Table
from sim.analysis.report.theme import SHAPES, WIDE, Rows, arm_colours, lettering, room
from sim.analysis.screen import number, percent, words

SHARES = {
    "attempted": "aggression attempted",
    "outcome:deterred": "deterred",
    "outcome:backed_down": "backed down",
    "outcome:defeated": "defeated",
    "outcome:fait_accompli": "fait accompli",
    "gain:kept": "keeps half or more",
    "referred": "reached the organ",
    "deal": "secret deal",
}
AMOUNTS = {"share_kept": "share of the objective kept", "first_action_day": "first answer", "n_sanctioning": "states that sanctioned",
           "n_fighting": "outsiders that fought", "battle_deaths": "battle deaths"}  # fmt: skip
POINTS = " points"


DRAWN = tuple(outcome for outcome in SHARES if outcome != "referred")


def differences(base: Cell, arms: Sequence[Cell], labels: Mapping[str, str]) -> Figure:
    """Return every arm less `base`: shares as a figure, amounts in its table."""
    names = [labels[cell.name] for cell in arms]
    rows, tables, said = [], [], []
    for cell, name in zip(arms, names, strict=True):
        both = paired(base, cell)
        found = {outcome: vars(difference(both, outcome)) for outcome in (*SHARES, *AMOUNTS)}
        for outcome in DRAWN:
            d, label = found[outcome], SHARES[outcome]
            interval = d["difference"]
            if d["runs"] and not (d["base"] == d["arm"] == 0.0):
                rows.append(
                    {
                        "arm": name, "outcome": label, "value": 100 * interval.value, "low": 100 * interval.low, "high": 100 * interval.high,
                        "tip": f"{name} less {labels[base.name]}\n{label}: {100 * interval.value:+.1f}{POINTS} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})",
                    }
                )  # fmt: skip
        tables.append(_table(labels[base.name], name, found))
        kept = found["gain:kept"]["difference"]
        said.append(f"{name}: {100 * kept.value:+.1f} points ({100 * kept.low:+.1f} to {100 * kept.high:+.1f})")
    order = [label for label in SHARES.values() if any(r["outcome"] == label and r["value"] for r in rows)]
    rows = [row for row in rows if row["outcome"] in order]

    def draw(width: int) -> Any:
        import altair as alt

        layer = alt.Chart(alt.Data(values=Rows(rows)), height=alt.Step(15))
        y = alt.Y(
            "outcome:N",
            title=None,
            sort=order,
            scale=alt.Scale(paddingInner=0.4, paddingOuter=0.2),
            axis=alt.Axis(**room(order)),
        )
        offset = alt.YOffset("arm:N", sort=names)
        legend = alt.Legend(**lettering(names, width)) if len(names) > 1 else None
        hue = alt.Color(
            "arm:N", sort=names, scale=alt.Scale(domain=names, range=arm_colours(len(names) + 1)[1:]), legend=legend
        )
        shape = alt.Shape(
            "arm:N", sort=names, scale=alt.Scale(domain=names, range=list(SHAPES[1 : len(names) + 1])), legend=legend
        )
        x = alt.X(
            "low:Q",
            title="percentage points",
            axis=alt.Axis(
                tickCount=5 if width == WIDE else 3, labelExpr="replace(format(datum.value, '+.0f'), /^\\+0$/, '0')"
            ),
        )
        zero = (
            alt.Chart(alt.Data(values=[{"zero": 0}]))
            .mark_rule(strokeWidth=1.5, color="var(--line)", aria=False)
            .encode(x=alt.X("zero:Q"))
        )
        spans = layer.mark_rule(strokeWidth=2.5, aria=False).encode(
            x=x, x2=alt.X2("high:Q"), y=y, yOffset=offset, color=hue
        )
        points = layer.mark_point(filled=True, size=64, opacity=1).encode(
            x=alt.X("value:Q"), y=y, yOffset=offset, color=hue, shape=shape, description=alt.Description("tip:N")
        )
        return zero + spans + points

    label = labels[base.name]
    drawn = Panel(draw, f"Differences to {label} in percentage points, half or more kept: {'; '.join(said)}.")
    return Figure(
        "differences",
        "Differences",
        f"What each arm changes against {label}",
        [drawn] if rows else [],
        tables,
        "" if rows else "The shares are the same under every arm.",
        note="Run n of every arm has the same luck, so arms are compared run by run; the line holds 95 % of the luck of the difference.",
    )


def _table(base: str, arm: str, found: dict[str, Any]) -> Table:
    rows = []
    for outcome, label in {**SHARES, **AMOUNTS}.items():
        d = found[outcome]
        if not d["runs"]:
            continue
        share = d["unit"] == "share" or outcome == "share_kept"
        scale, unit = (100.0, " %") if share else (1.0, f" {d['unit']}" if d["unit"] not in ("", "share") else "")
        low, high = scale * d["difference"].low, scale * d["difference"].high
        rows.append(
            (label, f"{number(scale * d['base'])}{unit}", f"{number(scale * d['arm'])}{unit}", f"{number(scale * d['difference'].value)}",
             "-" if math.isnan(low) else f"{number(low)} to {number(high)}", percent(d["changed"]))
        )  # fmt: skip
    return Table((f"{arm} against {base}", base, arm, "difference", "95 %", "of runs changed"), rows)


PARTED = 1000
"""Runs looked at for where they part: a share of them is known to 3 points."""


def partings(study: Study, base: Cell, arms: Sequence[Cell], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Say of each arm where its runs leave those of `base`."""
    said = []
    for cell in arms:
        if not ({"events"} <= {*base.tables} & {*cell.tables}):
            continue
        found = parted(study, base, cell, PARTED)
        if not found["at"]:
            said.append((labels[cell.name], "no event differs"))
            continue
        first = found["at"][0]
        arm, other = (f"\u201c{words(first[k])}\u201d" if first[k] else "nothing more" for k in ("arm", "base"))
        pair = (
            f"both tell of {arm}, at another time or of another state"
            if arm == other
            else f"the first tells of {arm} and the other of {other}"
        )
        text = f"{percent(found['share'])} of {found['runs']:,} runs part, half of these by day {number(found['median_day'])}; most often at an event where {pair}"
        said.append((labels[cell.name], text))
    return said
