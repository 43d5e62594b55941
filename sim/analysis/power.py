"""Voting power from the command line: of an arrangement's organ, or of any weights and quota."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analysis.games import game_of_arrangement, game_of_file
from sim.analysis.power_screen import draw, show
from sim.analysis.screen import print_json
from sim.errors import SettingError

if TYPE_CHECKING:
    from sim.arrangement.voting.game import Game
    from sim.arrangement.voting.indices import VotingPower

FORMATS = (".svg", ".png", ".html")


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
        game = game_of_file(weights, quota or [], veto, exclude, abstention, abstention_blocks)
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


def _plain_count(value: int) -> int | str:
    return value if value < 1 << 53 else str(value)
