"""Voting power on a screen and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.screen import bar, columns, console

if TYPE_CHECKING:
    import altair as alt

    from sim.arrangement.voting.game import Game
    from sim.arrangement.voting.indices import VotingPower

MOST_DRAWN = 60


def show(game: Game, found: VotingPower) -> None:
    """Print a table of the indices, members of equal power together."""
    screen = console()
    votes = (
        f"{_count(found.adopting)} of {_count(found.divisions)} divisions adopt, " if found.adopting is not None else ""
    )
    screen.print(f"{game.title}\n{found.how}; {votes}P(adopt) {found.p_adopt:.6g}", soft_wrap=True)
    if found.constant:
        screen.print(
            "adopted whatever the votes: nobody has power"
            if found.constant == "always"
            else "never adopted: nobody has power"
        )
    largest = max(found.shapley_shubik.max(), 1e-300)
    fractions = found.shapley_shubik_fractions
    shares = columns(("member", "seats", "", "Shapley-Shubik", "", "Banzhaf", "swings"), wrap=(0,))
    shares.columns[4].justify = "left"
    minimal = found.deegan_packel is not None and found.holler is not None
    heads = ("member", "Banzhaf absolute", "to prevent", "to initiate")
    others = columns((*heads, "Deegan-Packel", "Holler") if minimal else heads, wrap=(0,))
    for group in grouped(found):
        i = group[0]
        name = _few([found.names[k] for k in group]) + (" (no vote)" if found.excluded[i] else "")
        spread = ""
        if found.shapley_shubik_interval is not None:
            spread = "{:.4f} - {:.4f}".format(*found.shapley_shubik_interval[i])
        elif fractions and len(str(fractions[i])) <= 20:
            spread = str(fractions[i])
        shares.add_row(
            name,
            str(len(group)),
            spread,
            f"{found.shapley_shubik[i]:.6f}",
            bar(screen, float(found.shapley_shubik[i] / largest), 12),
            f"{found.banzhaf_normalised[i]:.6f}",
            "-" if found.swings is None else _count(found.swings[i]),
        )
        row = [found.banzhaf[i], found.coleman_prevent[i], found.coleman_initiate[i]]
        if found.deegan_packel is not None and found.holler is not None:
            row += [found.deegan_packel[i], found.holler[i]]
        others.add_row(name, *[f"{value:.6f}" for value in row])
    screen.print(shares)
    screen.print()
    screen.print(others)


def draw(game: Game, found: VotingPower) -> alt.LayerChart:
    """Return both indices of every member (of the strongest, in a large body) as an Altair chart."""
    import altair as alt

    order = sorted(range(len(found.names)), key=lambda i: -found.shapley_shubik[i])[:MOST_DRAWN]
    rows: list[dict[str, Any]] = []
    for i in order:
        for index, values in (
            ("Shapley-Shubik", found.shapley_shubik),
            ("Banzhaf, normalised", found.banzhaf_normalised),
        ):
            row = {"member": found.names[i], "index": index, "share": float(values[i])}
            if index == "Shapley-Shubik" and found.shapley_shubik_interval is not None:
                row |= {
                    "low": float(found.shapley_shubik_interval[i, 0]),
                    "high": float(found.shapley_shubik_interval[i, 1]),
                }
            rows.append(row)
    names = [found.names[i] for i in order]
    base = alt.Chart(alt.Data(values=rows), width=440, height=alt.Step(11)).encode(
        y=alt.Y("member:N", title=None, sort=names, axis=alt.Axis(ticks=False, domain=False, labelLimit=260)),
        yOffset=alt.YOffset("index:N", sort=["Shapley-Shubik", "Banzhaf, normalised"]),
    )
    bars = base.mark_bar().encode(
        x=alt.X("share:Q", title="share of voting power", axis=alt.Axis(format="%", grid=True)),
        color=alt.Color(
            "index:N",
            sort=["Shapley-Shubik", "Banzhaf, normalised"],
            scale=alt.Scale(domain=["Shapley-Shubik", "Banzhaf, normalised"], range=["#0072B2", "#E69F00"]),
            legend=alt.Legend(orient="top", title=None, labelLimit=0),
        ),
    )
    spans = base.mark_rule(color="#111111").encode(x="low:Q", x2="high:Q").transform_filter("isValid(datum.low)")
    left_out = len(found.names) - len(order)
    subtitle = [found.how, *([f"the {len(order)} strongest of {len(found.names)} members"] if left_out else [])]
    return (
        alt.layer(bars, spans)
        .properties(
            background="white", padding=12, title=alt.Title(game.title, subtitle=subtitle, anchor="start", offset=10)
        )
        .configure(font="Helvetica, Arial, sans-serif")
        .configure_title(fontSize=17, subtitleFontSize=13, subtitleColor="#444444")
        .configure_axis(labelFontSize=13, titleFontSize=13, titleFontWeight="normal")
        .configure_legend(labelFontSize=13)
        .configure_view(stroke=None)
    )


def grouped(found: VotingPower) -> list[list[int]]:
    """Members of equal power, in their order; each by itself in a sample."""
    groups: dict[Any, list[int]] = {}
    for i, swings in enumerate(found.swings or range(len(found.names))):
        same = (swings, found.shapley_shubik[i], found.coleman_prevent[i], bool(found.excluded[i]))
        groups.setdefault(same if found.swings is not None else i, []).append(i)
    return list(groups.values())


def _few(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:4])} ... {names[-1]}"


def _count(value: int) -> str:
    return f"{value:,}" if value < 10**12 else f"{float(value):.6e}"
