"""`covenant-lab ablate`: each term and each step switched off under the same seeds, and what every score and law makes of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from sim.analysis.intervals import Interval
from sim.battery.battery import Played
from sim.battery.forecasts import Forecast, happened
from sim.battery.validate import Cases, Data, Workers, behaviour_of
from sim.battery.verification import brier_table, interval_of_mean, linked
from sim.behaviour import Mechanisms
from sim.errors import SettingError, nearest

SCORED = ("outcome", "gain", "measure", "reaction", "agenda", "veto")
TERMS: dict[str, dict[str, Any]] = {
    name.removeprefix("a_"): {name: 0.0}
    for name in ("a_inertia", "a_norm", "a_partisan", "a_patron", "a_security", "a_assurance", "a_pull", "a_reputation", "a_cost")
} | {
    "dispositions": {"tau": 0.0},
    "initiative": {"war.initiative": 0.0},
    "distance": {"war.half_distance_km": 1e6, "costs.distance": 0.0, "costs.remoteness": 0.0},
    "capability in the contest": {"war.exponent": 0.0},
}  # fmt: skip
"""Terms of the decision rule and of the contest, each with the levers that take it away."""
STEPS: dict[str, dict[str, Any]] = {
    f"step {field.name}": {f"mechanisms.{field.name}": not field.default} for field in dataclasses.fields(Mechanisms)
}
ARMS = {"whole model": {}, **TERMS, **STEPS}


def ablate(
    cases: Cases = None,
    data: Data = None,
    runs: Annotated[int, typer.Option(min=2, help="runs of each case and arm")] = 40,
    law_runs: Annotated[int, typer.Option(min=2, help="runs of each arm of a law")] = 100,
    word: Annotated[str, typer.Option("--only", help="only terms and steps with this word")] = "",
    behaviour: Annotated[str, typer.Option(help="by name or path")] = "default",
    seed: Annotated[int, typer.Option(min=0, help="chooses the luck")] = 1,
    workers: Workers = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the page")] = Path("outputs/ablation"),
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Switch each term and each step off under the same seeds: the change in every score of the cases, and in the laws.

    Example: covenant-lab ablate --cases cases.yaml --data DIR --runs 100 -o outputs/ablation
    """
    from sim.analysis.screen import columns, console, emit, plain_json, print_json
    from sim.battery.build import Builder
    from sim.battery.cases import read_cases
    from sim.battery.data import open_archive
    from sim.battery.tables import markdown
    from sim.config import available_cores

    chosen = {name: off for name, off in ARMS.items() if not off or word.casefold() in name.casefold()}
    if len(chosen) < 2:
        raise SettingError(f"no term or step has {word!r} in its name{nearest(word, ARMS)}")
    if cases is None:
        raise SettingError("--cases is missing: the file of cases to score on")
    builder = Builder(open_archive(data), behaviour_of(behaviour), seed)
    found = ablations(read_cases(cases), builder, behaviour, chosen, runs, law_runs, workers or available_cores())
    output.mkdir(parents=True, exist_ok=True)
    (output / "ablation.json").write_text(json.dumps(plain_json(found), indent=1), encoding="utf-8")
    rows = [row_of(name, arm) for name, arm in found.items()]
    head = f"{runs} runs of each case and arm, behaviour {behaviour}; change in the Brier score, + worse; ! the interval over aggressors leaves out 0"
    page = ["# Ablation", "", f"{head}.", "", *markdown(HEADS, rows), "", *laws_page(found), ""]
    (output / "ablation.md").write_text("\n".join(page), encoding="utf-8")
    if as_json:
        print_json(found)
        return
    screen = console()
    emit(screen, head, space=False)
    table = columns(HEADS, left=1)
    for row in rows:
        table.add_row(*row)
    emit(screen, table)
    for line in laws_page(found):
        emit(screen, line, space=False)


HEADS = ("without", *SCORED, "laws kept")


def ablations(
    cases: Sequence[Any],
    builder: Any,
    behaviour: str,
    arms: Mapping[str, Mapping[str, Any]],
    runs: int,
    law_runs: int,
    workers: int,
) -> dict[str, dict[str, Any]]:
    """Return, for each arm, the Brier score on every target, its change with an interval over aggressors, and the laws."""
    from sim.battery.battery import ALL_INPUTS, prepare
    from sim.battery.law_arms import LAWS, crises_of, effects, holds, law_experiments
    from sim.battery.trials import Trials, foretell

    played = [one for one in prepare(cases, builder, [ALL_INPUTS])[ALL_INPUTS] if one.built is not None]
    if not played:
        raise SettingError("no case could be played")
    experiments = [one.built.experiment for one in played if one.built is not None]
    with Trials(experiments, foretell, runs, workers, "cases") as trials:
        told = dict(zip(arms, trials.play_all(list(arms.values())), strict=True))
    with Trials(law_experiments(behaviour), crises_of, law_runs, workers, "laws") as trials:
        laws = dict(zip(arms, map(effects, trials.play_all(list(arms.values()))), strict=True))
    whole = next(iter(told.values()))
    return {
        name: {
            "off": dict(off),
            "scores": {target: changed(played, whole, told[name], target) for target in SCORED},
            "laws": {
                law.name: {"effect": laws[name][law.name], "holds": holds(law, laws[name][law.name])} for law in LAWS
            },
        }
        for name, off in arms.items()
    }


def changed(
    played: Sequence[Played], whole: Sequence[Forecast], told: Sequence[Forecast], target: str
) -> dict[str, Any]:
    """Return the mean Brier score without a part, and how much higher it is than with it."""
    known = [(k, h) for k, one in enumerate(played) if (h := happened(one.case.truth, target)) is not None]
    if not known:
        return {"brier": float("nan"), "change": Interval(float("nan"), float("nan"), float("nan"))}
    with_it, without = (
        np.array([float(brier_table(some[k].shares[target][None])[0, h]) for k, h in known]) for some in (whole, told)
    )
    groups = linked([frozenset(played[k].aggressors) for k, _ in known])
    return {"brier": float(without.mean()), "change": interval_of_mean(without - with_it, groups)}


def row_of(name: str, arm: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one arm as words."""
    kept = sum(law["holds"] for law in arm["laws"].values())
    cells = []
    for target in SCORED:
        score = arm["scores"][target]
        gap = score["change"]
        sure = "!" if gap.low > 0 or gap.high < 0 else ""
        cells.append(f"{score['brier']:.3f}" if not arm["off"] else f"{gap.value:+.3f}{sure}")
    return (name, *cells, f"{kept} of {len(arm['laws'])}")


def laws_page(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return which laws each arm loses that the whole model shows, in words."""
    whole = next(iter(found.values()))["laws"]
    lines = [f"- whole model, in so few runs: not seen: {law}" for law, one in whole.items() if not one["holds"]]
    for name, arm in list(found.items())[1:]:
        lost = [law for law, one in arm["laws"].items() if whole[law]["holds"] and not one["holds"]]
        found_again = [law for law, one in arm["laws"].items() if one["holds"] and not whole[law]["holds"]]
        said = [f"{what}: {'; '.join(some)}" for what, some in (("lost", lost), ("seen", found_again)) if some]
        if said:
            lines.append(f"- {name}: {'. '.join(said)}")
    return lines or ["Every law holds in every arm."]
