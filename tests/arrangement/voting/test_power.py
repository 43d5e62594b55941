"""Voting power: published games, definitions applied to the letter, agreement of the methods, and what is refused."""

import csv
import os
import pathlib
from fractions import Fraction
from itertools import permutations, product
from math import comb, factorial

import numpy as np
import pytest

from sim.arrangement.voting.power import voting_power
from sim.errors import SettingError

DATA = pathlib.Path(os.environ.get("COVENANT_DATA") or pathlib.Path(__file__).parents[3] / "../shared/data")
VECTORS = DATA / "voting_power_test_vectors.csv"


def published_games():
    if not VECTORS.exists():
        return {}
    games = {}
    with VECTORS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            games.setdefault(row["game"], []).append(row)
    return games


GAMES = published_games()


@pytest.mark.skipif(not GAMES, reason=f"no published vectors at {VECTORS}")
@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("method", ["enumeration", "dynamic"])
def test_published_vectors(game, method):
    rows = [row for row in GAMES[game] for _ in range(int(row["count"]))]
    got = voting_power([int(row["weight"]) for row in rows], int(rows[0]["quota"]), method=method)
    assert got.swings == tuple(int(row["banzhaf_raw"]) for row in rows)
    assert got.adopting == int(rows[0]["winning_coalitions"])
    if method == "enumeration":
        assert got.shapley_shubik_fractions == tuple(Fraction(row["ssi_fraction"]) for row in rows)
    for column, figure in (
        (got.shapley_shubik, "ssi"),
        (got.banzhaf, "banzhaf_absolute"),
        (got.banzhaf_normalised, "banzhaf_normalised"),
        (np.full(len(rows), got.p_adopt), "coleman_act"),
    ):
        np.testing.assert_allclose(column, [float(row[figure]) for row in rows], atol=6e-13, rtol=0)


@pytest.mark.parametrize(
    ("elected", "quota", "index", "swings", "adopting"),
    [
        (10, 9, ("421/2145", "4/2145"), (848, 84), 848),
        (6, 7, ("76/385", "1/462"), (57, 5), 57),
    ],
)
def test_security_council_with_vetoes_and_as_weights(elected, quota, index, swings, adopting):
    veto = [True] * 5 + [False] * elected
    by_rule = voting_power([1] * (5 + elected), quota, veto=veto)
    # A permanent member's weight that no coalition can do without: Shapley and Shubik 1954.
    heavy = elected + 1 - (quota - 5)
    by_weight = voting_power([heavy] * 5 + [1] * elected, 5 * heavy + quota - 5)
    for got in (by_rule, by_weight):
        assert got.exact
        assert {str(f) for f in got.shapley_shubik_fractions} == set(index)
        assert (got.swings[0], got.swings[-1], got.adopting) == (*swings, adopting)
        np.testing.assert_allclose(got.coleman_prevent[:5], 1.0)


@pytest.mark.parametrize(("elected", "quota", "p"), [(10, 9, "48932/4782969"), (6, 7, "2503/177147")])
@pytest.mark.parametrize("method", ["enumeration", "dynamic"])
def test_security_council_with_three_votes(elected, quota, p, method):
    got = voting_power(
        [1] * (5 + elected), quota, veto=[True] * 5 + [False] * elected, abstention="ternary", method=method
    )
    assert Fraction(got.adopting, got.divisions) == Fraction(p)
    assert got.shapley_shubik.sum() == pytest.approx(1.0, abs=1e-12)


def test_procedural_vote():
    got = voting_power([1] * 15, 9)
    assert set(got.shapley_shubik_fractions) == {Fraction(1, 15)}
    assert (set(got.swings), got.adopting) == ({3003}, 9949)


@pytest.mark.parametrize("n", [1, 8, 10, 15, 60])
def test_league_unanimity(n):
    got = voting_power([1] * n, "all")
    assert got.swings == (1,) * n
    assert got.adopting == 1
    assert set(got.shapley_shubik_fractions) == {Fraction(1, n)}


def test_league_unanimity_without_the_parties():
    names = [f"state {i}" for i in range(10)]
    got = voting_power([1] * 10, "all", names=names, excluded=["state 2", "state 7"])
    assert got.shapley_shubik_fractions == tuple(Fraction(0 if i in (2, 7) else 1, 8) for i in range(10))
    assert (got.divisions, got.adopting) == (2**8, 1)
    assert list(np.flatnonzero(got.excluded)) == [2, 7]


