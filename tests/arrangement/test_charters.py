"""The distinctive clause of each shipped arrangement, as its articles have it."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.voting import decide
from sim.arrangement.balance import strongest_threats
from sim.arrangement.charter import Charter
from sim.arrangement.membership import members_of
from sim.arrangement.organ import seat, size_of
from sim.arrangement.pacts import debts_of
from sim.run import run, theatres_of
from sim.schema import decode
from sim.shelf import find, read
from sim.stream.codes import Kind, Measure
from sim.stream.log import Log, Record
from sim.world.world import World, WorldFacts
from stage.arms import crises, experiment

RIVALS_1914 = ("GMY", "AUH", "ITA", "FRN", "RUS", "UKG", "BEL", "YUG")
NO_OTHER_TIES = "+world.obligations=[]"
WILLING = ("behaviour.a_inertia=3", "behaviour.costs.remoteness=0", "behaviour.belief_draws=2")


def charter(name, **changes):
    return decode(Charter, {**read(find("arrangement", name)), **changes}, "arrangement")


def theatre(name, aggressor, target, *overrides, scenario="abyssinia_1935"):
    sides = (f"scenario.aggressors=[{aggressor}]", f"scenario.targets=[{target}]", "scenario.region=null")
    arm = experiment(f"scenario={scenario}", f"arrangement={name}", *sides, *overrides)
    return theatres_of(arm, arm.openings)[0]


def owing(stage, measure=Measure.COLLECTIVE_DEFENCE, acting=(), mandated=False, least=0.5):
    """States whose obligation to the target is at least `least` before reliability."""
    ids = stage.world.ids
    sides = np.isin(ids, acting).astype(np.int8)
    owed = stage.duties.owed(measure, mandated, sides, np.ones(len(ids)))
    return {ids[i] for i in np.flatnonzero(owed >= least)}


def by_charter(stage, baseline, *args, **kwargs):
    """Those who owe under the charter and not by the treaties of the world alone."""
    return owing(stage, *args, **kwargs) - owing(baseline, *args, **kwargs)


def told(arm, runs=6):
    log = Log(Record.at("full", "all"))
    for number in range(runs):
        run(arm, number, log)
    return log.take()


def kinds(events):
    return set(events["kind"].tolist())


def vote(bench, votes, measure, ids, default=1):
    position = np.array([votes.get(ids[int(s)], default) for s in bench.seats], dtype=np.int8)
    rule = bench.rule
    return decide(
        position, bench.excluded(measure), bench.veto, bench.weight, bench.quota, bench.basis, bench.strict,
        rule.abstention_blocks, rule.absence_blocks,
    )  # fmt: skip


def test_self_help_leaves_everyone_to_the_treaties_of_the_world():
    stage = theatre("self_help", "ITA", "ETH")
    assert (
        stage.seats.bench is None
        and not stage.duties.in_motion
        and not stage.duties.pacts
        and not stage.duties.self_executing
    )
    assert owing(stage, least=0.01) == set()


@pytest.mark.parametrize("name", ["neutrality_isolation", "neutrality_armed"])
def test_under_neutrality_nobody_else_sends_anything(name):
    arm = experiment("scenario=korea_1950", f"arrangement={name}", *WILLING)
    tables = told(arm)
    assert not len(tables["contributions"])
    assert (Kind.EMBARGO_ON_BOTH in kinds(tables["events"])) == (name == "neutrality_isolation")
    free = told(experiment("scenario=korea_1950", "arrangement=self_help", *WILLING))
    assert len(free["contributions"])


def test_isolation_keeps_arms_from_both_and_so_hurts_the_worse_armed():
    """Neutrality Act of 1935: Ethiopia has no arms industry, Italy has one."""
    stage = theatre("neutrality_isolation", "ITA", "ETH")
    left_to_target, left_to_aggressor = stage.under_embargo
    assert left_to_target < left_to_aggressor
    assert charter("neutrality_isolation").neutrality.embargo and not charter("neutrality_armed").neutrality.embargo


def test_an_armed_neutral_is_stronger_at_home_and_no_one_else_is():
    armed, plain = theatre("neutrality_armed", "GMY", "SWZ"), theatre("neutrality_isolation", "GMY", "SWZ")
    ratio = armed.power_for / np.where(plain.power_for > 0, plain.power_for, 1)
    assert ratio[armed.target] == pytest.approx(1.5)
    assert (np.delete(ratio, armed.target) <= 1.0).all()


def test_balancers_side_against_the_strongest_threat():
    """Walt 1987, ch. 2: in 1935 Germany is that for France, Belgium, Poland and the Soviet Union, Italy for Ethiopia."""
    stage = theatre("balance_of_power", "GMY", "CZE")
    ids, half = stage.world.ids, stage.experiment.behaviour.war.half_distance_km
    strongest = strongest_threats(stage.world, stage.affinity, half)
    assert {ids[strongest[ids.index(s)]] for s in ("FRN", "BEL", "POL", "RUS")} == {"GMY"}
    assert ids[strongest[ids.index("ETH")]] == "ITA"
    france = ids.index("FRN")
    assert stage.nearer[france] == pytest.approx(2 * stage.threat_from_aggressor[france])


def test_a_balancer_helps_a_target_that_it_likes_less_than_the_aggressor():
    """No permanent friends: Churchill would have made a favourable reference to the devil."""
    fond = "+scenario.affinity.BRA={GMY: 0.2, CZE: -0.9}"
    by_threat, by_affinity = (theatre(name, "GMY", "CZE", fond) for name in ("balance_of_power", "self_help"))
    brazil = by_threat.world.ids.index("BRA")
    assert by_threat.nearer[brazil] > 0 > by_affinity.nearer[brazil]


def test_in_balance_the_stronger_the_aggressor_the_more_gather_against_it():
    """Deterrence through equilibration."""

    def weight(capability):
        stage = theatre("balance_of_power", "GMY", "CZE", f"world.states.GMY.capability={capability}")
        against = (stage.nearer > 0) & ~stage.parties
        return float((stage.nearer * stage.power_for)[against].sum())

    assert weight(0.05) < weight(0.15) < weight(0.3)


def world_of_1914():
    place = {"capability": 0.1, "latitude": 50.0, "longitude": 10.0, "ideal": [0.0]}
    states = {s: {**place, "name": s, "ccode": k + 1, "longitude": 5.0 * k} for k, s in enumerate(RIVALS_1914)}
    return World(decode(WorldFacts, {"name": "july", "date": "1914-07-28", "states": states}, "world"))


def test_the_blocs_of_1914_are_bound_by_secret_treaties():
    law, world = charter("blocs_1914"), world_of_1914()
    debts = debts_of(law, members_of(law.membership, world), world)
    found = {(d.debtor, d.creditor): d for d in debts}
    assert found["FRN", "RUS"].kind == "defence" and found["FRN", "RUS"].secret
    assert found["ITA", "FRN"].kind == "neutrality" and found["ITA", "FRN"].secret
    assert found["UKG", "FRN"].kind == "consultation"
    assert not found["UKG", "BEL"].secret and {d.debtor for d in debts if d.creditor == "BEL"} == {
        "UKG", "FRN", "GMY", "AUH", "RUS"
    }  # fmt: skip
    assert not any("YUG" in (d.debtor, d.creditor) for d in debts)
    blank_cheque = [d for d in debts if (d.debtor, d.creditor, d.against) == ("GMY", "AUH", None)]
    assert [d.since for d in blank_cheque] == ["1914-07-05"]


def test_the_triple_alliance_owes_an_attacker_nothing():
    """Italy's declaration of 3 August 1914; and Britain is bound to Belgium, to France only to consult."""
    over_the_rhine = theatre("blocs_1914", "GMY", "FRN", NO_OTHER_TIES, scenario="july_1914")
    ids = over_the_rhine.world.ids
    assert owing(over_the_rhine) == {"RUS"}
    owed_germany = over_the_rhine.duties.treaties_for_aggressor.owed
    assert owed_germany[ids.index("ITA")] <= 0.0
    assert (
        theatre("blocs_1914", "FRN", "GMY", NO_OTHER_TIES, scenario="july_1914").duties.treaties_for_target.owed[
            ids.index("ITA")
        ]
        == 1.0
    )
    assert {"UKG", "FRN", "RUS"} <= owing(theatre("blocs_1914", "GMY", "BEL", NO_OTHER_TIES, scenario="july_1914"))
    serbia = theatre("blocs_1914", "AUH", "YUG", NO_OTHER_TIES, scenario="july_1914")
    assert owing(serbia) == set() and serbia.duties.treaties_for_aggressor.owed[ids.index("GMY")] == 1.0


