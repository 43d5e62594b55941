"""Arms on the same luck, compared run by run."""

import math

import numpy as np
import pytest

from sim.analysis import open_study
from sim.analysis.cell import short
from sim.analysis.compare import compare, pairs, result
from sim.analysis.competing import cumulative_incidence
from sim.analysis.incidence import pseudo_values
from sim.analysis.intervals import paired_share
from sim.analysis.summary import show_summary
from sim.errors import SettingError, StudyError

N = 200


@pytest.fixture
def arms(make_study):
    rng = np.random.default_rng(5)
    luck = rng.normal(0.5, 0.2, N)

    def crises(shift, late):
        return [
            {
                "run": r,
                "share_kept": float(luck[r] + shift + rng.normal(0, 0.02)),
                "outcome": "deterred" if r < late else "fait_accompli",
                "attempted": r >= late,
                "first_measure_day": float(r) + shift if r >= late + 20 else None,
            }
            for r in range(N)
        ]

    def events(kind, n):
        first = [
            {"run": r, "seq": 0, "day": 0.0, "kind": "attacked", "actor": "ITA", "subject": "ETH", "cause": -1}
            for r in range(N)
        ]
        return first + [
            {"run": r, "seq": 1, "day": 3.0, "kind": kind, "actor": "ETH", "subject": "ITA", "cause": 0}
            for r in range(n)
        ]

    def cell(name, shift, late, kind, n, **more):
        runs = [{"run": r} for r in range(N)]
        parts = {"crises": crises(shift, late), "events": events(kind, n), "runs": runs}
        return parts | {"identity": {"arrangement": {"name": name, "clause": name}, **more}}

    make_study(
        "arms", {"aaaa": cell("league", 0.0, 0, "referred", N), "bbbb": cell("self_help", 0.1, 20, "not_referred", 50)}
    )
    return open_study("arms")


def compared(study, *outcomes, among="all"):
    (pair,) = pairs(study, "arrangement")
    found = result(study, *pair, "arrangement", outcomes, among)
    return found, found["differences"][0]


def test_the_difference_is_paired_and_its_variance_smaller(arms):
    _, d = compared(arms, "share_kept")
    assert d["runs"] == N
    assert d["difference"].low < 0.1 < d["difference"].high
    assert d["difference"].high - d["difference"].low < 0.01
    assert d["reduction"] > 20


def test_a_share_counts_the_runs_that_changed(arms):
    _, d = compared(arms, "outcome:deterred")
    assert d["difference"] == paired_share(20, 20, N)
    assert d["changed"] == pytest.approx(0.1)
    assert (d["base"], d["arm"]) == (0.0, 0.1)


def test_a_share_that_never_changes_keeps_a_width_with_several_crises_a_run(make_study):
    """No gain and no loss in 40 runs: z sqrt(2) / 42 either way, whether a run holds one crisis or two."""

    def cell(arrangement):
        crises = [{"run": r, "crisis": k, "end_day": 9.0} for r in range(40) for k in range(2)]
        return {"crises": crises, "identity": {"arrangement": {"name": arrangement}}}

    make_study("clusters", {"aaaa": cell("league"), "bbbb": cell("ideal")})
    (pair,) = pairs(open_study("clusters"), "arrangement")
    found = result(open_study("clusters"), *pair, "arrangement", ["gain:kept", "share_kept", "first_measure_day"])
    half = 1.959964 * math.sqrt(2) / 42
    for d in found["differences"][:2]:
        assert d["difference"] == pytest.approx((0.0, -half, half), abs=1e-6)
    for day in found["incidence"]["first_measure_day"]:
        assert day.difference == pytest.approx((0.0, -half, half), abs=1e-6)


def test_days_are_compared_only_where_both_arms_have_one(arms):
    _, d = compared(arms, "first_measure_day")
    assert d["runs"] == N - 40
    assert d["difference"].value == pytest.approx(0.1)
    assert (d["base_has"], d["arm_has"]) == (0.9, 0.8)


def test_among_runs_in_which_both_attack(arms):
    found, d = compared(arms, "attempted", among="both")
    assert found["runs"] == N - 20
    assert d["difference"].value == 0.0 and math.isinf(d["reduction"])


def test_the_first_event_at_which_runs_parted(arms):
    found, _ = compared(arms, "share_kept")
    assert found["parted"]["share"] == 1.0
    assert found["parted"]["median_day"] == 3.0
    at = {(row["base"], row["arm"]): row["share"] for row in found["parted"]["at"]}
    assert at == {("referred", "not_referred"): 0.25, ("referred", None): 0.75}


def test_only_cells_that_differ_in_one_thing_are_compared(make_study):
    def cell(arrangement, seed):
        return {"crises": [{"run": 0}], "identity": {"arrangement": {"name": arrangement}, "seed": seed}}

    make_study(
        "four",
        {f"aaa{k}": cell(a, s) for k, (a, s) in enumerate([("league", 1), ("ideal", 1), ("league", 2), ("ideal", 2)])},
    )
    study = open_study("four")
    assert [
        (a.settings["seed"], a.arrangement, b.settings["seed"], b.arrangement) for a, b in pairs(study, "arrangement")
    ] == [
        (1, "ideal", 1, "league"),
        (2, "ideal", 2, "league"),
    ]
    assert [a.arrangement for a, _ in pairs(study, "arrangement", "league")] == ["league", "league"]
    make_study("two", {"aaaa": cell("league", 1), "bbbb": cell("ideal", 2)})
    with pytest.raises(
        StudyError, match="no two cells of study 'two' differ in 'arrangement' alone; they also differ in seed"
    ):
        list(pairs(open_study("two"), "arrangement"))


