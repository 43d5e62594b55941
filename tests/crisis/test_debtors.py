"""Whom the casus foederis asks: those bound, and of them those who have a way to come."""

import numpy as np

from sim.run import run, theatres_of
from sim.stream.codes import Kind
from sim.stream.log import Log, Record
from stage.arms import experiment

PACT = ("scenario=munich_1938", "arrangement=eastern_pact_1934", "aggression=forced")
PASSAGE = "world.routes=[{into: CZE, status: open, share: 0.5}]"
ANSWERS = (Kind.OBLIGATION_HONOURED, Kind.OBLIGATION_REFUSED)


def asked(*overrides, runs=12):
    arm = experiment(*PACT, *overrides)
    log = Log(Record.at("events"))
    for number in range(runs):
        run(arm, number, log)
    events = log.take()["events"]
    answers = events[np.isin(events["kind"], ANSWERS)]
    return {arm.world.ids[i] for i in np.unique(answers["actor"])}


def test_the_red_army_is_asked_where_it_has_a_way_and_not_where_it_has_none():
    assert "RUS" not in asked()
    assert "RUS" in asked(PASSAGE)


def test_a_treaty_with_an_area_is_owed_within_it_alone():
    """The Atlantic treaty covered Lisbon and not Goa (Art. 6)."""

    def debtors(region):
        arm = experiment("scenario=goa_1961", f"scenario.region={region}", "arrangement=un_1945")
        owed = theatres_of(arm, arm.openings)[0].duties.treaties_for_target.owed
        return {arm.world.ids[i] for i in np.flatnonzero(owed >= 1.0)}

    assert debtors("asia") == {"UKG"}
    assert debtors("europe") == {"UKG", "USA"}
