import pytest

from battery.conftest import CASE, case
from sim.battery.build import Builder
from sim.battery.cases import INPUTS, hidden, read_cases
from sim.battery.rules import CASE_TYPES, ENTRY_STAGES, FALLBACK, charter_of, entry_of
from sim.errors import DataError
from sim.study.cell import cell_id
from sim.world.importers.archive import Archive

BEHAVIOUR = {"name": "default"}


def built(path, data, k=0):
    return Builder(Archive(data), BEHAVIOUR).build(read_cases(path)[k])


def test_a_case_becomes_a_scenario(write, data):
    got = built(write(CASE), data).experiment
    scenario, world = got.scenario, got.world.facts
    assert got.charter.name == "league"
    assert (scenario.aggressors, scenario.targets) == (("ITA",), ("ETH",))
    assert (scenario.entry, scenario.objective, scenario.ambiguity) == ("attack", "total", 0.0)
    assert scenario.key_commodity == "omitted"  # the supplier is no member
    assert world.councils["league"].permanent == ("UKG", "ITA")
    assert "UKG" in world.patrons["ITA"]
    assert ("UKG", "ITA", "consultation") in {(o.debtor, o.creditor, o.kind) for o in world.obligations}


def test_what_happened_is_not_seen(write, data):
    """Every field that is no input may change, and the experiment is the same."""
    seen = cell_id(built(write(CASE), data).experiment)
    other = case(
        strongest_measure="none", outcome_1yr="deterred", aggressor_gain="none", veto_cast=True, did_reach_agenda=False,
        first_formal_response_days=300, mechanisms=[], decision_rule="majority", name="another", aggressor_is_permanent_member=False,
        patron={"note": "x"}, inputs={"notes": "y"}, coalition={"acted": ["USA"]}, year=1900,
    )  # fmt: skip
    assert cell_id(built(write(other), data).experiment) == seen
    inputs = case(inputs={"objective": "limited"})
    assert cell_id(built(write(inputs), data).experiment) != seen


@pytest.mark.slow
def test_no_case_of_the_field_sees_what_happened(field_cases, field_data, tmp_path):
    """Every field that is no input is dealt to another case, and each case is played as before."""
    import yaml

    from sim import shelf
    from sim.battery.cases import BLOCK_INPUTS, PATRON_INPUTS, POWER_INPUTS

    cases = shelf.read(field_cases)["cases"][::2]
    dealt = []
    for k, own in enumerate(cases):
        other = cases[(k + 3) % len(cases)]
        mixed = {key: own[key] for key in ("id", *INPUTS) if key in own}
        mixed |= {key: value for key, value in other.items() if key not in (*INPUTS, "id", "inputs", "patron", "power")}
        for block, allowed in (("inputs", BLOCK_INPUTS), ("patron", PATRON_INPUTS), ("power", POWER_INPUTS)):
            mine, theirs = own.get(block) or {}, other.get(block) or {}
            mixed[block] = {key: v for key, v in mine.items() if key in allowed}
            mixed[block] |= {key: v for key, v in theirs.items() if key not in allowed}
        dealt.append(mixed)
    path = tmp_path / "dealt.yaml"
    path.write_text(yaml.safe_dump({"cases": dealt}, sort_keys=False), encoding="utf-8")
    builders = [Builder(Archive(field_data), BEHAVIOUR) for _ in range(2)]
    before = [c for c in read_cases(field_cases) if c.name in {own["id"] for own in cases}]
    for one, same in zip(before, read_cases(path), strict=True):
        ids = {cell_id(b.build(c).experiment) for b, c in zip(builders, (one, same), strict=True)}
        assert len(ids) == 1, one.name


@pytest.mark.parametrize("stage", [*ENTRY_STAGES, None])
@pytest.mark.parametrize("kind", [*CASE_TYPES, "coup", None])
def test_every_opening_is_one_of_the_scenario_and_says_when_it_falls_back(stage, kind):
    rule, remark = entry_of({"entry_stage": stage, "case_type": kind})
    assert rule.entry in ("threat", "attack", "treaty_breach", "covert", "frontier_dispute")
    if stage is None and kind not in CASE_TYPES:
        assert rule == FALLBACK and "opens as an attack" in remark
    if stage in ENTRY_STAGES:
        assert remark is None and rule.entry == ENTRY_STAGES[stage].entry


