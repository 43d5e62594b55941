"""`covenant-lab report`: a study as one page to read, print and send."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from sim.analysis.open import open_study
from sim.errors import StudyError


def report(
    study: Annotated[str, typer.Argument(help="name or path of a study")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="file to write; report.html in the study if not given")
    ] = None,
    cell: Annotated[
        list[str] | None, typer.Option(help="only this cell, by name or label; may be given more than once")
    ] = None,
    against: Annotated[
        str,
        typer.Option(help="the cell that the others are compared with; the scenario's own arrangement, else the first"),
    ] = "",
    response: Annotated[str, typer.Option(help="what counts as an answer: action, measure or meeting")] = "action",
    charts: Annotated[
        Path | None, typer.Option(help="also write every chart as .svg and .png into this folder")
    ] = None,
) -> None:
    """Write one page on a study: question, findings, charts with the tables behind them, two runs told, limits, how to do it again.

    Example: covenant-lab report demo -o demo.html --charts figures
    """
    from sim.analysis.report.choice import chosen
    from sim.analysis.report.figure import export
    from sim.analysis.report.page import Report, page
    from sim.cores import available_cores
    from sim.study.aside import Aside

    opened = open_study(study)
    target = out or opened.path / "report.html"
    if target.suffix not in (".html", ".htm"):
        raise StudyError(f"--out={target} must end in .html")
    picked = chosen(opened, cell or [])
    others = min(available_cores() - 1, len(picked.cells))
    try:
        with Aside(others) if others else nullcontext() as aside:
            made = Report(picked, response, against, aside)
            text = page(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(target)
        if charts is not None:
            for figure in made.figures():
                for path in export(figure, charts):
                    print(path)
    except OSError as error:
        raise StudyError(f"cannot write {error.filename or target}: {error.strerror or error}") from None
