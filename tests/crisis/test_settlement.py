"""Backing down: who presses, what is held already, and one word about peacekeepers."""

import numpy as np
import pytest

from sim.calendar import MINUTES_PER_DAY
from sim.crisis.history import History
from sim.crisis.settlement import p_yield
from sim.run import theatres_of
from sim.state import NEVER
from sim.stream.codes import EndCause, Outcome
from sim.stream.log import Log, Record
from stage.arms import RUNS, Difference, crises, experiment

SUEZ = ("scenario=suez_1956", "arrangement=un_1945", "aggression=forced")


def stage(*overrides):
    arm = experiment(*overrides)
    h = History(arm, 0, Log(Record.at("summary")), list(arm.openings), list(theatres_of(arm, arm.openings)))
    h.state.front[0], h.state.objective[0] = arm.behaviour.war.start, h.theatres[0].undertaking.objective
    return h


def demand(h, *states):
    h.state.demands[0] = False
    for state in states:
        h.state.demands[0, h.experiment.world.ids.index(state)] = True


def test_with_nothing_against_it_an_aggressor_leaves_once_in_ten_years_of_reviews():
    h = stage(*SUEZ)
    hazard = p_yield(h, 0, 1.0, 0.0)
    assert hazard == pytest.approx(1 / (1 + np.exp(5.2)))
    assert 0.05 < 1 - (1 - hazard) ** (365 / h.experiment.behaviour.clocks.review_days) < 0.15


def test_a_patron_counts_as_far_as_it_outweighs_the_strongest_aggressor():
    """Suez 1956: Washington's demand moves London; Moscow's is one great power's among others."""
    h = stage(*SUEZ)
    demand(h)
    alone = p_yield(h, 0, 0.9, 0.0)
    demand(h, "RUS")
    by_a_rival = p_yield(h, 0, 0.9, 0.0)
    demand(h, "USA")
    by_the_patron = p_yield(h, 0, 0.9, 0.0)
    assert alone < by_a_rival < 3 * alone < by_the_patron


def test_a_lesser_patron_borrows_nothing_from_a_greater_one_that_stands_by():
    arm = (*SUEZ, "world.patrons={UKG:[USA,CAN]}")
    h = stage(*arm)
    demand(h)
    alone = p_yield(h, 0, 0.9, 0.0)
    demand(h, "CAN")
    assert p_yield(h, 0, 0.9, 0.0) == alone


def test_what_is_held_is_dearer_to_give_up():
    h = stage(*SUEZ)
    demand(h, "USA")
    before = p_yield(h, 0, 0.9, 0.3)
    h.state.held_since[0] = MINUTES_PER_DAY
    held = p_yield(h, 0, 0.9, 0.3)
    assert h.state.held_since[0] != NEVER
    odds = np.log([before / (1 - before), held / (1 - held)]) + 5.2
    assert odds[0] / odds[1] == pytest.approx(h.experiment.behaviour.settlement.loss_aversion)


def test_loss_aversion_keeps_conquests():
    bold, timid = (crises(experiment(*SUEZ, f"behaviour.settlement.loss_aversion={x}")) for x in (20, 1))
    assert Difference(*(rows["outcome"] == Outcome.BACKED_DOWN for rows in (bold, timid)), "backed down").rises


def test_suez_is_given_up_before_an_organ_and_by_a_patrons_word():
    alone, unpressed, under_un = (
        crises(experiment(*arm))["outcome"] == Outcome.BACKED_DOWN
        for arm in ((SUEZ[0], "arrangement=self_help", SUEZ[2]), (*SUEZ, "behaviour.settlement.yield_patrons=0"), SUEZ)
    )
    assert Difference(alone, under_un, "under the United Nations").rises
    assert Difference(unpressed, under_un, "Washington's demand").rises


def test_to_ask_oftener_about_peacekeepers_is_not_to_persuade():
    """Sittings every day in place of every fourth: one answer, whenever it is asked."""
    seldom, often = (
        crises(experiment(*SUEZ, f"arrangement.calendar.sitting_days={d}", "behaviour.settlement.yield_patrons=0"))
        for d in (4, 0.5)
    )
    exits = [(rows["end_cause"] == EndCause.PEACEKEEPERS).mean() for rows in (seldom, often)]
    print(exits)
    assert exits[1] < 2 * exits[0] + 3 / RUNS


def test_a_token_from_outside_does_not_hide_that_the_target_fights():
    h = stage(*SUEZ)
    state, theatre = h.state, h.theatres[0]
    outsider = int(np.flatnonzero(theatre.outsiders)[0])
    state.side[0, theatre.on_aggressor_side], state.side[0, theatre.on_target_side], state.side[0, outsider] = -1, 1, 1
    state.field[0, theatre.aggressor], state.field[0, theatre.target] = state.stock[theatre.aggressor], 5_000
    state.field[0, outsider] = 1
    state.resisting[0] = True
    assert h.opposed(0)
    state.resisting[0] = False
    assert not h.opposed(0)
