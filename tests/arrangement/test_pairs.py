"""A charter that differs only in its name is none: each behaves otherwise than every other somewhere."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np

from sim import shelf
from stage.arms import crises, experiment

RUNS = 4
SHIPPED = tuple(sorted(path.stem for path in (shelf.SHIPPED / "arrangement").glob("*.yaml")))
FORCED = ("aggression=forced", "behaviour.belief_draws=2")
WILLING = ("behaviour.a_inertia=3", "behaviour.costs.remoteness=0")
STAGES = {
    "an attack over the Rhine": ("scenario=abyssinia_1935", "scenario.aggressors=[GMY]", "scenario.targets=[FRN]", *WILLING),
    "the chair is empty": ("scenario=korea_1950",),
    "an attack in Asia": ("scenario=suez_1956", "scenario.aggressors=[DRV]", "scenario.targets=[LAO]", "scenario.region=null", *WILLING),
    "an attack in the Americas": ("scenario=suez_1956", "scenario.aggressors=[NIC]", "scenario.targets=[COS]", "scenario.region=null", *WILLING),
    "two blocs": ("scenario=two_blocs", *WILLING),
}  # fmt: skip
BEHAVIOUR = (
    "outcome", "share_kept", "strongest_adopted", "strongest_done", "referred", "first_measure_day", "first_action_day",
    "end_day", "n_drafts", "n_sanctioning", "n_fighting", "coalition_power", "peak_pressure", "aggressor_power", "target_power",
)  # fmt: skip


@cache
def signature(charter: str, stage: str) -> bytes:
    """What happened in a few runs, but for what a charter says of itself."""
    rows = crises(experiment(*STAGES[stage], f"arrangement={charter}", *FORCED), RUNS)
    return b"".join(np.nan_to_num(rows[name].astype(np.float64), nan=-1.0).tobytes() for name in BEHAVIOUR)


def test_each_pair_of_charters_differs_in_behaviour_somewhere():
    same = [
        (one, other)
        for one, other in combinations(SHIPPED, 2)
        if all(signature(one, stage) == signature(other, stage) for stage in STAGES)
    ]
    assert same == []
