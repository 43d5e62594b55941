"""What the place, the parties and the charter fix for one crisis before any luck is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kernels.capability import order_by_capability, project
from kernels.coalition import pull_weights
from sim.arrangement.balance import alignment, strongest_threats
from sim.arrangement.organ import Bench
from sim.decision.duties import Duties
from sim.decision.quarrel import Quarrel
from sim.decision.routes import Routes
from sim.decision.seats import Seats
from sim.experiment import Experiment, Opening
from sim.luck import OF_THE_CELL, Luck, Purpose
from sim.state import UNIT
from sim.stream.codes import Entry

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
T = TypeVar("T")

REACH_KM = 1000.0
MOST_KEPT = 4096
CANVASSED = 32


class Theatre:
    """Place, power and ties of one opening; n states, indices as in the world.

    Attributes
    ----------
    quarrel : Quarrel
        The parties, whose facts are the theatre's too, and whether the charter covers the case.
    duties : Duties
    seats : Seats
    routes : Routes
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
        quarrel = Quarrel(experiment, opening)
        self.quarrel, self.duties, self.seats, self.routes = quarrel, Duties(quarrel), Seats(quarrel), Routes(quarrel)
        world, scenario, behaviour = quarrel.world, quarrel.scenario, experiment.behaviour
        self.experiment, self.opening, self.world, self.scenario = experiment, opening, world, scenario
        self.undertaking, self.aggressor, self.target = quarrel.undertaking, quarrel.aggressor, quarrel.target
        c, half = world.capability, behaviour.war.half_distance_km
        self.on_target_side, self.on_aggressor_side = quarrel.on_target_side, quarrel.on_aggressor_side
        self.parties, self.members = quarrel.parties, quarrel.members
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
        distance, near = world.distance_km[:, self.target].copy(), world.contiguous[:, self.target].copy()
        reach = project(c, distance, self.routes.passage(), near, half)
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
        away = np.where(world.contiguous[:, self.aggressor], 0.0, world.distance_km[:, self.aggressor] / REACH_KM)
        self.exposure = np.where(self.parties, 0.0, self.threat_from_aggressor / (1.0 + away))
        self.norm_commitment = np.array([s.norm_commitment for s in world.facts.states.values()])
        self.public = np.array([s.public for s in world.facts.states.values()])
        honour = behaviour.honour_before_1945 if world.date.year < 1945 else behaviour.honour_after_1945
        self.reliability = np.array(
            [honour if s.reliability is None else s.reliability for s in world.facts.states.values()]
        )
        self.patrons, self.patrons_of_target = self._patrons(opening.aggressors), self._patrons(opening.targets)
        self.protects = self.patrons_of_target.astype(np.float64) - self.patrons.astype(np.float64)
        strong_enough = behaviour.least_contribution * math.fsum(self.power_against[self.on_aggressor_side])
        self.can_fight = self.outsiders & (np.maximum(self.power_for, self.power_against) >= strong_enough)
        initiative = behaviour.war.initiative if opening.entry == Entry.ATTACK else 0.0
        self.edge = self.undertaking.surprise + 2.0 * initiative / behaviour.war.forts
        self.reusable: dict[Any, Any] = {}
        self._seen_by: dict[int, Theatre] = {}
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
    def outsiders(self) -> Mask:
        """(n,) bool, neither parties nor neutrals."""
        return ~self.parties & ~self.neutral

    @cached_property
    def within_reach(self) -> Mask:
        """(n,) bool, who could arrive in any force for either side."""
        reach: Mask = np.maximum(self.power_for, self.power_against) > 0.0
        return reach

    @cached_property
    def gain_from_a_deal(self) -> Floats:
        """(n,) float64, what buying the aggressor off is worth: its friendship, and trade with it [logits]."""
        behaviour = self.experiment.behaviour
        friendship = behaviour.a_partisan * (1.0 + self.affinity[:, self.aggressor])
        gain: Floats = friendship + behaviour.a_cost * behaviour.costs.trade * self.trade_at_stake
        return gain

    @cached_property
    def free_to_deal(self) -> Mask:
        """(n,) bool, great powers outside the quarrel that neither owe the target anything nor protect it."""
        bound = (self.duties.treaties_for_target.owed > 0.0) | self.patrons_of_target
        return self.world.great_power & ~self.parties & ~bound

    @cached_property
    def strongest_aggressor(self) -> float:
        """Capability of the strongest on the aggressor's side."""
        return float(self.world.capability[self.on_aggressor_side].max())

    @cached_property
    def under_embargo(self) -> tuple[float, float]:
        """What an arms embargo on both leaves of the target's and of the aggressor's forces: the smaller arms industry loses more."""
        economy, weight = self.world.economy, self.experiment.behaviour.embargo_weight
        target, aggressor = math.fsum(economy[self.on_target_side]), math.fsum(economy[self.on_aggressor_side])
        total = max(target + aggressor, 1e-12)
        return 1.0 - weight * (1.0 - target / total), 1.0 - weight * (1.0 - aggressor / total)

    @cached_property
    def canvass_luck(self) -> tuple[Floats, Floats]:
        """Two (32, n) float64: what a sponsor does not know, the others' dispositions and luck; of the cell [logits]."""
        luck, n = Luck(self.experiment.seed, OF_THE_CELL), self.world.n_states
        tau = self.experiment.behaviour.tau
        lasting = [tau * luck.normals(Purpose.CANVASS, 0, 0, n, 2 * d) for d in range(CANVASSED)]
        passing = [luck.logistics(Purpose.CANVASS, 0, 0, n, 2 * d + 1) for d in range(CANVASSED)]
        return np.array(lasting), np.array(passing)

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

    def as_seen_by(self, i: int) -> Theatre:
        """The theatre as state i knows it: without the secret treaties of others."""
        if i not in self._seen_by:
            hidden = self.duties.hidden_from(i)
            self._seen_by[i] = theatre_of(self.experiment, replace(self.opening, eyes=i)) if hidden else self
        return self._seen_by[i]

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
        return self.quarrel.mask([self.world.index(p, "world.patrons") for p in found]) & ~self.parties

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
