"""Every clock of the schema at the smallest value it allows: no delay below a minute, none in the past, and none without effect."""

import dataclasses
import typing

import numpy as np
import pytest

from sim.arrangement.charter import Charter
from sim.behaviour import Behaviour
from sim.calendar import Calendar
from sim.experiment import Scenario
from sim.run import run
from sim.stream.codes import Rank
from sim.stream.log import Log, Record
from stage.arms import experiment

PARTS = {"behaviour": Behaviour, "charter": Charter, "scenario": Scenario}
REFERRED = ("behaviour.p_referral_member=1", "behaviour.referral_against_veto=1")
STAGES = (
    ("scenario=great_on_small", "arrangement=un_1945", "scenario.arms_embargo_both=true", "behaviour.war.tempo_lopsided_days=1"),
    ("scenario=great_on_small", "arrangement=ideal", *REFERRED),
    ("scenario=small_on_small", "arrangement=un_1945", "scenario.entry=frontier_dispute", "scenario.ambiguity=0.6", *REFERRED),
    ("scenario=creeping_and_deniable", "arrangement=un_1945"),
    ("scenario=great_on_small", "arrangement=arbitration_1907", "scenario.entry=threat", "scenario.target_stake=3",
     "behaviour.referral_of_a_threat=1", *REFERRED),
    ("scenario=munich_1938", "arrangement=league", "behaviour.a_inertia=3"),
    ("scenario=abyssinia_1935", "arrangement=league", "behaviour.a_norm=0"),
    ("scenario=great_on_small", "arrangement=league", "scenario.aggressors=[S012]", "scenario.targets=[S024]", "scenario.theatre_ratio=8",
     "scenario.also=[{day:400,aggressors:[S012],targets:[S025],entry:attack}]", "arrangement.exit.expulsion=false",
     "arrangement.exit.notice_days=200", "behaviour.k_yes=-2", *REFERRED),
    ("scenario=korea_1950", "arrangement=un_1945"),
    ("scenario=korea_1950", "arrangement=un_1945", "scenario.absent=[]", "arrangement.fallback.kind=coalition", "arrangement.fallback.since=null",
     *REFERRED),
    ("scenario=suez_1956", "arrangement=un_1945", "arrangement.defers_to=[arab_league]", "scenario.rival_forum=arab_league",
     "behaviour.p_rival_forum=1"),
    ("scenario=two_blocs", "arrangement=alliances", "behaviour.a_inertia=1"),
)  # fmt: skip
RUNS = 5


def clocks(cls, path=()):
    """Every lever in days, and every pace, of a part of the schema: its path and the value at which it is soonest."""
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        here, unit = (*path, field.name), field.metadata.get("unit", "")
        if dataclasses.is_dataclass(hints[field.name]):
            yield from clocks(hints[field.name], here)
        elif unit == "days" and hints[field.name] is float:
            yield here, field.metadata["low"]
        elif unit.endswith("/day"):
            yield here, field.metadata["high"]


CLOCKS = {(part, *path): soonest for part, cls in PARTS.items() for path, soonest in clocks(cls)}


def with_value(thing, path, value):
    inner = value if len(path) == 1 else with_value(getattr(thing, path[0]), path[1:], value)
    return dataclasses.replace(thing, **{path[0]: inner})


@pytest.fixture(scope="module")
def stages():
    return [experiment("aggression=forced", "horizon_days=500", "behaviour.belief_draws=2", *stage) for stage in STAGES]


@pytest.fixture
def waits(monkeypatch):
    """Every wait that a step asks for: minutes, rank, and when."""
    asked, wait, wait_days = [], Calendar.wait, Calendar.wait_days

    def spied(self, minutes, rank, *where):
        asked.append((minutes, rank, self.now))
        return wait(self, minutes, rank, *where)

    def spied_days(self, days, rank, *where):
        turn = wait_days(self, days, rank, *where)
        asked.append((1 if days >= 0.0 else -1, rank, self.now))
        return turn

    monkeypatch.setattr(Calendar, "wait", spied)
    monkeypatch.setattr(Calendar, "wait_days", spied_days)
    return asked


def histories(arm):
    told = []
    for number in range(RUNS):
        log = Log(Record.at("events"))
        run(arm, number, log)
        told.append(log.take()["events"])
    return told


def in_order(told):
    for events in told:
        minutes = events["day"] * 1440
        assert (np.diff(minutes) >= 0).all()
        assert np.allclose(minutes, np.round(minutes))


def on_time(asked):
    """Nothing waits less than a minute but the opening of a crisis at its own minute."""
    early = [(m, Rank(r).name, now) for m, r, now in asked if m < 1 and not (r == Rank.OPPORTUNITY and m == 0)]
    assert not early
    asked.clear()


@pytest.fixture(scope="module")
def as_they_are(stages):
    return [histories(arm) for arm in stages]


def test_the_schema_has_clocks_in_every_part():
    assert {path[0] for path in CLOCKS} == set(PARTS)
    assert {
        ("behaviour", "clocks", "forum_days"),
        ("charter", "exit", "notice_days"),
        ("scenario", "deadline_days"),
    } <= set(CLOCKS)


@pytest.mark.parametrize("clock", CLOCKS, ids=".".join)
def test_a_clock_at_its_smallest_is_on_time_and_tells(clock, stages, as_they_are, waits):
    changed = False
    for arm, before in zip(stages, as_they_are, strict=True):
        told = histories(with_value(arm, clock, CLOCKS[clock]))
        in_order(told)
        on_time(waits)
        changed = changed or any(
            len(a) != len(b) or (a["day"] != b["day"]).any() for a, b in zip(told, before, strict=True)
        )
    assert changed, f"{'.'.join(clock)} changes nothing on any stage"


def test_all_clocks_at_their_smallest_together(stages, waits):
    for arm in stages:
        for clock, soonest in CLOCKS.items():
            arm = with_value(arm, clock, soonest)
        in_order(histories(dataclasses.replace(arm, horizon_days=20.0)))
        on_time(waits)
