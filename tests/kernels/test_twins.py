"""Every kernel has a twin of the same name and signature, and each agrees with it on random instances."""

import importlib
import inspect
import pathlib

import numpy as np
import pytest
from numba.extending import is_jitted

import kernels
from kernels import campaign, capability, cascade, coalition, compliance, drafts, forecast, pressure, voting
from reference import campaign as campaign_twin
from reference import capability as capability_twin
from reference import cascade as cascade_twin
from reference import coalition as coalition_twin
from reference import compliance as compliance_twin
from reference import drafts as drafts_twin
from reference import forecast as forecast_twin
from reference import pressure as pressure_twin
from reference import voting as voting_twin
from reference.instances import coalition_batch, coalition_instance, organ_instance

FILES = sorted(p.stem for p in pathlib.Path(kernels.__file__).parent.glob("*.py") if not p.stem.startswith("_"))
PUBLIC = [
    (name, function)
    for name in FILES
    for function, value in vars(importlib.import_module(f"kernels.{name}")).items()
    if is_jitted(value) and value.py_func.__module__ == f"kernels.{name}" and not function.startswith("_")
]


@pytest.mark.parametrize(("name", "function"), PUBLIC)
def test_has_a_twin_of_the_same_signature(name, function):
    kernel = getattr(importlib.import_module(f"kernels.{name}"), function)
    twin = getattr(importlib.import_module(f"reference.{name}"), function, None)
    assert twin is not None, f"tests/reference/{name}.py lacks {function}"
    assert not is_jitted(twin)
    assert list(inspect.signature(twin).parameters) == list(inspect.signature(kernel.py_func).parameters)


@pytest.mark.parametrize(("name", "function"), PUBLIC)
def test_documents_each_parameter_once_and_no_other(name, function):
    kernel = getattr(importlib.import_module(f"kernels.{name}"), function)
    _, _, section = inspect.getdoc(kernel.py_func).partition("Parameters\n----------\n")
    heads = [line for line in section.partition("\n\n")[0].splitlines() if not line.startswith(" ")]
    documented = [parameter for line in heads for parameter in line.partition(" : ")[0].split(", ")]
    assert sorted(documented) == sorted(inspect.signature(kernel.py_func).parameters)