def test_nassau_county_board_of_1964():
    # Banzhaf 1965: three of the six members of the Board of Supervisors have all the power.
    got = voting_power([31, 31, 28, 21, 2, 2], 58)
    np.testing.assert_allclose(got.banzhaf_normalised, [1 / 3, 1 / 3, 1 / 3, 0, 0, 0])
    assert got.swings[3:] == (0, 0, 0)


def test_minimal_winning_coalitions_of_the_textbook_game():
    got = voting_power([50, 49, 1], 51, minimal=True)
    assert got.minimal_winning == 2
    np.testing.assert_allclose(got.deegan_packel, [1 / 2, 1 / 4, 1 / 4])
    np.testing.assert_allclose(got.holler, [1 / 2, 1 / 4, 1 / 4])


def test_coleman_tells_the_veto_from_the_initiative():
    got = voting_power([1] * 5, "all")
    np.testing.assert_allclose(got.coleman_prevent, 1.0)
    np.testing.assert_allclose(got.coleman_initiate, 1 / 31)


def test_federal_legislature_of_the_united_states():
    # A bill needs both houses and the President, the Vice-President breaking ties in the Senate; or two thirds of both
    # houses. Counted here by the sizes of the two majorities.
    house, senate = 435, 100
    rows = [
        [1] * house + [0] * 102,
        [0] * house + [1] * senate + [1, 0],
        [0] * 536 + [1],
        [0] * house + [1] * senate + [0, 0],
    ]
    got = voting_power(rows, [[218, 51, 1, 0], [290, 0, 0, 67]], minimal=True)
    ways = np.array([comb(house, h) for h in range(house + 1)], object)
    plain, override = ways[218:].sum(), ways[290:].sum()
    adopting = president = vice = 0
    for s in range(senate + 1):
        for v in (0, 1):
            without = override if s >= 67 else 0
            signed = max(plain if s + v >= 51 else 0, without)
            adopting += comb(senate, s) * (signed + without)
            president += comb(senate, s) * (signed - without)
    vice = comb(senate, 50) * plain
    assert got.adopting == adopting
    assert (got.swings[-1], got.swings[-2]) == (president, vice)
    assert got.shapley_shubik_fractions[-1] > got.shapley_shubik_fractions[-2] > got.shapley_shubik_fractions[0]
    assert sum(got.shapley_shubik_fractions) == 1
    assert len(set(got.swings[:house])) == 1


def test_treaty_of_nice_with_three_quotas():
    # Council of 27: Declaration 20 and the accession treaties give 255 of 345 votes, a majority of members and 62 % of the
    # population (per thousand, Eurostat 2003 as rounded by Algaba, Bilbao and Fernandez 2007).
    votes = [29] * 4 + [27] * 2 + [14, 13] + [12] * 5 + [10] * 3 + [7] * 5 + [4] * 5 + [3]
    people = [170, 123, 120, 119, 82, 80, 47, 33, 22, 21, 21, 21, 21, 18, 17, 17, 11, 11, 11, 8, 8, 5, 4, 3, 2, 1, 1]
    got = voting_power([votes, people, [1] * 27], [255, 620, 14])
    by_votes = voting_power(votes, 255)
    assert got.exact
    assert sum(got.shapley_shubik_fractions) == 1
    # Population and the count of members hardly ever bind (Felsenthal and Machover 2001).
    np.testing.assert_allclose(got.banzhaf, by_votes.banzhaf, rtol=0.02)
    assert all(a <= b for a, b in zip(got.shapley_shubik[1:], got.shapley_shubik[:-1], strict=True))
    assert got.adopting < by_votes.adopting


# The definitions, to the letter


class Written:
    """A rule written as it reads: votes +1, 0, -1, by member."""

    def __init__(self, rows, quotas, veto, modes, blocks):
        self.rows, self.quotas, self.veto, self.modes, self.blocks = rows, quotas, veto, modes, blocks

    def adopts(self, votes):
        if any(v and (x < 0 or (x == 0 and self.blocks)) for v, x in zip(self.veto, votes, strict=True)):
            return False
        heard = any(x > 0 and any(row[i] > 0 for row in self.rows) for i, x in enumerate(votes))
        if not heard and "present_and_voting" in self.modes:
            return False
        return any(all(map(self.met, self.rows, line, self.modes, [votes] * len(line))) for line in self.quotas)

    @staticmethod
    def met(row, quota, mode, votes):
        yes = sum(w for w, x in zip(row, votes, strict=True) if x > 0)
        no = sum(w for w, x in zip(row, votes, strict=True) if x < 0)
        return yes >= (Fraction(quota) * (yes + no) if mode == "present_and_voting" else quota)


