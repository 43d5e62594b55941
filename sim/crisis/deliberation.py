"""Deliberation: the organ meets, sponsors canvass and table drafts on two tracks, seats vote."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from sim.arrangement.organ import Bench
from sim.calendar import MINUTES_PER_DAY
from sim.crisis.history import ORGAN, History
from sim.crisis.positions import record_votes
from sim.crisis.settlement import p_yield
from sim.crisis.willing import coalition_of_the_willing, take_the_lead
from sim.decision.ballots import fell_by_veto_alone, soundings, sponsor_of, vote
from sim.decision.terms import NOBODY
from sim.luck import Purpose
from sim.state import NEVER
from sim.stream.codes import MEASURE_NAMES, EndCause, Entry, Kind, Measure, Outcome, Phase, Rank

SLOWEST = 4
SITTING_MINUTES = 240
SETTLEMENT = (Measure.MEDIATION, Measure.CEASEFIRE_DEMAND, Measure.PEACEKEEPING)
OCCURRENCES_PER_MEASURE = 1 << 16


def deliberation(h: History, k: int, referred: int) -> Generator[Any, Any, None]:
    """Meet after notice, then sit at intervals until nothing is left to adopt or the crisis is over."""
    theatre, state, calendar = h.theatres[k], h.state, h.experiment.charter.calendar
    if theatre.seats.bench is None:
        return
    body, empty = 0, theatre.seats.bench.empty
    yield h.calendar.wait_days(calendar.notice_days * h.luck.exponential(Purpose.NOTICE, k), Rank.DELIBERATION, k)
    sitting, fruitless, cause, heard = 0, 0, referred, False
    while h.open(k):
        if turn := h.agenda.ask(k):
            yield turn
        with h.agenda:
            if not h.open(k):
                return
            if state.met_at[k] == NEVER:
                state.met_at[k] = h.now
            met = h.event(k, Kind.MET, ORGAN, theatre.aggressor, value=float(sitting), cause=cause)
            yield h.calendar.wait(SITTING_MINUTES, Rank.DELIBERATION, k)
            bench = theatre.seats.bench_on(h.calendar.today) if body == 0 else theatre.seats.second_bench
            if bench is None or not h.open(k):
                return
            if body == 0:
                for i in sorted(empty - bench.empty):
                    h.event(k, Kind.SEAT_RETAKEN, i, ORGAN, cause=met)
                empty = bench.empty
            opens = body == 0 and not heard and theatre.seats.fallback_open(h.calendar.today)
            for_the_record = opens and h.experiment.charter.fallback.upon == "veto"
            passed, vetoed = _sit(h, k, bench, body, met, for_the_record)
        sitting += 1
        fruitless = 0 if passed else fruitless + 1
        if body == 1 and not (passed and _left(h, k, 1)):
            body = 0
        elif vetoed and opens:
            heard = True
            cause = h.event(k, Kind.FALLBACK_OPENED, ORGAN, theatre.aggressor, cause=met)
            delay = h.experiment.charter.fallback.after_days * h.luck.exponential(Purpose.FALLBACK_DELAY, k)
            if h.experiment.charter.fallback.kind == "coalition":
                h.calendar.process(coalition_of_the_willing(h, k, delay, cause))
            else:
                body, fruitless, state.failed_at[k] = 1, 0, NEVER
                yield h.calendar.wait_days(delay, Rank.DELIBERATION, k)
                continue
        if not _left(h, k, 0):
            return
        pace = calendar.sitting_days * 2.0 ** min(fruitless, SLOWEST)
        yield h.calendar.wait_days(pace * h.luck.exponential(Purpose.SITTING, k, sitting), Rank.DELIBERATION, k)


def _sit(h: History, k: int, bench: Bench, body: int, met: int, for_the_record: bool) -> tuple[bool, bool]:
    """One sitting: at most one draft on each track. Returns whether one passed, and whether a veto met or kept back one."""
    if bench.rule.automatic:
        return _find_by_law(h, k, met), False
    passed = vetoed = False
    coercive = _candidates_coercive(h, k, body) if h.state.attributed_at[k] != NEVER else []
    for track in (coercive, _candidates_settlement(h, k, body)):
        choice, kept_back = _choose(h, k, bench, track, met, for_the_record)
        vetoed = vetoed or kept_back
        if choice is not None:
            adopted, blocked = _put_to_vote(h, k, bench, body, met, *choice)
            passed, vetoed = passed or adopted, vetoed or blocked
    return passed, vetoed


def _candidates_coercive(h: History, k: int, body: int) -> list[Measure]:
    """Rungs open now: the next after the last adopted once that has dwelt, any of them against open invasion.

    Sanctions are known to be unheeded only once they have been in force: the League adopted its first on 19
    October 1935, they began on 18 November, and the oil committee reported on 12 February 1936.
    """
    state, plan = h.state, h.theatres[k].undertaking
    rungs = _offered(h, k, body, coercive=True)
    above = [m for m in rungs if m > state.rung[k] and m <= state.ceiling[k]]
    tried = h.experiment.behaviour.clocks.sanction_days + h.experiment.charter.calendar.dwell_days
    if state.rung[k] == Measure.SANCTIONS_PARTIAL and h.now - state.rung_since[k] < MINUTES_PER_DAY * tried:
        above = [m for m in above if m != Measure.SANCTIONS_COMPREHENSIVE]
    plain = plan.entry == Entry.ATTACK and not plan.disputed
    if plain or not above:
        return above
    dwelt = h.now - state.rung_since[k] >= h.experiment.charter.calendar.dwell_days * MINUTES_PER_DAY
    return above[:1] if state.rung[k] == 0 or dwelt else []


def _candidates_settlement(h: History, k: int, body: int) -> list[Measure]:
    """Mediation for disputes, a demand to cease fire in war, peacekeepers once a cease-fire was demanded."""
    state, switches = h.state, h.experiment.behaviour.mechanisms
    offered = _offered(h, k, body, coercive=False)
    disputed = h.theatres[k].undertaking.disputed
    fighting = state.phase[k] not in (Phase.OPPORTUNITY, Phase.THREAT)
    wanted = []
    if Measure.MEDIATION in offered and state.settling[k] == 0 and (disputed or not fighting):
        wanted.append(Measure.MEDIATION)
    elif Measure.CEASEFIRE_DEMAND in offered and state.settling[k] < Measure.CEASEFIRE_DEMAND and fighting:
        wanted.append(Measure.CEASEFIRE_DEMAND)
    elif (
        Measure.PEACEKEEPING in offered
        and state.settling[k] == Measure.CEASEFIRE_DEMAND
        and switches.peacekeeping
        and not state.mandate[k]
        and _consents(h, k)
    ):
        wanted.append(Measure.PEACEKEEPING)
    return wanted


def _consents(h: History, k: int) -> bool:
    """Whether the aggressor lets it be known that it would make way for peacekeepers.

    One decision with one luck: another answer comes of new pressure, not of asking again.
    """
    chance = p_yield(h, k, h.p_win(k), h.pressure(k), peacekeepers=True)
    return h.luck.uniform(Purpose.PEACEKEEPING, k) < chance


def _offered(h: History, k: int, body: int, coercive: bool) -> list[Measure]:
    tracks = h.theatres[k].seats.ladder
    offered = tracks[0] if coercive else tracks[1]
    if body == 0:
        return offered
    recommended = h.experiment.charter.fallback.instruments
    return [m for m in offered if MEASURE_NAMES[m] in recommended]


def _left(h: History, k: int, body: int) -> bool:
    """Whether any rung of either track is still to be had."""
    state = h.state
    rungs, steps = _offered(h, k, body, True), _offered(h, k, body, False)
    return bool((rungs and rungs[-1] > state.rung[k]) or (steps and steps[-1] > state.settling[k]))


def _choose(
    h: History, k: int, bench: Bench, track: list[Measure], met: int, for_the_record: bool
) -> tuple[tuple[Measure, int, float] | None, bool]:
    """The draft with the highest P(adopt) times its sponsor's utility, if any; and whether a veto kept one back.

    One that is sure to be vetoed is tabled for the record where the veto opens another body's doors.
    """
    worth_a_vote = [measure for measure in track if _worth_another_vote(h, k, measure)]
    if not worth_a_vote:
        return None, False
    theatre, outlook, behaviour = h.theatres[k], h.outlook(k), h.experiment.behaviour
    best, best_score, kept_back = None, 0.0, False
    for measure in worth_a_vote:
        p_adopt, p_unvetoed = soundings(theatre, bench, measure, outlook)
        defiant = not behaviour.mechanisms.expected_veto or (for_the_record and p_unvetoed < behaviour.least_hope)
        hope = max(p_adopt, behaviour.least_hope) if defiant else p_adopt
        vetoed = hope < behaviour.least_hope and p_unvetoed < behaviour.least_hope
        if hope < behaviour.least_hope and not vetoed:
            continue
        sponsor, utility = sponsor_of(theatre, bench, measure, outlook, h.state.disposition[k], h.luck_of_force(k))
        if utility <= 0.0:
            continue
        if vetoed:
            h.event(k, Kind.NOT_TABLED, sponsor, theatre.aggressor, measure, p_adopt, met)
            h.state.failed_at[k, measure] = h.now
            kept_back = True
            continue
        if hope * utility > best_score:
            best, best_score = (measure, sponsor, p_adopt), hope * utility
    return best, kept_back


def _worth_another_vote(h: History, k: int, measure: Measure) -> bool:
    """A state's view of a draft is one decision: it is asked again when the objective falls, or after a time."""
    state, failed = h.state, int(h.state.failed_at[k, measure])
    if failed == NEVER or state.objective_at[k] > failed:
        return True
    return h.now - failed >= h.experiment.behaviour.clocks.reconsider_days * MINUTES_PER_DAY


