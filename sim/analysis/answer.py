"""What `source=-` says of a crisis: how it ended in the runs in which it is over, until it is over in all."""

from __future__ import annotations

import json
import math
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.stream.codes import Measure, Outcome, labels

if TYPE_CHECKING:
    from sim.config import Request
    from sim.study.live import Answer
    from sim.world.world import World


def answer(request: Request) -> int:
    """Feed a study from standard input and print what is known as it reads: lines of JSON, or of words on a terminal."""
    from sim.study.installed import Installed
    from sim.study.live import Live

    sinks = Installed(request.sinks) if request.sinks else None
    live = Live(request.experiment, request.runs, request.study or "", request.record, sinks)
    told = spoken if sys.stdout.isatty() else json.dumps
    with closing(live.answers()) as answers:
        for one in answers:
            if not request.quiet:
                print(told(facts(one, request.experiment.world)), flush=True)
    for line in (live.records.message(), live.trouble()):
        if line:
            print(f"covenant: {line}", file=sys.stderr)
    return live.exit_code


def facts(answer: Answer, world: World) -> dict[str, Any]:
    """Return an answer as plain values, named as the columns of the table of crises; shares of all runs with 95 % intervals.

    Means and medians are of the runs in which the crisis is over. Where more than half of all runs are open, the outcomes
    told are those of short crises.
    """
    from sim.analysis.intervals import share

    opening, n, over = answer.opening, answer.runs, len(answer.states)
    outcomes = np.bincount(answer.column("outcome"), minlength=len(Outcome))
    return {
        "crisis": answer.number,
        "opening_day": opening.minute / 1440,
        "aggressor": world.ids[opening.aggressors[0]],
        "target": world.ids[opening.targets[0]],
        "day": answer.day if math.isfinite(answer.day) else None,
        "final": answer.final,
        "runs": n,
        "open": round(1.0 - over / n, 4),
        "outcome": {
            name: dict(zip(("share", "low", "high"), _rounded(share(int(k), n)), strict=False))
            for name, k in zip(labels(Outcome), outcomes, strict=True)
            if k
        },
        "attempted": _mean(answer.column("attempted")),
        "share_kept": _mean(answer.column("share_kept")),
        "referred": _mean(answer.column("referred_at") >= 0),
        "strongest_adopted": _most(answer.column("adopted")),
        "strongest_done": _most(answer.column("done")),
        "first_measure_day": _median(answer.days("measure_at")),
        "end_day": _median(answer.days("closed_at")),
        "credibility_before": _mean(answer.column("credibility_before")),
    }


def spoken(told: dict[str, Any]) -> str:
    """Return an answer in one line of words."""
    outcomes = sorted(told["outcome"].items(), key=lambda item: -item[1]["share"])
    ends = ", ".join(
        f"{name.replace('_', ' ')} {100 * one['share']:.0f} % ({100 * one['low']:.0f}-{100 * one['high']:.0f})"
        for name, one in outcomes
    )
    day = "" if told["end_day"] is None else f"; over after {told['end_day']:.0f} days"
    so_far = "" if told["final"] else f", open in {100 * told['open']:.0f} % on day {told['day']:g}"
    return f"crisis {told['crisis']}, day {told['opening_day']:g}: {told['aggressor']} on {told['target']}: {ends}{so_far}{day}"


def _mean(values: np.ndarray) -> float:
    return round(float(values.mean()), 4)


def _median(days: np.ndarray) -> float | None:
    """Half of all runs are there by this day; None where fewer than half ever are."""
    value = float(np.sort(np.where(np.isnan(days), np.inf, days))[(len(days) - 1) // 2])
    return round(value, 2) if np.isfinite(value) else None


def _most(codes: np.ndarray) -> str:
    return labels(Measure)[int(np.argmax(np.bincount(codes, minlength=len(Measure))))]


def _rounded(values: tuple[float, ...]) -> list[float]:
    return [round(float(v), 4) for v in values]
