"""Law 8: sampled pivots converge on the exact index of the rule; small states are heard at any influence."""

import numpy as np
import pytest

from sim.analysis.influence import influence_of, sampled_pivots
from sim.arrangement.voting.game import game_of
from sim.arrangement.voting.power import power_of
from sim.run import theatres_of
from sim.stream.codes import Measure
from stage.arms import experiment

RUNS = 3000


@pytest.mark.parametrize(
    ("arrangement", "scenario"),
    [
        ("un_1945", "suez_1956"),
        ("league", "abyssinia_1935"),
        ("un_1945", "korea_1950"),
        ("un_1965", "cyprus_1974"),
        ("un_1965", "iraq_2003"),
    ],
)
def test_sampled_pivots_converge_on_the_index_of_the_rule(arrangement, scenario):
    arm = experiment(f"scenario={scenario}", f"arrangement={arrangement}")
    bench = theatres_of(arm, arm.openings)[0].seats.bench
    index = power_of(game_of(bench, arm.world.ids, Measure.CONDEMNATION)).shapley_shubik
    got = sampled_pivots(arm, bench, Measure.CONDEMNATION, RUNS) / RUNS
    assert got.sum() == pytest.approx(1.0)
    assert (np.abs(got - index) <= 4.2 * np.sqrt(index * (1 - index) / RUNS) + 1e-12).all()


def test_small_states_are_heard_whether_or_not_they_are_heeded():
    arm = experiment("scenario=suez_1956", "arrangement=un_1945", "arrangement.fallback.kind=none")
    seats = influence_of(arm, 25)
    elected = [s for s in seats if s.shapley_shubik < 0.01]
    assert len(elected) == 6
    assert all(s.influence == 0.0 for s in elected)
    arm = experiment("scenario=abyssinia_1935", "arrangement=league")
    assert all(s.voice > 0 for s in influence_of(arm, 25) if s.state != "ITA")
