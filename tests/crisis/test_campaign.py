"""Lengths of wars: the closed form of the forecast beside whole walks, and the pace that armies keep."""

import numpy as np
import pytest

from kernels.campaign import expected_battles, p_battle, walk
from sim.decision.forecast import done_before
from stage.arms import Difference, crises, experiment

N = 20_000


@pytest.mark.parametrize("ratio", [1.0, 3.0, 10.0])
@pytest.mark.parametrize(("median", "ln_sd"), [(15.0, 1.6), (50.0, 1.6), (25.0, 0.5)])
def test_who_is_done_before_help_comes_as_in_whole_walks(ratio, median, ln_sd):
    forts, start, mu, edge = 6, 3, 0.35, 0.17
    _, _, days = walk(
        1, 0, 50, 0, np.full(N, ratio), np.ones(N), mu, forts, start, edge, np.full(N, median), ln_sd, 1e9, 10_000
    )
    mean = float(expected_battles(p_battle(ratio, 1.0, mu, forts, edge), start, forts)) * median
    for deadline in (15.0, 33.0, 100.0, 365.0):
        got, expected = done_before(mean, deadline, ln_sd), (days <= deadline).mean()
        assert abs(got - expected) < 0.06, (deadline, got, expected)


def test_a_war_without_help_in_sight_is_over_first():
    assert done_before(100.0, np.inf, 1.6) == 1.0
    assert done_before(100.0, 0.0, 1.6) == 0.0
    assert done_before(0.0, 10.0, 1.6) == 1.0


FAST = (
    "scenario=great_on_small",
    "arrangement=self_help",
    "aggression=forced",
    "behaviour.war.tempo_lopsided_days=0.1",
)


def test_no_war_outruns_its_armies():
    """The fewest battles that take a limited objective are two, of a mean gap of the least that a war allows."""
    free, held = (crises(experiment(*FAST, f"behaviour.war.tempo_least_days={d}"), 100) for d in (0, 5))
    both = np.isfinite(free["objective_day"]) & np.isfinite(held["objective_day"])
    assert both.sum() > 50
    assert Difference(free["objective_day"][both], held["objective_day"][both], "days to the objective").rises
    fewest = 2.0
    assert np.nanmean(held["objective_day"]) > 0.9 * 5 * fewest
    assert np.nanmedian(free["objective_day"]) < 0.2 * 5 * fewest
