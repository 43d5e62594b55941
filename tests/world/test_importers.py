"""Worlds from the field's files, small and real."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.errors import DataError
from sim.schema import decode, plain
from sim.world.importers.archive import Archive
from sim.world.importers.build import build_world
from sim.world.importers.known import UN_ELECTED
from sim.world.store import save_world
from sim.world.world import World, WorldFacts

NEVER_TABLED = {"routes and key commodity"}


def built(archive, day, **options):
    facts, report = build_world(archive, date.fromisoformat(day), **options)
    return World(decode(WorldFacts, plain(facts), "world")), report


def test_a_folder_of_all_tables(folder):
    world, report = built(Archive(folder), "1935-10-03")
    assert world.ids == ("USA", "UKG", "GMY", "ITA", "ETH", "AUL")
    assert world.capability.sum() == pytest.approx(1.0, abs=1e-5)
    assert set(np.array(world.ids)[world.great_power]) == {"USA", "UKG", "GMY", "ITA"}
    assert world.facts.contiguity == {"UKG": ("ITA",)}
    assert world.trade[world.index("USA", "t"), world.index("UKG", "t")] == pytest.approx(0.75)
    assert [f.text for f in report.of("carried")] == ["an earlier year stands for: AUL"]
    assert {f.concept for f in report.of("missing")} == NEVER_TABLED


def test_league_of_notice_and_exit(folder):
    facts = built(Archive(folder), "1935-10-03")[0].facts
    assert facts.memberships["league"] == ("UKG", "ITA", "ETH", "AUL")
    assert facts.memberships["league_under_notice"] == ("GMY",)
    assert "league_under_notice" not in built(Archive(folder), "1935-10-22")[0].facts.memberships


def test_capital_of_the_day(folder):
    early = built(Archive(folder), "1926-01-01")
    assert early[0].facts.states["AUL"].latitude == -37.81


def test_votes_place_states_and_patrons_stand_for_those_that_had_none(folder):
    world, report = built(Archive(folder), "1956-07-01")
    assert world.facts.states["USA"].ideal == (0.6,)
    assert world.facts.states["GFR"].ideal == world.facts.states["USA"].ideal
    assert world.facts.patrons["GFR"] == ("USA",)
    assert any("patron" in f.text and "GFR" in f.text for f in report.of("imputed"))


def test_before_votes_alliances_make_affinity(folder):
    world, report = built(Archive(folder), "1935-10-03")
    assert len(world.facts.affinity) == world.n_states
    assert any("portfolios" in f.text for f in report.of("used"))
    assert (
        world.affinity[world.index("USA", "t"), world.index("UKG", "t")]
        != world.affinity[world.index("USA", "t"), world.index("GMY", "t")]
    )


def test_rivals_are_set_apart(folder):
    world, _ = built(Archive(folder), "1935-10-03")
    i, j = world.index("ITA", "t"), world.index("ETH", "t")
    assert max(world.affinity[i, j], world.affinity[j, i]) <= -0.5


def test_the_first_two_tables_suffice(folder):
    for path in folder.iterdir():
        if path.name not in ("states.csv", "nmc.csv"):
            path.unlink()
    world, report = built(Archive(folder), "1935-10-03")
    missing = {f.concept for f in report.of("missing")} - NEVER_TABLED
    assert missing == {
        "great powers",
        "capitals",
        "contiguity",
        "alliances",
        "trade",
        "regime scores",
        "rivalries",
        "memberships",
    }
    assert world.capability.sum() == pytest.approx(1.0, abs=1e-5)
    assert (world.trade.sum(axis=1) > 0.99).all()


def test_without_capabilities_there_is_no_world(folder):
    (folder / "nmc.csv").unlink()
    with pytest.raises(DataError, match=r"has no table of capabilities \(columns ccode, year, cinc\)"):
        built(Archive(folder), "1935-10-03")


def test_figures_are_carried_ten_years_and_no_more(folder):
    assert built(Archive(folder), "1945-01-01")[0].facts.states["ITA"].capability > 0
    assert any("lower quartile" in f.text for f in built(Archive(folder), "1946-01-01")[1].of("imputed"))
    with pytest.raises(DataError, match="ends on 2016-12-31, more than 10 years before 2030-07-01"):
        built(Archive(folder), "2030-07-01")


def test_parquet_and_csv_give_the_same_world(folder, tmp_path):
    first, _ = built(Archive(folder), "1935-10-03")
    import polars as pl

    frame = pl.read_csv(folder / "trade.csv", null_values=["-9", ""])
    (folder / "trade.csv").unlink()
    frame.write_parquet(folder / "trade.parquet")
    assert built(Archive(folder), "1935-10-03")[0].facts == first.facts


def test_same_files_same_bytes(folder, tmp_path):
    for name in ("one", "two"):
        save_world(built(Archive(folder), "1935-10-03")[0].facts, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_security_council_has_six_elected_members_then_ten():
    """UN Charter, Art. 23 as it stood, and as amended from 1966."""
    sizes = {year: len(who) for year, who in UN_ELECTED.items()}
    assert {sizes[y] for y in range(1946, 1966)} == {6}
    assert {sizes[y] for y in range(1966, 2025)} == {10}
    assert set(UN_ELECTED[1956]) == {"AUL", "BEL", "CUB", "IRN", "PER", "YUG"}


@pytest.mark.parametrize(
    ("day", "organ", "expected"),
    [
        ("1930-07-01", "league", "UKG FRN ITA JPN GMY"),
        ("1936-07-01", "league", "UKG FRN ITA RUS"),
        ("1950-07-01", "un", "USA UKG FRN RUS TAW"),
        ("1990-07-01", "un", "USA UKG FRN RUS CHN"),
    ],
)
def test_permanent_members(real, day, organ, expected):
    assert set(built(real, day)[0].facts.councils[organ].permanent) == set(expected.split())


@pytest.mark.parametrize(("day", "state", "share"), [("1945-07-01", "USA", 0.38), ("1938-07-01", "GMY", 0.15)])
def test_capability_of_the_great(real, day, state, share):
    world, _ = built(real, day)
    assert world.capability[world.index(state, "t")] == pytest.approx(share, abs=0.01)


def test_october_1935(real):
    world, report = built(real, "1935-10-03")
    league = set(world.facts.memberships["league"])
    assert len(league) == 57 and {"PAR", "RUS", "AFG", "ECU"} <= league and not league & {"GMY", "JPN", "BRA", "USA"}
    assert set(world.facts.memberships["league_under_notice"]) == {"PAR", "GMY"}
    assert any("750" in f.text for f in report.of("dropped"))
    km = world.distance_km[world.index("UKG", "t"), world.index("ETH", "t")]
    assert km == pytest.approx(5900, rel=0.02)


def test_japan_left_in_1933_and_was_bound_to_1935(real):
    assert "JPN" in built(real, "1935-03-01")[0].facts.memberships["league_under_notice"]
    assert "JPN" not in built(real, "1935-04-01")[0].facts.memberships["league_under_notice"]


def test_germany_stays_in_nato_when_united(real):
    assert "GMY" in built(real, "1995-07-01")[0].facts.memberships["nato"]


@pytest.mark.parametrize("year", [1816, 1870, 1914, 1946, 1962, 1991, 2014])
def test_every_era_gives_a_whole_world(real, year):
    world, report = built(real, f"{year}-07-01")
    assert 0.9 < world.capability.sum() <= 1.001  # states that end or begin within the year are rated with it
    assert np.abs(world.affinity).max() <= 1.0 and np.isfinite(world.trade).all()
    assert any(f.concept == "affinity" or f.concept == "ideal points" for f in report.findings)


def test_shipped_and_imported_1935_agree_where_they_can(real):
    text = (Path(__file__).parents[2] / "conf" / "world" / "abyssinia_1935.yaml").read_text(encoding="utf-8")
    shipped = World(decode(WorldFacts, yaml.safe_load(text), "world"))
    found, _ = built(real, "1935-10-03")
    assert set(shipped.ids) - set(found.ids) == {"IND"}
    assert set(found.ids) - set(shipped.ids) == {"COS", "YAR", "MON", "NEP"}
    for state in set(shipped.ids) & set(found.ids):
        one, other = shipped.facts.states[state], found.facts.states[state]
        assert one.capability == pytest.approx(other.capability, abs=0.004), state
        assert (one.ccode, one.iso3, one.great_power, one.neutral) == (
            other.ccode,
            other.iso3,
            other.great_power,
            other.neutral,
        ), state
    assert shipped.facts.councils["league"] == found.facts.councils["league"]
