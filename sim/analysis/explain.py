"""Why a run went as it did: a dated narrative of its turning points, their causes and what decided the states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from sim.analysis.open import open_study
from sim.analysis.story import Story


def explain(
    study: Annotated[str, typer.Argument(help="name or path of a study")],
    run: Annotated[int, typer.Option(help="number of the run", min=0)] = 0,
    crisis: Annotated[int, typer.Option(help="number of the crisis within the run", min=0)] = 0,
    cell: Annotated[str, typer.Option(help="which cell, by name or label; the first if not given")] = "",
    why: Annotated[str, typer.Option(help="only what led to this: outcome, or a kind of event")] = "",
    state: Annotated[str, typer.Option(help="only what this state did, and why")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Tell one run in words: each turning point, what led to it and what decided the states.

    Example: covenant-lab explain demo --run 17 --why outcome
    """
    from rich.padding import Padding

    from sim.analysis.screen import columns, console, emit, print_json, styled

    opened = open_study(study)
    story = Story(opened, opened.cell(cell) if cell else opened.cells[0], run, crisis)
    turns = story.why(why) if why else story.of_state(state) if state else story.turns()
    if as_json:
        print_json(story.facts() | {"note": story.note, "turns": [vars(turn) for turn in turns]})
        return
    screen = console()
    emit(screen, styled((story.title(), "bold")), space=False)
    table = columns(("date", "day", "", "", "event"), left=0, wrap=(3,))
    table.columns[0].justify = table.columns[3].justify = "left"
    for turn in turns:
        first, last = int(turn.day), int(turn.last_day)
        span = f"{first}" if first == last else f"{first}-{last}"
        led = f" [from {turn.because}]" if turn.because else ""
        table.add_row(story.dated(turn.day), span, f"{turn.number}.", f"{turn.text}.{led}", spanned(turn.seqs))
        for said in turn.reasons:
            table.add_row("", "", "", Padding(f"{said}", (0, 0, 0, 2), style="dim"), "")
    emit(screen, table)
    emit(screen, story.note)
    emit(screen, story.ending())


def spanned(seqs: Sequence[int]) -> str:
    """Return the events of a turn as `fork --at` takes them: the one, or the first and the last."""
    if not seqs:
        return ""
    return str(seqs[0]) if len(seqs) == 1 else f"{min(seqs)}-{max(seqs)}"
