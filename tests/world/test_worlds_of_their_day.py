"""Every shipped world of a date: who belonged, who sat, what was in force, and that shares are shares."""

from __future__ import annotations

import numpy as np
import pytest

from sim import shelf
from sim.schema import decode, plain
from sim.world.choice import is_synthetic
from sim.world.world import World, WorldFacts

DATED = [option for option in shelf.options("world") if not is_synthetic(shelf.read_world(option))]

MEMBERS = {
    "corfu_1923": ("league", 52),
    "manchuria_1931": ("league", 55),
    "chaco_1932": ("league", 55),
    "leticia_1932": ("league", 56),
    "rhineland_1936": ("league", 58),
    "abyssinia_1935": ("league", 58),
    "munich_1938": ("league", 52),
    "korea_1950": ("un", 59),
    "suez_1956": ("un", 76),
    "congo_1960": ("un", 82),
    "goa_1961": ("un", 104),
    "cyprus_1974": ("un", 135),
    "iran_iraq_1980": ("un", 154),
    "bosnia_1992": ("un", 175),
    "iraq_2003": ("un", 191),
    "crimea_2014": ("un", 193),
}
"""Organ and number of its members on the day (Walters 1952; United Nations, growth in membership)."""

COUNCILS = {
    "corfu_1923": ("UKG FRN ITA JPN", "BEL BRA CHN SPN SWD URU"),
    "manchuria_1931": ("UKG FRN ITA GMY JPN", "CHN GUA IRE NOR PAN PER POL SPN YUG"),
    "chaco_1932": ("UKG FRN ITA GMY JPN", "CHN GUA IRE NOR PAN PER POL SPN YUG"),
    "leticia_1932": ("UKG FRN ITA GMY JPN", "CHN GUA IRE NOR PAN PER POL SPN YUG"),
    "abyssinia_1935": ("UKG FRN ITA RUS", "ARG AUL CHL DEN ECU POL POR ROM SPN TUR"),
    "rhineland_1936": ("UKG FRN ITA RUS", "ARG AUL CHL DEN ECU POL POR ROM SPN TUR"),
    "munich_1938": ("UKG FRN RUS", "BEL BOL CHN ECU IRN LAT NEW PER POL ROM SWD"),
    "korea_1950": ("USA UKG FRN RUS TAW", "CUB ECU EGY IND NOR YUG"),
    "suez_1956": ("USA UKG FRN RUS TAW", "AUL BEL CUB IRN PER YUG"),
    "congo_1960": ("USA UKG FRN RUS TAW", "ARG ECU ITA POL SRI TUN"),
    "goa_1961": ("USA UKG FRN RUS TAW", "CHL ECU EGY LBR SRI TUR"),
    "cyprus_1974": ("USA UKG FRN RUS CHN", "AUL AUS BLR CAO COS INS IRQ KEN MAA PER"),
    "iran_iraq_1980": ("USA UKG FRN RUS CHN", "BNG GDR JAM MEX NIR NOR PHI POR TUN ZAM"),
    "bosnia_1992": ("USA UKG FRN RUS CHN", "AUS BEL CAP ECU HUN IND JPN MOR VEN ZIM"),
    "iraq_2003": ("USA UKG FRN RUS CHN", "ANG BUL CAO CHL GMY GUI MEX PAK SPN SYR"),
    "crimea_2014": ("USA UKG FRN RUS CHN", "ARG AUL CHA CHL JOR LIT LUX NIG ROK RWA"),
}
"""Permanent and elected seats on the day (League of Nations, Official Journal; Repertoire of the Practice of the Security Council)."""

NO_ORGAN = {"july_1914"}

DEBTS = {
    "july_1914": [
        ("GMY", "AUH", "defence"),
        ("RUS", "FRN", "defence"),
        ("UKG", "BEL", "guarantee"),
        ("GRC", "YUG", "defence"),
    ],
    "congo_1960": [("USA", "BEL", "guarantee"), ("RUS", "CHN", "guarantee")],
    "goa_1961": [("UKG", "POR", "guarantee")],
    "cyprus_1974": [("UKG", "CYP", "guarantee"), ("GRC", "CYP", "guarantee"), ("USA", "TUR", "guarantee")],
    "iran_iraq_1980": [("IRQ", "IRN", "non_aggression"), ("RUS", "IRQ", "consultation"), ("JOR", "IRQ", "guarantee")],
    "bosnia_1992": [("USA", "TUR", "guarantee")],
    "iraq_2003": [("USA", "TUR", "defence"), ("USA", "KUW", "defence")],
    "crimea_2014": [("RUS", "UKR", "non_aggression"), ("USA", "UKR", "consultation"), ("USA", "EST", "defence")],
    "manchuria_1931": [("JPN", "CHN", "non_aggression"), ("USA", "CHN", "consultation"), ("UKG", "FRN", "guarantee")],
    "rhineland_1936": [("UKG", "FRN", "guarantee"), ("ITA", "BEL", "guarantee"), ("FRN", "CZE", "guarantee")],
    "munich_1938": [("FRN", "CZE", "guarantee"), ("RUS", "CZE", "defence"), ("GMY", "POL", "non_aggression")],
}
"""Who owed whom what on the day."""