def test_mistakes_are_one_line(arms):
    with pytest.raises(
        StudyError, match=r"does not vary 'arangement'; it varies arrangement; did you mean arrangement\?"
    ):
        list(pairs(arms, "arangement"))
    with pytest.raises(SettingError, match=r"'sharekept' is no column of crises; did you mean share_kept\?"):
        compared(arms, "sharekept")
    with pytest.raises(SettingError, match=r"--outcome='run' tells crises apart and is no outcome"):
        compared(arms, "run")
    with pytest.raises(SettingError, match=r"needs one of its codes; one of outcome:not_tempted"):
        compared(arms, "outcome")
    with pytest.raises(SettingError, match=r"did you mean outcome:deterred\?"):
        compared(arms, "outcome:detered")


def test_a_value_is_found_however_it_is_written(make_study):
    def cell(a_norm, absent):
        identity = {"behaviour": {"name": "default", "a_norm": a_norm}, "absent": absent}
        return {"crises": [{"run": 0}], "identity": identity}

    make_study("levers", {f"aaa{k}": cell(a, []) for k, a in enumerate((1.0, 2.0, 2.5))})
    (base, arm), *_ = pairs(open_study("levers"), "behaviour.a_norm", "2.0")
    assert (base.settings["behaviour.a_norm"], arm.settings["behaviour.a_norm"]) == (2.0, 1.0)
    with pytest.raises(StudyError, match=r"--against='3' is no value of behaviour.a_norm; 1, 2, 2.5"):
        list(pairs(open_study("levers"), "behaviour.a_norm", "3"))


def test_settings_are_told_as_they_are_typed():
    assert (
        short([{"among": "all", "share": 2 / 3, "strict": False}, None])
        == "[{among:all,share:0.666667,strict:false},null]"
    )
    assert short(["UKG", "FRN"]) == "[UKG,FRN]"


def test_on_screen(arms, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    compare("arms", by="arrangement", outcome="share_kept,first_measure_day", against="", among="all", as_json=False)
    text = capsys.readouterr().out
    assert text.isascii() and max(map(len, text.splitlines())) <= 80
    assert "among the 160 runs in which both have one (league 90.0 %, self_help 80.0 %" in text.replace("\n", " ")
    compare("arms", "arrangement", "strongest_adopted:sanctions_comprehensive", "", "all", False)
    lines = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()]
    assert {"strongest_adopted:", "sanctions_comprehensive %"} <= set(lines), "folded where the name has a joint"


def test_brackets_in_names_are_brackets(make_study, capsys):
    """A name from a user's file is text: a closing tag in it ended the command, an opening one was swallowed."""

    def cell(arrangement):
        identity = {"arrangement": {"name": arrangement}, "scenario": {"name": "s [b]", "date": "1935-10-03"}}
        return {"crises": [{"run": r} for r in range(3)], "identity": identity}

    make_study("marked", {"aaaa": cell("[/bold]"), "bbbb": cell("[red]x")})
    compare("marked", "arrangement", "share_kept", "", "all", False)
    show_summary("marked")
    text = capsys.readouterr().out
    assert "[red]x against [/bold], 3 runs, paired" in text
    assert "marked: s [b], 3 runs a cell" in text


def test_what_has_happened_by_a_day_counts_every_run(arms):
    """A measure that never came, for want of an attack or of time, is a competing end: no run is left out of either arm."""
    found, _ = compared(arms, "first_measure_day")
    days = found["incidence"]["first_measure_day"]
    assert [d.day for d in days] == [30, 90, 365]
    # base: day r of run r from run 20; arm: a tenth later, from run 40 on
    assert [d.base for d in days] == pytest.approx([11 / N, 71 / N, 180 / N])
    assert [d.arm for d in days] == pytest.approx([0, 50 / N, 160 / N])
    for d in days:
        gone = round((d.base - d.arm) * N)
        assert d.difference == pytest.approx(paired_share(-gone, gone, N))


def spells(luck, n, rate, censored_at):
    """Exponential times to a first or a second cause, and what is seen of them."""
    day, cause = luck.exponential(1 / rate, n), luck.integers(1, 3, n)
    end = luck.uniform(0, censored_at, n)
    return np.minimum(day, end), np.where(day <= end, cause, 0)


def test_pseudo_values_average_to_the_estimator_of_aalen_and_johansen():
    day, cause = spells(np.random.default_rng(1), 400, 1 / 50, 200)
    for at in (10, 60, 150):
        values = pseudo_values(day, cause, 1, at)
        whole = cumulative_incidence(day, cause, 1, [at])
        assert values.mean() == pytest.approx(whole.value[0], abs=2e-4)
        assert values.std(ddof=1) / math.sqrt(400) == pytest.approx(whole.error[0], rel=0.03)


def test_pseudo_values_of_what_is_not_censored_are_whether_it_happened():
    day, cause = np.array([1.0, 2.0, 3.0, 9.0]), np.array([1, 2, 1, 0])
    assert list(pseudo_values(day, cause, 1, 5.0)) == [1, 0, 1, 0]


def test_the_true_incidence_under_censoring_is_covered():
    """F(t) = (1 - exp(-t / 50)) / 2 for each of two equal causes."""
    luck, missed, true = np.random.default_rng(2), 0, (1 - math.exp(-60 / 50)) / 2
    for _ in range(200):
        values = pseudo_values(*spells(luck, 150, 1 / 50, 200), 1, 60)
        half = 1.976 * values.std(ddof=1) / math.sqrt(150)
        missed += not abs(values.mean() - true) <= half
    assert missed <= 20
