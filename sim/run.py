"""One run: a history from opportunity to settlement."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

from sim.calendar import Calendar
from sim.crisis.crisis import close_at_horizon, crisis
from sim.crisis.fork import Forked, branch
from sim.crisis.history import History
from sim.decision.theatre import Theatre, theatre_of
from sim.experiment import Experiment, Opening
from sim.state import State
from sim.stream.codes import Rank
from sim.stream.log import Log


def run(
    experiment: Experiment,
    number: int,
    log: Log,
    source: Iterable[Opening] | None = None,
    shuffle: Callable[[Sequence[Any]], Sequence[Any]] | None = None,
    flipped: int = -1,
) -> State:
    """Simulate one history.

    Parameters
    ----------
    experiment : Experiment
    number : int
        Number of the run; with the experiment's seed it fixes every draw.
    log : Log
        Receives events and rows.
    source : iterable of Opening, optional
        Crises of the run as they come in, in the order of their minutes; those of the experiment if None.
    shuffle : callable, optional
        Reorders processes before they are created; the log must not depend on it.
    flipped : int
        State whose every vote is turned round, for its realised influence; -1 for none.

    Returns
    -------
    State
        As the history left it.
    """
    history = begin(experiment, number, log, experiment.openings if source is None else (), shuffle, flipped)
    for opening in source or ():
        admit(history, opening)
    return finish(history)


def begin(
    experiment: Experiment,
    number: int,
    log: Log,
    openings: Sequence[Opening],
    shuffle: Callable[[Sequence[Any]], Sequence[Any]] | None = None,
    flipped: int = -1,
) -> History:
    """Set up a run with the crises known beforehand; nothing happens yet."""
    member = experiment.member(number)
    log.begin(number)
    history = _history(experiment.of_run(number), number, log, openings, shuffle, flipped)
    history.member = -1 if member is None else member
    for k in history.order(range(len(openings))):
        history.crises.append(history.calendar.process(crisis(history, k)))
    history.calendar.process(_horizon(history))
    return history


def admit(history: History, opening: Opening) -> None:
    """Let the run go on to the minute of an opening that has come in, and open it; one without parties only tells the time.

    What happens before that minute is final, for later openings come in later.
    """
    calendar = history.calendar
    if opening.minute > history.now:
        calendar.run(until=opening.minute)
    if not opening.aggressors:
        return
    k = history.add(opening, *theatres_of(history.experiment, [opening]))
    history.crises.append(calendar.process(crisis(history, k)))


def finish(history: History) -> State:
    """Let the run go on until every crisis is over, and close its log."""
    state, log = history.state, history.log
    history.calendar.run(until=history.calendar.all_of(history.crises))
    ends = history.credibility_start, float(state.credibility[0])
    log.row("runs", len(history.openings), log.n_events, *ends, history.member, *history.experiment.system)
    log.end()
    return state


def _history(
    experiment: Experiment,
    number: int,
    log: Log,
    openings: Sequence[Opening],
    shuffle: Callable[[Sequence[Any]], Sequence[Any]] | None,
    flipped: int,
) -> History:
    """Set the stage; of a fork, with the past that it shares with the run it parts from."""
    theatres, fork = theatres_of(experiment, openings), experiment.fork
    if fork is None:
        return History(experiment, number, log, openings, theatres, shuffle, flipped=flipped)
    if fork.origin is None:
        return History(experiment, fork.run, log, openings, theatres, shuffle, branch(number), flipped)
    before = theatres_of(fork.origin.of_run(fork.run), openings)
    return Forked(experiment, number, log, openings, before, shuffle, flipped)


def theatres_of(experiment: Experiment, openings: Sequence[Opening]) -> list[Theatre]:
    """Return the theatre of each opening, made once per experiment and quarrel, and kept with it."""
    return [theatre_of(experiment, opening) for opening in openings]


def _horizon(history: History) -> Generator[Any, Any, None]:
    """Close what is still open when the horizon is reached."""
    calendar: Calendar = history.calendar
    yield calendar.wait(history.experiment.horizon_minutes, Rank.HORIZON, 0)
    for k in range(len(history.openings)):
        if history.open(k):
            close_at_horizon(history, k)
