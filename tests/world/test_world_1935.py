"""Facts of October 1935 that the shipped world must hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.schema import decode, plain
from sim.world.world import World, WorldFacts

CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture(scope="module")
def world():
    text = (CONF / "world" / "abyssinia_1935.yaml").read_text(encoding="utf-8")
    return World(decode(WorldFacts, yaml.safe_load(text), "world"))


def test_the_league_had_58_members_taking_part(world):
    members = set(world.facts.memberships["league"])
    assert len(members) == len(world.facts.memberships["league"]) == 58
    assert {"AFG", "ECU", "RUS", "IRQ", "IND", "MEX", "TUR"} <= members
    assert not members & {"USA", "JPN", "BRA", "SAU", "GMY"}


def test_notice_is_not_exit(world):
    """Covenant, Art. 1(3): Paraguay gave notice on 23 February 1935 and was bound for two years more."""
    assert "PAR" in world.facts.memberships["league"]
    assert set(world.facts.memberships["league_under_notice"]) == {"PAR", "GMY"}


def test_council_of_fourteen_by_name(world):
    council = world.facts.councils["league"]
    assert council.permanent == ("UKG", "FRN", "ITA", "RUS")
    assert set(council.elected) == {"ARG", "AUL", "CHL", "DEN", "ECU", "POL", "POR", "ROM", "SPN", "TUR"}
    assert set(council.permanent + council.elected) <= set(world.facts.memberships["league"])


def test_capability_is_a_share_of_the_world(world):
    assert world.capability.sum() == pytest.approx(1.0, abs=0.01)
    ranked = [world.ids[i] for i in np.argsort(-world.capability)[:7]]
    assert ranked == ["USA", "RUS", "CHN", "GMY", "UKG", "FRN", "ITA"]
    assert world.capability[world.index("ETH", "test")] == 0.004


def test_seven_great_powers_stand_over_half_of_capability(world):
    great = {world.ids[i] for i in np.flatnonzero(world.great_power)}
    assert great == {"UKG", "FRN", "ITA", "RUS", "USA", "GMY", "JPN"}
    assert world.capability[world.great_power].sum() > 0.5


def test_london_to_addis_ababa_is_5900_km(world):
    km = world.distance_km[world.index("UKG", "test"), world.index("ETH", "test")]
    assert km == pytest.approx(5900, rel=0.02)


def test_addis_ababa_lies_at_9_north_39_east(world):
    ethiopia = world.facts.states["ETH"]
    assert (ethiopia.latitude, ethiopia.longitude) == pytest.approx((9.03, 38.74), abs=0.05)


def test_ethiopia_was_ringed_by_three_colonial_powers(world):
    ring = {world.ids[j] for j in np.flatnonzero(world.contiguous[world.index("ETH", "test")])} - {"ETH"}
    assert ring == {"ITA", "UKG", "FRN"}


def test_italy_reaches_ethiopia_by_britains_leave(world):
    suez = next(r for r in world.facts.routes if r.travellers)
    assert (suez.into, suez.travellers, suez.status, suez.keeper) == ("ETH", ("ITA",), "consent", "UKG")


def test_clients_lean_to_italy_and_neighbours_in_fear_away(world):
    def lean(state):
        row = world.affinity[world.index(state, "test")]
        return row[world.index("ETH", "test")] - row[world.index("ITA", "test")]

    assert max(lean(s) for s in ("AUS", "HUN", "ALB")) < -0.5
    assert min(lean(s) for s in ("YUG", "TUR", "GRC", "CZE", "HAI", "MEX")) > 0.3
    assert abs(lean("UKG")) < 0.2 and lean("FRN") < 0


def test_clients_of_italy_sold_to_it(world):
    italy = world.index("ITA", "test")
    shares = {s: world.trade[world.index(s, "test"), italy] for s in ("ALB", "AUS", "HUN", "UKG", "CAN")}
    assert shares["ALB"] > 0.5 and min(shares["AUS"], shares["HUN"]) >= 0.1 > max(shares["UKG"], shares["CAN"])


def test_most_oil_was_sold_by_members_and_the_largest_seller_was_none(world):
    oil = world.facts.key_commodity
    assert sum(oil.values()) == pytest.approx(1.0, abs=0.01)
    assert max(oil, key=oil.get) == "USA"
    assert {"ROM", "RUS", "IRN", "VEN", "NTH"} <= set(oil)


def test_the_soviet_treaties_were_signed_but_only_prague_was_bound(world):
    treaties = {(o.debtor, o.creditor): o for o in world.facts.obligations if o.kind == "defence"}
    assert treaties["RUS", "FRN"].since > world.facts.date > treaties["RUS", "CZE"].since
    assert treaties["RUS", "CZE"].provided == "FRN"


def test_italy_was_bound_not_to_attack(world):
    assert any(
        (o.debtor, o.creditor, o.kind) == ("ITA", "ETH", "non_aggression") and o.since == "1928-08-02"
        for o in world.facts.obligations
    )


def test_every_state_is_whole(world):
    codes = [s.ccode for s in world.facts.states.values()]
    assert len(set(codes)) == len(codes) == 63
    assert all(s.iso3 and len(s.iso3) == 3 for s in world.facts.states.values())
    assert sum(len(r) for n, r in world.facts.regions.items()) == 63
    assert np.all(world.trade >= 0) and np.all(world.trade.sum(axis=1) <= 1 + 1e-9)
    assert np.abs(world.affinity).max() <= 1


def test_plain_and_back(world):
    assert decode(WorldFacts, plain(world.facts), "world") == world.facts


def test_the_scenario_names_states_of_this_world(world):
    experiment = pytest.importorskip("sim.experiment")
    text = (CONF / "scenario" / "abyssinia_1935.yaml").read_text(encoding="utf-8")
    scenario = decode(experiment.Scenario, yaml.safe_load(text), "scenario")
    assert scenario.date == world.facts.date
    for state in (*scenario.aggressors, *scenario.targets):
        world.index(state, "scenario")
