"""The game of an organ: every division adopts in it just where the organ's own rule decides so."""

from itertools import product

import numpy as np
import pytest

from reference import voting as voting_twin
from sim.arrangement.organ import Bench
from sim.arrangement.rule import Rule
from sim.arrangement.voting.game import game_of
from sim.arrangement.voting.power import power_of


@pytest.mark.parametrize("seed", range(60))
def test_the_game_of_an_organ_is_what_its_votes_decide(seed):
    rng = np.random.default_rng(seed)
    n, n_quotas, three_way = 5, int(rng.integers(0, 3)), bool(seed % 2)
    basis = rng.integers(0, 4, n_quotas)
    quota = np.array([rng.integers(0, 6) if b == 3 else rng.choice([0.0, 0.5, 2 / 3, 1.0]) for b in basis], float)
    bench = Bench(
        seats=np.arange(n),
        permanent=np.arange(n) < 2,
        party=rng.random(n) < 0.2,
        absent=rng.random(n) < 0.2,
        veto=rng.random(n) < 0.3,
        weight=rng.integers(0, 2, (n_quotas, n)).astype(float),
        quota=quota,
        basis=basis,
        strict=rng.random(n_quotas) < 0.4,
        rule=Rule(
            parties=str(rng.choice(["vote", "excluded"])), abstention_blocks=seed % 3 == 0, absence_blocks=seed % 4 == 0
        ),
    )
    out = bench.party if bench.rule.parties == "excluded" else np.zeros(n, bool)
    voting = ~out & ~bench.absent
    if not voting.any():
        pytest.skip("nobody is left to vote")
    adopting = 0
    for votes in product((1, 0, -1) if three_way else (1, -1), repeat=int(voting.sum())):
        position = np.where(bench.absent, 2, 0).astype(np.int8)
        position[voting] = votes
        rule = (bench.veto, bench.weight, bench.quota, bench.basis.astype(np.int8), bench.strict)
        adopting += voting_twin.decide(position, out, *rule, bench.rule.abstention_blocks, bench.rule.absence_blocks)[0]
    got = power_of(game_of(bench, [f"state {i}" for i in range(n)], three_way=three_way))
    assert got.adopting == adopting
