"""The command `power`: tables, pictures, and what is refused."""

import json

import pytest

from sim.analysis.power import power
from sim.errors import SettingError


@pytest.fixture
def council(tmp_path):
    path = tmp_path / "ec_1973.csv"
    path.write_text("state,votes,count\nlarge,10,4\nmiddle,5,2\nsmall,3,2\nLuxembourg,2,1\n", encoding="utf-8")
    return path


def test_prints_the_council_of_1973(council, capsys):
    power(weights=council, quota=["41"])
    told = capsys.readouterr().out
    assert "75 of 512 divisions adopt" in told
    assert all(share in told for share in ("5/28", "17/210", "2/35", "1/105"))
    assert "enumeration, exact" in told


def test_as_json(council, capsys):
    power(weights=council, quota=["41"], veto="Luxembourg", exclude="small 1", as_json=True)
    found = json.loads(capsys.readouterr().out)
    members = {m["member"]: m for m in found["members"]}
    assert members["small 1"]["excluded"]
    assert members["Luxembourg"]["coleman_prevent"] == 1.0
    assert sum(m["shapley_shubik"] for m in found["members"]) == pytest.approx(1.0)


@pytest.mark.parametrize("suffix", [".svg", ".png", ".html"])
def test_draws(council, tmp_path, suffix, capsys):
    path = tmp_path / f"power{suffix}"
    power(weights=council, quota=["2/3"], out=[path])
    assert path.stat().st_size > 1000
    assert str(path) in capsys.readouterr().out


def test_a_sample_shows_its_intervals(council, capsys):
    power(weights=council, quota=["41"], method="sampling", samples=200)
    told = capsys.readouterr().out
    assert "Monte Carlo, 200 roll calls" in told
    assert " - " in told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"quota": None}, "--quota is missing"),
        ({"veto": "Luxemburg"}, "did you mean Luxembourg"),
        ({"exclude": "Malta"}, "--exclude=Malta is not a member"),
        ({"quota": ["half"]}, "quotas='half'"),
        ({"arrangement": "league"}, "one of them"),
    ],
)
def test_refuses_in_one_line(council, options, told):
    with pytest.raises(SettingError, match=told) as error:
        power(**{"weights": council, "quota": ["41"], **options})
    assert "\n" not in str(error.value)


def test_the_council_of_fifteen_whatever_sat_at_the_date_of_the_world(capsys):
    power("un_1965")
    told = capsys.readouterr().out
    assert "848 of 32,768 divisions adopt" in told
    assert "421/2145" in told
    assert "4/2145" in told


def test_an_arrangement_votes_by_its_own_rule(capsys):
    power("league")
    told = capsys.readouterr().out
    assert "1 of " in told
    with pytest.raises(SettingError, match="no organ that votes"):
        power("self_help")
