"""How answers are put on a screen: plain text that survives a pipe, with colour only on a terminal."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    from sim.analysis.intervals import Interval

PIPED_WIDTH = 100
WIDEST = 120


def console(file: TextIO | None = None, piped_width: int | None = PIPED_WIDTH) -> Console:
    """Return a console: the terminal's width up to 120 columns; in a pipe without styles. Brackets in names stay brackets.

    Parameters
    ----------
    file : text stream, optional
        Standard output if not given.
    piped_width : int or None
        Columns in a pipe where `$COLUMNS` is not set; None never folds a line.
    """
    from rich.console import Console

    file = file or sys.stdout
    if file.isatty():
        found = Console(file=file, highlight=False, markup=False)
        return Console(file=file, highlight=False, markup=False, width=min(found.width, WIDEST))
    chosen = os.environ.get("COLUMNS", "")
    if piped_width is None:
        width = 1000
    else:
        width = int(chosen) if chosen.isdecimal() and len(chosen) < 6 and int(chosen) >= 20 else piped_width
    return Console(file=file, highlight=False, markup=False, width=width, no_color=True, force_terminal=False)


def columns(heads: Sequence[str], left: int = 1, wrap: Sequence[int] = (), head_style: str = "bold") -> Table:
    """Return an empty table without rules: the first `left` columns flush left, the others right.

    Parameters
    ----------
    heads : sequence of str
        Headings of the columns.
    left : int
        How many columns hold words.
    wrap : sequence of int
        Columns that may fold; the others keep to one line.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=head_style, show_header=any(heads))
    for k, head in enumerate(heads):
        table.add_column(
            head,
            justify="left" if k < left else "right",
            no_wrap=k not in wrap,
            overflow="fold" if k in wrap else "crop",
        )
    return table


def styled(*parts: str | tuple[str, str]) -> Text:
    """Return a line some parts of which have a style, as in ``styled(("demo", "bold"), ": 3 cells")``; names are taken as they are."""
    from rich.text import Text

    return Text.assemble(*parts)


class Jointed:
    """A name that a narrow column breaks behind its separators, rather than within a word.

    Parameters
    ----------
    name : str
    at : str
        The separator: `.` of a lever, `:` of an outcome.
    """

    def __init__(self, name: str, at: str) -> None:
        self.name = name
        self.parts = [part + at for part in name.split(at)[:-1]] + [name.split(at)[-1]]

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        from rich.measure import Measurement

        return Measurement(max(map(len, self.parts)), len(self.name))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        yield Text(self.name if len(self.name) <= options.max_width else "\n".join(self.parts))


def markdown(title: str, text: Sequence[str], heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a page of Markdown: a title, the lines of a paragraph, a table."""
    table = [f"| {' | '.join(row)} |" for row in (heads, *rows)]
    return "\n".join([f"# {title}", "", *text, "", table[0], "|" + "---|" * len(heads), *table[1:]]) + "\n"


def emit(console: Console, what: Any, space: bool = True, folds: bool = True) -> None:
    """Print text or a table after an empty line; in a pipe without blanks at the ends of lines.

    Parameters
    ----------
    console : Console
    what : str or renderable
    space : bool
        An empty line comes first.
    folds : bool
        Lines longer than the console are folded.
    """
    if what == "":
        return
    if console.is_terminal:
        console.print(*([""] if space else []), what, sep="\n", soft_wrap=not folds)
        return
    with console.capture() as captured:
        console.print(what, soft_wrap=not folds)
    text = "\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n"))
    console.file.write(("\n" if space else "") + text + "\n")


def bar(console: Console, share: float, width: int = 24) -> str:
    """Return a bar of `width` at share 1: blocks on a terminal that has them, `#` elsewhere."""
    blocks = console.is_terminal and "utf" in (console.encoding or "").lower()
    return ("\u2587" if blocks else "#") * max(round(share * width), 1 if share > 0 else 0) if share == share else ""


def percent(share: float) -> str:
    """Return a share as per cent: `41.3 %`, `-` when unknown."""
    return f"{100 * share:.1f} %" if share == share else "-"


def span(interval: Interval, scale: float = 100.0) -> str:
    """Return the bounds of an interval: `38.3 - 44.4`."""
    if interval.low != interval.low:
        return "-"
    return f"{scale * interval.low:.1f} - {scale * interval.high:.1f}"


def words(code: str) -> str:
    """Return a code as words: `fait_accompli` becomes `fait accompli`."""
    return code.replace("_", " ")


def number(value: float, digits: int = 3) -> str:
    """Return a number with about `digits` significant digits, without exponents where they can be helped."""
    if value is None or value != value:
        return "-"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 6)}f}"


def print_json(value: Any) -> None:
    """Write `value` as JSON on one page of standard output; unknown numbers as null."""
    sys.stdout.write(json.dumps(plain_json(value), indent=2, ensure_ascii=False) + "\n")


def plain_json(value: Any) -> Any:
    """Return `value` as JSON holds it; unknown numbers as null."""
    if isinstance(value, dict):
        return {str(k): plain_json(v) for k, v in value.items()}
    if hasattr(value, "_asdict"):
        return plain_json(value._asdict())
    if isinstance(value, (list, tuple)):
        return [plain_json(v) for v in value]
    if hasattr(value, "tolist"):
        return plain_json(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
