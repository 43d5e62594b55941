"""Facts of October 1956 that the shipped world must hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.experiment import Scenario
from sim.schema import decode, plain
from sim.world.world import World, WorldFacts

CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture(scope="module")
def world():
    text = (CONF / "world" / "suez_1956.yaml").read_text(encoding="utf-8")
    return World(decode(WorldFacts, yaml.safe_load(text), "world"))


def test_the_united_nations_had_76_members(world):
    members = world.facts.memberships["un"]
    assert len(set(members)) == len(members) == 76
    admitted_in_1955 = {"ALB", "AUS", "BUL", "CAM", "SRI", "FIN", "HUN", "IRE"}
    admitted_in_1955 |= {"ITA", "JOR", "LAO", "LIB", "NEP", "POR", "ROM", "SPN"}
    assert admitted_in_1955 <= set(members)
    assert not set(members) & {"SUD", "MOR", "TUN", "JPN", "CHN", "GFR", "SWZ", "ROK"}


def test_council_of_eleven_by_name(world):
    council = world.facts.councils["un"]
    assert council.permanent == ("USA", "UKG", "FRN", "RUS", "TAW")
    assert set(council.elected) == {"AUL", "BEL", "CUB", "IRN", "PER", "YUG"}


def test_capability_is_a_share_of_the_world(world):
    assert world.capability.sum() == pytest.approx(1.0, abs=0.01)
    ranked = [world.ids[i] for i in np.argsort(-world.capability)[:4]]
    assert ranked == ["USA", "RUS", "CHN", "UKG"]


def test_three_states_had_the_bomb(world):
    assert {i for i, s in world.facts.states.items() if s.nuclear} == {"USA", "RUS", "UKG"}


def test_israel_adjoined_egypt_and_the_powers_came_by_sea(world):
    neighbours = {world.ids[j] for j in np.flatnonzero(world.contiguous[world.index("EGY", "test")])}
    assert "ISR" in neighbours and not neighbours & {"UKG", "FRN"}


def test_washington_was_patron_of_all_three(world):
    assert all("USA" in world.facts.patrons[s] for s in ("ISR", "UKG", "FRN"))
    assert world.facts.patrons["EGY"] == ("RUS",)


def test_three_powers_had_declared_for_the_armistice_lines(world):
    """Tripartite Declaration, 25 May 1950."""
    declared = {(o.debtor, o.creditor) for o in world.facts.obligations if o.since == "1950-05-25"}
    assert {("USA", "EGY"), ("UKG", "EGY"), ("FRN", "EGY"), ("USA", "ISR")} == declared


def test_israel_was_bound_not_to_attack(world):
    """General Armistice Agreement, Rhodes, 24 February 1949."""
    owed = {(o.debtor, o.creditor, o.kind): o.since for o in world.facts.obligations}
    assert owed["ISR", "EGY", "non_aggression"] == "1949-02-24"


def test_the_atlantic_treaty_does_not_cover_an_attack_by_its_members(world):
    atlantic = [o for o in world.facts.obligations if o.debtor == "USA" and o.creditor in ("UKG", "FRN")]
    assert atlantic and all(o.against == "RUS" for o in atlantic)


def test_sterling_traders_depended_on_britain_and_britain_on_dollars(world):
    britain, france = world.index("UKG", "test"), world.index("FRN", "test")
    assert min(world.trade[world.index(s, "test"), britain] for s in ("NEW", "AUL", "IRE", "SAF")) > 0.3
    assert world.trade[world.index("TUN", "test"), france] > 0.5
    assert int(np.argmax(world.trade[britain])) == world.index("USA", "test")


def test_oil_that_did_not_pass_the_canal_was_american(world):
    oil = world.facts.key_commodity
    assert sum(oil.values()) == pytest.approx(1.0, abs=0.01)
    assert oil["VEN"] + oil["USA"] > 0.4


def test_arabs_stood_with_egypt_and_moscow_armed_it(world):
    def lean(state):
        row = world.affinity[world.index(state, "test")]
        return row[world.index("EGY", "test")] - row[world.index("ISR", "test")]

    assert min(lean(s) for s in ("SYR", "JOR", "SAU", "YAR", "RUS", "YUG", "IND", "INS")) > 0.5
    assert lean("FRN") < -1.5 and lean("AUL") < 0 and -1 < lean("USA") < 0


def test_every_state_is_whole(world):
    codes = [s.ccode for s in world.facts.states.values()]
    assert len(set(codes)) == len(codes) == world.n_states
    assert sum(len(r) for r in world.facts.regions.values()) == world.n_states
    assert np.all(world.trade >= 0) and np.all(world.trade.sum(axis=1) <= 1 + 1e-9)


def test_plain_and_back(world):
    assert decode(WorldFacts, plain(world.facts), "world") == world.facts


def test_the_scenario_names_the_three_of_sevres(world):
    text = (CONF / "scenario" / "suez_1956.yaml").read_text(encoding="utf-8")
    scenario = decode(Scenario, yaml.safe_load(text), "scenario")
    assert scenario.date == world.facts.date
    assert scenario.aggressors == ("ISR", "UKG", "FRN") and scenario.targets == ("EGY",)
