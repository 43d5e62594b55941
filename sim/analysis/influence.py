"""Who is heard and who is heeded: voice, voting power and realised influence of every seat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from kernels.voting import decide
from sim import compose
from sim.analysis.intervals import share
from sim.analysis.screen import columns, console, print_json
from sim.arrangement.organ import Bench
from sim.arrangement.voting.game import game_of
from sim.arrangement.voting.power import power_of
from sim.config import request
from sim.errors import SettingError
from sim.experiment import Experiment
from sim.luck import Luck, Purpose
from sim.run import run, theatres_of
from sim.stream.codes import Measure, Position
from sim.stream.log import Log, Record

SPOKEN = (Position.YES, Position.NO)


@dataclass(frozen=True)
class Seat:
    """One seat of the organ in one cell.

    Attributes
    ----------
    voice : float
        Share of the drafts voted on in which it voted for or against.
    shapley_shubik, banzhaf : float
        Indices of the rule on condemnation, parties as the charter has it.
    pivots : float
        Share of the runs in which it is the pivot of a random order of seats.
    influence : float
        Share of the runs in which turning its votes round changes the strongest measure adopted.
    outcome_changed : float
        Share of the runs in which it changes how the crisis ends, or what the aggressor keeps.
    """

    state: str
    voice: float
    shapley_shubik: float
    banzhaf: float
    pivots: float
    influence: float
    low: float
    high: float
    outcome_changed: float


def influence_of(experiment: Experiment, runs: int) -> list[Seat]:
    """Play `runs` histories, and each again with every seat's votes turned round.

    Raises
    ------
    SettingError
        The arrangement has no organ that votes.
    """
    theatre = theatres_of(experiment, experiment.openings)[0]
    bench = theatre.seats.bench
    if bench is None or bench.rule.automatic:
        raise SettingError(f"arrangement={experiment.charter.name} has no organ that votes")
    ids = experiment.world.ids
    power = power_of(game_of(bench, ids, Measure.CONDEMNATION))
    pivots = sampled_pivots(experiment, bench, Measure.CONDEMNATION, runs)
    told = _tables(experiment, runs)
    voices = _voices(told, bench)
    found = []
    for s, i in enumerate(map(int, bench.seats)):
        turned = _tables(experiment, runs, flipped=i)["crises"]
        changed = turned["strongest_adopted"] != told["crises"]["strongest_adopted"]
        ended = (turned["outcome"] != told["crises"]["outcome"]) | (turned["gain"] != told["crises"]["gain"])
        between = share(float(changed.sum()), runs)
        found.append(
            Seat(
                ids[i], voices[i], float(power.shapley_shubik[s]), float(power.banzhaf[s]), pivots[s] / runs,
                between.value, between.low, between.high, float(ended.mean()),
            )
        )  # fmt: skip
    return found


def sampled_pivots(experiment: Experiment, bench: Bench, measure: Measure, runs: int) -> NDArray[np.int64]:
    """Count how often each seat is pivotal when the seats come out in favour one by one, in a random order a run.

    Returns
    -------
    (s,) int64 ndarray
        Their shares converge on the Shapley-Shubik index of the rule (Shapley and Shubik 1954).
    """
    n, excluded, rule = len(bench.seats), bench.excluded(measure), bench.rule
    count = np.zeros(n, dtype=np.int64)
    for number in range(runs):
        order = np.argsort(Luck(experiment.seed, number).uniforms(Purpose.PIVOT, 0, int(measure), n), kind="stable")
        position = np.where(bench.absent, 2, -1).astype(np.int8)
        for s in map(int, order):
            if excluded[s] or bench.absent[s]:
                continue
            position[s] = 1
            if decide(
                position, excluded, bench.veto, bench.weight, bench.quota, bench.basis, bench.strict,
                rule.abstention_blocks, rule.absence_blocks,
            )[0]:  # fmt: skip
                count[s] += 1
                break
    return count


def _tables(experiment: Experiment, runs: int, flipped: int = -1) -> dict[str, Any]:
    log = Log(Record.at("full", "organ") if flipped < 0 else Record.at("summary"))
    for number in range(runs):
        run(experiment, number, log, flipped=flipped)
    return log.take()


def _voices(told: dict[str, Any], bench: Bench) -> dict[int, float]:
    rows = told["positions"][told["positions"]["draft"] >= 0]
    spoken = np.isin(rows["position"], SPOKEN)
    return {
        int(i): float(spoken[rows["state"] == i].mean()) if (rows["state"] == i).any() else 0.0 for i in bench.seats
    }


def influence(
    overrides: Annotated[
        list[str] | None, typer.Argument(help="as for covenant: scenario=..., arrangement=...")
    ] = None,
    runs: Annotated[int, typer.Option(help="runs of each arm", min=2)] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Say who is heard and who is heeded: voice, voting power and realised influence of every seat.

    Example: covenant-lab influence scenario=abyssinia_1935 arrangement=league --runs 500
    """
    found = influence_of(request(compose.single(list(overrides or ()))).experiment, runs)
    if as_json:
        print_json([vars(seat) for seat in found])
        return
    heads = (
        "seat",
        "voice",
        "Shapley-Shubik",
        "Banzhaf",
        "sampled pivots",
        "influence",
        "95 % interval",
        "outcome changed",
    )
    table = columns(heads)
    for seat in sorted(found, key=lambda s: -s.influence):
        table.add_row(*_row(seat))
    console().print(table)


def _row(seat: Seat) -> Sequence[str]:
    interval = f"{seat.low:.3f} - {seat.high:.3f}"
    numbers = (seat.voice, seat.shapley_shubik, seat.banzhaf, seat.pivots, seat.influence)
    return (seat.state, *(f"{x:.3f}" for x in numbers), interval, f"{seat.outcome_changed:.3f}")
