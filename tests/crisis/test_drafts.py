"""What is tabled and who votes for it: texts, deeds, and drafts for the record."""

import numpy as np

from sim.run import run, theatres_of
from sim.stream.codes import Kind, Measure
from sim.stream.log import Log, Record
from stage.arms import Difference, crises, experiment

UN = "arrangement=un_1945"
RUNS = 120
DEEDS = (Measure.SANCTIONS_PARTIAL, Measure.SANCTIONS_COMPREHENSIVE, Measure.FORCE_AUTHORISED)


def told(table, *overrides, runs=RUNS):
    arm, log = experiment(*overrides), Log(Record.at("events"))
    for number in range(runs):
        run(arm, number, log)
    return log.take()[table]


def adopted(*overrides):
    rows = told("drafts", *overrides)
    return rows[rows["adopted"]]


def unanimous(rows):
    return ((rows["no"] == 0) & (rows["abstain"] == 0)).mean()


STAGE = (UN, "scenario=great_on_small", "scenario.aggressors=[S020]")


def test_texts_are_talked_over_until_nobody_holds_back_by_chance():
    """Unanimous among those adopted: .50 of 219 resolutions of 1946-65, .70 of 427 of 1966-89 (Dag Hammarskjold Library)."""
    with_talks, without = adopted(*STAGE), adopted(*STAGE, "behaviour.mechanisms.consultations=false")
    print(f"unanimous {unanimous(with_talks):.2f}, without consultations {unanimous(without):.2f}")
    assert unanimous(without) < 0.3
    assert unanimous(with_talks) > 0.4


def test_deeds_are_left_as_they_are_by_consultations():
    deeds = [told("drafts", *STAGE, f"behaviour.mechanisms.consultations={on}", "arrangement.instruments=[{measure:sanctions_partial,force:binding}]")
             for on in ("true", "false")]  # fmt: skip
    assert deeds[0].size
    assert deeds[0].tobytes() == deeds[1].tobytes()


def coerced(*overrides):
    return np.isin(crises(experiment(*overrides), RUNS)["strongest_adopted"], DEEDS).astype(float)


def test_nobody_votes_for_sanctions_that_nobody_would_keep():
    """The United States before the Assembly over Grenada and Iraq: a demand, or nothing, and no sanctions."""
    iraq = ("scenario=iraq_2003", "arrangement=un_1965", "aggression=forced")
    off = coerced(*iraq, "behaviour.mechanisms.expected_deeds=false")
    on = coerced(*iraq)
    assert Difference(off, on, "expected deeds").falls
    assert on.mean() < 0.1


def test_what_is_expected_to_be_stopped_moves_with_what_makes_it_worth_while():
    abyssinia = ("scenario=abyssinia_1935", "arrangement=league", "aggression=forced")
    assert Difference(
        coerced(*abyssinia, "behaviour.worthwhile_share=1"),
        coerced(*abyssinia, "behaviour.worthwhile_share=0.2"),
        "worth while",
    ).rises


def test_a_text_answers_a_part_of_the_duty_and_less_where_more_is_lost():
    def gap(stake):
        stage = ("scenario=abyssinia_1935", "arrangement=league", "aggression=forced", f"scenario.target_stake={stake}")
        return Difference(coerced(*stage), coerced(*stage, "behaviour.discharged=0"), f"discharged, stake {stake}")

    total, province = gap(4.0), gap(1.0)
    assert province.rises
    assert province.mean > total.mean


def test_force_is_sponsored_by_who_could_turn_the_war():
    """Nobody could against the United States in 2003; the United States could in Korea."""
    iraq = experiment("scenario=iraq_2003", "arrangement=un_1965")
    assert not theatres_of(iraq, iraq.openings)[0].could_turn_it.any()
    assert not (
        told("drafts", "scenario=iraq_2003", "arrangement=un_1965", "aggression=forced")["measure"]
        >= Measure.FORCE_AUTHORISED
    ).any()
    korea = experiment("scenario=korea_1950", UN)
    theatre = theatres_of(korea, korea.openings)[0]
    assert theatre.could_turn_it[korea.world.ids.index("USA")]
    sent = told("drafts", "scenario=korea_1950", UN, "aggression=forced")
    sponsors = sent["sponsor"][sent["measure"] >= Measure.FORCE_AUTHORISED]
    assert sponsors.size
    assert theatre.could_turn_it[sponsors].all()


def test_a_veto_is_cast_for_the_record_where_it_opens_the_assembly():
    """Suez, 30 October 1956: two vetoes in the Council, and the matter before the Assembly on 1 November."""
    suez = (UN, "scenario=suez_1956", "aggression=forced")
    expected, cast = told("events", *suez, "arrangement.fallback.upon=deadlock"), told("events", *suez)
    kinds = [
        [(rows["kind"] == k).sum() for k in (Kind.VETOED, Kind.NOT_TABLED, Kind.FALLBACK_OPENED)]
        for rows in (expected, cast)
    ]
    assert kinds[0][1]
    assert kinds[1][0] > kinds[0][0]
    assert kinds[1][2] >= 0.9 * kinds[0][2]
    first = {int(r): rows for r, rows in ((r, cast[cast["run"] == r]) for r in np.unique(cast["run"]))}
    for rows in first.values():
        opened, vetoed = (rows["day"][rows["kind"] == k] for k in (Kind.FALLBACK_OPENED, Kind.VETOED))
        assert not opened.size or vetoed[0] <= opened[0]