def test_an_aggressor_that_does_not_know_a_secret_pact_does_not_fear_it():
    """Franco-Russian convention of 17 August 1892, Art. 7: "all the clauses ... shall be kept rigorously secret"."""
    pact = "[{debtors:[FRN,UKG],creditors:[ETH],against:[ITA],kind:guarantee,secret:SECRET}]"

    def foreseen(secret):
        arm = experiment(
            "scenario=abyssinia_1935", "arrangement=alliances", f"arrangement.pacts={pact.replace('SECRET', secret)}",
            "aggression=computed", "behaviour.misperception=0", *WILLING,
        )  # fmt: skip
        stage = theatres_of(arm, arm.openings)[0]
        assert {"FRN", "UKG"} <= owing(stage)
        return crises(arm, 1)["forecast_utility"][0]

    assert foreseen("true") > foreseen("false")


def test_blocs_form_by_closeness_where_none_of_the_rivals_is():
    stage, alone = (theatre(name, "S001", "S010", scenario="two_blocs") for name in ("blocs_1914", "self_help"))
    ids, bound = stage.world.ids, by_charter(stage, alone)
    assert bound and all(stage.affinity[ids.index(s), stage.target] > 0 for s in bound)
    assert stage.duties.self_executing


def test_arbitration_needs_a_dispute_and_the_consent_of_both():
    """Hague Convention I, Arts. 37(2), 52: recourse is by agreement of the parties."""
    law = charter("arbitration_1907")
    assert [i.measure for i in law.instruments] == ["mediation"] and law.calendar.cooling_off_days == 365
    assert not theatre("arbitration_1907", "BOL", "PAR").duties.in_motion
    stage = theatre("arbitration_1907", "BOL", "PAR", "scenario.entry=frontier_dispute")
    assert stage.duties.in_motion and not stage.duties.self_executing
    ids = stage.world.ids
    assert {ids[int(s)] for s, v in zip(stage.seats.bench.seats, stage.seats.bench.veto, strict=True) if v} == {
        "BOL",
        "PAR",
    }
    assert vote(stage.seats.bench, {"USA": 1}, Measure.MEDIATION, ids, default=0)[0]
    assert not vote(stage.seats.bench, {"BOL": -1}, Measure.MEDIATION, ids)[0]
    assert vote(stage.seats.bench, {"FRN": -1, "UKG": -1}, Measure.MEDIATION, ids)[0]


