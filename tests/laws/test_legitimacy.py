"""Laws 11 and 13: what force without a mandate, and secret deals, do to the answer; forced mode."""

import pytest

from sim.stream.codes import Measure
from stage.arms import RUNS, Difference, rows

SECOND = {
    "great_on_small": ("league", "S004", "S025"),
    "two_blocs": ("league", "S004", "S013"),
    "abyssinia_1935": ("league", "JPN", "CHN"),
    "cyprus_1974": ("un_1965", "IRQ", "IRN"),
}
SANCTIONS = "{measure:sanctions_partial,force:binding}"
FORCE = "{measure:force_authorised,force:binding}"


def two_crises(scenario, behaviour, instruments, *overrides, runs=RUNS):
    """Arms in which unmandated force in the first of two crises costs the arrangement nothing, and half of its legitimacy."""
    arrangement, aggressor, target = SECOND[scenario]
    common = (
        f"scenario={scenario}", *behaviour, f"arrangement={arrangement}", "aggression=forced", "horizon_days=570",
        f"arrangement.instruments=[{instruments}]", "behaviour.p_referral_member=1", "behaviour.p_referral_other=1", "behaviour.belief_draws=2",
        f"scenario.also=[{{day:370,aggressors:[{aggressor}],targets:[{target}],entry:attack}}]", *overrides,
    )  # fmt: skip
    return tuple(rows(*common, f"behaviour.legitimacy_lost={lost}", runs=runs) for lost in (0, 1))


@pytest.mark.parametrize("scenario", SECOND)
def test_law_11_force_without_mandate_lowers_later_joining(scenario, behaviour):
    """Read where outsiders fought over the first crisis, which the lever cannot touch; joining is sending sanctions."""
    free, paid = two_crises(scenario, behaviour, SANCTIONS)
    first, second = free["crisis"] == 0, free["crisis"] == 1
    fought = free["strongest_done"][first] >= Measure.FORCE_AUTHORISED
    joined = [arm["n_sanctioning"][second].astype(float) for arm in (free, paid)]
    assert (joined[0] == joined[1])[~fought].all()
    assert Difference(*joined, f"{scenario}, senders after unmandated force in {fought.mean():.2f}").falls


@pytest.mark.parametrize("scenario", SECOND)
def test_law_11_with_a_mandate_force_does_not_lower_later_joining(scenario, behaviour):
    automatic = (
        "arrangement.organ.rule.automatic=true", "arrangement.calendar.notice_days=0.1", "arrangement.calendar.dwell_days=0.1",
        "behaviour.clocks.referral_open_days=0.1", "behaviour.clocks.own_initiative_days=3650",
        "behaviour.mechanisms.obligations=false",
    )  # fmt: skip
    free, paid = two_crises(scenario, behaviour, f"{SANCTIONS},{FORCE}", *automatic, runs=RUNS // 4)
    first, second = free["crisis"] == 0, free["crisis"] == 1
    mandated = (free["strongest_adopted"][first] >= Measure.FORCE_AUTHORISED) & (
        free["strongest_done"][first] >= Measure.FORCE_AUTHORISED
    )
    assert mandated.any()
    joined = [arm["n_sanctioning"][second][mandated].astype(float) for arm in (free, paid)]
    assert not Difference(*joined, f"{scenario}, senders after mandated force").falls


@pytest.mark.parametrize("scenario", ["abyssinia_1935", "great_on_small", "munich_1938", "manchuria_1931"])
def test_law_13_secret_deals_do_not_raise_the_strongest_measure(scenario, behaviour):
    """Leaks off; no seat of the League's Council holds a veto here, so that no deal can buy one off."""
    common = (
        f"scenario={scenario}", *behaviour, "arrangement=league", "aggression=forced", "arrangement.organ.rule.veto=none",
        "arrangement.organ.rule.quotas=[{of:voting,share:0.6667}]", "behaviour.mechanisms.leaks=false",
        "behaviour.clocks.bargain_days=5", "behaviour.belief_draws=2",
    )  # fmt: skip
    without, deals = (rows(*common, f"behaviour.mechanisms.diplomacy={on}") for on in ("false", "true"))
    assert deals["deal"].any() and not without["deal"].any()
    assert (without != deals).any()
    assert not Difference(without["strongest_adopted"], deals["strongest_adopted"], f"{scenario}, deals").rises
