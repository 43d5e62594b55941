"""The organ as it sits on the days of a crisis, and what it may be asked to adopt."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta
from functools import cached_property

from sim.arrangement.membership import available
from sim.arrangement.organ import Bench, ladder, seat
from sim.calendar import MINUTES_PER_DAY
from sim.decision.quarrel import Quarrel
from sim.stream.codes import Measure


class Seats:
    """The benches that may hear a quarrel."""

    def __init__(self, quarrel: Quarrel) -> None:
        self.quarrel, self.charter = quarrel, quarrel.experiment.charter
        self._benches: dict[tuple[str, ...], Bench] = {}

    @cached_property
    def bench(self) -> Bench | None:
        """The organ as it sits on the day this crisis opens, or None."""
        return self._seat_on(self.quarrel.opening.minute / MINUTES_PER_DAY)

    def bench_on(self, days: float) -> Bench | None:
        """The organ as it sits `days` after the scenario's date: empty chairs may be taken again."""
        return self._seat_on(days) if self.quarrel.scenario.absent_until else self.bench

    @cached_property
    def second_bench(self) -> Bench | None:
        """The fallback organ where the charter has one, or None; `fallback_open` says from when."""
        organ, fallback, quarrel = self.charter.organ, self.charter.fallback, self.quarrel
        if self.bench is None or fallback.kind != "assembly":
            return None
        date = quarrel.scenario.date
        return seat(organ, fallback.rule, "assembly", quarrel.members, quarrel.world, quarrel.parties, (), date)

    def fallback_open(self, days: float) -> bool:
        """Whether the fallback is in force `days` after the scenario's date."""
        fallback = self.charter.fallback
        opens = self.second_bench is not None or (fallback.kind == "coalition" and self.bench is not None)
        return opens and available(fallback.since, self._date(days).isoformat())

    @cached_property
    def ladder(self) -> tuple[list[Measure], list[Measure]]:
        """The charter's coercive and settlement tracks, weakest first."""
        return ladder(self.charter)

    def _seat_on(self, days: float) -> Bench | None:
        organ, quarrel, scenario = self.charter.organ, self.quarrel, self.quarrel.scenario
        if organ.kind == "none" or not quarrel.members.any():
            return None
        until, today = scenario.absent_until, self._date(days)
        empty = tuple(s for s in scenario.absent if s not in until or today < Date.fromisoformat(until[s]))
        if empty not in self._benches:
            self._benches[empty] = seat(
                organ, organ.rule, organ.kind, quarrel.members, quarrel.world, quarrel.parties, empty, scenario.date
            )
        return self._benches[empty]

    def _date(self, days: float) -> Date:
        return Date.fromisoformat(self.quarrel.scenario.date) + timedelta(days=days)
