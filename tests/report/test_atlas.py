"""The map: a close-up where the states that matter touch one another, and names that lie on nothing."""

from itertools import combinations
from math import dist

import pytest

from sim.analysis.report.atlas import close_up, label, labels, whole

CAPITALS = {
    "Italy": (12.5, 41.9), "Ethiopia": (38.7, 9.0), "United Kingdom": (-0.1, 51.5), "France": (2.4, 48.9), "Belgium": (4.4, 50.8),
    "Netherlands": (4.9, 52.4), "Yugoslavia": (20.5, 44.8), "Greece": (23.7, 38.0), "United States": (-77.0, 38.9), "Japan": (139.7, 35.7),
}  # fmt: skip


def rows(**radius):
    return [
        {
            "name": name, "longitude": east, "latitude": north, "radius": radius.get(name, 4.0),
            "matters": 2.0 if name in ("Italy", "Ethiopia") else 1.0, "weight": 1.0, "first": name in ("Italy", "Ethiopia"),
        }
        for name, (east, north) in CAPITALS.items()
    ]  # fmt: skip


def drawn(states, on):
    points = []
    for r in states:
        if on.holds(r):
            x, y = on.place(r["longitude"], r["latitude"])
            points.append(r | {"x": x, "y": y})
    return points


def test_europe_is_drawn_again_where_it_is_a_blob():
    states = rows()
    world = whole(states, 330)
    crowded = {"United Kingdom", "France", "Belgium", "Netherlands"}
    near = close_up(states, world, world.height + 14, 220)
    points = [p for p in drawn(states, near) if p["name"] in crowded]
    assert {p["name"] for p in points} == crowded
    assert near.top >= world.height and near.east - near.west < (world.east - world.west) / 3
    apart = [dist((a["x"], a["y"]), (b["x"], b["y"])) > a["radius"] + b["radius"] for a, b in combinations(points, 2)]
    assert sum(apart) >= 5


def test_no_close_up_where_nobody_that_matters_is_hidden():
    states = [r | {"matters": 2.0 if r["first"] else 0.0} for r in rows()]
    world = whole(states, 330)
    assert close_up(states, world, world.height, 220) is None


def test_every_party_has_its_name_and_no_name_lies_on_another():
    states = rows(**{"United Kingdom": 12.0, "France": 10.0})
    world = whole(states, 330)
    found = labels(drawn(states, world), world, 24)
    assert {"Italy", "Ethiopia"} <= {one["text"] for one in found}
    left = {"left": 0.0, "center": 0.5, "right": 1.0}
    spans = [(o["x"] - left[o["side"]] * 6.5 * len(o["text"]), 6.5 * len(o["text"]), o["y"]) for o in found]
    assert all(x >= -1.0 and x + wide <= 331.0 for x, wide, _ in spans)
    for (x, wide, y), (a, broad, b) in combinations(spans, 2):
        assert abs(y - b) >= 11 or x + wide < a or a + broad < x


@pytest.mark.parametrize("far", [(-180.0, -90.0), (180.0, 90.0)])
def test_a_world_of_one_place_or_of_the_whole_globe_is_drawn(far):
    one = [rows()[0]]
    assert whole(one, 330).height <= 330
    globe = whole([one[0], one[0] | {"longitude": far[0], "latitude": far[1]}], 330)
    assert globe.holds({"longitude": far[0], "latitude": far[1]})


def test_a_long_name_is_cut():
    assert label("China (People's Republic)") == "China (People's R\u2026"
    assert label("Ethiopia") == "Ethiopia"
