"""Which levers an outcome depends on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.analysis.indices import sensitivities
from sim.analysis.open import open_study
from sim.errors import StudyError
from sim.study.design import design_of


def sensitivity(
    study: Annotated[str, typer.Argument(help="name or path of a study")],
    outcome: Annotated[
        str, typer.Option(help="columns of crises, or column:code, separated by commas")
    ] = "share_kept,gain:kept",
    design: Annotated[str, typer.Option(help="which design of the study; the newest if not given")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="also draw it: a file that ends in .svg or .png")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Which levers an outcome depends on, alone and together with others, with 95 % intervals.

    Begin with a design: covenant -m hydra/sweeper=sobol hydra.sweeper.n=64 'behaviour.a_norm=interval(1,4)' ... study=design

    Example: covenant-lab sensitivity design --outcome gain:kept -o sensitivity.svg
    """
    from sim.analysis.screen import console, print_json
    from sim.analysis.sensitivity_screen import draw, show

    if out is not None and out.suffix not in (".svg", ".png"):
        raise StudyError(f"--out={out} must end in .svg or .png")
    opened = open_study(study)
    found = sensitivities(opened, design_of(opened.path, design), outcome.split(","))
    if as_json:
        print_json({"study": opened.name, "sensitivities": [vars(one) for one in found]})
    else:
        screen = console()
        for one in found:
            show(one, screen)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        draw(found).save(str(out), scale_factor=2 if out.suffix == ".png" else 1)
        if not as_json:
            print(out)
