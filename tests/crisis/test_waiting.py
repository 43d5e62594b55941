"""Who waits for a bell, for a time, or for the floor."""

import pytest

from sim.calendar import Agenda, Bell, Calendar
from sim.stream.codes import Rank


@pytest.mark.parametrize(
    ("rings", "woken"), [([3], [3, 13]), ([30], [10, 20, 30, 40]), ([10], [10, 20]), ([3, 3], [3, 13])]
)
def test_a_bell_or_a_time_wakes_once_whichever_is_first(rings, woken):
    calendar, seen = Calendar(), []
    bell = Bell(calendar)

    def ringing():
        for minute in rings:
            yield calendar.wait(minute - calendar.minute, Rank.CAMPAIGN, 0)
            bell.ring()

    def waiting():
        for _ in woken:
            yield bell.wait_for(10, Rank.SETTLEMENT, 0)
            seen.append(calendar.minute)

    for process in (waiting, ringing):
        calendar.process(process())
    calendar.run()
    assert seen == woken


def test_the_floor_goes_to_the_earliest_crisis_that_waits():
    calendar, heard = Calendar(), []
    agenda = Agenda(calendar)

    def speaking(crisis, asks_at):
        yield calendar.wait(asks_at, Rank.DELIBERATION, crisis)
        if turn := agenda.ask(crisis):
            yield turn
        with agenda:
            heard.append((calendar.minute, crisis))
            yield calendar.wait(10, Rank.DELIBERATION, crisis)

    for crisis, asks_at in ((4, 0), (3, 1), (1, 5), (2, 6), (0, 60)):
        calendar.process(speaking(crisis, asks_at))
    calendar.run()
    assert heard == [(0, 4), (10, 1), (20, 2), (30, 3), (60, 0)]
