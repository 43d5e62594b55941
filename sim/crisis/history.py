"""What the steps of a crisis share: the frozen experiment, the state, the clock, the luck and the log."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from kernels.campaign import absorption, p_battle, prospects
from kernels.capability import ready_share
from kernels.compliance import still_carried_out
from kernels.sums import exact_sum_where
from sim.calendar import MINUTES_PER_DAY, Agenda, Bell, Calendar
from sim.decision.forecast import war_days
from sim.decision.leverage import economic_pressure
from sim.decision.terms import NOBODY, Outlook
from sim.decision.theatre import Theatre, theatre_of
from sim.experiment import Experiment, Opening
from sim.luck import Luck, Purpose
from sim.state import NEVER, UNIT, State
from sim.stream.codes import EndCause, Kind, Measure, Outcome, Phase, Series
from sim.stream.log import Log

Floats = NDArray[np.float64]

ORGAN = -1

Prospects = tuple[float, float, float, float]
"""How a war stands: `x_t` and `x_a`, forces in the field at the place for the target and for the aggressor [share of world
capability]; `p_battle` and `p_win`, chance that the aggressor wins the next battle, and that the front reaches its objective
with the forces of now.
"""


class History:
    """One run as the steps see it; crises are numbered k, and more may be added.

    Attributes
    ----------
    openings : list of Opening
    theatres : list of Theatre
    crises : list of simpy.Process
        One a crisis, in the order in which they were created.
    member : int
        Set of coefficients of an ensemble, -1 where there is none.
    explained : bool
        Positions are kept, with their terms.
    credibility_start : float
        Credibility of the arrangement before anything happens.
    war : list of Bell
        Rings when forces, the front or the will to fight of crisis k change.
    organ : list of Bell
        Rings when blame is fixed on crisis k, or the organ adopts something.
    adopted : list of Bell
        Rings when the organ adopts something on crisis k.
    flipped : int
        State whose every vote is turned round, to see what it decides; -1 for none.
    over : list of Bell
        Rings when crisis k is closed.
    agenda : Agenda
        The one agenda that all crises of the run queue for.
    """

    def __init__(
        self,
        experiment: Experiment,
        number: int,
        log: Log,
        openings: Sequence[Opening],
        theatres: Sequence[Theatre],
        shuffle: Callable[[Sequence[Any]], Sequence[Any]] | None = None,
        branch: int = 0,
        flipped: int = NOBODY,
    ) -> None:
        self.experiment, self.log = experiment, log
        self.explained, self._tracked = log.wants("positions"), log.wants("tracks")
        self.openings: list[Opening] = []
        self.theatres: list[Theatre] = []
        self.crises: list[simpy.Process] = []
        self.order, self.flipped = shuffle or list, flipped
        self.calendar = Calendar()
        self.luck = Luck(experiment.seed, number, branch)
        self.state = state = State.fresh(experiment.world.n_states, len(openings))
        state.stock[:] = np.round(experiment.world.capability / UNIT).astype(np.int64)
        state.home[:] = state.stock
        self.member = -1
        self.credibility_start = state.credibility[0] = experiment.charter.credibility
        self.war: list[Bell] = []
        self.organ: list[Bell] = []
        self.adopted: list[Bell] = []
        self.over: list[Bell] = []
        self._outlooks: list[tuple[Any, Outlook | None]] = []
        self._drawn: dict[tuple[Purpose, int, int, int], Floats] = {}
        self.agenda = Agenda(self.calendar)
        for opening, theatre in zip(openings, theatres, strict=True):
            self.add(opening, theatre)

    def add(self, opening: Opening, theatre: Theatre) -> int:
        """Make room for one more crisis and return its number."""
        k, n, tau = len(self.openings), self.experiment.world.n_states, self.experiment.behaviour.tau
        state = self.state
        if k == len(state.closed):
            state.grow()
        if k == 0:
            state.reliability[:] = theatre.reliability
            state.member[:] = theatre.members
        state.disposition[k] = tau * self.luck.normals(Purpose.DISPOSITION, k, 0, n, 0)
        state.disposition_against[k] = tau * self.luck.normals(Purpose.DISPOSITION, k, 0, n, 1)
        self._outlooks.append((None, None))
        self.openings.append(opening)
        self.theatres.append(theatre)
        for bells in (self.war, self.organ, self.adopted, self.over):
            bells.append(Bell(self.calendar))
        return k

    @property
    def now(self) -> int:
        """Minutes since the opening of the run."""
        return self.calendar.minute

    def stage(self, k: int, opening: Opening) -> Theatre:
        """Let crisis k take another course, or meet another membership, from now on."""
        self.openings[k], self.theatres[k] = opening, self.theatre_at(opening)
        return self.theatres[k]

    def theatre_at(self, opening: Opening) -> Theatre:
        return theatre_of(self.experiment, opening)

    def war_days(self, k: int) -> float:
        """Expected length of the war over crisis k between the parties alone [days]."""
        return war_days(self.theatres[k], int(self.state.front[k]), int(self.state.objective[k]))

    def open(self, k: int) -> bool:
        return not self.state.closed[k]

    def event(
        self,
        k: int,
        kind: Kind,
        actor: int = NOBODY,
        subject: int = NOBODY,
        measure: int = NOBODY,
        value: float = math.nan,
        cause: int | None = None,
    ) -> int:
        """Log an event of now and return its seq; without `cause` it follows from the last turn of the war."""
        led = int(self.state.because[k]) if cause is None else cause
        return self.log.event(k, self.calendar.minute, kind, actor, subject, measure, value, led)

    def outlook(self, k: int) -> Outlook:
        """What states hold true now about crisis k; one object for as long as it stands."""
        state, theatre = self.state, self.theatres[k]
        acting, shift, reliability = state.side[k], state.deal_shift[k], state.reliability.tobytes()
        key = (state.leader[k], acting.tobytes(), shift.tobytes())
        credibility, legitimacy = state.credibility[0], state.legitimacy[0]
        answered = bool(state.adopted[k] > Measure.NONE)
        held, outlook = self._outlooks[k]
        if outlook is None or held != (key, credibility, legitimacy, reliability, answered):
            outlook = Outlook(
                credibility=credibility,
                legitimacy=legitimacy,
                acting=acting.copy(),
                reliability=state.reliability.copy(),
                shift=shift.copy(),
                leader=state.leader[k],
                usual=credibility == self.experiment.charter.credibility
                and legitimacy == 1.0
                and reliability == theatre.reliability.tobytes(),
                answered=answered,
                key=key,
            )
            self._outlooks[k] = (key, credibility, legitimacy, reliability, answered), outlook
        return outlook

    def ready(self, k: int, reconsidered: bool = False) -> Floats:
        """(n,) float64, share of each state's forces that counts in crisis k: free at home, or already sent there.

        Both together where those who fight already may raise what they sent.
        """
        state = self.state
        share: Floats = ready_share(
            state.home,
            state.field[k],
            state.transit[k],
            state.stock,
            self.theatres[k].parties,
            state.side[k],
            reconsidered,
        )
        return share * state.passes[k] if self.theatres[k].routes.by_leave else share

    def prospects(self, k: int) -> Prospects:
        """How the war over crisis k stands now."""
        theatre, state, war = self.theatres[k], self.state, self.experiment.behaviour.war
        effect = theatre.effect_of_unit * state.passes[k] if theatre.routes.by_leave else theatre.effect_of_unit
        left_for, left_against = theatre.under_embargo if state.embargo[k] else (1.0, 1.0)
        found: Prospects = prospects(
            effect, state.field[k], state.side[k], left_for, left_against, war.exponent, war.forts, theatre.edge,
            state.front[k], state.objective[k],
        )  # fmt: skip
        return found

    def powers(self, k: int) -> tuple[float, float]:
        """Forces in the field at the place, for the target and for the aggressor [share of world capability]."""
        return self.prospects(k)[:2]

    def p_win(self, k: int) -> float:
        """Chance that the front reaches the objective from where it stands, with the forces of now or, before the attack, the parties' own."""
        return self._p_win_at_opening(k) if self.state.attacked_at[k] == NEVER else self.prospects(k)[3]

    def mean_gap_days(self, k: int, x_t: float, x_a: float) -> float:
        """Mean gap between battles in this war at these powers [days]: faster where one side is much stronger, up to a pace."""
        war = self.experiment.behaviour.war
        lopsided = max(x_a, x_t) > war.lopsided_ratio * min(x_a, x_t)
        median = war.tempo_lopsided_days if lopsided else war.tempo_days
        return max(war.tempo_least_days, median * float(self.state.tempo_days[k]))

    def _p_win_at_opening(self, k: int) -> float:
        """The same with the parties' own power and nobody else's."""
        war, theatre = self.experiment.behaviour.war, self.theatres[k]
        x_a = theatre.undertaking.forces * exact_sum_where(theatre.power_against, theatre.on_aggressor_side)
        x_t = exact_sum_where(theatre.power_for, theatre.on_target_side)
        p = p_battle(x_a, x_t, war.exponent, war.forts, theatre.edge)
        return float(absorption(p, int(self.state.front[k]), int(self.state.objective[k])))

    def share_won(self, k: int) -> float:
        """Share of the objective behind the present front, 0 to 1."""
        start, goal = self.experiment.behaviour.war.start, int(self.state.objective[k])
        return min(1.0, max(0.0, (int(self.state.front[k]) - start) / (goal - start)))

    def opposed(self, k: int) -> bool:
        """Whether force that counts is in transit or in the field against the aggressor, the target's own included."""
        state, theatre = self.state, self.theatres[k]
        against = (state.side[k] > 0) & ~theatre.parties
        coming = (state.transit[k] + state.field[k])[against]
        if coming.any():
            sent = math.fsum(theatre.effect_of_unit[against] * coming)
            if sent >= self.experiment.behaviour.least_contribution * self.powers(k)[1]:
                return True
        return bool(state.resisting[k] and state.field[k][theatre.on_target_side].any())

    def pressure(self, k: int) -> float:
        """Economic pressure on the aggressor now."""
        state, behaviour = self.state, self.experiment.behaviour
        if state.action_at[k] == NEVER:
            return 0.0
        comply = np.empty(self.experiment.world.n_states)
        years = still_carried_out(
            state.comply[k],
            state.comply_since[k],
            self.now,
            365.0 * MINUTES_PER_DAY,
            behaviour.fatigue_per_year,
            comply,
        )
        if years < 0.0:
            return 0.0
        value = economic_pressure(self.theatres[k], comply, state.coverage[k], bool(state.key_included[k]), years)
        state.peak_pressure[k] = max(state.peak_pressure[k], value)
        return value

    def luck_of_force(self, k: int, side: int = 1) -> Floats:
        """(n,) float64, each state's luck about fighting for the target, or against it: one decision, whoever asks [logits]."""
        return self._once(self.luck.logistics, Purpose.FORCE, k, int(side < 0))

    def luck_of_treaties(self, k: int) -> Floats:
        """(n,) float64, uniform: whether the terms of each state's treaty with the target cover this attack."""
        return self._once(self.luck.uniforms, Purpose.CASUS_FOEDERIS, k)

    def _once(self, draw: Callable[..., Floats], purpose: Purpose, k: int, j: int = 0) -> Floats:
        """(n,) float64, luck of one occurrence that is asked for more than once, drawn anew on another branch."""
        key = (purpose, k, j, self.luck.branch)
        if key not in self._drawn:
            self._drawn[key] = draw(purpose, k, 0, self.experiment.world.n_states, j)
        return self._drawn[key]

    def enter(self, k: int, phase: Phase, cause: int) -> None:
        """Move crisis k to another phase and log the spell that it leaves."""
        state = self.state
        if state.phase[k] != phase:
            self._spell(k, cause, censored=False)
            state.phase[k], state.phase_since[k] = phase, self.now

    def track(self, k: int, series: Series, value: float) -> None:
        if self._tracked:
            self.log.row("tracks", k, self.calendar.today, series, value)

    def close(self, k: int, outcome: Outcome, end: EndCause, share: float, cause: int) -> None:
        """End crisis k; later calls change nothing."""
        state = self.state
        if state.closed[k]:
            return
        state.closed[k], state.closed_at[k] = True, self.now
        state.outcome[k], state.end_cause[k], state.share_kept[k] = outcome, end, share
        seq = self.event(k, Kind.ENDED, self.theatres[k].aggressor, self.theatres[k].target, value=share, cause=cause)
        state.because[k] = seq
        self._spell(k, seq, censored=end == EndCause.HORIZON)
        self.war[k].ring()
        self.organ[k].ring()
        self.over[k].ring()

    def _spell(self, k: int, cause: int, censored: bool) -> None:
        state = self.state
        self.log.row(
            "spells",
            k,
            int(state.phase[k]),
            float(state.phase_since[k]) / MINUTES_PER_DAY,
            self.calendar.today,
            cause,
            censored,
        )
