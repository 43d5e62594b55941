import json
import math

import numpy as np
import pytest

from sim import lab
from sim.battery.census import Counts, count, together
from sim.battery.distributions import Simulated, compare, distance, simulated
from sim.battery.observed import PUBLISHED, Observed, recomputed
from sim.stream.codes import EndCause, Entry, Outcome
from sim.stream.log import DTYPES
from stage.arms import experiment


def counts(n=40):
    """Forty wars by hand: half decided, the stronger and the first mover winning three of four."""
    empty = together([])
    crises = np.zeros(n, DTYPES["crises"])
    crises["attempted"], crises["battle_deaths"] = True, 2000.0
    crises["end_day"] = np.linspace(10.0, 400.0, n)
    crises["outcome"] = Outcome.STALEMATE
    crises["outcome"][:15], crises["outcome"][15:20] = Outcome.FAIT_ACCOMPLI, Outcome.DEFEATED
    crises["aggressor_power"], crises["target_power"] = 0.03, 0.01
    crises["first_meeting_day"], crises["first_measure_day"] = 2.0, 20.0  # the assembly's: the council adopted nothing
    some = dict.fromkeys(("year", "joined", "allies", "ally_joined", "others", "other_joined", "honoured", "refused"))
    values = {name: np.ones(n, dtype=np.int64) for name in some} | {"refused": np.full(n, 3), "others": np.full(n, 50)}
    values["onset"], values["threatened"], values["resolved"] = (
        np.zeros(n),
        np.zeros(n, dtype=bool),
        np.full(n, math.nan),
    )
    return Counts(crises=crises, drafts=empty.drafts, draft_year=empty.draft_year, **values)


def test_figures_of_wars_counted_by_hand():
    got = simulated(counts())
    assert got["initiator wins"] == Simulated(0.75, 20)
    assert got["stronger side wins, ratio 2-5"] == Simulated(0.75, 20)
    assert got["another state joins, per state and war"] == Simulated(0.02, 2000)
    assert got["obligations honoured"] == Simulated(0.25, 160)
    assert got["war length, 50% quantile"].value == pytest.approx(205.0)
    assert got["Council meets within 7 days of a war"].value == 1.0
    assert got["first resolution within a year of a war"].value == 0.0
    assert "drafts adopted, 1946-65" not in got  # nothing was voted on


def test_wars_are_counted_from_the_attack_that_follows_a_threat():
    """A threat with thirty days' notice: the war is thirty days shorter than the crisis, and a meeting before it is at once."""
    late = counts()
    late.onset[:] = 30.0
    late.crises["end_day"] += 30.0
    late.resolved[:] = 33.0
    got = simulated(late)
    assert got["war length, 50% quantile"].value == pytest.approx(205.0)
    assert got["day of the first meeting on a war, median"].value == 0.0
    assert got["day of the first resolution on a war, median"].value == 3.0


def test_an_aggressor_that_refrains_from_a_threat_has_made_none():
    """Extended immediate deterrence begins with a threat that was made (Huth 1988): ten were, of which one was let pass."""
    threats = counts()
    threats.crises["entry"] = Entry.THREAT
    threats.crises["attempted"][11:], threats.crises["battle_deaths"][11:] = False, 0.0
    threats.crises["outcome"][10:21], threats.crises["outcome"][21:] = Outcome.DETERRED, Outcome.NOT_TEMPTED
    threats.crises["first_meeting_day"][11:] = math.nan
    threats.threatened[1:11] = True
    got = simulated(threats)
    assert got["threat against a protected state is not carried out"] == Simulated(0.1, 10)
    assert got["Council takes up a crisis"] == Simulated(1.0, 11)
    assert got["an organisation matters to how a crisis ends"].n == 11


def test_a_threat_is_counted_where_it_is_made():
    arm = experiment("scenario=munich_1938", "arrangement=league", "aggression=computed", "behaviour.misperception=2")
    got = count(arm, 12)
    refrained = got.crises["end_cause"] == EndCause.REFRAINED
    assert refrained.any() and got.threatened.any()
    assert (got.threatened == ~refrained).all()


def test_an_assemblys_recommendation_is_no_resolution_of_the_council():
    """Suez 1956: the Council is kept from acting by vetoes, the Assembly recommends."""
    arm = experiment("scenario=suez_1956", "arrangement=un_1945")
    got = count(arm, 12)
    council = {int(d["run"]) for d in got.drafts[got.drafts["adopted"]]}
    assert (~np.isnan(got.crises["first_measure_day"]) & np.isnan(got.resolved)).any()
    assert set(np.flatnonzero(~np.isnan(got.resolved))) == council


def test_distance_is_a_ratio_of_days_or_of_odds():
    assert distance(Simulated(20.0, 9), Observed(10.0, 9, "")) == pytest.approx(math.log(2))
    assert distance(Simulated(0.5, 10**6), Observed(0.75, 10**6, "")) == pytest.approx(math.log(3), abs=1e-4)
    assert distance(None, Observed(0.5, 9, "")) is None


def test_every_published_figure_has_a_row_and_a_source():
    rows = compare({}, {})
    assert [r["figure"] for r in rows] == list(PUBLISHED)
    assert all(r["source"] and r["distance"] is None for r in rows)


def test_the_fields_tables_give_the_published_council(field_data):
    """Adopted .576 and .834, vetoed .205 and .160 of 380 and 512 drafts; Council in .348 of 282 crises."""
    from sim.world.importers.archive import Archive

    got = recomputed(Archive(field_data))
    for name in (
        "drafts adopted, 1946-65",
        "drafts adopted, 1966-89",
        "unanimous among adopted, 1966-89",
        "Council takes up a crisis",
    ):
        assert got[name].value == pytest.approx(PUBLISHED[name].value, abs=0.005), name
        assert got[name].n == PUBLISHED[name].n


@pytest.mark.slow
def test_sampled_crises_are_held_against_history(field_data, tmp_path, capsys):
    words = ["validate", "--distributions", "--data", str(field_data), "--runs", "2", "--sample", "1", "--workers", "1"]
    assert lab.run([*words, "-o", str(tmp_path / "d"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["sample"] == 15 and len(said["figures"]) == len(PUBLISHED)
    assert "Council takes up a crisis" in (tmp_path / "d/pages/distributions.md").read_text(encoding="utf-8")
