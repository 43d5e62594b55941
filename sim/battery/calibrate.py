"""`covenant-lab calibrate`: sub-models on distributions first, then a few coefficients on the cases, every trial kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from sim.battery.battery import ALL_INPUTS, prepare
from sim.battery.case_fit import fit_cases
from sim.battery.census import count
from sim.battery.ledger import Ledger
from sim.battery.submodels import fit_submodels
from sim.battery.trials import Trials, foretell
from sim.battery.validate import Cases, Data, Workers
from sim.errors import SettingError


def calibrate(
    cases: Cases = None,
    data: Data = None,
    runs: Annotated[int, typer.Option(min=2, help="runs of each case and trial")] = 40,
    trials: Annotated[int, typer.Option(min=2, help="trials of each sub-model and of the cases")] = 24,
    sample: Annotated[int, typer.Option(min=1, help="sampled crises of each of fifteen years")] = 8,
    sample_runs: Annotated[int, typer.Option(min=1, help="runs of each sampled crisis and trial")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="chooses the luck")] = 1,
    workers: Workers = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of trials and result")] = Path(
        "outputs/calibration"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Fit sub-models to distributions and a few coefficients to the cases, shrunk to their priors; judge it on aggressors left out.

    Example: covenant-lab calibrate --cases cases.yaml --data DIR -o outputs/calibration
    """
    from sim.analysis.screen import console, emit, plain_json, print_json
    from sim.battery.build import Builder
    from sim.battery.calibrated import behaviour_file, calibration_page
    from sim.battery.cases import read_cases
    from sim.battery.data import open_archive
    from sim.battery.sample import sampled
    from sim.config import available_cores
    from sim.study.cell import code_hash

    if cases is None:
        raise SettingError("--cases is missing: the file of cases to fit the last coefficients on")
    archive, cores = open_archive(data), workers or available_cores()
    listed = read_cases(cases)
    output.mkdir(parents=True, exist_ok=True)
    ledger = Ledger.open(output / "trials.jsonl")
    stamp = f"{code_hash()[:12]} seed {seed}"
    experiments = list(sampled(archive, sample, {"name": "calibration"}, seed))
    with ledger.interruptible(), Trials(experiments, count, sample_runs, cores, "sub-models") as crises:
        stages = fit_submodels(crises, ledger, f"{stamp} {sample}x{sample_runs}", trials)
    settled = {lever: value for stage in stages for lever, value in stage["chosen"].items()}
    builder = Builder(archive, {"name": "calibration"}, seed)
    played = [one for one in prepare(listed, builder, [ALL_INPUTS])[ALL_INPUTS] if one.built is not None]
    if not played:
        raise SettingError(f"no case of {cases} could be played")
    cases_built = [one.built.experiment for one in played if one.built is not None]
    with ledger.interruptible(), Trials(cases_built, foretell, runs, cores, "cases") as battery:
        found = fit_cases(battery, played, ledger, f"{stamp} {runs}", trials, settled)
    result = {
        "seed": seed,
        "runs": runs,
        "trials": len(ledger.told),
        "code": code_hash(),
        "submodels": stages,
        "cases": found,
    }
    (output / "result.json").write_text(json.dumps(plain_json(result), indent=1), encoding="utf-8")
    (output / "calibrated.yaml").write_text(behaviour_file(result), encoding="utf-8")
    page = calibration_page(result)
    (output / "calibration.md").write_text(page, encoding="utf-8")
    if as_json:
        print_json(result)
    else:
        emit(console(), page, space=False)
        emit(console(), f"Behaviour  {output}/calibrated.yaml\nTrials     {output}/trials.jsonl")
