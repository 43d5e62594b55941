"""The tables as the simulator writes them: each column's name, type, unit, meaning and code list."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from sim.stream import codes

SCHEMA_VERSION = 2
OF_THE_KIND = "size, whose unit and meaning go with the kind"


class Column(NamedTuple):
    """One column of a table.

    Attributes
    ----------
    name : str
    kind : str
        Struct format character (`I` uint32, `H` uint16, `h` int16, `b` int8, `i` int32, `d` float64,
        `?` bool) of the raw row.
    unit : str
    doc : str
    codes : type of IntEnum, optional
        The raw value is a code of this list; -1 is null.
    state : bool
        The raw value is the index of a state in the world; -1 is null, -2 the organ.
    """

    name: str
    kind: str
    unit: str
    doc: str
    codes: type[IntEnum] | None = None
    state: bool = False


RUN = Column("run", "I", "", "number of the replication within the cell")
CRISIS = Column("crisis", "I", "", "number of the crisis within the run")
DAY = Column("day", "d", "days", "days since the run opened, on a grid of whole minutes")


def _state(name: str, doc: str) -> Column:
    return Column(name, "h", "", doc, None, True)


DESCRIBING = ("cells", "states")
"""Tables of one part that a cell begins with."""

TABLES: dict[str, tuple[Column, ...]] = {
    "runs": (
        RUN,
        Column("n_crises", "H", "crises", "crises in this run"),
        Column("n_events", "I", "events", "events of this run, recorded or not"),
        Column("credibility_start", "d", "", "credibility of the arrangement at the start"),
        Column("credibility_end", "d", "", "credibility of the arrangement at the end"),
        Column("member", "h", "", "set of coefficients of the ensemble it was played with; -1 where there is none"),
        Column("polarisation", "d", "", "opposing camps on day 0: 0 all friends, 1 two equal camps of sworn enemies"),
        Column(
            "coverage", "d", "share of dyads", "dyads in which somebody is bound to come to the attacked state's aid"
        ),
    ),
    "crises": (
        RUN,
        CRISIS,
        _state("aggressor", "lead of the aggressor side"),
        _state("target", "lead of the target side"),
        Column("entry", "b", "", "how the crisis opened", codes.Entry),
        Column("opening_day", "d", "days", "day of the opportunity within the run"),
        Column("attempted", "?", "", "the aggressor acted"),
        Column("outcome", "b", "", "how it ended, for the aggressor", codes.Outcome),
        Column("share_kept", "d", "", "share of its objective that the aggressor keeps"),
        Column("gain", "b", "", "the share kept in three classes", codes.Gain),
        Column("strongest_adopted", "b", "", "strongest measure the organ adopted", codes.Measure),
        Column("strongest_done", "b", "", "strongest measure states carried out", codes.Measure),
        Column("referred", "?", "", "the matter reached the organ"),
        Column("first_meeting_day", "d", "days", "first meeting, days since the opening; null if none"),
        Column("first_measure_day", "d", "days", "first measure adopted; null if none"),
        Column("strongest_day", "d", "days", "strongest measure first adopted; null if none"),
        Column("first_action_day", "d", "days", "first sanction or force by any outsider; null if none"),
        Column("objective_day", "d", "days", "objective first taken; null if never"),
        Column("end_day", "d", "days", "end of the crisis"),
        Column("end_cause", "b", "", "what closed it", codes.EndCause),
        Column("censored", "?", "", "unfinished at the horizon"),
        Column("n_drafts", "H", "drafts", "drafts put to a vote"),
        Column("n_sanctioning", "H", "states", "outsiders that ever sanctioned the aggressor"),
        Column("n_fighting", "H", "states", "outsiders whose forces ever reached the theatre for the target"),
        Column("coalition_power", "d", "share of world capability", "peak power delivered for the target by outsiders"),
        Column("aggressor_power", "d", "share of world capability", "power of the aggressor side at the opening"),
        Column("target_power", "d", "share of world capability", "power of the target side at the opening"),
        Column("peak_pressure", "d", "share of the aggressor's trade", "highest economic pressure"),
        Column("forecast_p_response", "d", "", "probability of sanctions or force that the aggressor foresaw"),
        Column("forecast_utility", "d", "stakes", "expected utility of attacking as the aggressor saw it"),
        Column("deal", "?", "", "a secret deal was made"),
        Column("leaked", "?", "", "a secret deal leaked"),
        Column("n_flippers", "H", "states", "states set aside for want of a fixed point"),
        Column("credibility_before", "d", "", "credibility of the arrangement at the opening"),
        Column("credibility_after", "d", "", "credibility after the aftermath"),
        Column("cost_aggressor", "d", "share of world capability", "forces lost and trade forgone by the aggressor"),
        Column("cost_target", "d", "share of world capability", "forces lost by the target"),
        Column("cost_coalition", "d", "share of world capability", "forces lost and trade forgone by outsiders"),
        Column("battle_deaths", "d", "deaths", "battle deaths of all sides, from losses by a rounded rate"),
    ),
    "events": (
        RUN,
        CRISIS,
        Column("seq", "I", "", "number of the event within the run"),
        DAY,
        Column("kind", "b", "", "what happened", codes.Kind),
        _state("actor", "who did it; the organ is null"),
        _state("subject", "to whom"),
        Column("measure", "b", "", "measure concerned", codes.Measure),
        Column("value", "d", "of the kind", OF_THE_KIND),
        Column("cause", "i", "", "seq of the event that led to it; -1 for the root"),
    ),
    "drafts": (
        RUN,
        CRISIS,
        Column("draft", "H", "", "number of the draft within the crisis"),
        DAY,
        Column("body", "b", "", "0 council, 1 assembly or other fallback"),
        Column("measure", "b", "", "measure proposed", codes.Measure),
        _state("sponsor", "who tabled it"),
        Column("p_adopt", "d", "", "chance of adoption that the sponsor saw"),
        Column("yes", "H", "votes", "in favour"),
        Column("no", "H", "votes", "against"),
        Column("abstain", "H", "votes", "abstaining"),
        Column("absent", "H", "votes", "absent"),
        Column("excluded", "H", "votes", "parties whose votes are not counted"),
        Column("adopted", "?", "", "adopted"),
        _state("vetoed_by", "first seat whose vote vetoed it; null if none"),
        Column("seq", "I", "", "the event of the vote"),
    ),
    "positions": (
        RUN,
        CRISIS,
        Column("decision", "b", "", "what was decided", codes.Decision),
        Column("draft", "h", "", "draft voted on; -1 outside the organ"),
        DAY,
        Column("measure", "b", "", "measure concerned", codes.Measure),
        _state("state", "whose position"),
        Column("position", "b", "", "the position", codes.Position),
        Column("share", "d", "", "share of forces or trade pledged"),
        Column("utility", "d", "logits", "utility of the course taken; of the one for the target where it stood aside"),
        Column("inertia", "d", "logits", "term of doing nothing (subtracted)"),
        Column("norm", "d", "logits", "term of the norm"),
        Column("partisan", "d", "logits", "term of affinity to the parties"),
        Column("security", "d", "logits", "term of marginal security"),
        Column("assurance", "d", "logits", "term of expected success"),
        Column("pull", "d", "logits", "term of friends and foes who acted"),
        Column("reputation", "d", "logits", "term of the obligation's reputation"),
        Column("cost", "d", "logits", "term of what it expects to deliver (subtracted)"),
        Column("noise", "d", "logits", "disposition and luck"),
    ),
    "contributions": (
        RUN,
        CRISIS,
        _state("state", "who contributes"),
        Column("instrument", "b", "", "what", codes.Instrument),
        Column("start", "d", "days", "from"),
        Column("stop", "d", "days", "until"),
        Column("pledged", "d", "share", "share pledged of forces or of trade with the aggressor"),
        Column("delivered", "d", "share of world capability or of the aggressor's trade", "delivered at its peak"),
        Column("lost", "d", "share of world capability", "lost"),
    ),
    "tracks": (
        RUN,
        CRISIS,
        DAY,
        Column("series", "b", "", "which series", codes.Series),
        Column("value", "d", "", "forts, or share"),
    ),
    "spells": (
        RUN,
        CRISIS,
        Column("phase", "b", "", "state of the crisis", codes.Phase),
        Column("start", "d", "days", "from"),
        Column("stop", "d", "days", "until"),
        Column("cause", "i", "", "seq of the event that ended it"),
        Column("censored", "?", "", "cut by the horizon"),
    ),
    "forecasts": (
        RUN,
        CRISIS,
        Column("p_win_alone", "d", "", "chance of the objective if nobody answers"),
        Column("p_win", "d", "", "chance of the objective with the answer foreseen"),
        Column("p_sanctions", "d", "", "chance of sanctions"),
        Column("p_force", "d", "", "chance that outsiders fight for the target"),
        Column("response_day", "d", "days", "mean day of the first measure foreseen; null if none"),
        Column(
            "coalition_power", "d", "share of world capability", "mean power foreseen for the target from outsiders"
        ),
        Column("war_cost", "d", "stakes", "expected cost of the war"),
        Column("sanction_cost", "d", "stakes", "expected cost of sanctions"),
        Column("nuclear_risk", "d", "stakes", "expected nuclear risk"),
        Column("misperception", "d", "stakes", "error of the aggressor's reading"),
        Column("utility_unopposed", "d", "stakes", "expected utility if nobody answers"),
        Column("utility", "d", "stakes", "expected utility as the aggressor sees it, of the course it prefers"),
        Column("utility_threat", "d", "stakes", "expected utility of a threat first; null if none was weighed"),
        Column("utility_probe", "d", "stakes", "expected utility of a probe; null if none was weighed"),
    ),
}

EVENT_TABLES = ("events", "drafts")
FULL_TABLES = ("positions", "contributions", "tracks", "spells", "forecasts")
SUMMARY_TABLES = ("runs", "crises")
