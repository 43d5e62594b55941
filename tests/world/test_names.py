"""What a state was called, by whom and when."""

from __future__ import annotations

import pytest

from sim.world.names import Names, Spell, iso3

NAMES = Names(
    [
        Spell(255, "GMY", "Germany", 1816, 1945),
        Spell(260, "GFR", "German Federal Republic", 1955, 1990),
        Spell(255, "GMY", "Germany", 1990, 2200),
        Spell(305, "AUS", "Austria", 1919, 2200),
        Spell(365, "RUS", "Russia", 1816, 2200),
        Spell(530, "ETH", "Ethiopia", 1898, 1936),
        Spell(900, "AUL", "Australia", 1920, 2200),
    ]
)


@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("DEU", 1935, 255),
        ("DEU", 1970, 260),
        ("Germany", 1970, 260),
        ("GMY", 2000, 255),
        ("530", 1935, 530),
        ("Abyssinia", 1935, 530),
        ("soviet union", 1935, 365),
        ("RUS", None, 365),
    ],
)
def test_a_name_means_a_state_of_its_year(name, year, code):
    assert NAMES.code(name, year) == code


def test_aus_is_austria_or_australia():
    """The Correlates of War and ISO 3166 give the same three letters to two states."""
    assert NAMES.code("AUS", 1935) == 305
    assert NAMES.code("AUS", 1935, by_iso3=True) == 900


@pytest.mark.parametrize(
    ("name", "year", "what"),
    [("Atlantis", 1935, "is no state"), ("ETH", 1940, "only within 1898-1936"), ("GFR", 1935, "within 1955-1990")],
)
def test_no_such_state(name, year, what):
    with pytest.raises(ValueError, match=what):
        NAMES.code(name, year)


@pytest.mark.parametrize(
    ("state", "year", "code"),
    [
        ("RUS", 1935, "SUN"),
        ("RUS", 1995, "RUS"),
        ("YUG", 1935, "YUG"),
        ("YUG", 2010, "SRB"),
        ("UKG", 1935, "GBR"),
        ("BAV", 1850, None),
    ],
)
def test_iso3_of_a_year(state, year, code):
    assert iso3(state, year) == code
