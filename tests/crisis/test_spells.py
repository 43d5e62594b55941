"""The spells of a crisis: its whole life in phases, each ended by the event that opened the next."""

import pytest

from sim.run import run
from sim.stream.codes import Kind, Phase
from sim.stream.log import Log, Record
from stage.arms import experiment

OPENS = {
    Phase.THREAT: {Kind.THREATENED},
    Phase.FIGHTING: {Kind.ATTACKED, Kind.OBJECTIVE_LOST},
    Phase.OBJECTIVE_HELD: {Kind.OBJECTIVE_TAKEN},
    Phase.SANCTIONED: {Kind.SANCTION_IMPOSED},
    Phase.FOUGHT_BY_COALITION: {Kind.ARRIVED},
}


@pytest.fixture(scope="module")
def lives():
    """(row of the crisis, its spells, its events by number) of runs of four arms, one of them of two crises."""
    found = []
    for overrides in (
        ("scenario=abyssinia_1935", "arrangement=league"),
        ("scenario=munich_1938", "arrangement=league", "horizon_days=90"),
        ("scenario=two_blocs", "arrangement=self_help"),
        ("scenario=korea_1950", "arrangement=un_1945", "scenario.also=[{day:40,aggressors:[CHN],targets:[TAW]}]"),
    ):
        arm = experiment(*overrides)
        for number in range(12):
            log = Log(Record.at("full", "none"))
            run(arm, number, log)
            tables = log.take()
            events = {int(event["seq"]): event for event in tables["events"]}
            for crisis in tables["crises"]:
                spells = tables["spells"][tables["spells"]["crisis"] == crisis["crisis"]]
                found.append((crisis, spells, events))
    return found


def test_they_follow_one_another_from_the_opportunity_to_the_end(lives):
    for crisis, spells, _ in lives:
        assert spells["phase"][0] == Phase.OPPORTUNITY
        assert spells["start"].tolist()[1:] == spells["stop"].tolist()[:-1]
        assert spells["stop"][-1] - spells["start"][0] == pytest.approx(crisis["end_day"])
        assert (spells["start"] <= spells["stop"]).all()
        assert (spells["phase"][1:] != spells["phase"][:-1]).all()


def test_only_the_last_is_cut_by_the_horizon(lives):
    assert {bool(crisis["censored"]) for crisis, _, _ in lives} == {True, False}
    for crisis, spells, _ in lives:
        assert spells["censored"].tolist() == [False] * (len(spells) - 1) + [bool(crisis["censored"])]


def test_each_is_ended_by_the_event_that_opens_the_next(lives):
    seen = set()
    for crisis, spells, events in lives:
        causes = [events[int(seq)] for seq in spells["cause"]]
        assert [event["day"] for event in causes] == spells["stop"].tolist()
        assert {int(event["crisis"]) for event in causes} == {int(crisis["crisis"])}
        assert causes[-1]["kind"] == Kind.ENDED
        for event, phase in zip(causes, spells["phase"][1:], strict=False):
            assert event["kind"] in OPENS[phase]
            seen.add(Phase(int(phase)))
    assert seen == set(OPENS)
