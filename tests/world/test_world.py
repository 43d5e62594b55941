"""What a world makes of its facts, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.errors import SettingError
from sim.world.facts import Obligation, Route, StateFacts, WorldFacts
from sim.world.world import World


def state(position, **more):
    return StateFacts(
        name="x", ccode=1, capability=0.25, latitude=0.0, longitude=position * 10.0, ideal=(position / 10.0,), **more
    )


@pytest.fixture
def facts():
    return WorldFacts(
        name="toy", date="1935-10-03", states={"AAA": state(0), "BBB": state(1), "CCC": state(4), "DDD": state(9)}
    )


def test_affinity_is_the_percentile_of_distance_among_ones_own(facts):
    """s_ij = 1 - 2 * percentile: of three others the nearest has mid-rank 1/6, the middle 1/2, the farthest 5/6."""
    got = World(facts).affinity[0]
    assert got == pytest.approx([1.0, 2 / 3, 0.0, -2 / 3])


def test_an_outlier_is_not_hostile_to_all(facts):
    assert World(facts).affinity[3].max(initial=-1, where=np.array([True, True, True, False])) > 0


def test_equal_distances_share_their_rank(facts):
    world = World(replace(facts, states={k: state(p) for k, p in zip("ABCD", (0, 1, -1, 5), strict=True)}))
    assert world.affinity[0, 1] == world.affinity[0, 2] == pytest.approx(1 / 3)


def test_a_stated_affinity_holds_for_both(facts):
    world = World(replace(facts, affinity={"AAA": {"DDD": 0.5}}))
    assert world.affinity[0, 3] == world.affinity[3, 0] == 0.5


def test_where_both_state_one_each_keeps_its_own(facts):
    world = World(replace(facts, affinity={"AAA": {"DDD": 0.5}, "DDD": {"AAA": -0.5}}))
    assert (world.affinity[0, 3], world.affinity[3, 0]) == (0.5, -0.5)


def test_unstated_trade_is_spread_by_economy_over_distance(facts):
    world = World(replace(facts, trade={"AAA": {"DDD": 0.4}}))
    row = world.trade[0]
    assert row.sum() == pytest.approx(1.0) and row[3] == 0.4 and row[0] == 0.0
    assert row[1] / row[2] == pytest.approx(4.0, rel=0.01)


def test_frontiers_hold_both_ways(facts):
    world = World(replace(facts, contiguity={"AAA": ("BBB",)}))
    assert world.contiguous[0, 1] and world.contiguous[1, 0] and not world.contiguous[0, 2]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"contiguity": {"AAA": ("BBC",)}}, "world.contiguity.AAA='BBC' is not a state of world 'toy'; did you mean BBB?"),
        ({"affinity": {"AAB": {"BBB": 0.1}}}, "world.affinity='AAB' is not a state"),
        ({"trade": {"AAA": {"BBB": 0.7, "CCC": 0.7}}}, "world.trade.AAA sums to 1.4"),
        ({"memberships": {"league": ("XXX",)}}, "world.memberships.league='XXX'"),
        ({"obligations": (Obligation(debtor="AAA", creditor="ZZZ", kind="defence"),)}, "world.obligations[0]='ZZZ'"),
        ({"obligations": (Obligation(debtor="AAA", creditor="BBB", kind="defence", since="1935"),)}, "world.obligations[0].since='1935' must be a date"),
        ({"obligations": (Obligation(debtor="AAA", creditor="BBB", kind="defence", area=("europa",)),)}, "world.obligations[0].area='europa'"),
        ({"routes": (Route(into="AAA", status="consent"),)}, "world.routes[0].keeper must name a state when status is consent"),
        ({"date": "3 October 1935"}, "world.date='3 October 1935' must be a date such as 1935-10-03"),
    ],
)  # fmt: skip
def test_a_tie_to_nowhere_is_told_in_one_line(facts, change, what):
    with pytest.raises(SettingError) as caught:
        World(replace(facts, **change))
    assert str(caught.value).startswith(what)