@pytest.mark.parametrize(
    ("on", "seats"), [("1920-01-16", 8), ("1923-08-31", 10), ("1931-09-18", 14), ("1935-10-03", 15)]
)
def test_the_councils_of_the_league_by_date(on, seats):
    """Art. 4 and the Assembly's decisions of 1922, 1926 and 1933."""
    law = charter("league")
    assert size_of(law.organ, on) == seats
    world = World(decode(WorldFacts, {**read(find("world", "abyssinia_1935")), "councils": {}}, "world"))
    members = np.ones(world.n_states, dtype=bool)
    bench = seat(law.organ, law.organ.rule, "council", members, world, np.zeros(world.n_states, dtype=bool), (), on)
    permanent = {world.ids[int(s)] for s, p in zip(bench.seats, bench.permanent, strict=True) if p}
    assert len(bench.seats) == seats and {"UKG", "FRN", "ITA"} <= permanent
    assert ("GMY" in permanent) == (on == "1931-09-18") and ("RUS" in permanent) == (on == "1935-10-03")


def test_the_league_counts_parties_under_article_11_and_not_under_16():
    """Japan's vote defeated the draft of 24 October 1931; Italy's did not count on 7 October 1935."""
    stage = theatre("league", "ITA", "ETH")
    ids = stage.world.ids
    assert not vote(stage.seats.bench, {"ITA": -1}, Measure.CEASEFIRE_DEMAND, ids)[0]
    assert vote(stage.seats.bench, {"ITA": -1}, Measure.SANCTIONS_PARTIAL, ids)[0]
    assert not vote(stage.seats.bench, {"ITA": -1, "POL": -1}, Measure.SANCTIONS_PARTIAL, ids)[0]