@pytest.mark.parametrize(
    ("institution", "day", "name"), [("un", "1956-10-29", "un_1945"), ("league", "1935-10-03", "league")]
)
def test_the_charter_follows_from_institution_and_date(institution, day, name):
    from datetime import date

    assert charter_of(institution, date.fromisoformat(day)) == (name, None)


def test_an_institution_may_be_a_shipped_arrangement():
    from datetime import date

    assert charter_of("SEATO", date(1962, 5, 10)) == ("seato", None)


def test_codes_are_read_whatever_their_case_and_dashes(write, data):
    seen = cell_id(built(write(CASE), data).experiment)
    other = case(
        case_type="Armed attack", inputs={"entry_stage": "Open attack", "objective": "Total", "theatre_ratio": "1–3"}
    )
    assert cell_id(built(write(other), data).experiment) == seen


def test_an_unknown_institution_is_played_as_self_help():
    from datetime import date

    name, remark = charter_of("concert", date(1853, 7, 2))
    assert name == "self_help" and "'concert'" in remark


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"institution": "concert"}, "institution='concert' is not one of"),
        ({"case_type": "coup", "inputs": {"entry_stage": "coup"}}, "opens as an attack"),
        ({"aggressor": ["Italy", "Ruritania"]}, "aggressor 'Ruritania' is no state"),
        ({"inputs": {"council_members": ["Ruritania", "UK", "Italy"]}}, "council member 'Ruritania' is no state"),
        ({"inputs": {"objective": "glory"}}, "objective='glory' is not one of"),
        ({"inputs": {"theatre_ratio": "ten"}}, "theatre_ratio='ten' is not one of"),
    ],
)
def test_what_is_not_known_is_remarked_and_the_case_is_played(changed, said, write, data):
    assert any(said in remark for remark in built(write(case(**changed)), data).remarks)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"aggressor": ["Ruritania"], "power": {"aggressor": {}}}, "aggressor: none of Ruritania is a state"),
        ({"target": None, "power": {"target": {}}}, "target: none of no names"),
        ({"start_date": "autumn"}, "start_date"),
        ({"target": ["Italy"]}, "both sides"),
    ],
)
def test_a_case_that_cannot_be_played_says_why(changed, said, write, data):
    with pytest.raises(DataError, match=said):
        built(write(case(**changed)), data)


@pytest.mark.parametrize(
    "absent", ["power", "patron", "inputs", "council_size", "case_type", "target_member_of_institution"]
)
def test_missing_fields_do_not_stop_a_case(absent, write, data):
    assert built(write(case(**{absent: None})), data).experiment.scenario.aggressors == ("ITA",)


@pytest.mark.parametrize(
    "junk", [3, "x", None, [], {"start_date": 3}, {"inputs": [1], "aggressor": {"a": 1}, "power": "y"}]
)
def test_rows_that_are_no_cases_are_remarked(junk, write, data):
    good, bad = read_cases(write(CASE, junk))
    assert not good.remarks and bad.remarks
    with pytest.raises(DataError):
        Builder(Archive(data), BEHAVIOUR).build(bad)


def test_a_group_is_told_by_the_power_stated_for_it(write, data):
    changed = case(aggressor=["The Pact"], power={"aggressor": {"Germany": 0.1, "Italy": 0.05}})
    got = built(write(changed), data)
    assert got.experiment.scenario.aggressors == ("GMY", "ITA")
    assert any("'The Pact' is no state" in remark for remark in got.remarks)


def test_a_group_without_stated_power_is_its_members(write, data):
    (data / "memberships.csv").write_text(
        "institution,ccode,start,end\nEntente,200,1904-04-08,\nEntente,325,1904-04-08,\n", encoding="utf-8"
    )
    got = built(write(case(aggressor=["Entente members"], power=None)), data)
    assert got.experiment.scenario.aggressors == ("UKG", "ITA")
    assert any("told by its 2 members" in remark for remark in got.remarks)


