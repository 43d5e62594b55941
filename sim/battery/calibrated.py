"""What a calibration leaves: a behaviour with its provenance, and a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from sim.battery.design import nested
from sim.battery.tables import bounds, figure, markdown

MEMBERS = 64


def behaviour_file(result: Mapping[str, Any]) -> str:
    """Return `calibrated.yaml`: the levers that moved, and the spread that is left of each."""
    cases = result["cases"]
    spread = spreads(result)
    judged = cases["judged"]
    moved = ", ".join(sorted(k for k, v in cases["chosen"].items() if cases["settled"].get(k) != v)) or "nothing"
    lines = [
        f"# Behaviour `calibrated`: coefficients fitted to distributions of 1816-2003 and shrunk to their priors; the cases moved {moved}.",
        "#",
        "#   covenant behaviour=calibrated",
        "#   covenant behaviour=calibrated behaviour.ensemble.members=64 runs=6400     with what is not known of the coefficients",
        "#",
        f"# Made by `covenant-lab calibrate`, seed {result['seed']}, {result['runs']} runs of each of {cases['n']} cases, {result['trials']} trials, code {result['code'][:12]}.",
        "# Brier scores on aggressors that the choice did not see, default first:",
        *(f"#   {target:<8} {one['default']:.3f} {one['left_out']:.3f}" for target, one in judged.items()),
        "# Under `ensemble` stands the spread left after the fit, on each lever's own scale; it counts once members is set.",
    ]
    body = {"name": "calibrated", **nested(cases["chosen"]), "ensemble": {"members": 0, "spread": spread}}
    return "\n".join(lines) + "\n" + yaml.safe_dump(body, sort_keys=False)


def spreads(result: Mapping[str, Any]) -> dict[str, float]:
    """Return the standard deviation left of every lever that was fitted, on its own scale; the cases' where both fitted it."""
    out: dict[str, float] = {}
    for stage in (*result["submodels"], result["cases"]):
        for prior, left in zip(stage["priors"], stage["spread"], strict=True):
            out[prior["lever"]] = round(prior["spread"] * float(left), 3)
    return dict(sorted(out.items()))


def calibration_page(result: Mapping[str, Any]) -> str:
    """Return the page: each sub-model's figures before and after, and the judgement on aggressors left out."""
    lines = [
        "# Calibration",
        "",
        f"{result['trials']} trials, seed {result['seed']}; each is a line of `trials.jsonl`.",
        "",
    ]
    for stage in result["submodels"]:
        chosen = ", ".join(f"`{k}` {v:g}" for k, v in stage["chosen"].items()) or "nothing moved"
        lines += [f"## {stage['name'].capitalize()}: {chosen}", ""]
        rows = [
            (name, _short(f["observed"]), _short(f["default"]), _short(f["fitted"]))
            for name, f in stage["figures"].items()
        ]
        lines += [*markdown(("figure", "observed", "default", "fitted"), rows), ""]
        lines += [f"Misfit {stage['misfit_default']:.1f}, fitted {stage['misfit']:.1f}.", ""]
    cases = result["cases"]
    scores = [
        (
            target, figure(one["default"]), figure(one["submodels"]), figure(one["left_out"]), figure(one["in_sample"]),
            figure(one["lead"].value, sign=True), bounds(one["lead"]), figure(one["p"]),
        )
        for target, one in cases["judged"].items()
    ]  # fmt: skip
    heads = (
        "Brier score",
        "default",
        "sub-models alone",
        "aggressor left out",
        "in sample",
        "lead over default",
        "95 %",
        "p",
    )
    lines += [f"## {cases['n']} cases", "", *markdown(heads, scores), ""]
    moved = {k: v for k, v in cases["chosen"].items() if cases["settled"].get(k) != v}
    lines += ["Moved by the cases: " + (", ".join(f"`{k}` {v:g}" for k, v in moved.items()) or "nothing") + ".", ""]
    return "\n".join(lines)


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
