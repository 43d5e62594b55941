"""One thing changed: a crisis as it is and otherwise, on the same luck, with the difference and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from sim.analysis.cell import Cell, short
from sim.analysis.compare import paired
from sim.analysis.fork import chunk, comparison
from sim.analysis.open import Study, open_study
from sim.errors import SettingError, StudyError

AS_IT_IS, WHAT_IF = "as it is", "what if"
OUTCOMES = "outcome:backed_down,outcome:defeated,share_kept,gain:kept"
OPTIONS = {"runs": "runs", "study": "study", "workers": "workers", "record": "record"}
"""Settings of `covenant` that are options here."""


def whatif(
    overrides: Annotated[
        list[str] | None,
        typer.Argument(help="the crisis, KEY=VALUE as covenant takes them; Abyssinia before the League if none"),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE that is otherwise; may be given more than once")
    ] = None,
    runs: Annotated[int, typer.Option(help="runs of each arm", min=1, max=10**8)] = 2000,
    outcome: Annotated[
        str, typer.Option(help=f"columns of crises, or column:code, separated by commas; {OUTCOMES} if not given")
    ] = "",
    name: Annotated[str, typer.Option("--study", help="name of the study; whatif and a hash if not given")] = "",
    record: Annotated[str, typer.Option(help="summary, events or full")] = "events",
    workers: Annotated[int, typer.Option(help="processes; every core if 0", min=0, max=4096)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> int:
    """Change one thing: what it makes of a crisis, paired run by run, with 95 % intervals, on every core.

    Example: covenant-lab whatif scenario=abyssinia_1935 arrangement=league --set arrangement.pledge.wording=automatic
    """
    from sim import compose
    from sim.config import available_cores, request
    from sim.stream import durable
    from sim.stream.log import Record
    from sim.stream.quantities import quantity
    from sim.study.cell import cell_id
    from sim.study.progress import watcher
    from sim.study.study import conduct

    given, changes = list(overrides or ()), list(settings or ())
    if not changes:
        raise SettingError("nothing is otherwise; say what with --set KEY=VALUE, and see covenant-lab levers")
    asked = [request(compose.single(texts)) for texts in (given, _replaced(given, changes))]
    computed = "attempted," if asked[0].experiment.aggression == "computed" else ""
    outcomes = [text.strip() for text in (outcome or computed + OUTCOMES).split(",")]
    for text in outcomes:
        quantity(text, "--outcome")
    for text in (*given, *changes):
        key = text.lstrip("+~").partition("=")[0]
        if key in OPTIONS:
            raise SettingError(f"{text}: give it as --{OPTIONS[key]}")
        if key in ("dry_run", "source", "seed") and text in changes:
            raise SettingError(f"--set {text}: {key} is no lever; both arms share it")
    arms = [one.experiment for one in asked]
    names = [cell_id(arm) for arm in arms]
    if names[0] == names[1]:
        raise SettingError(f"--set {' '.join(changes)} changes nothing: so it is already")
    cores = workers or available_cores()
    target = name or f"whatif-{durable.digest(','.join(names))[:8]}"
    watch = watcher("quiet" if as_json else "auto")
    done = conduct([(arm, runs) for arm in arms], target, Record.at(record), cores, chunk(2 * runs, cores), watch)
    if done.exit_code:
        raise (KeyboardInterrupt if done.signal else StudyError)(done.message)
    study = open_study(done.path)
    found = comparison(study, names, outcomes, (AS_IT_IS, WHAT_IF))
    facts = {"study": study.name, "path": str(done.path), "runs": runs, "given": given, "set": changes}
    _show(facts | {"comparison": found}, study, names, as_json)
    return done.exit_code


def _replaced(given: Sequence[str], changes: Sequence[str]) -> list[str]:
    """Both lists of overrides as one, in which a change takes the place of what was given for the same key."""
    keys = {text.lstrip("+~").partition("=")[0] for text in changes}
    return [*(text for text in given if text.lstrip("+~").partition("=")[0] not in keys), *changes]


def _show(told: dict[str, Any], study: Study, names: Sequence[str], as_json: bool) -> None:
    from sim.analysis.compare_screen import show
    from sim.analysis.screen import console, emit, print_json, styled

    if as_json:
        print_json(told)
        return
    screen = console()
    cells = [study.cell(name) for name in names]
    scenario, charter = (short(cells[0].identity[part]["name"]) for part in ("scenario", "arrangement"))
    emit(screen, styled((scenario, "bold"), " under ", (charter, "bold"), f"; {WHAT_IF}: {', '.join(told['set'])}"))
    show(told["comparison"], "all", screen)
    run = changed(*cells)
    if run is None:
        emit(screen, "Not one run ends otherwise.")
    else:
        for k, cell in enumerate(cells):
            why = "Why    " if k == 0 else "       "
            emit(screen, f"{why}covenant-lab explain {study.typed} --cell {cell.name[:6]} --run {run}", k == 0, False)
    emit(screen, f"Page   covenant-lab report {study.typed}", run is None, False)


def changed(base: Cell, arm: Cell) -> int | None:
    """Return the first run whose outcome differs between two cells, None if there is none."""
    import polars as pl

    both = paired(base, arm)
    differs = pl.col("outcome").cast(pl.String).ne_missing(pl.col("outcome_arm").cast(pl.String))
    runs = both.filter(differs).get_column("run")
    return int(runs[0]) if len(runs) else None