def _put_to_vote(
    h: History, k: int, bench: Bench, body: int, met: int, measure: Measure, sponsor: int, p_adopt: float
) -> tuple[bool, bool]:
    theatre, state = h.theatres[k], h.state
    occurrence = int(measure) * OCCURRENCES_PER_MEASURE + int(state.tabled[k, measure])
    state.tabled[k, measure] += 1
    luck = h.luck.logistics(Purpose.VOTE, k, occurrence, theatre.world.n_states)
    tabled = h.event(k, Kind.TABLED, sponsor, theatre.aggressor, measure, p_adopt, met)
    ballot = vote(theatre, bench, measure, h.outlook(k), state.disposition[k], luck, h.flipped, sponsor)
    kind = Kind.ADOPTED if ballot.adopted else Kind.VETOED if ballot.vetoed_by != NOBODY else Kind.REJECTED
    actor = ballot.vetoed_by if kind == Kind.VETOED else ORGAN
    seq = h.event(k, kind, actor, theatre.aggressor, measure, float(ballot.yes), tabled)
    draft = int(state.drafts[k])
    state.drafts[k] += 1
    h.log.row(
        "drafts", k, draft, h.calendar.today, body, measure, sponsor, p_adopt, ballot.yes, ballot.no, ballot.abstain,
        ballot.absent, int(ballot.excluded.sum()), ballot.adopted, ballot.vetoed_by, seq,
    )  # fmt: skip
    record_votes(h, k, bench, ballot, draft, measure, luck)
    if ballot.adopted:
        if measure == Measure.PEACEKEEPING:
            lends = ~(theatre.parties | theatre.world.great_power)[bench.seats]
            state.keeps_peace[k, bench.seats[(ballot.position == 1) & lends]] = True
        adopt(h, k, measure, seq, sponsor)
        state.demands[k, bench.seats[ballot.meant]] |= measure >= Measure.CONDEMNATION
    else:
        state.failed_at[k, measure] = h.now
        _water_down(h, k, body, measure, sponsor, seq)
    asks_a_vote = h.experiment.charter.fallback.upon == "veto"
    return ballot.adopted, kind == Kind.VETOED and (not asks_a_vote or fell_by_veto_alone(bench, ballot))


