"""What a study will cost, on screen."""

from __future__ import annotations

from sim.analysis.catalogue import size
from sim.study.estimate import MANY, Estimate
from sim.study.progress import clock


def show(found: Estimate, at_most: bool = False) -> None:
    """Print one estimate; `at_most` if runs are decided by what is seen."""
    least, mean, most = (1000 * s for s in found.run_seconds)
    spread = f" ({least:.1f} to {most:.1f} between cells)" if found.piloted > 1 else ""
    on_disk = f", of which {found.kept:,} are on disk" if found.kept else ""
    wanting = " - MORE THAN IS FREE" if found.bytes > found.free else ""
    print(
        f"{found.study.name}: {_count(found.cells, 'cell')}, {'at most ' if at_most else ''}{found.runs:,} runs{on_disk}"
    )
    print(f"  pilot  {MANY} runs of {_count(found.piloted, 'cell')}: {mean:.1f} ms a run{spread}")
    about = "at most" if at_most else "about"
    print(f"  time   {about} {clock(found.seconds)} with {_count(found.workers, 'worker')}")
    print(f"  disk   {about} {size(found.bytes)} in {found.files:,} files; {size(found.free)} are free{wanting}")
    print("Nothing was written; the same command without dry_run=true computes it.")


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
