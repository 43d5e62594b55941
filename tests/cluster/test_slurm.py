"""Sweeps on a real Slurm: arrays, requeues, killed steps, a driver that dies; the same rows as on one machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cluster.node import Node, missing
from study.test_study import same_rows

pytestmark = pytest.mark.soak
ROOT = Path(__file__).parents[2]
CODE = "import sys; sys.argv[0] = 'covenant'; from sim.cli import main; main()"
QUICK = ["scenario=great_on_small", "record=summary"]
SLURM = ["hydra/launcher=slurm", "hydra.launcher.cpus_per_task=1"]
SECONDS = 400


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    if lacking := missing():
        pytest.skip(f"no cluster here: {', '.join(lacking)} wanting")
    node = Node(tmp_path_factory.mktemp("slurm"), longest_array=11)
    node.start()
    yield node
    node.stop()


@pytest.fixture
def desk(tmp_path, node, monkeypatch):
    for name, value in node.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("COVENANT_OUTPUTS", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def begun(*arguments):
    return subprocess.Popen(
        [sys.executable, "-c", CODE, "-m", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(process):
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def covenant(*arguments):
    return ended(begun(*arguments))


def until(true, process=None):
    deadline = time.monotonic() + SECONDS
    while not (found := true()):
        if process is not None and process.poll() is not None:
            raise AssertionError(process.communicate())
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def jobs_running(node):
    return node.call("squeue", "--noheader", "--array", "--states=RUNNING", "--format", "%i").split()


def under_way(study: Path):
    """Cells that are in the middle of a shard, by the progress they tell."""
    return [p.parents[2].name for p in study.glob("cells/*/running/*/progress.json")]


def test_an_array_of_cells_longer_than_slurm_takes_gives_the_rows_of_one_machine(desk, node):
    asked = ["behaviour.a_norm=range(0,13,1)", "runs=4", "shard_runs=4", *QUICK]
    code, _, err = covenant(*asked, "study=away", *SLURM)
    assert code == 0, err
    arrays = re.findall(r"covenant: (\d+) jobs: (\d+)", err)
    assert [int(n) for n, _ in arrays] == [11, 2], err
    assert (
        node.call("sacct", "--noheader", "--allocations", "--jobs", arrays[0][1], "--format", "State%20").split()
        == ["COMPLETED"] * 11
    )
    assert covenant(*asked, "study=home", "workers=1")[0] == 0
    assert len(list((desk / "outputs/away/cells").iterdir())) == 13
    assert same_rows(desk / "outputs/away", desk / "outputs/home")
    before = sorted((desk / "outputs/away/jobs").iterdir())
    code, _, err = covenant(*asked, "study=away", *SLURM)
    assert code == 0 and "jobs" not in err, "what is on disk is not submitted again"
    assert sorted((desk / "outputs/away/jobs").iterdir()) == before


def test_a_job_requeued_in_the_middle_of_a_shard_loses_and_doubles_nothing(desk, node):
    asked = ["behaviour.a_norm=2,3", "runs=600", "shard_runs=300", *QUICK]
    process = begun(*asked, "study=away", *SLURM)
    until(lambda: under_way(desk / "outputs/away"), process)
    job = jobs_running(node)[0]
    assert node.call("scontrol", "requeue", job) == ""
    until(lambda: "PENDING" in node.call("squeue", "--noheader", "--array", "--job", job, "--format", "%T"), process)
    node.call("scontrol", "update", f"JobId={job}", "StartTime=now")
    code, _, err = ended(process)
    assert code == 0, err
    assert int(re.search(r"Restarts=(\d+)", node.call("scontrol", "show", "job", job))[1]) == 1
    assert covenant(*asked, "study=home", "workers=2")[0] == 0
    assert same_rows(desk / "outputs/away", desk / "outputs/home")


def test_a_killed_step_is_reported_and_the_same_command_computes_it(desk, node):
    asked = ["behaviour.a_norm=2,3", "runs=300", "shard_runs=150", *QUICK]
    process = begun(*asked, "study=away", *SLURM)
    until(lambda: under_way(desk / "outputs/away"), process)
    job = jobs_running(node)[0]
    node.call("scancel", "--signal=KILL", f"{job}.0")
    code, _, err = ended(process)
    assert code == 1, err
    assert re.search(rf"cell [0-9a-f]{{16}}: job {job} ended (FAILED|CANCELLED)", err), err
    assert "1 of 2 cells failed; the same command tries again" in err
    assert len(list((desk / "outputs/away").glob("cells/*/manifest/*.json"))) >= 2, "the other cell went on"
    code, _, err = covenant(*asked, "study=away", *SLURM)
    assert code == 0 and "covenant: 1 jobs" in err, err
    assert covenant(*asked, "study=home", "workers=2")[0] == 0
    assert same_rows(desk / "outputs/away", desk / "outputs/home")


def test_a_driver_killed_while_the_array_goes_on_finds_it_again(desk, node):
    asked = ["behaviour.a_norm=2,3,4", "runs=300", "shard_runs=100", *QUICK]
    process = begun(*asked, "study=away", *SLURM)
    until(lambda: under_way(desk / "outputs/away"), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert jobs_running(node), "the array goes on"
    code, _, err = covenant(*asked, "study=away", *SLURM)
    assert code == 0, err
    assert re.search(r"[123] jobs of an earlier command go on", err), err
    assert "jobs:" not in err, "nothing is submitted twice"
    assert covenant(*asked, "study=home", "workers=2")[0] == 0
    assert same_rows(desk / "outputs/away", desk / "outputs/home")


def test_threads_and_workers_are_what_slurm_granted(desk, node):
    code, _, err = covenant(
        "behaviour.a_norm=2,3", "runs=8", "shard_runs=2", *QUICK, "study=s", SLURM[0], "hydra.launcher.cpus_per_task=2"
    )
    assert code == 0, err
    launches = [json.loads(p.read_text()) for p in (desk / "outputs/s/launches").iterdir()]
    jobs = [told for told in launches if "launcher" not in told]
    assert len(jobs) == 2 == len(launches) - 1
    assert all((told["workers"], told["threads"]["OMP_NUM_THREADS"]) == (2, "1") for told in jobs)
