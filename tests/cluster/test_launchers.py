"""Launchers that need no cluster, and the page on those that do."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from sim.cli import run
from sim.guard import guarded
from study.test_study import same_rows

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/how-to/cluster.md"
CODE = "import sys; sys.argv[0] = 'covenant'; from sim.cli import main; main()"
CELLS = ["-m", "behaviour.a_norm=2,3", "scenario=great_on_small", "record=summary", "runs=6", "shard_runs=3"]
LAUNCHERS = ["joblib", "slurm_local", *(["ray"] if find_spec("ray") else [])]
COMMANDS = re.findall(r"^ *covenant (-m .*)$", PAGE.read_text(encoding="utf-8"), re.M)


def covenant(*arguments, cwd, **environment):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVENANT_", "SLURM_"))}
    return subprocess.run(
        [sys.executable, "-c", CODE, *arguments], cwd=cwd, env=kept | {"PYTHONPATH": str(ROOT)} | environment, capture_output=True,
        text=True, check=False, timeout=400,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    assert covenant(*CELLS, "study=home", "workers=1", cwd=folder).returncode == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_the_rows_are_those_of_one_process(launcher, home):
    got = covenant(*CELLS, f"hydra/launcher={launcher}", f"study={launcher}", cwd=home)
    assert got.returncode == 0, got.stderr
    assert same_rows(home / "outputs/home", home / "outputs" / launcher)
    assert sorted(p.name for p in home.iterdir()) == ["outputs"]
    again = covenant(*CELLS, f"hydra/launcher={launcher}", f"study={launcher}", cwd=home)
    assert again.returncode == 0 and "6 runs" in again.stdout


def test_a_task_uses_the_processors_it_was_granted_and_no_more(tmp_path):
    code = "import os; from sim.cores import available_cores, pin; pin(); import polars, pyarrow; print(available_cores(), polars.thread_pool_size(), pyarrow.cpu_count(), os.environ['OPENBLAS_NUM_THREADS'])"
    for name, value, expected in (
        ("SLURM_CPUS_PER_TASK", "3", "3 3 3 3\n"),
        ("SLURM_CPUS_ON_NODE", "2", "2 2 2 2\n"),
        ("NSLOTS", "1", "1 1 1 1\n"),
    ):
        kept = {k: v for k, v in os.environ.items() if not k.endswith("_THREADS") and not k.startswith("SLURM")}
        got = subprocess.run(
            [sys.executable, "-c", code],
            env=kept | {name: value, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert got.stdout == expected, name


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[:60])
def test_what_the_page_on_clusters_says_is_understood(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.study.estimate.PILOT_SECONDS", 0.0)
    words = [word for word in shlex.split(command) if word != "dry_run=true"]
    assert run([*words, "dry_run=true"]) == 0
    assert "Nothing was written" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["joblib", "slurm_local"])
def test_a_cell_that_fails_is_reported_at_once_and_at_the_end_with_the_reason(launcher, tmp_path):
    asked = [*CELLS, f"hydra/launcher={launcher}", "study=s"]
    assert covenant(*CELLS, "study=s", "workers=1", cwd=tmp_path).returncode == 0
    crises = min(tmp_path.glob("outputs/s/cells/*/crises"))
    shutil.rmtree(crises)
    crises.touch()
    got = covenant(*asked, "runs=9", cwd=tmp_path)
    cell, why = crises.parent.name, f"cannot write {crises}: File exists"
    assert got.returncode != 0
    at_once, *end = [line for line in got.stderr.splitlines() if line.startswith("covenant: ")]
    if launcher == "joblib":
        assert at_once == f"covenant: {why}"
    else:
        assert re.match(f"covenant: cell {cell}: job [0-9]+ failed; its log is in ", at_once)
        assert why in "".join(log.read_text() for log in tmp_path.glob("outputs/s/jobs/*/*.err"))
    assert end[0] == "covenant: 1 of 2 cells failed; the same command tries again"
    assert (
        f"  cell {cell} (great_on_small under league): 6 runs are on disk, and more were asked for ({why})"
        in got.stderr
    )


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["joblib", "slurm_local"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_launcher_ends_its_jobs_and_says_what_is_kept(launcher, number, code, tmp_path):
    asked = [*CELLS[:-2], "runs=20000", "shard_runs=20", f"hydra/launcher={launcher}", "study=s"]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVENANT_", "SLURM_"))}
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *asked], cwd=tmp_path, env=kept | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE,
        text=True, start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    try:
        until(lambda: list(tmp_path.glob("outputs/s/cells/*/manifest/*.json")))
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=60)
        assert process.returncode == code, said
        line = said.splitlines()[-1]
        assert re.fullmatch(
            r"covenant: interrupted; [\d,]+ of 40,000 runs are kept in .*/s; the same command completes it", line
        ), said
        assert "Traceback" not in said
        until(lambda: not _members(process.pid))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _members(group):
    """Processes of a group that run."""
    found = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return [one for one in map(str.split, found.splitlines()) if one[0] == str(group) and "Z" not in one[1]]


@pytest.mark.skipif(not find_spec("joblib"), reason="joblib is not installed")
def test_a_launcher_that_refuses_leaves_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COVENANT_OUTPUTS", raising=False)
    asked = ["-m", "hydra/launcher=joblib", "hydra.launcher.n_jobs=0", "arrangement=league", "study=s"]
    assert guarded(lambda: run(asked)) == 2
    assert "n_jobs == 0" in capsys.readouterr().err
    assert not list((tmp_path / "outputs").iterdir())


def test_a_launcher_that_cannot_write_says_so_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    asked = ["-m", "hydra/launcher=joblib", "arrangement=league", "study=./file/s"]
    assert guarded(lambda: run(asked)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot write" in line and "Not a directory" in line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["-m", "hydra/launcher=slum"],
            "hydra/launcher=slum is not one of basic, slurm, slurm_local, joblib, ray; did you mean slurm?",
        ),
        (["hydra/launcher=slurm"], "hydra/launcher=slurm concerns a sweep; add -m"),
        (
            ["-m", "hydra/launcher=slurm", "hydra.launcher.partion=x"],
            "hydra.launcher.partion=x: hydra/launcher=slurm has no such setting; did you mean partition?",
        ),
        (["-m", "hydra/launcher=slurm", "+hydra.launcher.partion=x"], "did you mean partition?"),
        (["-m", "hydra/launcher=joblib", "+hydra.launcher.foo=1"], "hydra/launcher=joblib has no such setting"),
        (["-m", "hydra.launcher.partition=x"], "hydra.launcher.partition=x says nothing without hydra/launcher="),
        (["-m", "hydra.sweeper.n=8"], "hydra.sweeper.n=8 says nothing without hydra/sweeper="),
        (["-m", "hydra/launcher=slurm", "hydra.launcher._target_=os.system"], "a configuration cannot run code"),
        (["-m", "hydra.job.chdir=true"], "keys of hydra are not settings of a study"),
    ],
)
def test_a_mistake_about_launchers_is_one_line_and_writes_nothing(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert guarded(lambda: run([*arguments, "arrangement=league"])) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert not list(tmp_path.iterdir())


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """Write a command of the queue: `queue("squeue", "exit 1")`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.delenv("COVENANT_OUTPUTS", raising=False)

    def write(name, script):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return write


@pytest.mark.skipif(not find_spec("submitit"), reason="submitit is not installed")
def test_a_queue_that_does_not_answer_is_told_of_before_anything_is_submitted(queue, tmp_path, capsys):
    queue("squeue", "echo 'no controller here' >&2; exit 1")
    assert guarded(lambda: run(["-m", "hydra/launcher=slurm", "arrangement=league", "study=s"])) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "the queue does not answer (no controller here); nothing was submitted" in line
    assert not list((tmp_path / "outputs").iterdir())


@pytest.mark.skipif(not find_spec("submitit"), reason="submitit is not installed")
def test_a_queue_that_refuses_leaves_nothing(queue, tmp_path, capfd):
    queue("squeue", "exit 0")
    queue("scontrol", "echo 'MaxArraySize = 11'")
    queue("sbatch", "echo 'invalid partition' >&2; exit 1")
    assert guarded(lambda: run(["-m", "hydra/launcher=slurm", "arrangement=league,ideal", "study=s"])) == 2
    assert "hydra/launcher=slurm gave up: " in capfd.readouterr().err.splitlines()[-1]
    assert not list((tmp_path / "outputs").iterdir())
