"""Voting power on a screen and as a picture: of an arrangement's organ, or of any weights and quota."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analysis.screen import bar, columns, console, print_json
from sim.errors import DataError, SettingError, nearest

if TYPE_CHECKING:
    import altair as alt

    from sim.arrangement.organ import Bench
    from sim.arrangement.voting.game import Game
    from sim.arrangement.voting.indices import VotingPower

FORMATS = (".svg", ".png", ".html")
NAMES = ("name", "member", "state", "label", "id")
MOST_DRAWN = 60


def power(
    arrangement: Annotated[str, typer.Argument(help="name or .yaml of an arrangement", show_default=False)] = "",
    weights: Annotated[
        Path | None,
        typer.Option(help="CSV instead: a name, votes (one column for each quota) and perhaps a column count"),
    ] = None,
    quota: Annotated[
        list[str] | None,
        typer.Option(
            "--quota",
            "-q",
            help="votes needed: 51, 2/3, 67%, all, '>1/2'; a,b for two columns; again for an alternative",
        ),
    ] = None,
    veto: Annotated[str, typer.Option(help="holders of a veto, as A,B")] = "",
    exclude: Annotated[
        str, typer.Option(help="members without a vote, such as the parties to the crisis, as X,Y")
    ] = "",
    abstention: Annotated[
        str, typer.Option(help="counts_as_no: two votes; ternary or present_and_voting: three, all equally likely")
    ] = "counts_as_no",
    abstention_blocks: Annotated[
        bool, typer.Option("--abstention-blocks", help="a veto holder's abstention is a veto")
    ] = False,
    world: Annotated[
        str, typer.Option(help="world whose states hold the seats; the latest that has the council, if not given")
    ] = "",
    method: Annotated[str, typer.Option(help="auto, enumeration, dynamic or sampling")] = "auto",
    samples: Annotated[int, typer.Option(help="roll calls of a sample", min=1)] = 200_000,
    seed: Annotated[int, typer.Option(help="seed of a sample", min=0)] = 0,
    out: Annotated[
        list[Path] | None, typer.Option("--out", "-o", help="draw it: .svg, .png or .html; may be given twice")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON, with fractions")] = False,
) -> None:
    """Voting power of each member: Shapley-Shubik, Banzhaf, Coleman, Deegan-Packel, Holler.

    Example: covenant-lab power --weights council.csv --quota 51 --veto A,B
    """
    from sim.arrangement.voting.power import power_of

    for path in out or []:
        if path.suffix not in FORMATS:
            raise SettingError(f"--out={path} must end in {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")
    if bool(arrangement) == (weights is not None):
        raise SettingError("power takes an arrangement or --weights FILE, one of them")
    if weights is not None:
        game = _game_of_file(weights, quota or [], veto, exclude, abstention, abstention_blocks)
    else:
        if quota or veto:
            raise SettingError("--quota and --veto belong to --weights; an arrangement brings its own rule")
        game = game_of_arrangement(arrangement, world, exclude, abstention)
    found = power_of(game, minimal=True, method=method, samples=samples, seed=seed)
    if as_json:
        print_json(as_record(game, found))
    else:
        show(game, found)
    for path in out or []:
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(game, found).save(str(path), scale_factor=2 if path.suffix == ".png" else 1)
        if not as_json:
            print(path)


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


def as_record(game: Game, found: VotingPower) -> dict[str, Any]:
    """Return everything as plain containers: fractions as text, a number beyond 53 bits as text too."""
    fractions = found.shapley_shubik_fractions
    members = []
    for i, name in enumerate(found.names):
        member: dict[str, Any] = {
            "member": name,
            "excluded": bool(found.excluded[i]),
            "shapley_shubik": float(found.shapley_shubik[i]),
            "shapley_shubik_fraction": str(fractions[i]) if fractions else None,
            "swings": None if found.swings is None else _plain_count(found.swings[i]),
            "banzhaf": float(found.banzhaf[i]),
            "banzhaf_normalised": float(found.banzhaf_normalised[i]),
            "coleman_prevent": float(found.coleman_prevent[i]),
            "coleman_initiate": float(found.coleman_initiate[i]),
        }
        for key in ("deegan_packel", "holler", "shapley_shubik_interval", "banzhaf_interval"):
            values = getattr(found, key)
            if values is not None:
                member[key] = values[i].tolist()
        members.append(member)
    return {
        "title": game.title,
        "method": found.method,
        "exact": found.exact,
        "error_bound": found.error_bound,
        "n_samples": found.n_samples,
        "adopting": None if found.adopting is None else _plain_count(found.adopting),
        "divisions": _plain_count(found.divisions),
        "p_adopt": found.p_adopt,
        "constant": found.constant,
        "minimal_winning": found.minimal_winning,
        "members": members,
    }


def grouped(found: VotingPower) -> list[list[int]]:
    """Members of equal power, in their order; each by itself in a sample."""
    groups: dict[Any, list[int]] = {}
    for i, swings in enumerate(found.swings or range(len(found.names))):
        same = (swings, found.shapley_shubik[i], found.coleman_prevent[i], bool(found.excluded[i]))
        groups.setdefault(same if found.swings is not None else i, []).append(i)
    return list(groups.values())


def _game_of_file(path: Path, quota: Sequence[str], veto: str, exclude: str, abstention: str, blocks: bool) -> Game:
    from sim.arrangement.voting.game import Game

    if not quota:
        raise SettingError("--quota is missing; --weights FILE needs one, such as --quota 51 or --quota 2/3")
    names, rows = read_weights_file(path)
    alternatives = [[q.strip() for q in text.split(",")] for text in quota]
    return Game(
        weights=rows,
        quotas=alternatives,
        veto=_listed(veto, names, "--veto"),
        excluded=_listed(exclude, names, "--exclude"),
        abstention=abstention,
        abstention_blocks=blocks,
        names=tuple(names),
        title=f"{path.name}: {' or '.join(quota)}"
        + (f", veto {veto}" if veto else "")
        + (f", without {exclude}" if exclude else ""),
    )


def read_weights_file(path: Path) -> tuple[list[str], list[list[str]]]:
    """Read names and votes from a CSV file, with or without a heading and names.

    Parameters
    ----------
    path : Path
        One member a line: its name if there are names, then its votes towards each quota. A column headed `count`
        stands for that many members alike.

    Returns
    -------
    names : list of str
    rows : list of list of str
        Votes of all members, for each quota.

    Raises
    ------
    DataError
        One line that names the file and the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"--weights={path} cannot be read: {getattr(error, 'strerror', None) or 'not text'}") from None
    sample = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=sample.count)
    table = [
        (n, [c.strip() for c in row]) for n, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), 1)
    ]
    table = [(n, row) for n, row in table if any(row) and not row[0].startswith("#")]
    if not table:
        raise DataError(f"--weights={path} is empty")
    first = table[0][1]
    heads = [c.casefold() for c in first] if not any(_is_number(c) for c in first) else []
    table = table[1:] if heads else table
    if not table:
        raise DataError(f"--weights={path} has a heading and no members")
    count_at = heads.index("count") if "count" in heads else -1
    name_at = next((k for k, head in enumerate(heads) if head in NAMES), -1)
    if name_at < 0 and not all(_is_number(row[0]) for _, row in table):
        name_at = 0
    votes_at = [k for k in range(len(table[0][1])) if k not in (count_at, name_at)]
    if not votes_at:
        raise DataError(f"--weights={path} has names and no votes")
    names: list[str] = []
    rows: list[list[str]] = [[] for _ in votes_at]
    for n, row in table:
        if len(row) != len(table[0][1]):
            raise DataError(f"--weights={path} line {n} has {len(row)} columns, the first {len(table[0][1])}")
        many = row[count_at] if count_at >= 0 else "1"
        if not many.isdigit():
            raise DataError(f"--weights={path} line {n}: count={many!r} is not a whole number")
        label = row[name_at] if name_at >= 0 else str(len(names) + 1)
        for k in range(int(many)):
            names.append(label if many == "1" else f"{label} {k + 1}")
            for out, at in zip(rows, votes_at, strict=True):
                if not _is_number(row[at]):
                    raise DataError(f"--weights={path} line {n}: {row[at]!r} is not a number of votes")
                out.append(row[at])
    return names, rows


