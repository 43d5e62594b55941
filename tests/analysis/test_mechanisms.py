"""Every mechanism changes what history says it changed; a disconnected switch is noticed."""

import pytest

from sim.analysis.mechanisms import MECHANISMS, paired
from sim.behaviour import Mechanisms
from sim.schema import describe

RUNS = 200
FALLS = {
    "own veto", "patron's veto", "who votes for deeds expects doers", "a text answers a part of the duty", "an expected veto keeps drafts back", "deterrence by foresight", "the key commodity left out",
    "sanctions leak through outsiders", "leaks of secret deals", "slow fact-finding", "deniable force", "outsiders fight",
    "taken to a rival forum", "never referred: strangers", "guarantors that stand by", "a keeper refuses passage",
    "attention taken by another crisis", "exit and expulsion", "force without a mandate is paid for",
}  # fmt: skip


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda m: m.name)
def test_a_mechanism_matters_where_history_had_it(mechanism):
    found = paired(mechanism, RUNS)
    print(found)
    if mechanism.name in FALLS:
        assert found["high"] < 0
    else:
        assert found["low"] > 0


def test_every_switch_is_in_the_table():
    thrown = " ".join(" ".join((*m.stage, *m.off)) for m in MECHANISMS)
    for row in describe(Mechanisms):
        assert f"behaviour.mechanisms.{row['key']}=" in thrown or row["key"] == "watering_down", row["key"]