def by_definition(rule, n, choices):
    """Swings, adopting divisions, and the chance to be the pivot of a roll call."""
    adopting = sum(rule.adopts(votes) for votes in product(choices, repeat=n))
    swings = []
    for i in range(n):
        count = 0
        for others in product(choices, repeat=n - 1):
            count += rule.adopts((*others[:i], 1, *others[i:])) and not rule.adopts((*others[:i], -1, *others[i:]))
        swings.append(count)
    pivots = [0] * n
    for order in permutations(range(n)):
        for votes in product(choices, repeat=n):
            low, high = [-1] * n, [1] * n
            for i in order:
                low[i] = high[i] = votes[i]
                if rule.adopts(low) or not rule.adopts(high):
                    pivots[i] += 1
                    break
    return tuple(swings), adopting, tuple(Fraction(p, factorial(n) * len(choices) ** n) for p in pivots)


@pytest.mark.parametrize("seed", range(120))
def test_every_rule_by_its_definition(seed):
    rng = np.random.default_rng(seed)
    n, n_quotas, n_rules = int(rng.integers(1, 6)), int(rng.integers(1, 4)), int(rng.integers(1, 3))
    three = bool(seed % 2)
    n = min(n, 4) if three else n
    modes = (
        [str(m) for m in rng.choice(["ternary", "present_and_voting"], n_quotas)]
        if three
        else ["counts_as_no"] * n_quotas
    )
    rows = rng.integers(0, 5, (n_quotas, n)).tolist()
    quotas = [
        [
            str(rng.choice(["1/2", "2/3", "1/3", "1/1"]))
            if m == "present_and_voting"
            else int(rng.integers(0, sum(row) + 2))
            for m, row in zip(modes, rows, strict=True)
        ]
        for _ in range(n_rules)
    ]
    veto, blocks = (rng.random(n) < 0.2).tolist(), (three and bool(rng.integers(2))) or not three
    swings, adopting, pivots = by_definition(
        Written(rows, quotas, veto, modes, blocks), n, (1, 0, -1) if three else (1, -1)
    )
    for method in ("enumeration", "dynamic"):
        got = voting_power(rows, quotas, veto=veto, abstention=modes, abstention_blocks=blocks, method=method)
        assert got.swings == swings
        assert got.adopting == adopting
        if got.constant:
            assert adopting in (0, got.divisions)
        else:
            np.testing.assert_allclose(got.shapley_shubik, [float(p) for p in pivots], atol=1e-14)
        if got.exact and not got.constant:
            assert got.shapley_shubik_fractions == pivots


@pytest.mark.parametrize("seed", range(12))
def test_minimal_winning_coalitions_by_their_definition(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 8))
    rows = rng.integers(0, 5, (2, n))
    quotas = np.stack([rng.integers(1, np.maximum(rows.sum(axis=1), 1) + 1) for _ in range(1 + seed % 2)])
    coalitions = list(product((0, 1), repeat=n))
    wins = {s: bool(np.any(np.all(rows @ np.array(s) >= quotas, axis=1))) for s in coalitions}
    least = [s for s in coalitions if wins[s] and not any(s[i] and wins[(*s[:i], 0, *s[i + 1 :])] for i in range(n))]
    got = voting_power(rows, quotas, minimal=True)
    if got.constant:
        assert got.holler is None
        return
    assert got.minimal_winning == len(least)
    np.testing.assert_allclose(got.deegan_packel, sum(np.array(s) / sum(s) for s in least) / len(least))
    np.testing.assert_allclose(got.holler, np.sum(least, axis=0) / np.sum(least))


# Methods against each other, and against whole numbers of any length


