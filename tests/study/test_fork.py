"""Forks as studies: read like any other, computed again like any other, refused in one line."""

import json

import pytest

from sim import cli, lab
from sim.config import Settings
from sim.errors import CovenantError
from sim.schema import describe
from sim.stream import durable
from sim.stream.store import cells, locate
from sim.study.cell import experiment_of
from sim.study.fork import SETTLED, part
from sim.study.rerun import rerun


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A study of a few recorded runs, in a folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COVENANT_OUTPUTS", str(tmp_path_factory.mktemp("outputs")))
        assert cli.run(["runs=6", "workers=1", "study=demo", "-q"]) == 0
        yield locate("demo")


def forked(capsys, *words):
    assert lab.run(["fork", "demo", "--workers", "1", "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_fork_is_a_study_with_a_control(demo, capsys):
    told = forked(capsys, "--run", "3", "--at", "12", "--set", "behaviour.settlement.yield_base=50", "--futures", "30")
    changed = {d["outcome"]: d for d in told["comparison"]["differences"]}["outcome:backed_down"]
    assert told["set"] == {"behaviour.settlement.yield_base": 50.0}
    assert changed["difference"]["value"] > changed["difference"]["low"] > 0.0
    assert len(cells(locate(told["fork"]))) == 2
    assert durable.read_signed(locate(told["fork"]) / "fork.json")["run"] == 3
    assert lab.run(["verify", told["fork"]]) == lab.run(["summary", told["fork"]]) == 0
    assert "30 runs a cell" in capsys.readouterr().out
    for cell in cells(locate(told["fork"])):
        again = rerun(locate(told["fork"]), 17, cell.footer.cell)
        assert again.same and experiment_of(locate(told["fork"]), cell).fork.at == 12
        assert again.tables["events"].slice(0, 13).to_pylist() == [
            row | {"run": 17, "cell": cell.footer.cell}
            for row in rerun(demo, 3).tables["events"].slice(0, 13).to_pylist()
        ]


def test_what_is_otherwise_is_said_as_it_was_typed(demo, capsys):
    """A charter is one change to who made it, not the forty clauses in which it differs."""
    words = ["--run", "3", "--at", "12", "--set", "arrangement=ideal", "--set", "behaviour.a_norm=4", "--futures", "4"]
    assert lab.run(["fork", "demo", "--workers", "1", *words]) == 0
    assert "\n  otherwise: arrangement=ideal, behaviour.a_norm=4\n" in capsys.readouterr().out


def test_a_fork_asked_for_again_is_read_from_disk(demo, capsys):
    once = forked(capsys, "--run", "1", "--at", "9", "--futures", "8")
    before = sorted(p.stat().st_mtime_ns for p in locate(once["fork"]).rglob("part-*.parquet"))
    assert forked(capsys, "--run", "1", "--at", "9", "--futures", "8") == once and once["comparison"] is None
    assert before == sorted(p.stat().st_mtime_ns for p in locate(once["fork"]).rglob("part-*.parquet"))


def test_at_event_0_anything_may_change(demo, capsys):
    told = forked(
        capsys,
        "--run",
        "0",
        "--at",
        "0",
        "--set",
        "scenario.objective=limited",
        "--set",
        "horizon_days=90",
        "--futures",
        "8",
    )
    assert set(told["set"]) == {"scenario.objective", "horizon_days"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--at", "900"], "--at=900 is no event of run 0"),
        (["--at", "5", "--set", "scenario.objective=limited"], "settled when the run opened"),
        (["--at", "5", "--set", "scenario=korea_1950"], "settled when the run opened"),
        (["--at", "5", "--set", "scenario.keycommodity=included"], "did you mean key_commodity?"),
        (["--at", "5", "--set", "seed=3"], "seed is no lever of a fork"),
        (["--at", "5", "--set", "behaviour.tau=1,2"], "gives several values"),
        (["--at", "5", "--set", "arrangement=leage"], "did you mean league?"),
        (["--at", "5", "--set", "scenario.key_commodity=omitted"], "changes nothing"),
        (["--run", "99", "--at", "5"], "has no run 99"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(demo, words, said):
    before = sorted(demo.parent.iterdir())
    with pytest.raises(CovenantError) as caught:
        lab.run(["fork", "demo", *words])
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert sorted(demo.parent.iterdir()) == before


def test_a_fork_is_not_forked(demo, capsys):
    once = forked(capsys, "--run", "1", "--at", "9", "--futures", "8")
    with pytest.raises(CovenantError, match="is a fork itself"):
        part(locate(once["fork"]), 1, 10)


def test_what_is_settled_are_levers():
    known = {row["key"] for row in describe(Settings)} | {"world"}
    assert all(any(key == one or key.startswith(f"{one}.") for key in known) for one in SETTLED)
