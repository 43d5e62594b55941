"""Coefficients drawn in sets: the stated distribution, the same sets in every arm, and two widths told apart."""

import math

import numpy as np
import pytest

from sim.analysis.widths import two_widths
from sim.behaviour import Behaviour, Ensemble, War
from sim.ensemble import drawn, member_of
from sim.errors import SettingError
from stage.arms import crises, experiment

MANY = 4000


def sets(name, value, spread):
    group, _, last = name.rpartition(".")
    inner = {last: value}
    behaviour = Behaviour(
        **({group: War(**inner)} if group else inner), ensemble=Ensemble(members=MANY, spread={name: spread})
    )
    one = [drawn(behaviour, 7, m) for m in range(MANY)]
    return np.array([getattr(getattr(b, group), last) if group else getattr(b, last) for b in one])


def test_a_lever_of_any_size_is_lognormal_around_its_value():
    values = sets("war.tempo_days", 25.0, 0.4)
    assert np.median(values) == pytest.approx(25.0, rel=0.03)
    assert np.log(values).std() == pytest.approx(0.4, rel=0.05)


def test_a_share_is_logit_normal_and_stays_a_share():
    values = sets("recommended", 0.5, 1.5)
    assert (values > 0).all() and (values < 1).all()
    assert np.log(values / (1 - values)).std() == pytest.approx(1.5, rel=0.05)


def test_a_lever_that_may_be_negative_is_normal():
    values = sets("k_yes", 0.2, 0.3)
    assert values.mean() == pytest.approx(0.2, abs=0.02) and values.std() == pytest.approx(0.3, rel=0.05)


def test_another_lever_in_the_spread_moves_no_other():
    alone = Behaviour(ensemble=Ensemble(members=3, spread={"a_norm": 0.3}))
    both = Behaviour(ensemble=Ensemble(members=3, spread={"a_cost": 0.3, "a_norm": 0.3}))
    assert [drawn(alone, 1, m).a_norm for m in range(3)] == [drawn(both, 1, m).a_norm for m in range(3)]
    assert len({drawn(both, 1, m).a_cost for m in range(3)}) == 3


def test_runs_take_turns():
    assert [member_of(Behaviour(ensemble=Ensemble(members=3, spread={"tau": 0.1})), r) for r in range(5)] == [
        0,
        1,
        2,
        0,
        1,
    ]
    assert member_of(Behaviour(), 5) is None


def test_a_run_is_played_with_its_own_set_and_with_that_alone():
    drawn_twice = experiment("behaviour.ensemble.members=2", "behaviour.ensemble.spread={a_norm: 2.0}")
    assert drawn_twice.of_run(0).behaviour.a_norm != drawn_twice.of_run(1).behaviour.a_norm
    by_hand = [
        experiment("behaviour=default", f"behaviour.a_norm={drawn_twice.of_run(m).behaviour.a_norm!r}") for m in (0, 1)
    ]
    got, expected = crises(drawn_twice, 20), [crises(e, 20) for e in by_hand]
    for run in range(20):
        assert got[run].tobytes() == expected[run % 2][run].tobytes()
    assert not np.array_equal(expected[0]["strongest_adopted"], expected[1]["strongest_adopted"])


def test_an_ensemble_without_spread_is_no_ensemble():
    with pytest.raises(SettingError, match=r"needs behaviour\.ensemble\.spread"):
        experiment("behaviour.ensemble.members=4")


def test_what_is_no_number_cannot_be_drawn():
    for name in ("war.forts", "mechanisms.force", "nothing"):
        with pytest.raises(SettingError, match=f"spread.{name} is not a lever"):
            experiment("behaviour.ensemble.members=4", f"behaviour.ensemble.spread={{{name}: 0.1}}")


def test_luck_alone_leaves_the_coefficients_no_width():
    luck = np.random.default_rng(1).binomial(50, 0.3, 64)
    widths = two_widths(luck.tolist(), [50] * 64)
    assert widths.coefficients.high - widths.coefficients.low < 0.08


def test_the_widths_of_a_beta_binomial_are_found_again():
    rng = np.random.default_rng(2)
    p = rng.beta(6, 14, 400)
    widths = two_widths(rng.binomial(100, p).tolist(), [100] * 400)
    low, high = np.quantile(p, [0.025, 0.975])
    assert widths.coefficients.low == pytest.approx(low, abs=0.02) and widths.coefficients.high == pytest.approx(
        high, abs=0.02
    )
    between, of_luck = p.var(ddof=1), (p * (1 - p)).mean() / 100 / 400
    assert widths.part == pytest.approx(between / (between + of_luck), abs=0.01)


def test_one_set_has_no_second_width():
    assert two_widths([3], [10]) is None and two_widths([1, 0], [1, 1]) is None
    assert math.isclose(two_widths([0, 0], [10, 10]).coefficients.value, 0.0)