def world_of(option):
    return World(decode(WorldFacts, shelf.read_world(option), "world"))


@pytest.fixture(scope="module", params=DATED)
def world(request):
    return world_of(request.param)


def test_shares_are_shares(world):
    assert world.capability.sum() == pytest.approx(1.0, abs=0.03)
    assert 0.8 < world.economy.sum() < 1.1
    assert np.all(world.trade >= 0) and np.all(world.trade.sum(axis=1) <= 1 + 1e-9)


def test_each_state_is_itself_and_stands_in_one_region(world):
    codes = [s.ccode for s in world.facts.states.values()]
    assert len(set(codes)) == len(codes)
    placed = [s for region in world.facts.regions.values() for s in region]
    assert sorted(placed) == sorted(world.ids)
    assert all(s.iso3 is None or len(s.iso3) == 3 for s in world.facts.states.values())


def test_members_and_council_of_the_day(world):
    if world.facts.name in NO_ORGAN:
        assert not world.facts.councils and not world.facts.memberships
        return
    organ, n_members = MEMBERS[world.facts.name]
    members = world.facts.memberships[organ]
    assert len(set(members)) == len(members) == n_members
    permanent, elected = (names.split() for names in COUNCILS[world.facts.name])
    council = world.facts.councils[organ]
    assert list(council.permanent) == permanent and sorted(council.elected) == sorted(elected)
    assert set(permanent + elected) <= set(members)


def test_treaties_have_dates_and_the_debts_of_the_day_are_in_force(world):
    on = world.facts.date
    assert all(owed.since for owed in world.facts.obligations)
    in_force = {
        (o.debtor, o.creditor, o.kind)
        for o in world.facts.obligations
        if o.since <= on and (o.until is None or o.until > on)
    }
    assert len({o for o in world.facts.obligations}) == len(world.facts.obligations)
    for debt in DEBTS.get(world.facts.name, ()):
        assert debt in in_force


def test_great_powers_are_among_the_twelve_strongest(world):
    great = {world.ids[i] for i in np.flatnonzero(world.great_power)}
    strongest = {world.ids[i] for i in np.argsort(-world.capability)[:16]}
    assert 4 <= len(great) <= 9 and great <= strongest


def test_no_one_is_patron_of_itself_and_none_protects_in_a_circle(world):
    for client, protectors in world.facts.patrons.items():
        assert client not in protectors and len(set(protectors)) == len(protectors)


def test_plain_and_back(world):
    assert decode(WorldFacts, plain(world.facts), "world") == world.facts


def test_the_council_and_membership_tables_are_of_shipped_worlds():
    assert set(MEMBERS) == set(COUNCILS) == set(DATED) - NO_ORGAN


def test_a_world_laid_over_another_keeps_what_it_does_not_say(tmp_path):
    path = tmp_path / "later.yaml"
    path.write_text("base: munich_1938\nname: later\nstates: {GMY: {capability: 0.16}}\npatrons: {HUN: [GMY]}\n")
    facts, base = shelf.read_world(str(path)), shelf.read_world("munich_1938")
    assert facts["name"] == "later" and "base" not in facts
    assert facts["states"]["GMY"] == base["states"]["GMY"] | {"capability": 0.16}
    assert facts["patrons"]["HUN"] == ["GMY"] and facts["patrons"]["CZE"] == base["patrons"]["CZE"]
    assert facts["obligations"] == base["obligations"]


def test_worlds_that_rest_on_each_other_are_refused_in_one_line(tmp_path):
    path = tmp_path / "round.yaml"
    path.write_text(f"base: {path}\nname: round\n")
    with pytest.raises(Exception, match="rests on itself"):
        shelf.read_world(str(path))
