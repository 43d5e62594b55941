"""What the aggressor sets out to do: a threat, a probe or an attack, for what and with how much."""

from __future__ import annotations

from dataclasses import dataclass

from kernels.elementary import power
from sim.behaviour import Behaviour, Clocks
from sim.experiment import DENIABLE, Opening, Scenario
from sim.stream.codes import Entry


@dataclass(frozen=True)
class Undertaking:
    """One course of the aggressor.

    Attributes
    ----------
    entry : Entry
    deniable, limited : bool
        Fought through a proxy; for a part of the target rather than the whole.
    disputed : float
        How far blame is in dispute, 0 to 1; 0 where it is plain.
    objective : int
        Fort that it aims at.
    stake, target_stake : float
        Worth of it to either side.
    forces : float
        Share of the aggressor's forces that it sends.
    surprise : float
        Head start of an attack [log-odds per battle].
    gravity : float
        What the deed weighs with the others beside an armed attack, 0 to 1.
    warning_days : float
        Time that the others have before an attack follows.
    """

    entry: Entry
    deniable: bool
    limited: bool
    disputed: float
    objective: int
    stake: float
    target_stake: float
    forces: float
    surprise: float
    gravity: float
    warning_days: float


def undertaking(scenario: Scenario, behaviour: Behaviour, opening: Opening) -> Undertaking:
    """Read from the scenario what its aggressor sets out to do on an opening.

    A probe is limited and deniable: one fort, a part of the stake and of the forces, behind a proxy (the volunteers of
    1936; eastern Ukraine, 2014). A threat gives up surprise, unless the scenario opens with one. A breach of treaty invades
    nobody: it weighs less than an attack (the Rhineland, 1936).
    """
    war, probe, threatened = behaviour.war, behaviour.probe, opening.entry == Entry.THREAT
    limited = scenario.objective == "limited" or opening.probe
    reach = probe.forts if opening.probe else war.limited_forts if limited else war.forts
    part = probe.stake if opening.probe else 1.0
    gravity = behaviour.breach_gravity if opening.entry == Entry.TREATY_BREACH else 1.0
    warned = threatened and scenario.entry != "threat"
    return Undertaking(
        entry=opening.entry,
        deniable=scenario.deniable or opening.probe,
        limited=limited,
        disputed=max(scenario.disputed, DENIABLE) if opening.probe else scenario.disputed,
        objective=min(war.start + reach, war.forts),
        stake=part * scenario.stake,
        target_stake=part * gravity * scenario.target_stake,
        forces=probe.forces if opening.probe else 1.0,
        surprise=0.0 if warned else scenario.surprise,
        gravity=gravity,
        warning_days=scenario.deadline_days if threatened else 0.0,
    )


def referral_median_days(plan: Undertaking, clocks: Clocks) -> float:
    """Median time to bring a matter before an organ [days].

    From that of an open invasion to that of a wholly disputed matter, or of a proxy's, in proportion on the scale of
    logarithms: blame half in dispute delays the call by days, not by the months of its inquiry (Manchuria, 1931: 3 days).
    """
    disputed = clocks.referral_proxy_days if plan.deniable else clocks.referral_small_days
    return float(clocks.referral_open_days * power(disputed / clocks.referral_open_days, plan.disputed))