def game_of_arrangement(arrangement: str, world: str, exclude: str, abstention: str) -> Game:
    """Return the organ of an arrangement as a voting body.

    Parameters
    ----------
    arrangement, world : str
        Names or paths; without a world the latest of the charter's time that names its council.
    exclude : str
        Members without a vote, as X,Y.
    abstention : str
        How abstentions count, as for `voting_power`.

    Raises
    ------
    SettingError
        No organ that votes, no members there, or a name that is none.
    """
    import numpy as np

    from sim import shelf
    from sim.analysis.world_text import open_world
    from sim.arrangement.charter import Charter
    from sim.arrangement.membership import members_of
    from sim.arrangement.organ import seat
    from sim.arrangement.voting.game import Game, game_of
    from sim.schema import decode

    charter = decode(Charter, shelf.read(shelf.find("arrangement", arrangement)), "arrangement")
    if charter.organ.kind == "none":
        raise SettingError(f"arrangement={arrangement} has no organ that votes")
    option = world or _latest_world(charter.organ.seats, charter.dates.ended or "9999")
    facts = open_world(option, [], 1)
    members = members_of(charter.membership, facts, charter.organ)
    parties = np.zeros(facts.n_states, dtype=bool)
    bench = seat(charter.organ, charter.organ.rule, charter.organ.kind, members, facts, parties, ())
    ids, unnamed = list(facts.ids), charter.organ.size - len(bench.seats)
    if not world and charter.organ.kind == "council" and len(bench.seats) > 0 and unnamed > 0:
        bench = _with_unnamed(bench, len(ids), unnamed)
        ids += [f"elected {k}" for k in range(1, unnamed + 1)]
    if not len(bench.seats):
        raise SettingError(f"arrangement={arrangement} has no members in world {option!r}; --world names another")
    three_way = abstention != "counts_as_no"
    game = game_of(bench, ids, three_way=three_way, title=f"{charter.title}, {facts.facts.name}")
    left_out = _listed(exclude, list(game.names or ()), "--exclude")
    return Game(
        weights=game.weights,
        quotas=game.quotas,
        veto=game.veto,
        excluded=[bool(a) or name in left_out for a, name in zip(game.excluded, game.names or (), strict=True)],
        abstention=game.abstention,
        abstention_blocks=game.abstention_blocks,
        names=game.names,
        title=game.title + (f", without {exclude}" if exclude else ""),
    )