def test_switzerland_owes_the_league_sanctions_and_no_force():
    stage = theatre("league", "ITA", "ETH")
    assert "SWZ" in owing(stage, Measure.SANCTIONS_PARTIAL, mandated=True)
    assert "SWZ" not in owing(stage, Measure.FORCE_AUTHORISED, mandated=True, least=0.01)
    assert "NTH" in owing(stage, Measure.FORCE_AUTHORISED, mandated=True, least=0.3)


def test_locarno_guarantees_against_whoever_crosses_the_frontier():
    """Arts. 1, 4(3): Britain and Italy help France against Germany, and Germany against France."""
    assert owing(theatre("locarno", "GMY", "FRN", NO_OTHER_TIES)) == {"UKG", "ITA", "BEL"}
    assert owing(theatre("locarno", "FRN", "GMY", NO_OTHER_TIES)) == {"UKG", "ITA"}
    assert owing(theatre("locarno", "GMY", "POL", NO_OTHER_TIES)) == {"FRN"}
    assert owing(theatre("locarno", "RUS", "POL", NO_OTHER_TIES)) == set()


def test_locarno_covers_the_demilitarised_zone_and_no_disputed_incident():
    """Arts. 2, 4(2)-(3)."""
    entered = theatre("locarno", "GMY", "FRN", NO_OTHER_TIES, "scenario.entry=treaty_breach")
    assert entered.duties.self_executing and "UKG" in owing(entered)
    assert owing(theatre("locarno", "GMY", "FRN", NO_OTHER_TIES, "scenario.ambiguity=0.6")) == set()


def test_locarno_forbids_france_to_march_for_anyone_else():
    """Art. 2; what Poland and Czechoslovakia got instead was an annex."""
    stage = theatre("locarno", "GMY", "LIT", NO_OTHER_TIES)
    owed = stage.duties.owed(
        Measure.COLLECTIVE_DEFENCE, False, np.zeros(stage.world.n_states, np.int8), np.ones(stage.world.n_states)
    )
    ids = stage.world.ids
    assert owed[ids.index("FRN")] == -1.0 and owed[ids.index("UKG")] == 0.0


def test_the_eastern_pact_without_germany_and_poland():
    stage = theatre("eastern_pact_1934", "GMY", "LIT", NO_OTHER_TIES)
    assert owing(stage) == {"RUS", "CZE", "EST", "LAT"} | ({"FIN"} & set(stage.world.ids))
    assert owing(theatre("eastern_pact_1934", "GMY", "RUS", NO_OTHER_TIES)) >= {"FRN", "CZE"}
    as_drafted = theatre("eastern_pact_1934", "RUS", "EST", NO_OTHER_TIES, "arrangement.membership.refused=[]")
    assert {"GMY", "POL"} <= owing(as_drafted)
    assert not {"GMY", "POL"} & owing(theatre("eastern_pact_1934", "RUS", "EST", NO_OTHER_TIES))


def test_a_pact_that_is_not_in_force_obliges_nobody():
    stage = theatre("eastern_pact_1934", "GMY", "LIT", NO_OTHER_TIES, "arrangement.in_force=false")
    assert owing(stage) == set() and not stage.duties.in_motion


def test_moscow_waits_for_paris_over_prague():
    """Protocol of 16 May 1935, par. 2."""
    stage = theatre("franco_soviet_1935", "GMY", "CZE", NO_OTHER_TIES)
    assert owing(stage) == {"FRN"}
    assert owing(stage, acting=("FRN",)) >= {"FRN", "RUS"}
    assert owing(theatre("franco_soviet_1935", "GMY", "RUS", NO_OTHER_TIES)) == {"FRN"}
    assert owing(theatre("franco_soviet_1935", "JPN", "RUS", NO_OTHER_TIES)) == set()


