"""The commands that made a study, as they were typed."""

from __future__ import annotations

from pathlib import Path

from sim.analysis.open import Study
from sim.study.launch import launches

PROGRAMS = ("covenant", "covenant-lab")


def commands(study: Study) -> list[list[str]]:
    """Return the commands that made the study, oldest first, each once."""
    told: dict[tuple[str, ...], None] = {}
    for launch in launches(study.path):
        if launch.get("command"):
            program, *rest = launch["command"]
            if (name := Path(program).name) in PROGRAMS:  # not what a script or a test was called
                told.setdefault((name, *rest))
    return [list(command) for command in told]
