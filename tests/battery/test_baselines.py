"""The baselines give the figures that the model's description prints for the twenty-eight cases."""

import numpy as np
import pytest

from sim.battery.baselines import BASELINES, fitted, hits_by_ratio
from sim.battery.cases import read_cases
from sim.battery.forecasts import TARGETS, happened
from sim.battery.verification import score

PRINTED = {
    "base rates": [(12, 0.782), (1, 0.690), (8, 0.900)],
    "permanent or client, ratio > 3": [(15, 0.735), (18, 0.615), (5, 0.937)],
    "table by institution": [(12, 0.816), (5, 0.749), (11, 0.853)],
}


def lead(case):
    """The leading aggressor as the case names it; a group by its first member, a successor state with its predecessor."""
    name = case.texts("aggressor")[0].split(" / ")[0]
    name = next(iter(case.known("power")["aggressor"])) if name == "NATO members" else name
    return {"FR Yugoslavia": "Yugoslavia", "Russia": "USSR"}.get(name, name)


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda b: b.name)
def test_they_reproduce_the_printed_figures(baseline, field_cases):
    cases = read_cases(field_cases)
    leads = [lead(c) for c in cases]
    got = []
    for target in ("outcome", "gain", "measure"):
        truth = np.array([happened(c.truth, target) for c in cases])
        s = score(fitted(baseline, cases, truth, leads, len(TARGETS[target])), truth, ordered=False)
        got.append((s.hits, round(s.brier, 3)))
    assert got == PRINTED[baseline.name]


def test_the_rule_by_ratio_reproduces_them(field_cases):
    cases = read_cases(field_cases)
    truths = {t: np.array([happened(c.truth, t) for c in cases]) for t in ("outcome", "gain")}
    assert [hits_by_ratio(cases, truths[t], t) for t in truths] == [(12, 28), (16, 28)]


def test_a_case_says_nothing_about_its_own_aggressor():
    truth = np.array([0, 0, 0, 1])
    p = fitted(BASELINES[0], [None] * 4, truth, ["a", "a", "a", "b"], 2)
    assert p[0, 1] > 0.8 and p[3, 0] > 0.9
