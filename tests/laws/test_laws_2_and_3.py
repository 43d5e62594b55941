"""Laws 2 and 3, pathwise, under every shipped charter that votes: the ballots that its runs cast, and positions held at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kernels.voting import decide
from sim import shelf
from sim.run import run, theatres_of
from sim.stream.codes import Decision, Measure, Position
from sim.stream.log import Log, Record
from stage.arms import experiment

LATE = ("scenario=suez_1956", "behaviour.belief_draws=2")
EARLY = ("scenario=abyssinia_1935", "behaviour.belief_draws=2")
DISPUTE = ("scenario.entry=frontier_dispute", "scenario.ambiguity=0.6", "behaviour.clocks.inquiry_days=5")
STAGES = {
    "arbitration_1907": (*EARLY, *DISPUTE),
    "league": EARLY,
    "un_1945": LATE,
    "un_1965": LATE,
    "un_article_43": LATE,
    "nato": (*LATE, "scenario.aggressors=[GRC]", "scenario.targets=[TUR]", "scenario.region=null"),
    "seato": (*LATE, "scenario.aggressors=[IND]", "scenario.targets=[PAK]", "scenario.region=null"),
    "rio_1947": (*LATE, "scenario.aggressors=[NIC]", "scenario.targets=[COS]", "scenario.region=null"),
    "oau_1963": ("scenario=two_blocs", "behaviour.belief_draws=2", *DISPUTE),
}
VOTING = sorted(STAGES)
OF_HISTORY = {
    "manchuria_1931": "league",
    "korea_1950": "un_1945",
    "suez_1956": "un_1945",
    "cyprus_1974": "un_1965",
    "iraq_2003": "un_1965",
}
"""Scenarios, each under the organ of its day."""
RUNS = 12
DRAWS = 3000
ABSENT = 2
MEASURES = (Measure.MEDIATION, Measure.CEASEFIRE_DEMAND, Measure.SANCTIONS_PARTIAL, Measure.FORCE_AUTHORISED)


def test_every_shipped_charter_that_votes_is_here():
    votes = []
    for path in sorted((shelf.SHIPPED / "arrangement").glob("*.yaml")):
        organ = shelf.read(path).get("organ", {})
        if organ.get("kind", "none") != "none" and not organ["rule"].get("automatic"):
            votes.append(path.stem)
    assert votes == VOTING


def stage_of(name):
    arm = experiment(*STAGES[name], f"arrangement={name}", "aggression=forced")
    return arm, theatres_of(arm, arm.openings)[0]


def decided(bench, position, excluded):
    rule = bench.rule
    return decide(
        position, excluded, bench.veto, bench.weight, bench.quota, bench.basis, bench.strict, rule.abstention_blocks,
        rule.absence_blocks,
    )[0]  # fmt: skip


def of_history(scenario):
    arm = experiment(
        f"scenario={scenario}", f"arrangement={OF_HISTORY[scenario]}", "aggression=forced", "behaviour.belief_draws=2",
        "behaviour.p_referral_member=1", "behaviour.referral_against_veto=1",
    )  # fmt: skip
    return arm, theatres_of(arm, arm.openings)[0]


@pytest.mark.parametrize(
    "staged", [*((stage_of, n) for n in VOTING), *((of_history, n) for n in OF_HISTORY)], ids=lambda s: s[1]
)
def test_law_2_nothing_passes_over_a_veto_in_any_run(staged):
    """Every draft adopted by the organ, against the positions recorded with it."""
    arm, stage = staged[0](staged[1])
    holders = set(stage.seats.bench.seats[stage.seats.bench.veto].tolist())
    log = Log(Record.at("full", "all"))
    for number in range(RUNS):
        run(arm, number, log)
    tables = log.take()
    drafts, votes = tables["drafts"], tables["positions"]
    votes = votes[votes["decision"] == Decision.VOTE]
    assert len(drafts)
    for draft in drafts[drafts["body"] == 0]:
        cast = votes[(votes["run"] == draft["run"]) & (votes["draft"] == draft["draft"])]
        against = {int(v["state"]) for v in cast if v["position"] == Position.NO} & holders
        assert not (draft["adopted"] and against)
        assert (draft["vetoed_by"] in against) if draft["vetoed_by"] >= 0 else not against


@pytest.mark.parametrize("name", ["un_1945", "un_1965", "un_article_43"])
def test_law_2_an_aggressor_with_a_veto_lets_no_measure_against_itself_pass_the_council(name):
    """Suez 1956; under Chapter VI it abstains, to peacekeepers it consents, and the Assembly knows no veto."""
    arm, _ = stage_of(name)
    log = Log(Record.at("full", "all"))
    for number in range(RUNS):
        run(arm, number, log)
    council = (drafts := log.take()["drafts"])[drafts["body"] == 0]
    against_it = (council["measure"] >= Measure.CONDEMNATION) & (council["measure"] != Measure.PEACEKEEPING)
    assert not council["adopted"][against_it].any()
    assert (drafts["body"] == 1).any() and drafts["adopted"][drafts["body"] == 1].any()


@pytest.mark.parametrize("name", VOTING)
def test_law_2_one_no_of_a_veto_holder_is_enough_and_absence_is_none(name):
    _, stage = stage_of(name)
    bench, luck = stage.seats.bench, np.random.default_rng(2)
    for measure in MEASURES:
        excluded = bench.excluded(measure)
        for position in positions(luck, len(bench.seats), DRAWS // 10):
            blocking = bench.veto & ~excluded & (position == -1)
            assert not (blocking.any() and decided(bench, position, excluded))
            if bench.veto.any() and not bench.rule.absence_blocks:
                kept_away = np.where(blocking, ABSENT, position).astype(np.int8)
                no_veto = replace(bench, veto=np.zeros_like(bench.veto))
                assert decided(bench, kept_away, excluded) == decided(no_veto, kept_away, excluded)


@pytest.mark.parametrize("name", VOTING)
def test_law_3_removing_a_veto_or_lowering_a_quota_only_adds_adoptions(name):
    _, stage = stage_of(name)
    benches = [b for b in (stage.seats.bench, stage.seats.second_bench) if b is not None]
    gained, luck = {"veto": 0, "quota": 0}, np.random.default_rng(3)
    for bench in benches:
        free = replace(bench, veto=np.zeros_like(bench.veto))
        lower = replace(bench, quota=bench.quota * luck.uniform(0.2, 0.95, len(bench.quota)))
        for measure in MEASURES:
            excluded = bench.excluded(measure)
            for position in positions(luck, len(bench.seats), DRAWS // 4):
                before = decided(bench, position, excluded)
                for what, arm in (("veto", free), ("quota", lower)):
                    after = decided(arm, position, excluded)
                    assert after or not before
                    gained[what] += after and not before
    assert gained["veto"] or name in (
        "league",
        "oau_1963",
        "rio_1947",
    )  # where unanimity says it too, or nobody has one
    assert gained["quota"] or name in (
        "arbitration_1907",
        "league",
        "nato",
        "seato",
    )  # where one vote is enough, or any stops it


@pytest.mark.parametrize("scenario", OF_HISTORY)
def test_law_3_over_a_scenario_no_veto_or_a_lower_quota_only_adds_adoptions(scenario):
    """The bench as it sat, empty chairs and parties included: Manchuria's Council, Korea's without the Soviet Union."""
    bench, luck, gained = of_history(scenario)[1].seats.bench, np.random.default_rng(5), 0
    excluded = bench.excluded(Measure.CONDEMNATION)
    fewer = replace(bench, veto=np.zeros_like(bench.veto), quota=bench.quota * 0.8)
    fewer_excluded = excluded | bench.party if bench.rule.veto == "all" else excluded
    for position in positions(luck, len(bench.seats), DRAWS):
        position[bench.absent] = ABSENT
        before, after = decided(bench, position, excluded), decided(fewer, position, fewer_excluded)
        assert after or not before
        gained += after and not before
    assert gained


@pytest.mark.parametrize("name", ["league", "nato", "seato"])
def test_law_3_excluding_the_parties_from_unanimity_only_adds_adoptions(name):
    """League Arts. 15(6), 16(4) against Arts. 5, 11; the majority that must be present is another quota, and held off."""
    _, stage = stage_of(name)
    every = np.ones(len(stage.seats.bench.seats), dtype=bool)
    bench = replace(stage.seats.bench, veto=every, weight=stage.seats.bench.weight[:0], quota=stage.seats.bench.quota[:0],
                    basis=stage.seats.bench.basis[:0], strict=stage.seats.bench.strict[:0])  # fmt: skip
    assert bench.party.any()
    luck, gained = np.random.default_rng(4), 0
    for position in positions(luck, len(bench.seats), DRAWS):
        if not (position[~bench.party] == 1).any():
            continue
        with_them, without = decided(bench, position, ~every), decided(bench, position, bench.party)
        assert without or not with_them
        gained += without and not with_them
    assert gained


def positions(luck, n_seats, n):
    """Ballots from nearly unanimous to evenly split."""
    for _ in range(n):
        in_favour = luck.uniform(0.2, 0.99)
        rest = (1.0 - in_favour) / 3.0
        yield luck.choice(np.array([1, 0, -1, ABSENT], dtype=np.int8), n_seats, p=[in_favour, rest, rest, rest])
