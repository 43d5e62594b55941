"""How the finding on Abyssinia stands when every coefficient moves by a fifth."""

from collections import Counter

import pytest

from sim.behaviour import Behaviour
from sim.schema import describe
from sim.stream.codes import Gain, Measure, Outcome
from stage.arms import crises, experiment

RUNS = 120
WORDS = (Measure.CONDEMNATION, Measure.CEASEFIRE_DEMAND)
LEVERS = [
    row
    for row in describe(Behaviour, "behaviour")
    if row["type"] == "number" and row["default"] and not row["key"].startswith("behaviour.severity")
]


def finding(*overrides):
    """The three parts of the finding: modal measure, Italy keeps its gain in most runs, the ideal deters in most."""
    league = crises(experiment("arrangement=league", "aggression=forced", *overrides), RUNS)
    ideal = crises(experiment("arrangement=ideal", "aggression=computed", *overrides), RUNS)
    modal = Counter(league["strongest_adopted"].tolist()).most_common(1)[0][0]
    return (
        modal == Measure.SANCTIONS_PARTIAL,
        (league["gain"] == Gain.KEPT).mean() > 0.5,
        (ideal["outcome"] == Outcome.DETERRED).mean() > 0.5,
    )


def test_the_league_condemns_sanctions_in_part_and_italy_keeps_its_gain():
    assert finding() == (True, True, True)


@pytest.mark.soak
def test_how_often_the_finding_survives_a_fifth_more_or_less():
    survived = []
    for lever in LEVERS:
        for factor in (0.8, 1.2):
            value = lever["default"] * factor
            if (lever["high"] is not None and value > lever["high"]) or (
                lever["low"] is not None and value < lever["low"]
            ):
                continue
            parts = finding(f"{lever['key']}={value:.6g}")
            survived.append(parts)
            if not all(parts):
                print(f"{lever['key']} x {factor}: modal {parts[0]}, keeps {parts[1]}, deters {parts[2]}")
    share = [sum(p[i] for p in survived) / len(survived) for i in range(3)]
    whole = sum(all(p) for p in survived) / len(survived)
    print(
        f"of {len(survived)} moves: modal {share[0]:.2f}, keeps {share[1]:.2f}, deters {share[2]:.2f}, all three {whole:.2f}"
    )
    assert whole > 0.8