def test_an_armed_band_is_its_patrons(write, data):
    band = case(
        aggressor=["Armed band"], power=None, case_type="nonstate_attack", inputs={"entry_stage": "covert_or_disputed"}
    )
    got = built(write(band), data).experiment.scenario
    assert got.aggressors == ("UKG",) and got.deniable


def test_an_entity_with_power_of_its_own_stands_next_to_its_opponent(write, data):
    got = built(write(case(target=["Hejaz Emirate"], power={"target": {"Hejaz": 0.001}})), data).experiment
    (target,) = got.scenario.targets
    facts = got.world.facts
    assert facts.states[target].capability == 0.001 and facts.contiguity[target] == ("ITA",)
    assert target not in facts.councils["league"].elected


def test_a_limited_attack_on_a_far_colonial_power_is_fought_near_the_aggressor(write, data):
    """Goa 1961, the Falklands 1982: not at Lisbon, nor in London."""
    far = case(aggressor=["Ethiopia"], target=["UK"], power=None, inputs={"objective": "limited"}, patron=None)
    facts = built(write(far), data).experiment.world.facts
    assert facts.states["UKG"].latitude == facts.states["ETH"].latitude
    home = case(aggressor=["Ethiopia"], target=["UK"], power=None, inputs={"objective": "total"}, patron=None)
    facts = built(write(home), data).experiment.world.facts
    assert facts.states["UKG"].latitude > 50


def test_nobody_is_a_client_of_who_attacks_it(write, data):
    attacked = case(
        inputs={"candidate_patrons": {"aggressor": [], "target": ["Italy (protector)", "UK (arms)"]}}, patron=None
    )
    assert built(write(attacked), data).experiment.world.facts.patrons["ETH"] == ("UKG",)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"start_date": "3 October 1935"}, {}),
        ({"aggressor": "Italy", "target": "Ethiopia"}, {}),
        ({"aggressor_member_of_institution": "yes", "target_member_of_institution": "True"}, {}),
        ({"power": {"aggressor": {"Italy": "5e-2"}}}, {}),
        ({"institution": "League of Nations", "case_type": "Armed attack (open)"}, {}),
        (
            {"inputs": {"ambiguity": "0.0", "council_members": "UK, Italy, Australia", "nuclear": {"aggressor": "no"}}},
            {},
        ),
        ({"start_date": "1935-10"}, {"start_date": "1935-10-01"}),
        ({"start_date": 1935}, {"start_date": "1935-07-01"}),
        ({"inputs": {"theatre_ratio": "1.4"}}, {"inputs": {"theatre_ratio": 1.4}}),
    ],
)
def test_a_case_is_read_however_it_is_written(written, meant, write, data):
    ids = [cell_id(built(write(case(**one)), data).experiment) for one in (written, meant)]
    assert ids[0] == ids[1]


def test_what_happened_is_read_however_it_is_written(write):
    written = case(
        outcome_1yr="Fait accompli",
        aggressor_gain="Kept",
        veto_cast="no",
        did_reach_agenda="true",
        first_formal_response_days="4",
    )
    one, other = read_cases(write(CASE, written))
    assert one.truth == other.truth


def test_a_case_without_some_inputs_is_the_same_case_in_the_same_world(write, data):
    """What is shared between variants is not mixed up between them."""
    builder = Builder(Archive(data), BEHAVIOUR)
    whole = read_cases(write(case(inputs={"ambiguity": 0.6})))[0]
    for keys in (("ambiguity", "entry_stage"), ("theatre_ratio",), ("objective", "case_type")):
        shared = builder.build(hidden(whole, keys)).experiment
        alone = Builder(Archive(data), BEHAVIOUR).build(hidden(whole, keys)).experiment
        assert cell_id(shared) == cell_id(alone) != cell_id(builder.build(whole).experiment)


def test_two_cases_of_one_name_are_told_apart(write):
    assert [c.name for c in read_cases(write(CASE, CASE))] == ["abyssinia", "abyssinia_2"]
