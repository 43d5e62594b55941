"""Facts of June 1950 that the shipped world must hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.experiment import Scenario
from sim.schema import decode, plain
from sim.world.world import World, WorldFacts

CONF = Path(__file__).parents[2] / "conf"
BLOC = ("RUS", "CHN", "POL", "CZE", "BLR", "UKR", "HUN", "ROM", "BUL", "ALB", "MON")


@pytest.fixture(scope="module")
def world():
    text = (CONF / "world" / "korea_1950.yaml").read_text(encoding="utf-8")
    return World(decode(WorldFacts, yaml.safe_load(text), "world"))


def test_the_united_nations_had_59_members(world):
    members = world.facts.memberships["un"]
    assert len(set(members)) == len(members) == 59
    assert {"BLR", "UKR", "TAW", "ISR", "MYA", "PAK", "THI", "YAR"} <= set(members)
    assert not set(members) & {"ROK", "PRK", "CHN", "JPN", "GFR", "ITA", "SWZ", "SRI", "INS", "HUN", "JOR"}


def test_council_of_eleven_by_name(world):
    council = world.facts.councils["un"]
    assert council.permanent == ("USA", "UKG", "FRN", "RUS", "TAW")
    assert set(council.elected) == {"CUB", "ECU", "EGY", "IND", "NOR", "YUG"}
    assert set(council.permanent + council.elected) <= set(world.facts.memberships["un"])


def test_the_republic_held_the_seat_and_the_peoples_republic_the_power(world):
    capability = {s: world.capability[world.index(s, "test")] for s in ("TAW", "CHN")}
    assert capability["CHN"] > 20 * capability["TAW"]
    assert world.great_power[world.index("CHN", "test")] and not world.great_power[world.index("TAW", "test")]


def test_capability_is_a_share_of_the_world(world):
    assert world.capability.sum() == pytest.approx(1.0, abs=0.01)
    ranked = [world.ids[i] for i in np.argsort(-world.capability)[:6]]
    assert ranked == ["USA", "RUS", "CHN", "UKG", "IND", "FRN"]


def test_the_south_was_the_larger_korea_on_paper(world):
    north, south = (world.capability[world.index(s, "test")] for s in ("PRK", "ROK"))
    assert (north, south) == (0.0027, 0.0047)


def test_two_states_had_the_bomb(world):
    assert {i for i, s in world.facts.states.items() if s.nuclear} == {"USA", "RUS"}


def test_occupied_japan_and_germany_fight_for_no_one(world):
    assert world.neutral[world.index("JPN", "test")] and world.neutral[world.index("GFR", "test")]
    assert world.contiguous[world.index("USA", "test"), world.index("ROK", "test")]


def test_neither_korea_had_an_ally_by_treaty(world):
    assert not any({o.debtor, o.creditor} & {"PRK", "ROK"} for o in world.facts.obligations)
    assert world.facts.patrons["PRK"] == ("RUS", "CHN") and world.facts.patrons["ROK"] == ("USA",)


def test_the_sino_soviet_treaty_was_against_japan(world):
    treaty = [o for o in world.facts.obligations if {o.debtor, o.creditor} == {"RUS", "CHN"}]
    assert len(treaty) == 2 and all(o.against == "JPN" and o.since < world.facts.date for o in treaty)


def test_the_bloc_leans_north_and_the_atlantic_allies_south(world):
    def lean(state):
        row = world.affinity[world.index(state, "test")]
        return row[world.index("ROK", "test")] - row[world.index("PRK", "test")]

    assert max(lean(s) for s in BLOC) < -0.5
    assert min(lean(s) for s in ("USA", "UKG", "CAN", "NOR", "PHI", "TAW", "TUR")) > 0.5
    assert abs(lean("IND")) <= 0.3 and abs(lean("YUG")) <= 0.3


def test_twelve_signed_the_atlantic_treaty(world):
    assert len(world.facts.memberships["nato"]) == 12
    assert not set(world.facts.memberships["nato"]) & {"GRC", "TUR", "GFR"}


def test_every_state_is_whole(world):
    codes = [s.ccode for s in world.facts.states.values()]
    assert len(set(codes)) == len(codes) == world.n_states
    assert all(s.iso3 and len(s.iso3) == 3 for s in world.facts.states.values())
    assert sum(len(r) for r in world.facts.regions.values()) == world.n_states
    assert np.all(world.trade >= 0) and np.all(world.trade.sum(axis=1) <= 1 + 1e-9)


def test_plain_and_back(world):
    assert decode(WorldFacts, plain(world.facts), "world") == world.facts


def test_the_scenario_empties_the_soviet_seat(world):
    text = (CONF / "scenario" / "korea_1950.yaml").read_text(encoding="utf-8")
    scenario = decode(Scenario, yaml.safe_load(text), "scenario")
    assert scenario.date == world.facts.date and scenario.absent == ("RUS",)
    for state in (*scenario.aggressors, *scenario.targets, *scenario.absent):
        world.index(state, "scenario")
