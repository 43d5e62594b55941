"""Every scenario under its own arrangement and under the yardsticks, with both widths of each answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analysis.intervals import Interval, share
from sim.analysis.open import Study, open_study
from sim.analysis.widths import two_widths
from sim.errors import SettingError, nearest

if TYPE_CHECKING:
    import polars as pl

    from sim.analysis.cell import Cell

YARDSTICKS = ("self_help", "un_1965", "ideal")
HEADS = (
    "Scenario", "Arrangement", "Attempted", "Strongest adopted", "Strongest done", "Keeps its gain", "By sets of coefficients", "Part of variance",
    "Nothing done in a year",
)  # fmt: skip


def panorama(
    word: Annotated[str, typer.Argument(help="only scenarios with this word in their name")] = "",
    runs: Annotated[int, typer.Option(help="runs of each cell", min=2)] = 256,
    members: Annotated[int, typer.Option(help="sets of coefficients", min=1)] = 64,
    study: Annotated[str, typer.Option(help="name of the study; the same command goes on with it")] = "panorama",
    workers: Annotated[int, typer.Option(help="processes", min=1)] = 1,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="write the table as Markdown to this file")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Play every scenario under its own arrangement, self-help, the United Nations and the ideal type.

    Example: covenant-lab panorama abyssinia --runs 128
    """
    from sim.analysis.screen import columns, console, emit, print_json

    play(_scenarios(word), runs, members, study, workers)
    found = list(rows(open_study(study)))
    if as_json:
        print_json(found)
    else:
        # one line a row in a pipe, however long
        screen = console(piped_width=None)
        emit(screen, "per cent, 95 % intervals")
        table = columns(HEADS, left=2, wrap=range(len(HEADS)))
        for row in found:
            table.add_row(*_told(row))
        emit(screen, table)
    if out is not None:
        out.write_text(_markdown(found, runs, members), encoding="utf-8")


def play(scenarios: Sequence[str], runs: int, members: int, study: str, workers: int) -> None:
    """Simulate what the table needs: each crisis forced, and with the aggressor free to refrain."""
    from sim import compose
    from sim.config import request
    from sim.study.progress import watcher
    from sim.study.study import conduct

    asked = []
    for scenario in scenarios:
        arms = ",".join(dict.fromkeys((_own(scenario), *YARDSTICKS)))
        swept = compose.sweep(
            [
                f"scenario={scenario}", f"arrangement={arms}", "aggression=computed,forced", "behaviour=ensemble",
                f"behaviour.ensemble.members={members}", f"runs={runs}", f"shard_runs={runs}", "record=summary",
            ]
        )  # fmt: skip
        asked += [request(cell.config) for cell in swept]
    cells = [(one.experiment, one.runs) for one in asked]
    done = conduct(cells, study, asked[0].record, workers, runs, watcher("auto"))
    if done.signal:
        raise KeyboardInterrupt(done.message)


def rows(study: Study) -> Iterator[dict[str, Any]]:
    """Yield a row a scenario and arrangement: shares as Interval, the kept share with both widths."""
    import polars as pl

    pairs: dict[tuple[str, str], dict[str, Cell]] = {}
    for cell in study.cells:
        pairs.setdefault((cell.scenario, cell.arrangement), {})[cell.identity["aggression"]] = cell
    for (scenario, arrangement), modes in sorted(pairs.items(), key=lambda item: _place(*item[0])):
        free, forced = (_crises(modes[mode]) for mode in ("computed", "forced"))
        kept = pl.col("gain").cast(pl.String) == "kept"
        by_set = forced.group_by("member", maintain_order=True).agg(kept.sum().alias("k"), pl.len().alias("n"))
        yield {
            "scenario": scenario,
            "arrangement": arrangement,
            "attempted": _share(free, pl.col("attempted")),
            "strongest_adopted": _modal(forced, "strongest_adopted"),
            "strongest_done": _modal(forced, "strongest_done"),
            "kept": _share(forced, kept),
            "widths": two_widths(by_set["k"].to_list(), by_set["n"].to_list()),
            "nothing_done": _share(forced, pl.col("first_action_day").is_null()),
        }


def _scenarios(word: str) -> list[str]:
    from sim import shelf

    known = shelf.options("scenario")
    chosen = [name for name in known if word.casefold() in name]
    if not chosen:
        raise SettingError(f"no scenario has {word!r} in its name{nearest(word, known)}")
    return chosen


def _own(scenario: str) -> str:
    from sim import shelf

    return str(shelf.read(shelf.find("scenario", scenario)).get("own_arrangement") or "self_help")


def _place(scenario: str, arrangement: str) -> tuple[str, int]:
    own = _own(scenario)
    return scenario, 0 if arrangement == own else 1 + YARDSTICKS.index(arrangement)


def _crises(cell: Cell) -> pl.DataFrame:
    import polars as pl

    runs = pl.scan_parquet(cell.parts("runs")).select("run", "member")
    return pl.scan_parquet(cell.parts("crises")).filter(pl.col("crisis") == 0).join(runs, on="run").collect()


def _share(crises: pl.DataFrame, which: pl.Expr) -> Interval:
    return share(int(crises.select(which.sum()).item() or 0), crises.height)


def _modal(crises: pl.DataFrame, column: str) -> tuple[str, Interval]:
    import polars as pl

    counted = crises.group_by(pl.col(column).cast(pl.String)).len().sort("len", column, descending=[True, False])
    code, n = counted.row(0)
    return str(code), share(n, crises.height)


def _told(row: dict[str, Any]) -> tuple[str, ...]:
    def of(interval: Interval) -> str:
        return f"{100 * interval.value:.0f} ({100 * interval.low:.0f}-{100 * interval.high:.0f})"

    def modal(found: tuple[str, Interval]) -> str:
        return f"{found[0].replace('_', ' ')} {of(found[1])}"

    widths = row["widths"]
    sets = "" if widths is None else f"{100 * widths.coefficients.low:.0f}-{100 * widths.coefficients.high:.0f}"
    return (
        row["scenario"], row["arrangement"], of(row["attempted"]), modal(row["strongest_adopted"]), modal(row["strongest_done"]),
        of(row["kept"]), sets, "" if widths is None else f"{widths.part:.2f}", of(row["nothing_done"]),
    )  # fmt: skip


def _markdown(found: Sequence[dict[str, Any]], runs: int, members: int) -> str:
    from sim.analysis.screen import markdown

    text = [
        f"Made by `covenant-lab panorama --runs {runs} --members {members} -o docs/model/panorama.md`: every scenario under its own",
        "arrangement, under self-help, the United Nations of 1965 and the ideal type, all on the same luck and the same sets of",
        "coefficients. Per cent, with the 95 % interval that luck leaves at this number of runs. *Attempted*: where the aggressor may",
        "refrain; all other columns are of crises that open as they did. *Strongest*: the commonest, and how common. *By sets of",
        "coefficients*: the range over 95 % of the sets, luck taken out, a single number where the sets differ by no more than luck at this",
        "number of runs, which is not to say that they agree; *part of the variance*: how much of the variance of the kept share at this",
        "number of runs comes from not knowing the coefficients.",
    ]
    return markdown("Panorama", text, HEADS, [_told(row) for row in found])
