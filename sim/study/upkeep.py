"""Commands on studies: verify, rerun, salvage, collect, archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StudyName = Annotated[str, typer.Argument(help="name or path of a study")]


def verify(study: StudyName) -> int:
    """Read a study whole and name what is wrong; exit code 1 if anything is.

    Example: covenant-lab verify demo
    """
    from sim.stream.store import cells, locate
    from sim.study.audit import audit

    path = locate(study)
    wrong = 0
    for finding in audit(path):
        wrong += finding.level == "wrong"
        typer.echo(f"{finding.level}: {finding.text}")
    if wrong:
        typer.echo(f"{wrong} thing{'s are' if wrong > 1 else ' is'} wrong with {path}")
        return 1
    entries = [entry for cell in cells(path) for entry in cell.entries()]
    runs = sum(entry.shard.stop - entry.shard.first for entry in entries)
    typer.echo(f"{path} is whole: {len(entries):,} shards, {runs:,} runs, checksums and keys match")
    return 0


def rerun(
    study: StudyName,
    run: Annotated[int, typer.Option(help="number of the run", min=0)],
    cell: Annotated[str, typer.Option(help="cell, by name or its beginning; not needed where there is one")] = "",
) -> int:
    """Compute one run again, alone, and say whether it comes out as on disk; a run that fails shows its traceback.

    Example: covenant-lab rerun demo --cell 4f2a --run 17
    """
    from sim.stream.store import locate
    from sim.study.rerun import rerun as compute

    again = compute(locate(study), run, cell)
    name = again.cell.footer.cell
    if again.traceback:
        typer.echo(again.traceback, err=True)
    else:
        crises = again.tables["crises"].to_pylist()
        ends = ", ".join(f"{row['outcome']} on day {row['end_day']:.0f}" for row in crises)
        typer.echo(f"cell {name}, run {run}, seed {again.seed}: {ends}; {again.tables['events'].num_rows} events")
    verdict = {True: "as on disk", False: "NOT as on disk", None: "not on disk yet"}[again.same]
    code = "" if again.same_code else "; the study was computed by other code"
    typer.echo(f"cell {name}, run {run}, seed {again.seed}: {'failed, ' if again.traceback else ''}{verdict}{code}")
    return int(again.same is False or bool(again.traceback))


def salvage(study: StudyName) -> None:
    """Make readable what interrupted shards had written, to the last whole run; the study itself stays as it is.

    Example: covenant-lab salvage demo
    """
    from sim.stream.store import locate
    from sim.study.salvage import salvage as save

    none = True
    for saved in save(locate(study)):
        none = False
        typer.echo(f"cell {saved.cell}, shard {saved.shard}: {saved.runs:,} whole runs in {saved.path}")
    if none:
        typer.echo("nothing to salvage: no shard was interrupted")


def collect(
    study: StudyName,
    into: Annotated[str, typer.Option(help="directory to make; <study>/collected if not given")] = "",
    mebibytes: Annotated[float, typer.Option(help="size of a file", min=1)] = 128.0,
) -> None:
    """Collect many parts into few large files, partitioned by scenario and arrangement.

    Example: covenant-lab collect demo --into demo_collected
    """
    from sim.stream.store import locate
    from sim.study.collect import collect as gather

    path = locate(study)
    target = Path(into) if into else path / "collected"
    told = gather(path, target, mebibytes)
    typer.echo(f"{told['rows']:,} rows in {told['files']} files, {told['bytes'] / 1e6:,.1f} MB: {target}")


def archive(
    study: StudyName,
    file: Annotated[str, typer.Option(help="archive to make; <study>.zip here if not given")] = "",
) -> None:
    """Pack a study for replication: tables, manifest, worlds, lock, codebook, citation.

    Example: covenant-lab archive demo --file demo.zip
    """
    from sim.stream.store import locate
    from sim.study.archive import archive as pack

    path = locate(study)
    target = Path(file) if file else Path(f"{path.resolve().name}.zip")
    size = pack(path, target)
    typer.echo(f"{target}: {size / 1e6:,.1f} MB")