def exact_index(weights, quota, i):
    """Shapley-Shubik index of member i from one polynomial in whole numbers: sums and sizes are digits of an integer."""
    n, w = len(weights), weights[i]
    digit = 8 * ((n + 7) // 8 + 1)
    packed = 1
    for other in weights[:i] + weights[i + 1 :]:
        packed += packed << (digit * (other * n + 1))
    window = packed >> (digit * n * (quota - w))
    raw = (window & ((1 << (digit * n * w)) - 1)).to_bytes(digit * n * w // 8, "little")
    counts = [int.from_bytes(raw[k : k + digit // 8], "little") for k in range(0, len(raw), digit // 8)]
    by_size = [sum(counts[s::n]) for s in range(n)]
    return sum(Fraction(c, n * comb(n - 1, s)) for s, c in enumerate(by_size)), sum(by_size)


def test_assembly_of_193_against_whole_numbers():
    rng = np.random.default_rng(193)
    weights = [1, 39, *map(int, rng.integers(1, 40, 191))]
    quota = sum(weights) // 2 + 1
    got = voting_power(weights, quota)
    for i in (0, 1):
        index, swings = exact_index(weights, quota, i)
        assert got.swings[i] == swings
        assert got.shapley_shubik[i] == pytest.approx(float(index), rel=1e-12, abs=0)
    assert got.error_bound < 1e-12
    assert got.shapley_shubik.sum() == pytest.approx(1.0, abs=1e-12)
    assert got.shapley_shubik.min() > 0


@pytest.mark.parametrize("abstention", ["counts_as_no", "ternary", "present_and_voting"])
def test_dynamic_programming_equals_enumeration(abstention):
    rng = np.random.default_rng(5)
    n = 14 if abstention == "counts_as_no" else 9
    weights = rng.integers(0, 9, (2, n))
    quotas = [int(weights[0].sum() * 0.55), int(weights[1].sum() * 0.5)]
    if abstention == "present_and_voting":
        weights, quotas = weights[0], ["2/3"]
    arguments = {"veto": rng.random(n) < 0.15, "abstention": abstention}
    one = voting_power(weights, quotas, method="enumeration", **arguments)
    other = voting_power(weights, quotas, method="dynamic", **arguments)
    assert one.swings == other.swings
    assert one.adopting == other.adopting
    np.testing.assert_allclose(one.shapley_shubik, other.shapley_shubik, atol=1e-14)
    np.testing.assert_allclose(one.coleman_initiate, other.coleman_initiate, rtol=1e-13)


@pytest.mark.parametrize("abstention", ["counts_as_no", "ternary"])
def test_intervals_of_a_sample_hold_the_exact_indices(abstention):
    weights = [9, 8, 7, 5, 4, 2, 1, 1]
    quotas = [[20], [24]]
    exact = voting_power(weights, quotas, abstention=abstention, veto=[0, 1, 0, 0, 0, 0, 0, 0])
    got = voting_power(
        weights, quotas, abstention=abstention, veto=[0, 1, 0, 0, 0, 0, 0, 0], method="sampling", samples=40_000, seed=3
    )
    assert not got.exact
    assert got.n_samples == 40_000
    assert got.shapley_shubik.sum() == pytest.approx(1.0, abs=1e-12)
    for value, interval in ((exact.shapley_shubik, got.shapley_shubik_interval), (exact.banzhaf, got.banzhaf_interval)):
        wide = interval + np.array([-1.0, 1.0]) * (interval[:, 1] - interval[:, 0])[:, None] / 2.0
        assert ((wide[:, 0] <= value) & (value <= wide[:, 1])).all()
    np.testing.assert_allclose(got.coleman_prevent, exact.coleman_prevent, atol=0.03)
    np.testing.assert_allclose(got.coleman_initiate, exact.coleman_initiate, atol=0.03)


def test_real_weights_beyond_exact_reach_are_sampled_and_said():
    got = voting_power(np.random.default_rng(1).random(120), 60.0, samples=2_000)
    assert got.method == "sampling"
    assert "Monte Carlo, 2,000 roll calls" in got.how
    assert got.swings is None


def test_a_sample_is_the_same_again():
    one, two, other = (voting_power([3, 2, 1, 1], 4, method="sampling", samples=500, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.shapley_shubik, two.shapley_shubik)
    assert (one.shapley_shubik != other.shapley_shubik).any()


# Edges


def test_weights_mean_what_they_say():
    # In binary 0.1 + 0.2 > 0.3, which would let the heaviest be done without.
    got = voting_power([0.1, 0.2, 0.3, 0.4], 0.6)
    assert got.swings == voting_power([1, 2, 3, 4], 6).swings
    assert voting_power([2, 1], 2 / 3 * 3).swings == voting_power([2, 1], 2).swings


def test_weights_of_any_length():
    small = voting_power([5, 4, 3, 2, 2, 1, 1], 10)
    huge = voting_power([w * 10**40 for w in (5, 4, 3, 2, 2, 1, 1)], 10**41)
    assert huge.shapley_shubik_fractions == small.shapley_shubik_fractions
    # A difference in the fortieth digit decides.
    tie = voting_power([10**40, 10**40 + 1, 3], 2 * 10**40 + 2)
    assert tie.swings == (1, 1, 1)
    prime = [10**30 + 57, 10**30 + 7, 10**29, 3, 3]
    assert (
        voting_power([prime, [1] * 5], [10**30, 3]).swings == voting_power([[10, 10, 1, 0, 0], [1] * 5], [10, 3]).swings
    )


def test_excluding_and_zero_weights():
    got = voting_power([3, 0, 2, 2], 4, excluded=[False, False, True, False])
    assert got.swings[1] == 0
    assert got.swings[2] == 0
    assert got.divisions == 8


@pytest.mark.parametrize("n", [1, 300])
@pytest.mark.parametrize("weight", [1, 10**25])
def test_equal_members_share_equally(n, weight):
    got = voting_power([weight] * n, ">1/2")
    assert set(got.shapley_shubik_fractions) == {Fraction(1, n)}
    assert got.swings == (comb(n - 1, n // 2),) * n


@pytest.mark.parametrize("abstention", ["counts_as_no", "ternary"])
@pytest.mark.parametrize(("quota", "constant", "p"), [(0, "always", 1.0), (-3, "always", 1.0), (7, "never", 0.0)])
def test_rules_that_no_vote_can_change(quota, constant, p, abstention):
    got = voting_power([3, 2, 1], quota, abstention=abstention, minimal=True)
    assert (got.constant, got.p_adopt) == (constant, p)
    assert got.swings == (0, 0, 0)
    assert not got.shapley_shubik.any()
    assert not got.coleman_prevent.any()


def test_a_quota_of_zero_leaves_the_veto():
    got = voting_power([1, 1, 1], 0, veto=[True, False, False])
    assert got.swings == (4, 0, 0)
    np.testing.assert_array_equal(got.shapley_shubik, [1.0, 0.0, 0.0])


def test_majority_of_those_voting_needs_a_vote():
    got = voting_power([1, 1], "1/2", abstention="present_and_voting")
    # Adopted by yes-yes, yes-abstain, abstain-yes and the ties yes-no, no-yes; not by abstain-abstain.
    assert (got.adopting, got.divisions) == (5, 9)
    strict = voting_power([1, 1], ">1/2", abstention="present_and_voting")
    assert strict.adopting == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (([], 1), "weights is empty"),
        (([1, -2], 1), r"weights\[1\]=-2 is out of range"),
        (([1, float("nan")], 1), r"weights\[1\]='nan' is not a finite number"),
        ((["a", 1], 1), r"weights\[0\]='a' is not a finite number"),
        (([[1, 2], [1]], [1, 1]), "rows of 2 and 1 members"),
        (([1, 2], [1, 2]), "quotas has 2 entries for 1 rows of weights"),
        (([1, 2], "some"), "quotas='some' is not a finite number"),
        (([1, 2], "150%"), "quotas=150% is out of range"),
        (([1, 2], float("inf")), "quotas='inf' is not a finite number"),
        (([1, 2], "1e999999999"), "quotas='1e999999999' is not a finite number"),
        (([1] * 2001, 3), "at most 2000"),
    ],
)
def test_what_makes_no_body_is_refused_in_one_line(arguments, told):
    with pytest.raises(SettingError, match=told) as error:
        voting_power(*arguments)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"veto": ["Frnace"], "names": ["France", "Italy"]}, "did you mean France"),
        ({"excluded": [True, True]}, "at least one member that votes"),
        ({"excluded": [True]}, "excluded has 1 entries for 2 members"),
        ({"abstention": "ternery"}, "did you mean ternary"),
        ({"abstention": "present_and_voting"}, "out of range"),
        ({"method": "dynamc"}, "did you mean dynamic"),
        ({"names": ["A", "A"]}, "stands for two members"),
        ({"method": "sampling", "samples": 0}, "samples=0 is out of range"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_line(options, told):
    with pytest.raises(SettingError, match=told) as error:
        voting_power([1, 1], 2, **options)
    assert "\n" not in str(error.value)


def test_a_method_beyond_reach_is_refused():
    with pytest.raises(SettingError, match="method=enumeration is beyond reach for 193 members"):
        voting_power(list(range(1, 194)), 9000, method="enumeration")
