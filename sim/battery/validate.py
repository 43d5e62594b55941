"""`covenant-lab validate`: the model against cases of history, or against distributions of events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import SettingError

if TYPE_CHECKING:
    from sim.battery.battery import Battery, Played

Cases = Annotated[Path | None, typer.Option(help="file of cases, as its header describes")]
Data = Annotated[
    Path | None,
    typer.Option(help="folder of the field's data, as their publishers give them; $COVENANT_DATA if not given"),
]
Workers = Annotated[int | None, typer.Option(min=1, help="processes; every core this process may use if not given")]


def validate(
    cases: Cases = None,
    data: Data = None,
    runs: Annotated[
        int | None, typer.Option(min=2, help="runs of each case (500), or of each sampled crisis (20)")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the study and its pages")] = Path(
        "outputs/battery"
    ),
    behaviour: Annotated[str, typer.Option(help="the one behaviour of all cases, by name or path")] = "default",
    seed: Annotated[int, typer.Option(min=0, help="chooses the luck")] = 1,
    workers: Workers = None,
    variants: Annotated[bool, typer.Option(help="also without entry_stage, theatre_ratio and case_type")] = True,
    distributions: Annotated[
        bool, typer.Option("--distributions", help="against distributions of events instead")
    ] = False,
    sample: Annotated[
        int, typer.Option(min=1, help="sampled crises of each of fifteen years, with --distributions")
    ] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress")] = False,
) -> None:
    """Play each case of a file from what was known before it, and score what was foretold beside naive rules.

    Example: covenant-lab validate --cases cases.yaml --data DIR --runs 500 -o outputs/battery, or with --distributions in place of --cases
    """
    from sim.battery.data import open_archive

    archive = open_archive(data)
    if distributions:
        from sim.battery.distributions_screen import hold_distributions

        hold_distributions(archive, behaviour_of(behaviour), runs or 20, sample, seed, workers, output, as_json)
        return
    if cases is None:
        raise SettingError("--cases is missing: the file of cases to play")
    from sim.analysis.screen import console, print_json
    from sim.battery.build import Builder
    from sim.battery.cases import read_cases
    from sim.battery.pages import write_pages
    from sim.battery.screen import show
    from sim.config import available_cores

    listed, runs = read_cases(cases), runs or 500
    builder = Builder(archive, behaviour_of(behaviour), seed)
    found, study = played(listed, builder, output, runs, workers or available_cores(), variants, quiet)
    report = report_of(found, runs, behaviour)
    if study is not None:
        write_pages(found, report, study, output)
    if as_json:
        print_json(report)
    else:
        show(found, report, output, console())
    if study is None:
        raise SettingError(f"no case of {cases} could be played: {next(iter(found.values()))[0].refusal}")


def behaviour_of(option: str) -> dict[str, Any]:
    """Return a behaviour as its file gives it."""
    from sim import shelf

    return dict(shelf.read(shelf.find("behaviour", option)))


def played(
    listed: Any, builder: Any, output: Path, runs: int, workers: int, variants: bool, quiet: bool
) -> tuple[Battery, Any]:
    """Prepare and play the cases; the study is None where none can be played."""
    from sim.battery.battery import ALL_INPUTS, VARIANTS, play, prepare
    from sim.study.progress import watcher

    found = prepare(listed, builder, list(VARIANTS) if variants else [ALL_INPUTS])
    return found, play(found, output, runs, workers, watcher("quiet" if quiet else "auto"))


def report_of(found: Battery, runs: int, behaviour: str) -> dict[str, Any]:
    """Return every score and every case as plain containers."""
    from sim.battery.battery import ALL_INPUTS
    from sim.battery.scores import score_all

    first = found[ALL_INPUTS]
    return {
        "behaviour": behaviour,
        "runs": runs,
        "cases": [case_of(one) for one in first],
        "scores": {name: score_all(some) for name, some in found.items()},
    }


def case_of(one: Played) -> dict[str, Any]:
    """Return what was foretold of a case, what happened and what was remarked."""
    from sim.battery.forecasts import TARGETS

    told = one.foretold
    return {
        "case": one.case.name,
        "cell": one.cell,
        "arrangement": one.built.experiment.charter.name if one.built else None,
        "foretold": None
        if told is None
        else {t: dict(zip(classes, map(float, told.shares[t]), strict=True)) for t, classes in TARGETS.items()}
        | {"response_day": told.response_day, "endings": told.endings},
        "happened": {t: getattr(one.case.truth, t) for t in (*TARGETS, "response_day")},
        "remarks": one.remarks,
    }
