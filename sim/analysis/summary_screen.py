"""The end-of-run screen: one cell at length, several side by side, a sweep one line a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.following import first_told, other_arm
from sim.analysis.screen import bar, columns, emit, percent, span, styled, words
from sim.analysis.stopped import show_stopped
from sim.analysis.unfinished import unfinished_line
from sim.stream.codes import Gain, Measure, Outcome, labels

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.analysis.intervals import Interval
    from sim.analysis.open import Study
    from sim.analysis.widths import Widths

SECTIONS = (
    ("outcome", "How it ended"),
    ("gain", "Kept of the objective"),
    ("strongest_adopted", "Strongest measure adopted"),
    ("strongest_done", "Strongest measure done"),
)
CODES = {"outcome": Outcome, "gain": Gain, "strongest_adopted": Measure, "strongest_done": Measure}
GAINS = {"none": "less than .1", "partial": ".1 to .5", "kept": "half or more"}
RACE = (("answered", "answered first"), ("fell", "objective fell first"), ("ended", "ended without either"))
ANSWERS = {"action": "sanctions or force", "measure": "a measure adopted", "meeting": "a meeting"}
SIDE_BY_SIDE = 8
NAMES = 31
CELLULAR = 21
NARROW = 14
STATES_SHOWN = 8


def show(study: Study, found: dict[str, Any], console: Console) -> None:
    """Print what `sim.analysis.summary.summarise` found."""
    cells = [cell for cell in found["cells"] if cell["crises"]]
    left = unfinished_line(found["unfinished"])
    for cell in found["cells"]:
        if cell["failed"]:
            emit(console, f"{cell['label']}: {cell['failed']:,} runs failed; the table failures says why", space=False)
    if not cells:
        emit(console, f"{study.name}: no run finished", space=False)
        emit(console, left, space=False)
        return
    if len(cells) == 1:
        _one(cells[0], found, console)
    elif len(cells) <= SIDE_BY_SIDE:
        room = console.width - NAMES
        wide = room // CELLULAR >= len(cells)
        fits = max(1, room // (CELLULAR if wide else NARROW))
        for start in range(0, len(cells), fits):
            _beside(cells[start : start + fits], found, console, wide)
        for cell in cells:
            _joined(cell, console, f" ({cell['label']})")
    else:
        _lines(cells, found, console)
    emit(console, left)
    _where(study, console)


def _one(cell: dict[str, Any], found: dict[str, Any], console: Console) -> None:
    emit(
        console, styled((found["study"], "bold"), f": {cell['scenario']} under {cell['arrangement']}, {_counts(cell)}")
    )
    widths = cell["widths"]
    table = columns(("", "share", "95 %", *(("sets of coefficients",) if widths else ()), ""))
    table.columns[0].min_width = NAMES - 2
    table.columns[-1].justify = "left"
    room = max(6, min(32, console.width - NAMES - (48 if widths else 26)))

    def row(name: str, interval: Interval, known: Widths | None = None) -> None:
        wide = (span(known.coefficients) if known else "",) if widths else ()
        table.add_row(f"  {name}", percent(interval.value), span(interval), *wide, bar(console, interval.value, room))

    for key, head in SECTIONS:
        _head(table, head)
        for code, interval in cell[key].items():
            row(_word(key, code), interval, (widths or {}).get(key, {}).get(code))
        if key == "outcome":
            row("(attempted at all)", cell["attempted"])
            if cell["censored"].value > 0:
                row("(unfinished at the horizon)", cell["censored"])
    emit(console, table)
    if widths:
        emit(
            console,
            "  95 %: what luck leaves open at this number of runs; sets of coefficients: the range over 95 % of them, luck taken out",
            space=False,
        )
    race = cell["race"]
    table = columns((f"By day, of {_of(cell)}", *map(str, race["days"])))
    table.columns[0].min_width = NAMES - 2
    for name, text in RACE:
        table.add_row(f"  {text}", *(percent(i.value) for i in race[name]))
    emit(console, table)
    for key, text in (("never_answered", "never answered"), ("answered_late", "answered after the objective fell")):
        emit(console, f"  {text}: {percent(cell[key].value)} ({span(cell[key])})", space=False)
    emit(
        console,
        f"  answered: {ANSWERS[found['response']]} by any outsider" if found["response"] == "action" else "",
        space=False,
    )
    _joined(cell, console)


def _beside(cells: Sequence[dict[str, Any]], found: dict[str, Any], console: Console, wide: bool) -> None:
    scenarios = ", ".join(sorted({c["scenario"] for c in cells}))
    sizes = " / ".join(dict.fromkeys(_counts(c) for c in cells))
    emit(console, styled((found["study"], "bold"), f": {scenarios}, {sizes} a cell; per cent, 95 % intervals"))
    table = columns(("", *(c["label"] for c in cells)), wrap=range(1, len(cells) + 1))
    table.columns[0].min_width = NAMES - 2
    _head(table, "Attempted", first=True)
    table.add_row("  the aggressor acted", *(_cellular(c["attempted"], wide) for c in cells))
    for key, head in SECTIONS:
        _head(table, head)
        present = {code for cell in cells for code in cell[key]}
        for code in filter(present.__contains__, labels(CODES[key])):
            table.add_row(f"  {_word(key, code)}", *(_cellular(c[key].get(code), wide) for c in cells))
    days = cells[0]["race"]["days"]
    for day in days[1::2] if len(days) > 3 else days:
        _head(table, f"By day {day}, of crises attempted")
        for name, text in RACE:
            table.add_row(f"  {text}", *(_cellular(c["race"][name][days.index(day)], wide) for c in cells))
    _head(table, "At the end, of crises attempted")
    table.add_row("  never answered", *(_cellular(c["never_answered"], wide) for c in cells))
    table.add_row("  answered after the fall", *(_cellular(c["answered_late"], wide) for c in cells))
    emit(console, table)


def _lines(cells: Sequence[dict[str, Any]], found: dict[str, Any], console: Console) -> None:
    emit(
        console,
        styled(
            (found["study"], "bold"),
            f": {len(cells)} cells, per cent (--cell NAME for one in full, --json for intervals)",
        ),
    )
    heads = ("cell", "runs", "attempted", "deterred", "kept", "answered", "never")
    table = columns(heads, wrap=(0,))
    for cell in cells:
        shown = (
            cell["attempted"],
            cell["outcome"].get("deterred"),
            cell["gain"].get("kept"),
            cell["race"]["answered"][-1],
            cell["never_answered"],
        )
        table.add_row(
            cell["label"], f"{cell['runs']:,}", *("0.0" if i is None else percent(i.value)[:-2] or "-" for i in shown)
        )
    emit(console, table)
    emit(
        console,
        "kept: half of the objective or more; answered: before the objective fell; never: no answer, of crises attempted",
        space=False,
    )


def _joined(cell: dict[str, Any], console: Console, label: str = "") -> None:
    if cell["joined"] is None:
        emit(console, styled((f"Who joined{label}", "bold"), ": not kept at record=summary"))
        return
    if not cell["joined"]:
        emit(console, styled((f"Who joined{label}", "bold"), ": nobody"))
        return
    emit(
        console, styled((f"Who joined{label}", "bold"), f", in how many of {_of(cell)}; who brought most stands first")
    )
    table = columns(("", ""), left=2, wrap=(1,))
    for deed, states in cell["joined"].items():
        shown = ", ".join(f"{state} {_round(part)}" for state, part in states[:STATES_SHOWN])
        table.add_row(
            f"  {deed}", shown + (f", {len(states) - STATES_SHOWN} more" if len(states) > STATES_SHOWN else "")
        )
    emit(console, table, space=False)


def _where(study: Study, console: Console) -> None:
    """Where the files are and what to type next; commands are never folded, so that they can be copied."""
    show_stopped(study, console)
    emit(console, f"Files  {study.path}/cells/*/TABLE/*.parquet", folds=False)
    emit(console, f"       {len(study.tables)} tables: covenant-lab tables {study.typed}", space=False, folds=False)
    if study.has("events"):
        emit(console, f"Why    covenant-lab explain {study.typed} --run {first_told(study)}", space=False, folds=False)
    if len(study.cells) > 1:
        following = f"covenant-lab compare {study.typed} --by {next(iter(study.factors), 'arrangement')}"
    else:
        following = other_arm(study)
    emit(console, f"Next   {following}", space=False, folds=False)


def _head(table: Table, text: str, first: bool = False) -> None:
    if not first:
        table.add_row("")
    table.add_row(styled((text, "bold")))


def _of(cell: dict[str, Any]) -> str:
    attempted = round(cell["attempted"].value * cell["crises"]) if cell["crises"] else 0
    return f"{attempted:,} {'crisis' if attempted == 1 else 'crises'} attempted"


def _counts(cell: dict[str, Any]) -> str:
    runs = f"{cell['runs']:,} run{'s' if cell['runs'] != 1 else ''}"
    return runs if cell["crises"] == cell["runs"] else f"{runs} with {cell['crises']:,} crises"


def _word(key: str, code: str) -> str:
    return GAINS[code] if key == "gain" else words(code)


def _cellular(interval: Interval | None, wide: bool) -> str:
    if interval is None:
        return "0"
    if interval.value != interval.value:
        return "-"
    if not wide:
        return f"{100 * interval.value:.1f} +-{100 * max(interval.high - interval.value, interval.value - interval.low):.1f}"
    return f"{100 * interval.value:.1f} [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"


def _round(part: float) -> str:
    # no space within, or a line may break there
    return f"{100 * part:.0f}%" if part >= 0.01 else "<1%"