def _with_unnamed(bench: Bench, n_states: int, n_seats: int) -> Bench:
    """Add elected seats that no state of the world holds: a charter may ask for more than sat at the world's date."""
    import numpy as np

    nobody = np.zeros(n_seats, dtype=bool)
    counted = np.array([[quota.among != "permanent"] * n_seats for quota in bench.rule.quotas], dtype=np.float64)
    return replace(
        bench,
        seats=np.concatenate((bench.seats, np.arange(n_states, n_states + n_seats))),
        permanent=np.concatenate((bench.permanent, nobody)),
        party=np.concatenate((bench.party, nobody)),
        absent=np.concatenate((bench.absent, nobody)),
        veto=np.concatenate((bench.veto, nobody | (bench.rule.veto == "all"))),
        weight=np.concatenate((bench.weight, counted.reshape(len(bench.weight), n_seats)), axis=1),
    )


def _latest_world(seats: str | None, until: str) -> str:
    """The latest world on the shelf that names the council, of a date within `until` if there is one."""
    from sim import shelf

    dated = []
    for option in shelf.options("world"):
        head = re.search(r"^date: '?(\d{4}-\d\d-\d\d)", shelf.find("world", option).read_text(encoding="utf-8"), re.M)
        dated.append((head[1] if head else "", option))
    for _, option in sorted(dated, key=lambda one: (one[0] <= until, *one), reverse=True):
        facts = shelf.read_world(option)
        if "states" in facts and (seats is None or seats in (facts.get("councils") or {})):
            return option
    raise SettingError(f"no shipped world has the council {seats!r}; --world names one")


def _listed(text: str, names: Sequence[str], option: str) -> list[str]:
    chosen = [name.strip() for name in text.split(",") if name.strip()]
    for name in chosen:
        if name not in names:
            raise SettingError(f"{option}={name} is not a member{nearest(name, names)}")
    return chosen


def _is_number(text: str) -> bool:
    from fractions import Fraction

    try:
        Fraction(text)
    except (ValueError, ZeroDivisionError):
        return False
    return True


def _few(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:4])} ... {names[-1]}"


def _count(value: int) -> str:
    return f"{value:,}" if value < 10**12 else f"{float(value):.6e}"


def _plain_count(value: int) -> int | str:
    return value if value < 1 << 53 else str(value)
