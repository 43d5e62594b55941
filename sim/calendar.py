"""The clock of one run: SimPy's environment on a grid of whole minutes, with a fixed order of ties."""

from __future__ import annotations

from heapq import heappop, heappush

import simpy

MINUTES_PER_DAY = 1440
_ENTITY_BITS, _CRISIS_BITS = 20, 20


class Turn(simpy.Event):
    """A wake-up that simultaneous wake-ups are ordered by: rank of the step, crisis, entity."""

    def __init__(self, env: simpy.Environment, minutes: int, order: int) -> None:
        self.env = env
        self.callbacks = []
        self._value = None
        self._ok = True
        env.schedule(self, order, minutes)  # type: ignore[arg-type]


class Calendar(simpy.Environment):
    """An environment whose `now` is in whole minutes since the opening of the run.

    Simultaneous events are ordered by (time, rank of the step, crisis, entity), never by the order in
    which processes were created.
    """

    def wait(self, minutes: int, rank: int, crisis: int, entity: int = 0) -> Turn:
        """Return an event `minutes` from now, in the order of its rank, crisis and entity."""
        if minutes < 0:
            raise ValueError(f"a wait of {minutes} minutes lies in the past")
        return Turn(self, minutes, order_of(rank, crisis, entity))

    def wait_days(self, days: float, rank: int, crisis: int, entity: int = 0) -> Turn:
        """The same for a drawn delay in days: never less than one minute of the grid."""
        return Turn(self, minutes_of(days), order_of(rank, crisis, entity))

    @property
    def minute(self) -> int:
        """Minutes since the opening of the run."""
        return self._now  # type: ignore[return-value]

    @property
    def today(self) -> float:
        """Days since the opening of the run."""
        return self._now / MINUTES_PER_DAY


class Bell:
    """Something several processes wait for, for good or for a time; each wakes in its own order, whoever came first."""

    __slots__ = ("_waiting", "calendar", "rung")

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.rung = 0
        self._waiting: list[tuple[simpy.Event, int]] = []

    def wait(self, rank: int, crisis: int, entity: int = 0) -> simpy.Event:
        event = self.calendar.event()
        self._waiting.append((event, order_of(rank, crisis, entity)))
        return event

    def wait_for(self, minutes: int, rank: int, crisis: int, entity: int = 0) -> simpy.Event:
        """The same, but for so many minutes at the most."""
        turn = self.calendar.wait(minutes, rank, crisis, entity)
        self._waiting.append((turn, order_of(rank, crisis, entity)))
        return turn

    def wait_for_days(self, days: float, rank: int, crisis: int, entity: int = 0) -> simpy.Event:
        """The same for a drawn delay in days."""
        return self.wait_for(minutes_of(days), rank, crisis, entity)

    def ring(self) -> None:
        self.rung += 1
        waiting, self._waiting = self._waiting, []
        for event, order in waiting:
            if isinstance(event, Turn):
                if event.callbacks:
                    # Whoever waits for a time to come wakes now; when it comes, nobody waits for it.
                    early = Turn(self.calendar, 0, order)
                    early.callbacks, event.callbacks = event.callbacks, []
            else:
                event._ok, event._value = True, None
                self.calendar.schedule(event, order)  # type: ignore[arg-type]


class Agenda:
    """What can be heard one at a time; who comes while another is heard waits, in the order of crises.

    A resource of SimPy would do, but schedules two events a sitting where nobody waits, which is nearly always.
    """

    __slots__ = ("_heard", "_waiting", "calendar")

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._heard = False
        self._waiting: list[tuple[int, simpy.Event]] = []

    def ask(self, crisis: int) -> simpy.Event | None:
        """Take the floor, or return the event of its turn; then it is held within `with`."""
        if not self._heard:
            self._heard = True
            return None
        turn = self.calendar.event()
        heappush(self._waiting, (crisis, turn))
        return turn

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        """Give the floor to whoever is next."""
        if self._waiting:
            heappop(self._waiting)[-1].succeed()
        else:
            self._heard = False


def minutes_of(days: float) -> int:
    """Days as whole minutes, at least one."""
    return max(1, round(days * MINUTES_PER_DAY))


def order_of(rank: int, crisis: int, entity: int) -> int:
    """Code the order of ties in one integer above SimPy's own priorities 0 and 1."""
    return 2 + ((rank << _CRISIS_BITS | crisis) << _ENTITY_BITS | entity)
