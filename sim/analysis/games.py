"""Voting bodies to measure: from a file of weights, or the organ of an arrangement."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import DataError, SettingError, nearest

if TYPE_CHECKING:
    from sim.arrangement.organ import Bench
    from sim.arrangement.voting.game import Game

NAMES = ("name", "member", "state", "label", "id")


def game_of_file(path: Path, quota: Sequence[str], veto: str, exclude: str, abstention: str, blocks: bool) -> Game:
    """Return the body that a file of weights and the options of the command describe.

    Parameters
    ----------
    path : Path
        As for `read_weights_file`.
    quota : sequence of str
        Alternatives; the quotas of one, a column each, with commas between.
    veto, exclude : str
        Names of members, as A,B.
    abstention, blocks
        As for `voting_power`.

    Raises
    ------
    SettingError
        No quota, or a name that is none.
    """
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
    from sim.arrangement.voting.body import MOST_MEMBERS

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
        if not many.isdecimal():
            raise DataError(f"--weights={path} line {n}: count={many!r} is not a whole number")
        if len(many) > 9 or len(names) + int(many) > MOST_MEMBERS:
            raise DataError(f"--weights={path} line {n}: the body has more than {MOST_MEMBERS:,} members")
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
    from sim.arrangement.voting.game import game_of
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
    return replace(
        game,
        excluded=[bool(a) or name in left_out for a, name in zip(game.excluded, game.names or (), strict=True)],
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
    from sim.arrangement.voting.losses import exact

    try:
        exact(text, "votes")
    except SettingError:
        return False
    return True
