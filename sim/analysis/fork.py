"""One decision tried differently: futures of a run from one event on, as they would be and with changed levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from sim.analysis.compare import OUTCOMES, result
from sim.analysis.open import Study, open_study
from sim.analysis.wording import phrase, the
from sim.errors import StudyError
from sim.stream.codes import Kind

FORKED = f"outcome:backed_down,outcome:defeated,{OUTCOMES.removeprefix('attempted,')}"
AS_IT_WAS, OTHERWISE = "as it was", "otherwise"


def fork(
    study: Annotated[str, typer.Argument(help="name or path of a study")],
    run: Annotated[int, typer.Option(help="number of the run", min=0)] = 0,
    at: Annotated[int, typer.Option(help="seq of the last event that stays; at 0 all is drawn anew", min=0)] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE that holds from then on; may be given more than once")
    ] = None,
    futures: Annotated[int, typer.Option(help="futures of each arm", min=1, max=10**7)] = 1000,
    cell: Annotated[str, typer.Option(help="which cell, by name or label; the only one if not given")] = "",
    outcome: Annotated[str, typer.Option(help="columns of crises, or column:code, separated by commas")] = FORKED,
    name: Annotated[
        str, typer.Option("--study", help="name of the new study; run, event and changes if not given")
    ] = "",
    record: Annotated[str, typer.Option(help="summary, events or full")] = "events",
    workers: Annotated[int, typer.Option(help="processes; every core if 0", min=0, max=4096)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> int:
    """Replay a run to an event, then play other futures from there: as it was, and with levers changed, on the same luck.

    Example: covenant-lab fork demo --run 17 --at 42 --set scenario.key_commodity=included --futures 1000
    """
    from sim.config import available_cores
    from sim.stream import durable
    from sim.stream.log import Record
    from sim.study.cell import cell_id
    from sim.study.fork import part
    from sim.study.progress import watcher
    from sim.study.study import conduct

    opened = open_study(study)
    chosen = opened.cell(cell).name if cell else _only(opened)
    parting = part(opened.path, run, at, list(settings or ()), chosen)
    arms = [parting.as_it_was, *([parting.otherwise] if parting.otherwise is not None else [])]
    cores = workers or available_cores()
    target = name or f"{opened.name}-{parting.name}"
    watch = watcher("quiet" if as_json else "auto")
    done = conduct(
        [(arm, futures) for arm in arms], target, Record.at(record), cores, chunk(futures * len(arms), cores), watch
    )
    if done.exit_code:
        raise (KeyboardInterrupt if done.signal else StudyError)(done.message)
    told = {"study": opened.name, "cell": chosen, "run": run, "at": at, "set": parting.changes}
    durable.write_over(done.path / "fork.json", durable.sign(told))
    found = comparison(open_study(done.path), [cell_id(arm) for arm in arms], outcome.split(","))
    facts = told | {
        "given": list(settings or ()),
        "event": dict(parting.event),
        "fork": done.path.name,
        "path": str(done.path),
        "futures": futures,
    }
    _show(facts, found, moment(opened, chosen, parting.event), as_json)
    return done.exit_code


def chunk(runs: int, cores: int) -> int:
    """Return runs a shard so that every core gets some and none waits long for the last [runs]."""
    from sim.study.study import SHARD_RUNS

    return max(1, min(SHARD_RUNS, -(-runs // (4 * cores))))


def comparison(
    study: Study, arms: Sequence[str], outcomes: Sequence[str], names: tuple[str, str] = (AS_IT_WAS, OTHERWISE)
) -> dict[str, Any] | None:
    """Compare the runs with changed levers (the second of `arms`) to the same runs as it was; None for one arm."""
    if len(arms) < 2:
        return None
    base, arm = (study.cell(name) for name in arms)
    found = result(study, base, arm, next(iter(study.factors)), outcomes)
    return found | {"base": names[0], "arm": names[1], "held": {}}


def moment(study: Study, cell: str, event: Mapping[str, Any]) -> str:
    """Say in words which event the futures part after: `19 Nov 1935: the United Kingdom put partial sanctions on Italy`."""
    import polars as pl

    known = study.cell(cell)
    states = known.scan("states").collect().select(pl.col("state").cast(pl.String), "name")
    names = dict(states.iter_rows())
    start = date.fromisoformat(str(known.identity["scenario"]["date"]))
    on = start + timedelta(days=int(event["day"]))
    actor, subject = (the(names[event[who]]) if event[who] in names else "the organ" for who in ("actor", "subject"))
    said = phrase(Kind[event["kind"].upper()], actor, subject, event["measure"], event["value"], "the organ")
    return f"{on.day} {on:%b %Y}: {said}"


def _show(facts: dict[str, Any], found: dict[str, Any] | None, after: str, as_json: bool) -> None:
    from sim.analysis.screen import console, emit, print_json, styled

    if as_json:
        print_json(facts | {"comparison": found})
        return
    from sim.analysis.compare_screen import show

    screen = console()
    start = "all drawn anew" if facts["at"] == 0 else f"the same to event {facts['at']}, {after}"
    emit(
        screen,
        styled((facts["study"], "bold"), f", run {facts['run']}: {start}; {facts['futures']:,} futures from there"),
    )
    if found is None:
        from sim.analysis.summary import show_summary

        show_summary(facts["path"])
        return
    emit(screen, f"  {OTHERWISE}: {', '.join(facts['given'])}", space=False)
    show(found, "all", screen)
    if not any(d["changed"] for d in found["differences"]):
        emit(screen, "Not one future changes in these outcomes.")
    emit(screen, f"Read   covenant-lab summary {facts['fork']}", folds=False)


def _only(study: Study) -> str:
    if len(study.cells) > 1:
        known = ", ".join(study.labels[cell.name] for cell in study.cells[:5])
        raise StudyError(f"study {study.name!r} has {len(study.cells)} cells; name one with --cell: {known}")
    return study.cells[0].name
