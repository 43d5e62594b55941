"""One crisis of one run as a story: turning points, what led to each and what decided the states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sim.analysis.cell import Cell
from sim.analysis.open import Study
from sim.analysis.replay import whole_run
from sim.analysis.sentences import Sentences
from sim.analysis.turning import grouped, is_routine, leading, of_state, turning_points
from sim.analysis.wording import fought, several
from sim.errors import StudyError, nearest
from sim.stream.codes import Kind, labels

if TYPE_CHECKING:
    import polars as pl

PASSING = {"battle_won", "battle_lost"}


@dataclass
class Turn:
    """A turning point: one event, or several of one kind with one cause.

    Attributes
    ----------
    number : int
        Place in the narrative, from 1.
    day, last_day : float
        First and last day since the opportunity [days].
    text : str
        What happened.
    seqs : list of int
        The events told.
    because : int
        Number of the turn that led to it; 0 if none is told.
    reasons : list of str
        Who took which position, and the terms that decided it.
    """

    number: int
    day: float
    last_day: float
    text: str
    seqs: list[int]
    because: int = 0
    reasons: list[str] = field(default_factory=list)


class Story:
    """One crisis of one run, told from its events.

    Raises
    ------
    StudyError
        No such run or crisis, or nothing is known of its events.
    """

    def __init__(self, study: Study, cell: Cell, run: int, crisis: int = 0) -> None:
        import polars as pl

        self.study, self.cell, self.run, self.crisis = study, cell, run, crisis
        told, self.note = whole_run(study, cell, run)

        def rows(table: str) -> pl.DataFrame:
            return told[table].filter(pl.col("crisis") == crisis)

        if "events" not in told:
            raise StudyError(f"run {run} of study {study.name!r} cannot be told: {self.note}")
        self._events = rows("events").sort("seq").to_dicts()
        found = rows("crises").to_dicts()
        if not found:
            raise StudyError(f"run {run} of study {study.name!r} has no crisis {crisis}")
        self.row: dict[str, Any] = found[0]
        drafts = rows("drafts").to_dicts() if "drafts" in told else []
        self._positions = rows("positions").to_dicts() if "positions" in told else []
        states = cell.scan("states").collect().sort("capability", descending=True)
        self._names: dict[str, str] = dict(states.select(pl.col("state").cast(pl.String), "name").iter_rows())
        self._iso3: dict[str, str] = dict(
            states.select("iso3", pl.col("state").cast(pl.String)).drop_nulls().iter_rows()
        )
        self._words = Sentences(cell, self.row, self._names, self._events, drafts, self._positions)
        self._opened = float(self.row["opening_day"])

    def turns(self) -> list[Turn]:
        """Return the turning points in order, battles told together between them."""
        return self._tell(turning_points(self._events))

    def moments(self) -> list[tuple[float, str, str]]:
        """Return every event but the routine ones: its day, kind and words."""
        told = (e for e in self._events if not is_routine(e))
        return [(float(e["day"]) - self._opened, str(e["kind"]), self._words.said([e])) for e in told]

    def of_state(self, state: str) -> list[Turn]:
        """Return what one state did and the positions it took, each with its reasons.

        Parameters
        ----------
        state : str
            Its id in the tables, ISO3 code or name.
        """
        wanted = self.identify(state)
        turns = self._tell(of_state(self._events, wanted), apart=wanted)
        for turn in turns:
            turn.reasons = []
        taken = [
            Turn(
                0,
                float(p["day"]) - self._opened,
                float(p["day"]) - self._opened,
                self._words.stood(p),
                [],
            )
            for p in self._positions
            if p["state"] == wanted
        ]
        every = sorted([*turns, *taken], key=lambda turn: (turn.day, turn.number == 0))
        places = {turn.number: k for k, turn in enumerate(every, 1) if turn.number}
        for k, turn in enumerate(every, 1):
            turn.number, turn.because = k, places.get(turn.because, 0)
        return every

    def why(self, what: str = "outcome") -> list[Turn]:
        """Return the chain of events that led to the outcome, or to the last event of a kind, root first."""
        kinds = labels(Kind)
        wanted = "ended" if what == "outcome" else what.replace(" ", "_")
        if wanted not in kinds:
            likely = nearest(what, ["outcome", *kinds]) or f"; those of run {self.run}: {self._seen()}"
            raise StudyError(f"--why={what!r} is neither outcome nor a kind of event{likely}")
        by_seq = {e["seq"]: e for e in self._events}
        event = next((e for e in reversed(self._events) if e["kind"] == wanted), None)
        if event is None:
            raise StudyError(f"nothing of kind {wanted!r} happened in run {self.run}; what did: {self._seen()}")
        chain = []
        while event is not None and event not in chain:
            chain.append(event)
            event = by_seq.get(event["cause"])
        return self._tell(chain[::-1], every=True)

    def identify(self, state: str) -> str:
        """Return the id of a state given by id, ISO3 code or name."""
        for known in (state, state.upper(), self._iso3.get(state.upper(), "")):
            if known in self._names:
                return known
        by_name = {name.casefold(): key for key, name in self._names.items()}
        if state.casefold() in by_name:
            return by_name[state.casefold()]
        raise StudyError(
            f"no state {state!r} in this world{nearest(state, [*self._names, *self._iso3, *self._names.values()])}"
        )

    def dated(self, day: float) -> str:
        """Return the calendar date of a day of the run."""
        start = date.fromisoformat(str(self.cell.identity["scenario"].get("date", "2000-01-01")))
        on = start + timedelta(days=int(day + self._opened))
        return f"{on.day} {on:%b %Y}"

    def title(self) -> str:
        """Return one line on which run this is."""
        several_cells = f", cell {self.study.labels[self.cell.name]}" if len(self.study.cells) > 1 else ""
        crisis = f", crisis {self.crisis}" if self.crisis else ""
        who = f"{self._side('aggressor')} against {self._side('target')}"
        return f"{self.study.name}, run {self.run}{crisis}{several_cells}: {who} under {self.cell.arrangement}"

    def ending(self) -> str:
        """Return the outcome in one line."""
        row = self.row
        outcome = f"Outcome: {row['outcome'].replace('_', ' ')} on day {int(row['end_day'])}"
        if not row["attempted"]:
            return f"{outcome}; no attack was made."
        cut = ", unfinished at the horizon" if row["censored"] else ""
        kept = f"{self._words.name(row['aggressor'])} keeps {100 * row['share_kept']:.0f} % of its objective"
        senders, fighters = row["n_sanctioning"], row["n_fighting"]
        answer = f"{senders or 'No'} outsider{'s' if senders > 1 else ''} sanctioned, {fighters or 'none'} fought."
        return f"{outcome}{cut}; {kept}. {answer if senders or fighters else 'No outsider sanctioned or fought.'}"

    def facts(self) -> dict[str, Any]:
        """Return which run this is and how it ended."""
        return {
            "study": self.study.name,
            "cell": self.cell.name,
            "run": self.run,
            "crisis": self.crisis,
            "outcome": self.row["outcome"],
        }

    def _seen(self) -> str:
        return ", ".join(sorted({str(e["kind"]) for e in self._events}))

    def _tell(self, chosen: Sequence[Mapping[str, Any]], apart: str = "", every: bool = False) -> list[Turn]:
        """Turn events into turning points; `apart` keeps one state's own events single, `every` all of them."""
        turns, shown = [], {}
        led = leading(chosen, self._events)
        if every:
            led |= {e["seq"]: e["cause"] for e in chosen}
        for number, events in enumerate(grouped(chosen, led, apart, every), 1):
            days = [float(e["day"]) - self._opened for e in events]
            turn = Turn(number, min(days), max(days), self._words.said(events), [int(e["seq"]) for e in events])
            shown.update(dict.fromkeys(turn.seqs, number))
            turn.reasons = self._words.reasons(events)
            turns.append(turn)
        for turn in turns:
            because = shown.get(led[turn.seqs[0]], 0)
            turn.because = because if because != turn.number else 0
        return turns if every or apart else self._with_battles(turns)

    def _with_battles(self, turns: list[Turn]) -> list[Turn]:
        """Add to each turn how many battles had been fought since the one before."""
        battles = [e for e in self._events if e["kind"] in PASSING]
        before = -1
        for turn in turns:
            since = [e["kind"] for e in battles if before < e["seq"] < turn.seqs[0]]
            before = max(before, turn.seqs[0])
            if since:
                told = fought(len(since), since.count("battle_won"), self._words.name(self.row["aggressor"]))
                turn.text += f" (after {told})"
        return turns

    def _side(self, part: str) -> str:
        return several([self._words.name(s) for s in self._words.with_lead(self.row[part])])