def _water_down(h: History, k: int, body: int, measure: Measure, sponsor: int, seq: int) -> None:
    """A failed coercive draft returns weaker where there is a weaker rung above what stands."""
    state = h.state
    weaker = [m for m in _offered(h, k, body, True) if state.rung[k] < m < measure and _worth_another_vote(h, k, m)]
    if h.experiment.behaviour.mechanisms.watering_down and weaker and measure not in SETTLEMENT:
        state.ceiling[k] = weaker[-1]
        h.event(k, Kind.WATERED_DOWN, sponsor, h.theatres[k].aggressor, weaker[-1], cause=seq)


def adopt(h: History, k: int, measure: Measure, seq: int, sponsor: int = NOBODY) -> None:
    """Enter an adopted measure in the state and wake those who carry it out."""
    state = h.state
    state.adopted_by[k, measure] = seq
    if state.measure_at[k] == NEVER:
        state.measure_at[k] = h.now
    if measure > state.adopted[k]:
        state.adopted[k], state.strongest_at[k] = measure, h.now
    if measure in SETTLEMENT:
        state.settling[k] = max(int(state.settling[k]), measure)
    else:
        state.rung[k], state.rung_since[k], state.ceiling[k] = measure, h.now, Measure.COLLECTIVE_DEFENCE
        if measure >= Measure.SANCTIONS_PARTIAL:
            take_the_lead(h, k, sponsor, measure, seq)
            _lay_embargo(h, k, measure, seq)
    if measure >= Measure.FORCE_AUTHORISED:
        state.mandate[k], state.mandated_by[k] = True, seq
    if measure == Measure.PEACEKEEPING:
        accepted = h.event(k, Kind.PEACEKEEPERS_ACCEPTED, h.theatres[k].aggressor, h.theatres[k].target, cause=seq)
        h.close(k, Outcome.BACKED_DOWN, EndCause.PEACEKEEPERS, 0.0, accepted)
        return
    h.organ[k].ring()
    h.adopted[k].ring()


def _lay_embargo(h: History, k: int, measure: Measure, seq: int) -> None:
    """An arms embargo may fall on both sides."""
    theatre, state = h.theatres[k], h.state
    if h.experiment.behaviour.mechanisms.embargo and theatre.scenario.arms_embargo_both and not state.embargo[k]:
        state.embargo[k] = True
        h.event(k, Kind.EMBARGO_ON_BOTH, ORGAN, theatre.target, measure, cause=seq)


def _find_by_law(h: History, k: int, met: int) -> bool:
    """Where the finding follows from the facts, every instrument not yet in force is."""
    passed = False
    for measure in sorted(m for track in h.theatres[k].seats.ladder for m in track):
        if measure > max(h.state.rung[k], h.state.settling[k]) and measure != Measure.MEDIATION:
            adopt(h, k, measure, h.event(k, Kind.ADOPTED, ORGAN, h.theatres[k].aggressor, measure, math.nan, met))
            passed = True
    return passed
