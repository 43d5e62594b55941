"""Law 5: pressure and yielding fall with what outsiders trade and without the key commodity; forced mode."""

import numpy as np
import pytest

from sim.run import theatres_of
from stage.arms import Difference, backed_down, experiment, rows

SCENARIOS = ("abyssinia_1935", "great_on_small", "suez_1956", "iran_iraq_1980")
COMMON = (
    "arrangement=ideal", "aggression=forced", "behaviour.belief_draws=2", "behaviour.mechanisms.force=false", "behaviour.mechanisms.diplomacy=false",
    "arrangement.instruments=[{measure:sanctions_partial,force:binding}]", "behaviour.settlement.yield_pressure=12",
    "behaviour.mechanisms.settlement=false", "behaviour.war.tempo_days=150", "behaviour.war.tempo_lopsided_days=150",
)  # fmt: skip
"""Sanctions alone answer; they weigh enough, and the war lasts long enough, that their part in yielding can be seen."""


def falls(weak, strong, what):
    """Whether both pressure and yielding are less in the second arm."""
    pressure = Difference(weak["peak_pressure"], strong["peak_pressure"], f"pressure, {what}")
    yielding = Difference(backed_down(weak), backed_down(strong), f"yielding, {what}")
    return pressure.falls and yielding.falls


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_law_5_pressure_and_yielding_fall_as_outsiders_hold_more_of_the_trade(scenario, behaviour):
    """The outsider is the state least inclined to the target, so that it trades on."""
    common = (
        f"scenario={scenario}",
        *behaviour,
        *COMMON,
        "scenario.key_commodity=none",
        "behaviour.a_inertia=2",
        "behaviour.partial_coverage=0.9",
    )
    arm = experiment(*common)
    theatre = theatres_of(arm, arm.openings)[0]
    aggressors = [arm.world.ids[i] for i in arm.openings[0].aggressors]
    partner = arm.world.ids[np.where(theatre.parties, np.inf, theatre.nearer).argmin()]

    def share(value):
        stated = []
        for aggressor in aggressors:
            others = arm.world.facts.trade.get(aggressor, {})
            room = (1.0 - value) / (1.0 - others.get(partner, 0.0))
            row = {**{other: round(w * room, 6) for other, w in others.items()}, partner: value}
            stated += [f"++world.trade.{aggressor}.{other}={w}" for other, w in row.items()]
        return rows(*common, f"scenario.outsiders=[{partner}]", *stated)

    assert falls(share(0.0), share(0.6), scenario)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_law_5_pressure_and_yielding_fall_when_the_key_commodity_is_left_out(scenario, behaviour):
    common = (f"scenario={scenario}", *behaviour, *COMMON)
    arm = experiment(*common)
    if not arm.world.facts.key_commodity:
        exporters = [
            arm.world.ids[i]
            for i in arm.world.economy.argsort()[::-1][:12]
            if not theatres_of(arm, arm.openings)[0].parties[i]
        ]
        common = (*common, *(f"+world.key_commodity.{s}={1 / len(exporters):.6f}" for s in exporters))
    included, omitted = (rows(*common, f"scenario.key_commodity={how}") for how in ("included", "omitted"))
    assert falls(included, omitted, scenario)