def council_on(name, scenario, date):
    arm = experiment(f"scenario={scenario}", f"arrangement={name}", f"scenario.date={date}")
    stage = theatres_of(arm, arm.openings)[0]
    return stage, [stage.world.ids[int(s)] for s in stage.seats.bench.seats]


def test_the_chinese_seat_changes_hands_on_25_october_1971():
    """Resolution 2758 (XXVI)."""
    before, seats = council_on("un_1965", "suez_1956", "1971-10-24")
    assert "TAW" in seats and "CHN" not in seats
    after, seats = council_on("un_1965", "suez_1956", "1971-10-26")
    assert "CHN" in seats and "TAW" not in seats
    ids = after.world.ids
    assert after.members[ids.index("CHN")] and not after.members[ids.index("TAW")]
    assert before.members[ids.index("TAW")] and not before.members[ids.index("CHN")]
    assert after.seats.bench.veto[seats.index("CHN")]


@pytest.mark.parametrize(
    ("aggressor", "target", "region", "bound"),
    [
        ("RUS", "NOR", "null", True),
        ("RUS", "TUR", "null", True),
        ("RUS", "SWD", "null", False),
        ("IND", "UKG", "asia", False),
    ],
)
def test_the_atlantic_treaty_protects_members_within_its_area(aggressor, target, region, bound):
    """Arts. 5, 6: Norway and Turkey, not Sweden, and no member's possessions in Asia."""
    stage = theatre("nato", aggressor, target, f"scenario.region={region}", scenario="suez_1956")
    assert stage.quarrel.covered == stage.duties.self_executing == bound


def test_under_the_atlantic_treaty_a_threat_is_consulted_about_and_nothing_is_owed():
    """Art. 4 against Art. 5."""
    stage = theatre("nato", "RUS", "NOR", "scenario.entry=threat", scenario="suez_1956")
    assert stage.duties.in_motion and not stage.duties.self_executing


def test_one_ally_can_stop_the_atlantic_council():
    stage = theatre("nato", "RUS", "NOR", scenario="suez_1956")
    ids = stage.world.ids
    assert vote(stage.seats.bench, {"USA": 1, "NOR": 1}, Measure.COLLECTIVE_DEFENCE, ids, default=0)[0]
    assert not vote(stage.seats.bench, {"ICE": -1}, Measure.COLLECTIVE_DEFENCE, ids)[0]


def test_an_ally_that_attacks_an_ally_has_no_say_in_the_atlantic_council():
    stage = theatre("nato", "GRC", "TUR", scenario="suez_1956")
    assert vote(stage.seats.bench, {"GRC": -1}, Measure.CONDEMNATION, stage.world.ids)[0]


def test_the_united_states_is_bound_in_seato_against_communists_alone():
    """Understanding of the United States, 8 September 1954."""
    north, india = (theatre("seato", a, t, scenario="suez_1956") for a, t in (("DRV", "THI"), ("IND", "PAK")))
    assert "USA" in owing(north) and "USA" not in owing(india)
    assert {"AUL", "NEW"} <= owing(north) & owing(india)


def test_seato_protects_three_states_that_are_no_members_and_no_member_far_away():
    """Art. IV(3), Art. VIII, and the Protocol."""
    laos = theatre("seato", "DRV", "LAO", scenario="suez_1956")
    assert laos.quarrel.covered and not laos.members[laos.target]
    assert not theatre("seato", "CHN", "MYA", scenario="suez_1956").quarrel.covered
    assert not theatre("seato", "RUS", "UKG", scenario="suez_1956").quarrel.covered
    assert charter("seato").pledge.wording == "constitutional_processes"