def positions_of(n):
    return np.zeros(n, np.int8), np.zeros(n)


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("seed", range(60))
def test_game_equals_its_twin(seed, start):
    n = 4 + seed % 20
    arguments = coalition_instance(n, seed, start, max_passes=(12, 1, 2, 5)[seed % 4])
    side, share = positions_of(n)
    side_twin, share_twin = positions_of(n)
    got = coalition.game(*arguments.values(), side, share)
    expected = coalition_twin.game(*arguments.values(), side_twin, share_twin)
    assert (side == side_twin).all()
    assert (share == share_twin).all()
    assert got[:2] == expected[:2]
    assert got[2:] == pytest.approx(expected[2:], abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_game_with_signs_turned_equals_its_twin(seed):
    arguments = coalition_instance(12, seed) | {"security": -6.0, "assurance": 8.0, "pull": -3.0, "mu": 1.4}
    if seed % 2:
        arguments |= {"security": 20.0, "assurance": -2.0, "cost_for": np.full(12, -0.5)}
    arguments["base_for"] = arguments["base_for"] + 3.0
    side, share = positions_of(12)
    side_twin, share_twin = positions_of(12)
    assert (
        coalition.game(*arguments.values(), side, share)[:2]
        == (coalition_twin.game(*arguments.values(), side_twin, share_twin)[:2])
    )
    assert (side == side_twin).all()
    assert (share == share_twin).all()


@pytest.mark.parametrize("seed", range(30))
def test_game_among_the_powerless_equals_its_twin(seed):
    """Sides and states without any power at the place: contests of nothing with nothing."""
    arguments = coalition_instance(12, seed, start=seed % 2) | {"mu": (0.35, 1.0, 1.4)[seed % 3]}
    rng = np.random.default_rng(seed)
    for key in ("power_for", "power_against"):
        arguments[key] = np.where(rng.random(12) < 0.4, 0.0, arguments[key])
    if seed % 5 == 0:
        arguments["power_for"] = np.zeros(12)
    arguments["base_for"], arguments["base_against"] = arguments["base_for"] + 4.0, arguments["base_against"] + 3.0
    side, share = positions_of(12)
    side_twin, share_twin = positions_of(12)
    got = coalition.game(*arguments.values(), side, share)
    expected = coalition_twin.game(*arguments.values(), side_twin, share_twin)
    assert (side == side_twin).all()
    assert (share == share_twin).all()
    assert got[:2] == expected[:2]
    assert got[2:] == pytest.approx(expected[2:], abs=1e-9)


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_smallest_games_equal_their_twin(n, start):
    """A state alone, free and without anybody to join or to fear; then one member, then two."""
    for seed in range(8):
        arguments = coalition_instance(4, seed, start)
        arguments |= {"order": np.arange(n), "weight": np.ascontiguousarray(arguments["weight"][-n:, -n:])}
        for key, value in arguments.items():
            if isinstance(value, np.ndarray) and len(value) == 4 and key not in ("order", "weight"):
                arguments[key] = value[-n:].copy()
        arguments["fixed"][:] = np.array([0, 1, -1], np.int8)[:n]
        arguments["base_for"], arguments["base_against"] = arguments["base_for"] + 6.0, arguments["base_against"] + 5.0
        side, share = positions_of(n)
        side_twin, share_twin = positions_of(n)
        got = coalition.game(*arguments.values(), side, share)
        expected = coalition_twin.game(*arguments.values(), side_twin, share_twin)
        assert (side.tolist(), share.tolist()) == (side_twin.tolist(), share_twin.tolist())
        assert got[:2] == expected[:2]
        assert got[2:] == pytest.approx(expected[2:], abs=1e-9)


def test_a_state_whose_utility_is_unknown_stands_aside():
    arguments = coalition_instance(12, 3)
    arguments["base_for"][4] = arguments["base_against"][4] = np.nan
    side, share = positions_of(12)
    _, _, x_for, x_against, p = coalition.game(*arguments.values(), side, share)
    assert (side[4], share[4]) == (0, 0.0)
    assert np.isfinite([x_for, x_against, p]).all()


@pytest.mark.parametrize("start", [0, 1])
def test_game_batch_equals_game_bit_for_bit_and_its_twin(start):
    arguments = coalition_batch(20, 15, 5, start)
    side, share = np.zeros((20, 15), np.int8), np.zeros((20, 15))
    got = coalition.game_batch(*arguments.values(), side, share)
    for r in range(20):
        one = arguments | {"base_for": arguments["base_for"][r], "base_against": arguments["base_against"][r]}
        side_one, share_one = positions_of(15)
        assert tuple(column[r] for column in got) == coalition.game(*one.values(), side_one, share_one)
        assert (side[r] == side_one).all()
        assert (share[r] == share_one).all()
    side_twin, share_twin = np.zeros_like(side), np.zeros_like(share)
    expected = coalition_twin.game_batch(*arguments.values(), side_twin, share_twin)
    assert (side == side_twin).all()
    for column, column_twin in zip(got, expected, strict=True):
        np.testing.assert_allclose(column, column_twin, atol=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_coalition_terms_equal_their_twin(seed):
    n = 4 + seed % 12
    arguments = coalition_instance(n, seed)
    side, share = positions_of(n)
    coalition.game(*arguments.values(), side, share)
    left_out = ("order", "base_for", "base_against", "cost_for", "cost_against", "max_passes", "start")
    given = [value for key, value in arguments.items() if key not in left_out]
    either = np.random.default_rng(seed).choice([-1, 1], n)
    course = np.where((side != 0) & (seed % 3 > 0), side, either).astype(np.int8)
    got, expected = np.empty((n, 3)), np.empty((n, 3))
    coalition.coalition_terms(*given, side, share, course, got)
    coalition_twin.coalition_terms(*given, side, share, course, expected)
    np.testing.assert_allclose(got, expected, atol=1e-8)


@pytest.mark.parametrize("n", [1, 2, 30])
def test_pull_weights_equal_their_twin(n):
    rng = np.random.default_rng(n)
    given = rng.uniform(-1.0, 1.0, (n, n)), rng.dirichlet(np.ones(n))
    assert (coalition.pull_weights(*given) == coalition_twin.pull_weights(*given)).all()


@pytest.mark.parametrize("seed", range(20))
def test_stances_equal_their_twin(seed):
    rng = np.random.default_rng(seed)
    fixed, acting = rng.choice(np.array([0, 0, 0, 0, 1, -1, 2], np.int8), (2, 40))
    given = fixed, rng.random(40) < 0.6, np.sign(acting * (acting != 2)), bool(seed % 2), rng.random(40) < 0.2
    assert (coalition.stances(*given) == coalition_twin.stances(*given)).all()


@pytest.mark.parametrize("seed", range(20))
def test_cascade_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    n = 3 + seed
    fixed = rng.choice(np.array([0, 0, 0, 0, 1, -1], np.int8), n)
    arguments = (rng.uniform(-1, 1, n), rng.dirichlet(np.ones(n)), 4.0, fixed, 1 + seed % 9)
    base = rng.normal(-0.5, 1.0, (6, n))
    side, side_twin = np.zeros((6, n), np.int8), np.zeros((6, n), np.int8)
    assert (
        cascade.cascade_batch(base, *arguments, side) == cascade_twin.cascade_batch(base, *arguments, side_twin)
    ).all()
    assert (side == side_twin).all()
    one = np.zeros(n, np.int8)
    cascade.cascade(base[3], *arguments, one)
    assert (one == side[3]).all()


@pytest.mark.parametrize("seed", range(60))
def test_a_draft_equals_its_twin(seed):
    n_seats, n_states = 5 + seed % 11, 20
    rng = np.random.default_rng(seed)
    organ = organ_instance(n_seats, 1, seed)
    seats = rng.permutation(n_states)[:n_seats]
    disposition, luck, power = rng.normal(size=n_states), rng.logistic(size=n_states), rng.random(n_states)
    appeal = np.where(rng.random(n_seats) < (0.3, 1.0)[seed % 4 == 0], -np.inf, organ["base"] - 1.0)
    assert drafts.most_willing(appeal, seats, disposition) == drafts_twin.most_willing(appeal, seats, disposition)
    forces = appeal, seats, disposition, luck, power
    assert drafts.strongest_willing(*forces) == drafts_twin.strongest_willing(*forces)
    views, rule = list(organ.values())[4:11], list(organ.values())[11:]
    sponsor, flipped = (int(rng.choice([-1, *seats])) for _ in range(2))
    k_meant = views[3] + rng.exponential()
    views.insert(5, k_meant)
    given = organ["base"], organ["political"], seats, disposition, luck, *views, sponsor, flipped, *rule
    got, expected = ((np.empty(n_seats, np.int8), np.empty(n_seats, bool)) for _ in range(2))
    assert drafts.put_to_vote(*given, *got) == drafts_twin.put_to_vote(*given, *expected)
    assert all((a == b).all() for a, b in zip(got, expected, strict=True))


@pytest.mark.parametrize("seed", range(40))
def test_voting_equals_its_twin(seed):
    arguments = organ_instance(5 + seed % 11, 40, seed)
    assert voting.canvass(*arguments.values()) == voting_twin.canvass(*arguments.values())
    keys = ("affinity", "capability", "pull", "k_yes", "k_no", "fixed", "max_passes")
    base, political = (
        arguments["base"] + arguments["lasting"] + arguments["passing"],
        arguments["political"] + arguments["lasting"],
    )
    got, expected = np.empty(base.shape, np.int8), np.empty(base.shape, np.int8)
    rest = [arguments[key] for key in keys]
    passes = voting.positions_batch(base, political, *rest, got)
    assert (passes == voting_twin.positions_batch(base, political, *rest, expected)).all()
    assert (got == expected).all()
    one = np.empty(base.shape[1], np.int8)
    assert voting.positions(base[7], political[7], *rest, one) == passes[7]
    assert (one == got[7]).all()
    rule = list(arguments.values())[11:]
    got_decided, expected_decided = voting.decide_batch(got, *rule), voting_twin.decide_batch(got, *rule)
    assert (got_decided[0] == expected_decided[0]).all()
    assert (got_decided[1] == expected_decided[1]).all()


@pytest.mark.parametrize("seed", range(20))
def test_decide_equals_its_twin_on_every_basis(seed):
    rng = np.random.default_rng(seed)
    position = rng.choice(np.array([1, 1, 0, -1, 2], np.int8), 9)
    rule = (
        rng.random(9) < 0.2, rng.random(9) < 0.2, rng.integers(1, 4, (4, 9)).astype(float),
        np.array([0.4, 0.5, 2 / 3, 6.0]), np.arange(4, dtype=np.int8), rng.random(4) < 0.5, seed % 2 == 0, seed % 3 == 0,
    )  # fmt: skip
    assert voting.decide(position, *rule) == voting_twin.decide(position, *rule)


@pytest.mark.parametrize("seed", range(20))
def test_bookkeeping_of_forces_and_senders_equals_its_twin(seed):
    rng, n = np.random.default_rng(seed), 30
    home, field, transit, lost, dead = rng.integers(0, 50_000, (5, n))
    side, party = rng.integers(-1, 2, n).astype(np.int8), rng.random(n) < 0.2
    stock = (home + field + transit) * (rng.random(n) < 0.9)
    given = home, field, transit, stock, party, side, bool(seed % 2)
    assert (capability.ready_share(*given) == capability_twin.ready_share(*given)).all()
    books = [[x.copy() for x in (field, lost, dead)] for _ in range(2)]
    for (fielded, gone, fallen), losses in zip(
        books, (campaign.battle_losses, campaign_twin.battle_losses), strict=True
    ):
        losses(fielded, side, 0.02, 0.01, gone, fallen)
    assert all((a == b).all() for a, b in zip(*books, strict=True))
    wish = rng.normal(1.0, 1.0, n), rng.exponential(1.0, n), np.array([0.25, 0.5, 0.75, 1.0])
    got, expected = np.empty(n), np.empty(n)
    compliance.best_share(*wish, got)
    compliance_twin.best_share(*wish, expected)
    assert (got == expected).all()
    since = np.where(rng.random(n) < (0.5, 0.0)[seed % 4 == 0], rng.integers(0, 10**6, n), -1)
    flows = rng.random(n), since, 10**6, 525_600.0, 0.3
    got, expected = np.empty(n), np.empty(n)
    assert compliance.still_carried_out(*flows, got) == compliance_twin.still_carried_out(*flows, expected)
    assert (got == expected).all()


def test_capability_equals_its_twin():
    rng = np.random.default_rng(3)
    for _ in range(20):
        n = int(rng.integers(1, 30))
        given = (rng.random(n), rng.uniform(0, 15000, n), rng.random(n), rng.random(n) < 0.3, 5000.0)
        np.testing.assert_allclose(capability.project(*given), capability_twin.project(*given), rtol=1e-15)
        sides = (rng.random(n), rng.random(n), rng.integers(-1, 2, n).astype(np.int8))
        np.testing.assert_allclose(capability.sum_by_side(*sides), capability_twin.sum_by_side(*sides), atol=1e-10)
        tied = rng.integers(0, 4, n).astype(float)
        assert (capability.order_by_capability(tied) == capability_twin.order_by_capability(tied)).all()
        x, y, mu = rng.random(3)
        assert capability.contest(x, y, mu) == pytest.approx(capability_twin.contest(x, y, mu), rel=1e-14)
        assert capability.contest_difference(x, y, mu) == pytest.approx(capability_twin.contest_difference(x, y, mu))
        assert capability.grains(x) == capability_twin.grains(x)


def test_pressure_equals_its_twin():
    rng = np.random.default_rng(4)
    given = (rng.dirichlet(np.ones(40)), rng.random(40), 0.3, 0.4, 0.25)
    assert pressure.pressure(*given) == pytest.approx(pressure_twin.pressure(*given), rel=1e-14)
    for n in (0, 1, 3, 20) * 5:
        patron, great, demands = rng.random((3, n)) < 0.4
        capability = rng.random(n)
        groups = (capability * great, (capability * great).sum(), capability * patron, (capability * patron).sum())
        given = (demands, *groups, patron, capability, rng.random())
        assert pressure.demanded(*given) == pytest.approx(pressure_twin.demanded(*given), rel=1e-12)


def test_a_patron_outweighs_a_client_of_any_size():
    """What counts is the ratio of the two: three to one is one half, and nothing against nothing is none."""
    everybody, none = np.ones(1, bool), np.zeros(1)
    for own in (1.0, 1e-13, 5e-324):
        tutelage = pressure.demanded(everybody, none, 0.0, np.ones(1), 1.0, everybody, np.array([3.0 * own]), own)[1]
        assert tutelage == pytest.approx(0.5, rel=1e-15)
    assert pressure.demanded(everybody, none, 0.0, np.ones(1), 1.0, everybody, none, 0.0) == (0.0, 0.0)
    assert pressure.demanded(everybody, none, 0.0, none, 0.0, everybody, np.ones(1), 0.1) == (0.0, 0.0)


def test_campaign_equals_its_twin():
    rng = np.random.default_rng(5)
    for _ in range(60):
        forts = int(rng.integers(2, 14))
        start, p = int(rng.integers(0, forts + 1)), float(rng.uniform(0.02, 0.98))
        assert campaign.absorption(p, start, forts) == pytest.approx(
            campaign_twin.absorption(p, start, forts), rel=1e-9
        )
        assert campaign.expected_battles(p, start, forts) == pytest.approx(
            campaign_twin.expected_battles(p, start, forts), rel=1e-9
        )
        given = (*rng.random(2), 0.35, forts, rng.normal())
        assert campaign.p_battle(*given) == pytest.approx(campaign_twin.p_battle(*given), rel=1e-13)
        forces = rng.random(20), rng.integers(0, 50, 20), rng.integers(-1, 2, 20).astype(np.int8)
        given = (*forces, 0.9, 0.4, 0.35, forts, rng.normal(), start, forts)
        assert campaign.prospects(*given) == pytest.approx(campaign_twin.prospects(*given), rel=1e-9)
        assert campaign.battle_exponent(0.35, forts) == pytest.approx(campaign_twin.battle_exponent(0.35, forts))


def test_walk_equals_its_twin():
    given = (
        7, 100, 3, 2, np.linspace(0.2, 3.0, 50), np.ones(50), 0.35, 6, 3, 0.2, np.full(50, 25.0), 1.3, 900.0, 30,
    )  # fmt: skip
    got, expected = campaign.walk(*given), campaign_twin.walk(*given)
    assert (got[0] == expected[0]).all()
    assert (got[1] == expected[1]).all()
    np.testing.assert_allclose(got[2], expected[2], rtol=1e-12)


def test_forecast_equals_its_twin():
    arguments = list(coalition_instance(9, 8).values())
    got = forecast.coalition_forecast(5, 6, 12, 7, 8, 1.0, -1.0, *arguments)
    expected = forecast_twin.coalition_forecast(5, 6, 12, 7, 8, 1.0, -1.0, *arguments)
    for column, column_twin in zip(got, expected, strict=True):
        np.testing.assert_allclose(column, column_twin, atol=1e-9)
    runs = list(coalition_batch(3, 9, 8).values())
    levels = np.array([0.1, 0.5, 0.9])
    got = forecast.forecast_runs(5, 6, 12, 7, 8, 1.0, 1.0, levels, *runs)
    expected = forecast_twin.forecast_runs(5, 6, 12, 7, 8, 1.0, 1.0, levels, *runs)
    for column, column_twin in zip(got, expected, strict=True):
        np.testing.assert_allclose(column, column_twin, atol=1e-9)


def test_summaries_equal_their_twins():
    x, levels = np.random.default_rng(6).normal(size=41), np.array([0.0, 0.05, 0.5, 0.77, 1.0])
    np.testing.assert_allclose(forecast.moments(x), forecast_twin.moments(x), rtol=1e-13)
    assert forecast.moments(x[:1]) == forecast_twin.moments(x[:1])
    np.testing.assert_allclose(forecast.quantiles(x, levels), forecast_twin.quantiles(x, levels), rtol=1e-14)
    given = (np.abs(x[:5]) % 1.0, np.arange(5.0), np.abs(x[5:10]), 0.4, 0.9, 0.35)
    np.testing.assert_allclose(forecast.expected_response(*given), forecast_twin.expected_response(*given), rtol=1e-13)
    assert forecast.expected_response(np.zeros(2), np.ones(2), np.ones(2), 1.0, 1.0, 1.0) == (0.0, np.inf, 0.5)
    small = np.array([1e-18, 1e-18]), np.array([2.0, 4.0]), np.ones(2), 1.0, 1.0, 1.0
    assert forecast.expected_response(*small)[:2] == pytest.approx((2e-18, 3.0))
    given = (np.abs(x) % 1.0, 2.0, 0.3, 0.2, 0.1)
    assert forecast.expected_utility(*given) == pytest.approx(forecast_twin.expected_utility(*given), rel=1e-13)


def test_scan_equals_its_twin():
    rng = np.random.default_rng(7)
    n = 9
    given = (
        rng.dirichlet(np.ones(n)), rng.uniform(100, 9000, (n, n)), rng.random((n, n)), rng.random((n, n)) < 0.2, 5000.0,
        rng.uniform(-1, 1, (n, n)), rng.normal(-3, 1, n), 1.5, 2.0, rng.random((n, n)), rng.random((n, n)), 0.35, 1.0, 0.2,
    )  # fmt: skip
    for got, expected in zip(forecast.scan_dyads(*given), forecast_twin.scan_dyads(*given), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)
