"""Clauses of the United Nations Charter as the shipped arrangements carry them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from kernels.voting import decide
from sim.arrangement.charter import Charter
from sim.arrangement.membership import available, members_of
from sim.arrangement.obligations import triggered
from sim.arrangement.organ import seat
from sim.schema import decode, plain
from sim.stream.codes import Entry, Measure
from sim.world.world import World, WorldFacts

CONF = Path(__file__).parents[2] / "conf"
PERMANENT = ("USA", "UKG", "FRN", "RUS", "TAW")


def charter(name):
    text = (CONF / "arrangement" / f"{name}.yaml").read_text(encoding="utf-8")
    return decode(Charter, yaml.safe_load(text), "arrangement")


def world(name):
    text = (CONF / "world" / f"{name}.yaml").read_text(encoding="utf-8")
    return World(decode(WorldFacts, yaml.safe_load(text), "world"))


def sit(name, where, parties=(), absent=(), kind="council"):
    law, place = charter(name), world(where)
    mask = np.isin(place.ids, parties)
    rule = law.organ.rule if kind == "council" else law.fallback.rule
    bench = seat(law.organ, rule, kind, members_of(law.membership, place), place, mask, absent)
    return bench, [place.ids[i] for i in bench.seats]


def decided(bench, names, votes, measure=Measure.CONDEMNATION):
    """Vote as given, everybody else in favour."""
    position = np.array([votes.get(name, 1) for name in names], dtype=np.int8)
    position[bench.absent] = 2
    return decide(
        position, bench.excluded(measure), bench.veto, bench.weight, bench.quota, bench.basis, bench.strict,
        bench.rule.abstention_blocks, bench.rule.absence_blocks,
    )  # fmt: skip


def test_eleven_seats_and_seven_votes():
    bench, names = sit("un_1945", "korea_1950")
    assert len(names) == 11 and tuple(names[:5]) == PERMANENT
    assert list(bench.veto) == [True] * 5 + [False] * 6
    elected = names[5:]
    assert decided(bench, names, dict.fromkeys(elected[:4], -1))[0]
    assert not decided(bench, names, dict.fromkeys(elected[:5], -1))[0]


@pytest.mark.parametrize("state", PERMANENT)
def test_one_permanent_member_against_defeats_any_draft(state):
    bench, names = sit("un_1945", "suez_1956")
    adopted, yes, no, *_ = decided(bench, names, {state: -1})
    assert not adopted and (yes, no) == (10, 1)


@pytest.mark.parametrize("state", PERMANENT)
def test_a_permanent_member_that_abstains_concurs(state):
    """Practice since 1946; ICJ, Namibia, Reports 1971, 22."""
    bench, names = sit("un_1945", "suez_1956")
    assert decided(bench, names, {state: 0})[0]


def test_resolution_82_passed_over_an_empty_chair():
    """25 June 1950: nine for, Yugoslavia abstaining, the Soviet Union absent."""
    bench, names = sit("un_1945", "korea_1950", parties=("PRK", "ROK"), absent=("RUS",))
    adopted, yes, no, abstain, absent, vetoes = decided(bench, names, {"YUG": 0}, Measure.CEASEFIRE_DEMAND)
    assert adopted and (yes, no, abstain, absent, vetoes) == (9, 0, 1, 1, 0)


def test_resolution_83_passed_with_seven_votes():
    """27 June 1950: Yugoslavia against, Egypt and India taking no part; under the Charter of 1965 the same seven would have failed."""
    votes = {"YUG": -1, "EGY": 0, "IND": 0}
    bench, names = sit("un_1945", "korea_1950", absent=("RUS",))
    assert decided(bench, names, votes, Measure.FORCE_AUTHORISED)[:3] == (True, 7, 1)
    later, names = sit("un_1965", "korea_1950", absent=("RUS",))
    assert not decided(later, names, votes, Measure.FORCE_AUTHORISED)[0]


def test_with_the_soviet_union_present_resolution_83_fails():
    bench, names = sit("un_1945", "korea_1950")
    adopted, yes, _, _, _, vetoes = decided(
        bench, names, {"YUG": -1, "EGY": 0, "IND": 0, "RUS": -1}, Measure.FORCE_AUTHORISED
    )
    assert not adopted and yes == 7 and vetoes == 1


def test_parties_abstain_under_chapter_six_alone():
    """Art. 27(3): Britain and France may veto the draft of 30 October 1956, and could not have voted on mediation."""
    bench, names = sit("un_1945", "suez_1956", parties=("ISR", "UKG", "FRN", "EGY"))
    excluded = bench.excluded(Measure.MEDIATION)
    assert {names[i] for i in np.flatnonzero(excluded)} == {"UKG", "FRN"}
    votes = {"UKG": -1, "FRN": -1, "AUL": 0, "BEL": 0}
    assert decided(bench, names, votes, Measure.MEDIATION)[0]
    assert decided(bench, names, votes, Measure.CEASEFIRE_DEMAND) == (False, 7, 2, 2, 0, 2)


def test_uniting_for_peace_is_of_3_november_1950():
    law = charter("un_1945")
    assert not available(law.fallback.since, "1950-06-25") and available(law.fallback.since, "1956-10-29")
    assert {i.measure for i in law.instruments} == set(law.fallback.instruments)


def test_the_assembly_needs_two_thirds_and_knows_no_veto():
    """Resolution 997 (ES-I), 2 November 1956: 64 to 5 with 6 abstentions, Luxembourg absent."""
    bench, names = sit("un_1945", "suez_1956", parties=("ISR", "UKG", "FRN", "EGY"), kind="assembly")
    assert len(names) == 76 and not bench.veto.any()
    votes = dict.fromkeys(("UKG", "FRN", "ISR", "AUL", "NEW"), -1)
    votes |= dict.fromkeys(("BEL", "CAN", "LAO", "NTH", "POR", "SAF"), 0) | {"LUX": 2}
    assert decided(bench, names, votes, Measure.CEASEFIRE_DEMAND) == (True, 64, 5, 6, 1, 0)
    every_third = {name: -1 for i, name in enumerate(names) if i % 3 == 0}
    assert not decided(bench, names, every_third, Measure.CEASEFIRE_DEMAND)[0]


def test_exactly_two_thirds_is_enough():
    bench, names = sit("un_1945", "korea_1950", kind="assembly")
    votes = {name: -1 for name in names[:19]} | {names[19]: 0, names[20]: 0}
    assert decided(bench, names, votes)[:3] == (True, 38, 19)


def test_force_is_recommended_and_sanctions_bind():
    """Arts. 25, 41; no agreement under Art. 43 was made."""
    force = {i.measure: i.force for i in charter("un_1945").instruments}
    assert force["force_authorised"] == force["peacekeeping"] == force["mediation"] == "recommended"
    assert force["sanctions_partial"] == force["sanctions_comprehensive"] == "binding"
    assert charter("un_1945").forces.standing_share == charter("un_1945").forces.centralisation == 0


def test_the_charter_covers_those_outside():
    """Arts. 1(1), 2(6): South Korea was no member."""
    law = charter("un_1945")
    assert triggered(law, Entry.ATTACK, target_is_member=False, target_in_area=False)


def test_fifteen_seats_and_nine_votes_are_all_that_changed():
    old, new = plain(charter("un_1945")), plain(charter("un_1965"))
    assert (new["organ"]["size"], old["organ"]["size"]) == (15, 11)
    assert (new["organ"]["rule"]["quotas"][0]["share"], old["organ"]["rule"]["quotas"][0]["share"]) == (9, 7)
    for law in (old, new):
        law["organ"]["size"] = law["organ"]["rule"]["quotas"] = law["name"] = law["title"] = law["dates"] = None
    assert old == new
