"""What the place, the parties and the charter fix for one crisis before any luck is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kernels.capability import order_by_capability, project
from kernels.coalition import pull_weights
from sim.arrangement.balance import alignment, strongest_threats
from sim.arrangement.membership import available, known
from sim.arrangement.obligations import Treaties, binding, treaties, triggered, wording
from sim.arrangement.organ import Bench, ladder, seat
from sim.arrangement.pacts import debts_of
from sim.calendar import MINUTES_PER_DAY
from sim.decision.undertaking import undertaking
from sim.experiment import Experiment, Opening
from sim.luck import OF_THE_CELL, Luck, Purpose
from sim.state import UNIT
from sim.stream.codes import Entry, Measure
from sim.world.facts import Obligation, Route

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
T = TypeVar("T")

REACH_KM = 1000.0
MOST_KEPT = 4096
CANVASSED = 32


class Theatre:
    """Geography, ties and obligations of one opening; n states, indices as in the world.

    Attributes
    ----------
    scenario : Scenario
        With what the opening says of itself.
    power_for, power_against : (n,) float64 ndarray
        What each state can bring to bear at the target's place for either side [share of world capability].
    threat_from_aggressor, threat_from_target : (n,) float64 ndarray
        pi_A(i) / (pi_A(i) + c_i), 0 to 1.
    remoteness : (n,) float64 ndarray
        Relative cost of going to war there at all, whatever the share sent.
    edge : float
        Log-odds per battle that the aggressor has beyond its forces: initiative and surprise.
    can_fight : (n,) bool ndarray
        Outsiders that could arrive in force; the others give political support.
    protects : (n,) float64 ndarray
        +1 for a patron of the target side, -1 for one of the aggressor side.
    nearer : (n,) float64 ndarray
        Affinity to the target less affinity to the aggressor, -2 to 2.
    trade_at_stake : (n,) float64 ndarray
        Share of each state's trade that is with the aggressor side.
    dependence : (n,) float64 ndarray
        Share of the aggressor's trade that is with each state.
    exposure : (n,) float64 ndarray
        How far each state lies open to the aggressor's retaliation, 0 to 1: the threat, halved at 1,000 km.
    effort, effort_against : (n,) float64 ndarray
        Relative cost of sending all forces for either side: 1 next door, more far away and against nuclear arms.
    effect_of_unit : (n,) float64 ndarray
        What one unit of force in the field is worth at the place [share of world capability].
    neutral : (n,) bool ndarray
        States that fight for no one, by their own choice or as members of a charter that keeps them out.
    fixed : (n,) int8 ndarray
        +1 target side, -1 aggressor side, 2 barred from force (neutrals), 0 free.
    """

    def __init__(self, experiment: Experiment, opening: Opening) -> None:
        world, scenario, behaviour = experiment.world, opening.of(experiment.scenario), experiment.behaviour
        self.experiment, self.opening, self.world, self.scenario = experiment, opening, world, scenario
        self.undertaking = undertaking(scenario, behaviour, opening)
        self.aggressor, self.target = opening.aggressors[0], opening.targets[0]
        n, c, half = world.n_states, world.capability, behaviour.war.half_distance_km
        self.on_target_side = _mask(n, opening.targets)
        self.on_aggressor_side = _mask(n, opening.aggressors)
        self.parties = self.on_target_side | self.on_aggressor_side
        neutrality = experiment.charter.neutrality
        self.neutral = world.neutral | (self.members & (neutrality.status != "none") & experiment.charter.in_force)
        self.fixed = np.where(self.neutral, 2, 0).astype(np.int8)
        self.fixed[self.on_target_side], self.fixed[self.on_aggressor_side] = 1, -1
        affinity = world.affinity.copy()
        for one, row in scenario.affinity.items():
            for other, value in row.items():
                i, j = world.index(one, "scenario.affinity"), world.index(other, "scenario.affinity")
                affinity[i, j] = affinity[j, i] = value
        self.affinity = affinity
        self.nearer = self._mean_affinity(opening.targets) - self._mean_affinity(opening.aggressors)
        passes = self._passage()
        distance, near = world.distance_km[:, self.target].copy(), world.contiguous[:, self.target].copy()
        reach = project(c, distance, passes, near, half)
        self.distance_km = np.where(near, 0.0, distance)
        self.power_for = np.where(self.on_target_side, c, reach)
        self.power_against = np.where(self.on_target_side, c, reach)
        if scenario.theatre_ratio is not None:
            self.power_for = self._at_home(self.power_for, scenario.theatre_ratio)
        at_home = self.on_target_side & self.members & experiment.charter.in_force
        self.power_for = np.where(at_home, self.power_for * (1.0 + neutrality.home_defence), self.power_for)
        power = np.where(self.on_aggressor_side, self.power_against, self.power_for)
        self.effect_of_unit = UNIT * np.where(c > 0.0, power / np.where(c > 0.0, c, 1.0), 0.0)
        self.threat_from_aggressor = self._threat(opening.aggressors)
        self.threat_from_target = self._threat(opening.targets)
        if experiment.charter.kind == "balance" and experiment.charter.in_force:
            self.nearer = alignment(
                strongest_threats(world, affinity, half), self.threat_from_aggressor, self.threat_from_target,
                self.on_aggressor_side, self.on_target_side,
            )  # fmt: skip
        leads = list(opening.aggressors)
        self.trade_at_stake = np.minimum(world.trade[:, leads].sum(axis=1), 1.0)
        weight = world.economy[leads] / max(math.fsum(world.economy[leads]), 1e-12)
        self.dependence = np.array([math.fsum(weight * column) for column in world.trade[leads].T])
        self.dependence[self.on_aggressor_side] = 0.0
        self.key_share = np.array([world.facts.key_commodity.get(s, 0.0) for s in world.ids])
        nuclear = np.array([s.nuclear for s in world.facts.states.values()])
        costs = behaviour.costs
        targets = list(opening.targets)
        sent = costs.force * (1.0 + costs.distance * self.distance_km / half)
        self.effort = sent + costs.nuclear * (nuclear[leads].any() & ~nuclear)
        self.effort_against = sent + costs.nuclear * (nuclear[targets].any() & ~nuclear)
        self.remoteness = costs.remoteness * self.distance_km / half
        self.aggressor_is_nuclear = bool(nuclear[leads].any())
        self.nuclear = nuclear
        within_reach = np.where(
            world.contiguous[:, self.aggressor], 0.0, world.distance_km[:, self.aggressor] / REACH_KM
        )
        self.exposure = np.where(self.parties, 0.0, self.threat_from_aggressor / (1.0 + within_reach))
        self.norm_commitment = np.array([s.norm_commitment for s in world.facts.states.values()])
        self.public = np.array([s.public for s in world.facts.states.values()])
        honour = behaviour.honour_before_1945 if world.date.year < 1945 else behaviour.honour_after_1945
        self.reliability = np.array(
            [honour if s.reliability is None else s.reliability for s in world.facts.states.values()]
        )
        self.patrons, self.patrons_of_target = self._patrons(opening.aggressors), self._patrons(opening.targets)
        self.protects = self.patrons_of_target.astype(np.float64) - self.patrons.astype(np.float64)
        strong_enough = behaviour.least_contribution * math.fsum(self.power_against[self.on_aggressor_side])
        self.can_fight = (
            ~self.parties & ~self.neutral & (np.maximum(self.power_for, self.power_against) >= strong_enough)
        )
        initiative = behaviour.war.initiative if opening.entry == Entry.ATTACK else 0.0
        self.edge = self.undertaking.surprise + 2.0 * initiative / behaviour.war.forts
        self.reusable: dict[Any, Any] = {}
        self._benches: dict[tuple[str, ...], Bench] = {}
        self._seated: dict[int, tuple[Floats, Floats]] = {}

    @cached_property
    def nobody(self) -> Mask:
        """(n,) bool, none of the states."""
        return np.zeros(self.world.n_states, dtype=bool)

    @cached_property
    def willing_for(self) -> Mask:
        """(n,) bool, whom everybody expects to join a credible arrangement: those nearer the target."""
        return self.nearer > 0.0

    @cached_property
    def willing_against(self) -> Mask:
        """(n,) bool, the same for the aggressor."""
        return self.nearer < 0.0

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """(n,) int64, states from the most to the least capable: the order in which they decide."""
        order: NDArray[np.int64] = order_by_capability(self.world.capability)
        return order

    @cached_property
    def pulls(self) -> NDArray[np.int64]:
        """(n, n) int64, what each state weighs with each other, as the coalition game takes it."""
        weight: NDArray[np.int64] = pull_weights(self.affinity, self.world.capability)
        return weight

    @cached_property
    def could_turn_it(self) -> Mask:
        """(n,) bool, who could turn the war with all it has: together with the target the stronger side at the place."""
        needed = math.fsum(self.power_against[self.on_aggressor_side]) - math.fsum(self.power_for[self.on_target_side])
        able: Mask = np.where(self.fixed == 0, self.power_for, 0.0) > needed
        return able

    @cached_property
    def weight_of_great_powers(self) -> tuple[Floats, float]:
        """Capability of the great powers that may demand withdrawal, (n,) float64, and its total."""
        return self._weight(self.world.great_power)

    @cached_property
    def weight_of_patrons(self) -> tuple[Floats, float]:
        """The same of the aggressor side's patrons."""
        return self._weight(self.patrons)

    @cached_property
    def members(self) -> Mask:
        """(n,) bool, who belongs to the arrangement, without those that have left it since."""
        belongs = self.experiment.belongs.copy()
        belongs[list(self.opening.left)] = False
        return belongs

    @cached_property
    def bench(self) -> Bench | None:
        """The organ as it sits on the day this crisis opens, or None."""
        return self._seat_on(self.opening.minute / MINUTES_PER_DAY)

    def bench_on(self, days: float) -> Bench | None:
        """The organ as it sits `days` after the scenario's date: empty chairs may be taken again."""
        return self._seat_on(days) if self.scenario.absent_until else self.bench

    def _seat_on(self, days: float) -> Bench | None:
        organ, scenario = self.experiment.charter.organ, self.scenario
        if organ.kind == "none" or not self.members.any():
            return None
        until, today = scenario.absent_until, self._date(days)
        empty = tuple(s for s in scenario.absent if s not in until or today < Date.fromisoformat(until[s]))
        if empty not in self._benches:
            self._benches[empty] = seat(
                organ, organ.rule, organ.kind, self.members, self.world, self.parties, empty, scenario.date
            )
        return self._benches[empty]

    def _date(self, days: float) -> Date:
        return Date.fromisoformat(self.scenario.date) + timedelta(days=days)

    @cached_property
    def under_embargo(self) -> tuple[float, float]:
        """What an arms embargo on both leaves of the target's and of the aggressor's forces: the smaller arms industry loses more."""
        economy, weight = self.world.economy, self.experiment.behaviour.embargo_weight
        target, aggressor = math.fsum(economy[self.on_target_side]), math.fsum(economy[self.on_aggressor_side])
        total = max(target + aggressor, 1e-12)
        return 1.0 - weight * (1.0 - target / total), 1.0 - weight * (1.0 - aggressor / total)

    @cached_property
    def second_bench(self) -> Bench | None:
        """The fallback organ where the charter has one, or None; `fallback_open` says from when."""
        charter = self.experiment.charter
        fallback = charter.fallback
        if self.bench is None or fallback.kind != "assembly":
            return None
        date = self.scenario.date
        return seat(charter.organ, fallback.rule, "assembly", self.members, self.world, self.parties, (), date)

    def fallback_open(self, days: float) -> bool:
        """Whether the fallback is in force `days` after the scenario's date."""
        fallback = self.experiment.charter.fallback
        opens = self.second_bench is not None or (fallback.kind == "coalition" and self.bench is not None)
        return opens and available(fallback.since, self._date(days).isoformat())

    @cached_property
    def in_motion(self) -> bool:
        """Whether the charter covers this target against this opening, or somebody owes the target its pact."""
        return self.covered or self.owed_by_pact

    @cached_property
    def covered(self) -> bool:
        """Whether every member owes the target what the charter pledges, at the latest when a threat is carried out."""
        executed = Entry.ATTACK if self.opening.entry == Entry.THREAT else self.opening.entry
        return self.heeds_threats or self._sets_off(executed)

    @cached_property
    def heeds_threats(self) -> bool:
        """Whether the charter is set in motion by the opening itself, before a threat is carried out."""
        return self._sets_off(self.opening.entry)

    def _sets_off(self, entry: Entry) -> bool:
        charter = self.experiment.charter
        protected = bool(self.members[self.target]) or self.world.ids[self.target] in charter.protects
        return triggered(charter, entry, protected, self._lies_in(charter.area))

    @cached_property
    def rival_forum(self) -> str | None:
        """Another body that might hear the quarrel first: the scenario's, or one that the charter defers to and both belong to."""
        scenario, facts = self.scenario, self.world.facts
        leads = {self.world.ids[self.aggressor], self.world.ids[self.target]}
        for name in (scenario.rival_forum,) if scenario.rival_forum else self.experiment.charter.defers_to:
            its_own = facts.memberships.get(name, facts.regions.get(name, ()))
            if name == scenario.rival_forum or leads <= set(its_own):
                return name
        return None

    @cached_property
    def canvass_luck(self) -> tuple[Floats, Floats]:
        """Two (32, n) float64: what a sponsor does not know, the others' dispositions and luck; of the cell [logits]."""
        luck, n = Luck(self.experiment.seed, OF_THE_CELL), self.world.n_states
        tau = self.experiment.behaviour.tau
        lasting = [tau * luck.normals(Purpose.CANVASS, 0, 0, n, 2 * d) for d in range(CANVASSED)]
        passing = [luck.logistics(Purpose.CANVASS, 0, 0, n, 2 * d + 1) for d in range(CANVASSED)]
        return np.array(lasting), np.array(passing)

    @cached_property
    def ladder(self) -> tuple[list[Measure], list[Measure]]:
        """The charter's coercive and settlement tracks, weakest first."""
        return ladder(self.experiment.charter)

    def reuse(self, usual: bool, key: Any, make: Callable[[], T]) -> T:
        """What was made under a key before, where the outlook is the usual one; made now, and kept within bounds, if not."""
        if not usual:
            return make()
        found: T | None = self.reusable.get(key)
        if found is None:
            found = make()
            if len(self.reusable) < MOST_KEPT:
                self.reusable[key] = found
        return found

    def seated(self, bench: Bench) -> tuple[Floats, Floats]:
        """Affinities among the seats, (s, s), and their capabilities, (s,)."""
        if id(bench) not in self._seated:
            square = np.ascontiguousarray(self.affinity[np.ix_(bench.seats, bench.seats)])
            self._seated[id(bench)] = (square, np.ascontiguousarray(self.world.capability[bench.seats]))
        return self._seated[id(bench)]

    @cached_property
    def reserved(self) -> Mask:
        """(n,) bool, members whose reservation frees them from force against this aggressor."""
        return self._freed("force")

    @cached_property
    def reserved_from_sanctions(self) -> Mask:
        """(n,) bool, the same for sanctions."""
        return self._freed("sanctions")

    def _freed(self, duty: str) -> Mask:
        freed = np.zeros(self.world.n_states, dtype=bool)
        for reservation in self.experiment.charter.membership.reservations:
            bound = self.world.ids[self.aggressor] in reservation.binds_against
            if reservation.frees in (duty, "all") and not bound:
                freed |= known(self.world, reservation.states)
        return freed

    @cached_property
    def pacts(self) -> tuple[Obligation, ...]:
        """What the charter's parties owe each other by name."""
        plain = not self.undertaking.disputed
        return debts_of(self.experiment.charter, self.members, self.world, plain)

    @cached_property
    def owed_by_pact(self) -> bool:
        """Whether the charter itself makes somebody owe the target more than restraint: by a pact, or as a system of alliances."""
        charter = self.experiment.charter
        allied = charter.kind == "alliances" and charter.in_force
        owed = self.treaties_for_target if allied else self._treaties(self.pacts, True)
        return bool((owed.owed > 0.0).any() or owed.conditional)

    @cached_property
    def treaties_for_target(self) -> Treaties:
        """What is owed the target against the aggressor."""
        return self._treaties((*self.world.facts.obligations, *self.pacts), True)

    @cached_property
    def treaties_for_aggressor(self) -> Treaties:
        """What is owed the aggressor against the target."""
        return self._treaties((*self.world.facts.obligations, *self.pacts), False)

    @cached_property
    def named_by_treaty(self) -> Mask:
        """(n,) bool, who owes the target its help against this aggressor by name, or by a pact of the charter."""
        ids, sides = self.world.ids, self.opening
        creditors, adversaries = ({ids[s] for s in side} for side in (sides.targets, sides.aggressors))
        named = [t.debtor for t in self.world.facts.obligations if t.creditor in creditors and t.against in adversaries]
        named += [pact.debtor for pact in self.pacts if pact.creditor in creditors]
        return _mask(self.world.n_states, [self.world.index(s, "world.obligations") for s in named])

    def as_seen_by(self, i: int) -> Theatre:
        """The theatre as state i knows it: without the secret treaties of others."""
        ids = self.world.ids
        hidden = any(
            t.secret and ids[i] not in (t.debtor, t.creditor) for t in (*self.world.facts.obligations, *self.pacts)
        )
        return theatre_of(self.experiment, replace(self.opening, eyes=i)) if hidden else self

    def _treaties(self, ties: tuple[Obligation, ...], attacked: bool) -> Treaties:
        if self.opening.eyes is not None:
            knows = self.world.ids[self.opening.eyes]
            ties = tuple(t for t in ties if not t.secret or knows in (t.debtor, t.creditor))
        ties = tuple(t for t in ties if not t.area or self._lies_in(t.area))
        on, consult = self.scenario.date, self.experiment.behaviour.wording_consult
        sides = self.opening.targets, self.opening.aggressors
        creditors, adversaries = sides if attacked else sides[::-1]
        pairs = [treaties(ties, self.world, c, a, on, consult, attacked) for c in creditors for a in adversaries]
        most, least = np.max([p.owed for p in pairs], axis=0), np.min([p.owed for p in pairs], axis=0)
        return Treaties(np.where(most > 0.0, most, least), tuple(c for p in pairs for c in p.conditional))

    @cached_property
    def self_executing(self) -> bool:
        """Whether members are bound without a decision of the organ: automatically, by a pact, or for collective defence."""
        charter = self.experiment.charter
        armed = charter.kind == "collective_defence" and self.opening.entry == Entry.ATTACK
        return self.owed_by_pact or (self.covered and (armed or charter.pledge.wording == "automatic"))

    def owed(
        self, measure: Measure, mandated: bool, acting: NDArray[np.int8], reliability: Floats, voting: bool = False
    ) -> Floats:
        """o_i(m) = wording * in scope * reliability, the larger of charter and bilateral treaty.

        An adopted measure binds as far as its instrument says. A draft is voted on under the whole obligation and
        without the reliability, which is the rate at which deeds follow words.

        Returns
        -------
        (n,) float64 ndarray
            0 to 1 (a treaty of non-aggression towards the aggressor counts against: down to -1).
        """
        by_treaty = self.treaties_for_target.now(acting, 1)
        unconditional = by_treaty is self.treaties_for_target.owed
        key = ("owed", measure, mandated, voting)
        larger = self.reuse(unconditional, key, lambda: self._larger(measure, mandated, voting, by_treaty))
        return larger if voting else larger * reliability

    def _larger(self, measure: Measure, mandated: bool, voting: bool, by_treaty: Floats) -> Floats:
        """(n,) float64, what charter or treaty asks, whichever is more, before reliability."""
        charter, behaviour = self.experiment.charter, self.experiment.behaviour
        in_scope = self.members & ~self.parties if self.covered else np.zeros(self.world.n_states, dtype=bool)
        if measure >= Measure.FORCE_AUTHORISED:
            in_scope = in_scope & ~self.reserved
        elif measure in (Measure.SANCTIONS_PARTIAL, Measure.SANCTIONS_COMPREHENSIVE):
            in_scope = in_scope & ~self.reserved_from_sanctions
        strength = wording(charter, behaviour)
        if mandated:
            strength *= binding(charter, measure, behaviour)
        elif not voting and not self.self_executing:
            strength = 0.0
        by_charter = strength * in_scope
        return np.where(
            by_treaty < 0.0, np.where(by_charter > 0.0, by_charter, by_treaty), np.maximum(by_charter, by_treaty)
        )

    def owed_to_aggressor(self, acting: NDArray[np.int8], reliability: Floats) -> Floats:
        """(n,) float64, the same towards the aggressor, by bilateral treaty alone."""
        return self.treaties_for_aggressor.now(acting, -1) * reliability

    @cached_property
    def forbearance(self) -> Floats:
        """(n,) float64, 0 to 1: what a member of an arrangement that covers the target owes it at the least.

        To give its attacker no help: Covenant, Arts. 10 and 16(1); UN Charter, Art. 2(5).
        """
        owed = wording(self.experiment.charter, self.experiment.behaviour) if self.in_motion else 0.0
        return np.where(self.members & ~self.parties, owed, 0.0)

    def _lies_in(self, area: tuple[str, ...]) -> bool:
        """Whether the place lies in a treaty area: the scenario's region where it is not the target's own, else the target."""
        scenario, regions = self.scenario, self.world.facts.regions
        if not any(place in regions or place in self.world.ids for place in area):
            return True
        target = self.world.ids[self.target]
        elsewhere = scenario.region in regions and target not in regions[scenario.region or ""]
        if elsewhere:
            return scenario.region in area
        return target in area or any(target in regions.get(name, ()) for name in area)

    def _passage(self) -> Floats:
        """(n,) float64, share of each state's power that the routes to the target let through, where consent is given."""
        passes = np.ones(self.world.n_states)
        for route in self.world.facts.routes:
            if self.world.index(route.into, "world.routes.into") != self.target:
                continue
            share = 0.0 if route.status == "closed" else route.share
            if route.status == "consent" and self.on_target_side[self._keeper(route)]:
                share = 0.0
            passes[self._travellers(route)] = share
        return passes

    @cached_property
    def by_leave(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Keepers outside the quarrel, and those who come to the target by their leave alone."""
        routes = [r for r in self.world.facts.routes if r.status == "consent" and r.into == self.world.ids[self.target]]
        asked = [(self._keeper(r), tuple(map(int, np.flatnonzero(self._travellers(r))))) for r in routes]
        return tuple((keeper, travellers) for keeper, travellers in asked if not self.parties[keeper])

    def _keeper(self, route: Route) -> int:
        return self.world.index(route.keeper or "", "world.routes.keeper")

    def _travellers(self, route: Route) -> Mask:
        """(n,) bool, who must take a route: those named, or every state that is not contiguous."""
        if not route.travellers:
            return ~self.world.contiguous[:, self.target]
        return _mask(self.world.n_states, [self.world.index(t, "world.routes.travellers") for t in route.travellers])

    def _at_home(self, power: Floats, ratio: float) -> Floats:
        """Power with the target side's, which fights at home, brought to the stated ratio."""
        theirs, ours = math.fsum(self.power_against[self.on_aggressor_side]), math.fsum(power[self.on_target_side])
        return np.where(self.on_target_side, power * (theirs / (ratio * ours) if ours > 0.0 else 1.0), power)

    def _weight(self, among: Mask) -> tuple[Floats, float]:
        """(n,) float64, capability of `among` without parties and outsiders to the organ; and its total."""
        weight = np.where(among & ~self.parties & self.members, self.world.capability, 0.0)
        return weight, math.fsum(weight)

    def _mean_affinity(self, side: tuple[int, ...]) -> Floats:
        """(n,) float64, affinity to a side, its members weighed by capability."""
        weight = self.world.capability[list(side)]
        weight = weight / weight.sum() if weight.sum() > 0.0 else np.full(len(side), 1.0 / len(side))
        return np.array([math.fsum(weight * row) for row in self.affinity[:, list(side)]])

    def _patrons(self, side: tuple[int, ...]) -> Mask:
        """(n,) bool, outsiders that protect a member of a side."""
        found = [p for s in side for p in self.world.facts.patrons.get(self.world.ids[s], ())]
        return _mask(self.world.n_states, [self.world.index(p, "world.patrons") for p in found]) & ~self.parties

    def _threat(self, side: tuple[int, ...]) -> Floats:
        world, half = self.world, self.experiment.behaviour.war.half_distance_km
        reaching = np.zeros(world.n_states)
        for a in side:
            here = np.ones(world.n_states)
            reaching += project(
                np.full(world.n_states, world.capability[a]), world.distance_km[a], here, world.contiguous[a], half
            )
        total = reaching + world.capability
        return np.where(total > 0.0, reaching / np.where(total > 0.0, total, 1.0), 0.0)


def theatre_of(experiment: Experiment, opening: Opening) -> Theatre:
    """Return the theatre of an opening, made once per experiment and quarrel, and kept with it.

    Where empty chairs are taken again, a quarrel is another on another day.
    """
    kept = experiment.theatres
    key = opening if experiment.scenario.absent_until else opening.quarrel
    found: Theatre = kept.get(key) or kept.setdefault(key, Theatre(experiment, opening))
    return found


def _mask(n: int, states: tuple[int, ...] | list[int]) -> Mask:
    out = np.zeros(n, dtype=bool)
    out[list(states)] = True
    return out
