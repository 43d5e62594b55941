"""What to type next of a study: the run to ask why of, and the command that adds an arm."""

from __future__ import annotations

import shlex

from sim.analysis.cell import short
from sim.analysis.launched import commands
from sim.analysis.open import Study

ARRANGED = ("arrangement", "+arrangement", "~arrangement", "study=")
UNREPEATED = ("-m", "--multirun", "-q", "--quiet")


def first_told(study: Study) -> int:
    """Return the first run of the first cell that can be told; its first may have failed."""
    from polars import col

    cell = study.cells[0]
    return int(cell.scan("crises").select(col("run").min()).collect().item() or 0) if cell.failures else 0


def other_arm(study: Study) -> str:
    """Return the command that adds another arrangement on the same luck: the last one typed, but for the arrangement and its levers."""
    from sim import shelf
    from sim.study.cell import source_file

    cell = study.cells[0]
    other = "self_help" if cell.arrangement != "self_help" else "league"
    typed = next((rest for name, *rest in reversed(commands(study)) if name == "covenant"), None)
    if typed is not None and "source=-" not in typed:
        own = [word for word in typed if not word.startswith(ARRANGED) and word not in UNREPEATED]
        return shlex.join(["covenant", *own, f"arrangement={other}", f"study={study.typed}"])
    usual = shelf.read(shelf.SHIPPED / "config.yaml")
    kept = [
        f"{k}={short(v)}" for k in ("seed", "horizon_days", "aggression") if (v := cell.identity.get(k)) != usual.get(k)
    ]
    if content := cell.identity.get("source"):
        kept.append(f"source={source_file(study.path, cell.name, content)}")
    parts = [f"scenario={cell.scenario}", f"arrangement={other}", *kept, f"runs={cell.runs}", f"study={study.typed}"]
    return f"covenant {' '.join(parts)}"
