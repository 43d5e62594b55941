"""A cell's identity and code hash: what makes it another cell, and what does not."""

from __future__ import annotations

import dataclasses
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from sim.experiment import Feed
from sim.stream import durable
from sim.study import cell
from study import toy

TOP = Path(cell.__file__).parents[2]
NOT_DECIDING = {
    "analysis",
    "battery",
    "study",
    "asking.py",
    "cli.py",
    "lab.py",
    "guard.py",
    "errors.py",
    "compose.py",
    "shelf.py",
    "__init__.py",
    "cores.py",
    "launchers.py",
    "slurm.py",
    "sweep.py",
    "sweepers.py",
    "trial.py",
}
NOT_DECIDING_STREAM = {
    "beginning.py", "columns.py", "dictionary.py", "durable.py", "manifest.py", "migrations.py", "parts.py", "quantities.py", "sinks.py", "store.py", "tables.py", "values.py", "__init__.py",
}  # fmt: skip


def test_every_source_either_decides_results_or_is_known_not_to():
    """A new module must be put on one of the two lists."""
    deciding = {name.removeprefix("sim/") for name in cell.DECIDING if name.startswith("sim/")}
    for directory, prefix, known in (
        (TOP / "sim", "", NOT_DECIDING | {"stream"}),
        (TOP / "sim" / "stream", "stream/", NOT_DECIDING_STREAM),
    ):
        for path in directory.iterdir():
            if path.name != "__pycache__":
                assert (f"{prefix}{path.name}" in deciding) != (path.name in known), path


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"horizon_days": 364.0},
        {"aggression": "forced"},
        {"behaviour": dataclasses.replace(toy.experiment().behaviour, a_norm=0.123)},
        {"charter": dataclasses.replace(toy.experiment().charter, credibility=0.4)},
        {"scenario": dataclasses.replace(toy.experiment().scenario, stake=2.0)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_decides_a_history_makes_another_cell(change):
    assert cell.cell_id(dataclasses.replace(toy.experiment(), **change)) != cell.cell_id(toy.experiment())


def test_a_world_makes_another_cell_by_its_content_not_its_name():
    experiment = toy.experiment()
    facts = experiment.world.facts
    richer = {**facts.states, "AAA": dataclasses.replace(facts.states["AAA"], capability=0.31)}
    world = type(experiment.world)(dataclasses.replace(facts, states=richer))
    assert cell.cell_id(dataclasses.replace(experiment, world=world)) != cell.cell_id(experiment)
    assert "states" not in json.dumps(cell.fingerprint(experiment)["world"])


def test_the_order_of_states_is_content_as_luck_is_addressed_by_it():
    experiment = toy.experiment()
    facts = experiment.world.facts
    world = type(experiment.world)(dataclasses.replace(facts, states=dict(reversed(facts.states.items()))))
    assert cell.cell_id(dataclasses.replace(experiment, world=world)) != cell.cell_id(experiment)


def test_a_source_makes_another_cell():
    fed = dataclasses.replace(toy.experiment(), feed=Feed("a" * 64, toy.experiment().openings))
    assert cell.cell_id(fed) != cell.cell_id(toy.experiment())


def test_the_way_a_number_is_written_does_not():
    assert cell.cell_id(dataclasses.replace(toy.experiment(), horizon_days=365)) == cell.cell_id(toy.experiment())
    assert durable.canonical({"b": 1.0, "a": [2, 2.5]}) == '{"a":[2,2.5],"b":1}'


def test_the_name_is_the_same_in_every_process():
    code = "import sys; sys.path[:0] = ['tests', '.']; from study import toy; from sim.study import cell; print(cell.cell_id(toy.experiment()), cell.code_hash())"
    for salt in ("0", "77"):
        told = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": salt, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.split() == [cell.cell_id(toy.experiment()), cell.code_hash()]


def test_an_experiment_survives_the_way_to_a_worker():
    assert cell.cell_id(pickle.loads(pickle.dumps(toy.experiment()))) == cell.cell_id(toy.experiment())


def test_the_default_study_tells_scenario_and_arrangement():
    assert cell.default_study(toy.experiment()) == f"toy-none-{cell.cell_id(toy.experiment())[:8]}"
