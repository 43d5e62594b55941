"""`covenant-lab watch`: a running study on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from sim.study.watch import Snapshot, Watch


def watch(
    study: Annotated[str, typer.Argument(help="name or path of a study")],
    every: Annotated[float, typer.Option(help="seconds between looks", min=0.1)] = 1.0,
    once: Annotated[bool, typer.Option("--once", help="look once and stop")] = False,
    events: Annotated[int, typer.Option(help="how many of the last events to tell", min=0)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="a line of JSON a look")] = False,
) -> None:
    """Follow a study that runs here or elsewhere, from its directory: progress, rate, outcomes, the last events.

    Example: covenant-lab watch demo
    """
    import json

    from rich.live import Live

    from sim.analysis.screen import console, emit
    from sim.stream.store import locate
    from sim.study.watch import Watch

    seen = Watch(locate(study))
    screen = console()
    first = seen.snapshot()
    if as_json or once or not screen.is_terminal:
        for now in [first] if once else seen.follow(every):
            if as_json:
                typer.echo(json.dumps(facts(now, first)))
            else:
                emit(screen, picture(seen, now, first, events), space=False)
        return
    with Live(console=screen, auto_refresh=False) as live:
        for now in seen.follow(every):
            live.update(picture(seen, now, first, events), refresh=True)


def facts(now: Snapshot, first: Snapshot) -> dict[str, Any]:
    """Return what a look shows, as plain values; shares with their 95 % intervals."""
    from sim.analysis.intervals import share
    from sim.stream.codes import Outcome, labels

    tally = now.tally
    elapsed = now.seconds - first.seconds
    rate = (now.runs - first.runs) / elapsed if elapsed > 0 else 0.0
    outcomes = {
        name: dict(zip(("share", "low", "high"), share(n, tally.crises), strict=False))
        for name, n in zip(labels(Outcome), tally.outcomes, strict=True)
        if n
    }
    return {
        "runs": now.runs,
        "asked": now.asked,
        "failed": tally.failures,
        "shards_under_way": now.workers,
        "runs_per_second": rate,
        "seconds_left": (now.asked - now.runs) / rate if rate > 0 else None,
        "outcomes": outcomes,
    }


def picture(seen: Watch, now: Snapshot, first: Snapshot, events: int) -> RenderableType:
    """Return a look as it is drawn."""
    from rich.console import Group

    from sim.analysis.screen import columns, percent, words
    from sim.study.progress import clock

    told = facts(now, first)
    left = f", {clock(told['seconds_left'])} left" if told["seconds_left"] else ""
    failed = f", {told['failed']:,} failed" if told["failed"] else ""
    asked = f" of {told['asked']:,}" if told["asked"] else ""
    head = f"{seen.study.name}: {told['runs']:,}{asked} runs{failed}, {told['runs_per_second']:,.1f} runs/s{left}; {told['shards_under_way']} shards under way"
    table = columns(("outcome", "share", "95 %"))
    for name, one in sorted(told["outcomes"].items(), key=lambda item: -item[1]["share"]):
        table.add_row(words(name), percent(one["share"]), f"{100 * one['low']:.0f}-{100 * one['high']:.0f}")
    lines = [said(event) for event in seen.events(events)] if events else []
    return Group(head, table, *lines)


def said(event: dict[str, Any]) -> str:
    """Return an event in words: ``run 12, day 3.5: GBR tabled partial sanctions``."""
    from sim.analysis.wording import phrase
    from sim.stream.codes import Kind

    told = phrase(
        Kind[event["kind"].upper()],
        event["actor"] or "the organ",
        event["subject"] or "nobody",
        event["measure"],
        event["value"],
        "the organ",
    )
    return f"run {event['run']}, day {event['day']:.1f}: {told}"
