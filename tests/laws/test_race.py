"""Law 4: the race between the answer and the front; forced mode, diplomacy and sanctions off, wars fought to the end."""

import pytest

from stage.arms import Difference, rows, taken

TO_THE_END = ("horizon_days=3650", "behaviour.mechanisms.settlement=false")
"""A coalition three times as strong as the aggressor quickens the war, so that a cut at one year, or a split in a slow war, would
hide from the slower arm battles that the faster one still fights."""

FAST = {
    "notice": "arrangement.calendar.notice_days=1",
    "mobilisation": "behaviour.clocks.mobilisation_mean_days=5",
    "inquiry": "behaviour.clocks.inquiry_days=1",
}
SLOW = {
    "notice": "arrangement.calendar.notice_days=120",
    "mobilisation": "behaviour.clocks.mobilisation_mean_days=150",
    "inquiry": "behaviour.clocks.inquiry_days=400",
}


@pytest.mark.parametrize("scenario", ["abyssinia_1935", "great_on_small", "two_blocs", "korea_1950"])
def test_law_4_slower_answers_do_not_save_the_objective(scenario, behaviour):
    common = (
        f"scenario={scenario}", *behaviour, "arrangement=ideal", "aggression=forced", "behaviour.belief_draws=2", "behaviour.mechanisms.diplomacy=false",
        "behaviour.mechanisms.sanctions=false", "arrangement.forces.standing_share=0", "scenario.ambiguity=0.3",
        "behaviour.clocks.referral_small_days=2", *TO_THE_END,
    )  # fmt: skip
    fast = taken(rows(*common, *FAST.values()))
    moved = 0
    for lever in SLOW:
        slow = taken(rows(*common, *{**FAST, lever: SLOW[lever]}.values()))
        gap = Difference(fast, slow, f"{lever}, {scenario}")
        assert not gap.falls
        moved += (fast != slow).sum()
    assert moved