def test_two_thirds_bind_the_americas_and_none_to_force():
    """Rio treaty, Arts. 17, 18, 20."""
    stage = theatre("rio_1947", "NIC", "COS", scenario="suez_1956")
    ids, seats = stage.world.ids, [stage.world.ids[int(s)] for s in stage.seats.bench.seats]
    others = [s for s in seats if s not in ("NIC", "COS")]
    needed = -(-2 * len(others) // 3)
    votes = dict.fromkeys(others[:needed], 1)
    assert vote(stage.seats.bench, votes, Measure.SANCTIONS_PARTIAL, ids, default=0)[0]
    assert not vote(
        stage.seats.bench, dict.fromkeys(others[: needed - 1], 1), Measure.SANCTIONS_PARTIAL, ids, default=0
    )[0]
    assert not stage.seats.bench.veto.any()
    assert stage.seats.bench.excluded(Measure.SANCTIONS_PARTIAL).sum() == 2
    force = {i.measure: i.force for i in charter("rio_1947").instruments}
    assert force["sanctions_comprehensive"] == "binding" and force["force_authorised"] == "each_member"
    assert "CAN" not in seats and "FRN" not in seats


def test_the_african_organisation_counts_all_its_members_and_neither_sanctions_nor_fights():
    """Charter, Arts. III, X(2): two thirds of the members, so that absence counts against."""
    stage = theatre("oau_1963", "ETH", "LBR")
    assert {i.measure for i in charter("oau_1963").instruments} == {
        "mediation", "condemnation", "ceasefire_demand", "peacekeeping",
    }  # fmt: skip
    ids = stage.world.ids
    assert not stage.members[ids.index("SAF")] and stage.members[ids.index("ETH")]
    wide = theatre("oau_1963", "S001", "S010", scenario="two_blocs")
    n = len(wide.seats.bench.seats)
    needed = -(-2 * n // 3)
    for short in (0, 1):
        votes = {wide.world.ids[int(s)]: 1 for s in wide.seats.bench.seats[: needed - short]}
        assert vote(wide.seats.bench, votes, Measure.CONDEMNATION, wide.world.ids, default=2)[0] == (short == 0)


def test_alliances_carry_credit_that_the_same_treaties_lack_under_self_help():
    """Each treaty is the world's; under alliances the parties expect each other to come."""
    allied, alone = (theatre(name, "ISR", "EGY", scenario="suez_1956") for name in ("alliances", "self_help"))
    assert owing(allied) == owing(alone) and "SYR" in owing(allied)
    assert allied.duties.self_executing and not alone.duties.self_executing and not alone.duties.in_motion
    assert not theatre("alliances", "IND", "PAK", "+world.obligations=[]", scenario="suez_1956").duties.in_motion


def test_the_forces_of_article_43_march_without_a_national_decision():
    """Arts. 43, 45: called in Korea, members' contingents are on their way; under un_1945 each decides first."""
    common = ("scenario=korea_1950", "behaviour.a_inertia=3")
    called, asked = (told(experiment(*common, f"arrangement={name}"), 8) for name in ("un_article_43", "un_1945"))
    sent = called["events"][called["events"]["kind"] == Kind.MOBILISED]
    assert len(set(sent["actor"].tolist())) > 20
    assert not (asked["events"]["kind"] == Kind.MOBILISED).any()
    passed = called["drafts"][called["drafts"]["adopted"]]
    assert (passed["vetoed_by"] == -1).all()


def test_the_ideal_type_finds_by_the_facts_and_commands():
    tables = told(experiment("scenario=abyssinia_1935", "arrangement=ideal"))
    assert not len(tables["drafts"]) and Kind.ADOPTED in kinds(tables["events"])
    stage = theatre("ideal", "ITA", "ETH")
    assert stage.experiment.charter.forces.centralisation == 1 and stage.duties.self_executing


def test_order_without_government_binds_everyone_and_commands_nobody():
    stage = theatre("order_without_government", "ITA", "ETH", NO_OTHER_TIES)
    everyone = {s for i, s in enumerate(stage.world.ids) if not stage.parties[i]}
    assert stage.seats.bench is None and stage.duties.self_executing and owing(stage) == everyone
    tables = told(stage.experiment)
    assert Kind.OBLIGATION_REFUSED in kinds(tables["events"]) and Kind.ADOPTED not in kinds(tables["events"])
