"""One run: a history from opportunity to settlement."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

from sim.calendar import Calendar
from sim.crisis.crisis import close_at_horizon, crisis
from sim.crisis.fork import Forked, branch
from sim.crisis.history import History
from sim.decision.theatre import Theatre
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
        Crises of the run; the scenario's own if None.
    shuffle : callable, optional
        Reorders processes before they are created; the log must not depend on it.
    flipped : int
        State whose every vote is turned round, for its realised influence; -1 for none.

    Returns
    -------
    State
        As the history left it.
    """
    member = experiment.member(number)
    experiment = experiment.of_run(number)
    openings = experiment.openings if source is None else tuple(source)
    log.begin(number)
    history = _history(experiment, number, log, openings, shuffle, flipped)
    state, calendar = history.state, history.calendar
    started = float(state.credibility[0])
    crises = [calendar.process(crisis(history, k)) for k in history.order(range(len(openings)))]
    calendar.process(_horizon(history))
    calendar.run(until=calendar.all_of(crises))
    log.row("runs", len(openings), log.n_events, started, float(state.credibility[0]), -1 if member is None else member)
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
        return History(experiment, number, log, theatres, shuffle, flipped=flipped)
    if fork.origin is None:
        return History(experiment, fork.run, log, theatres, shuffle, branch(number), flipped)
    return Forked(
        experiment, number, log, theatres_of(fork.origin.of_run(fork.run), openings), theatres, shuffle, flipped
    )


def theatres_of(experiment: Experiment, openings: Sequence[Opening]) -> list[Theatre]:
    """Return the theatre of each opening, made once per experiment and kept with it."""
    kept = experiment.theatres
    return [kept.get(o) or kept.setdefault(o, Theatre(experiment, o)) for o in openings]


def _horizon(history: History) -> Generator[Any, Any, None]:
    """Close what is still open when the horizon is reached."""
    calendar: Calendar = history.calendar
    yield calendar.wait(history.experiment.horizon_minutes, Rank.HORIZON, 0)
    for k in range(len(history.theatres)):
        if history.open(k):
            close_at_horizon(history, k)
