"""Both commands as a user meets them: real processes in an empty folder."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

SMALL = ["runs=8", "shard_runs=4", "workers=1"]


def call(command, *arguments, cwd, **environment):
    module = {"covenant": "sim.cli", "covenant-lab": "sim.lab"}[command]
    code = f"import sys; sys.argv[0] = {command!r}; from {module} import main; main()"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COVENANT_")}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "100"} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A folder with one small study, and what was said while it was made."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, call("covenant", *SMALL, "study=demo", "record=full", cwd=folder)


@pytest.mark.parametrize("command", ["covenant", "covenant-lab"])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_shows_an_example(command, flag, tmp_path):
    got = call(command, flag, cwd=tmp_path)
    assert (got.returncode, got.stderr) == (0, "")
    assert f"\nExamples\n  {command}" in got.stdout
    assert max(map(len, got.stdout.splitlines())) <= 120
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["covenant", "covenant-lab"])
def test_help_loads_nothing_heavy(command):
    module = {"covenant": "sim.cli", "covenant-lab": "sim.lab"}[command]
    heavy = "{'numpy', 'numba', 'hydra', 'omegaconf', 'pyarrow', 'polars', 'typer', 'rich', 'simpy'}"
    code = f"import sys; from {module} import run; run(['--help']); print('loaded', {heavy} & set(sys.modules))"
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stdout.endswith("loaded set()\n")


def test_a_study_is_composed_and_checked_without_the_compiler():
    """Its workers load it meanwhile."""
    code = "import sys; from sim.sweep import ask; ask([], False); print({'numba', 'polars', 'scipy', 'rich'} & set(sys.modules))"
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stdout == "set()\n"


def test_version(tmp_path):
    got = call("covenant", "--version", cwd=tmp_path)
    assert re.fullmatch(r"covenant \d+\.\d+\.\d+\n", got.stdout)
    assert call("covenant-lab", "--version", cwd=tmp_path).stdout == got.stdout.replace("covenant", "covenant-lab")


def test_a_group_of_commands_called_alone_prints_its_help(tmp_path):
    got = call("covenant-lab", "world", cwd=tmp_path)
    assert (got.returncode, got.stderr) == (0, "")
    assert "Usage: covenant-lab world" in got.stdout and "--install-completion" not in got.stdout


def test_a_run_says_what_happened_and_where_it_is(demo):
    folder, got = demo
    assert got.returncode == 0, got.stderr
    assert "abyssinia_1935 under league, 8 runs" in got.stdout
    assert "outputs/demo/cells/*/TABLE/*.parquet" in got.stdout
    assert "\x1b" not in got.stdout + got.stderr
    crises = pl.scan_parquet(folder / "outputs/demo/cells/*/crises/*.parquet").collect()
    assert sorted(crises["run"]) == list(range(8))


def test_hydra_leaves_nothing_behind(demo):
    folder, _ = demo
    assert [p.name for p in folder.iterdir()] == ["outputs"]
    assert not [p for p in folder.rglob("*") if "hydra" in p.name or p.suffix in (".log", ".yaml")]


def test_the_same_command_again_does_nothing_again(demo):
    folder, _ = demo
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*.parquet")}
    got = call("covenant", *SMALL, "study=demo", "record=full", cwd=folder)
    assert got.returncode == 0
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*.parquet")} == before


def test_quiet_says_nothing(demo):
    folder, _ = demo
    got = call("covenant", *SMALL, "study=demo", "record=full", "--quiet", cwd=folder)
    assert (got.returncode, got.stdout, got.stderr) == (0, "", "")


def test_a_sweep_is_one_study_with_a_cell_each(tmp_path):
    got = call("covenant", "-m", "arrangement=league,self_help", "runs=4", "workers=1", "record=summary", cwd=tmp_path)
    assert got.returncode == 0, got.stderr
    (study,) = (tmp_path / "outputs").iterdir()
    assert re.fullmatch(r"sweep-[0-9a-f]{8}", study.name)
    assert [p.name for p in tmp_path.iterdir()] == ["outputs"]
    cells = pl.scan_parquet(study / "cells/*/cells/*.parquet").collect()
    assert sorted(cells["arrangement"]) == ["league", "self_help"]


def test_a_cell_asked_for_twice_is_one_cell_with_the_most_runs(tmp_path):
    got = call(
        "covenant", "-m", "arrangement=self_help,self_help", "runs=2,3", "workers=1", "record=summary", cwd=tmp_path
    )
    assert got.returncode == 0, got.stderr
    assert "3 of 3 runs" in got.stderr
    (study,) = (tmp_path / "outputs").iterdir()
    assert study.name.startswith("abyssinia_1935-self_help-")
    assert pl.scan_parquet(study / "cells/*/runs/*.parquet").collect().height == 3


def test_outputs_go_where_they_are_told(tmp_path):
    root = tmp_path / "elsewhere"
    got = call("covenant", "runs=2", "workers=1", "record=summary", "-q", cwd=tmp_path, COVENANT_OUTPUTS=str(root))
    assert got.returncode == 0, got.stderr
    assert re.fullmatch(r"abyssinia_1935-league-[0-9a-f]{8}", next(root.iterdir()).name)
    assert [p.name for p in tmp_path.iterdir()] == ["elsewhere"]


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("covenant", ["arrangement=leage"], "covenant: arrangement=leage is not one of"),
        ("covenant", ["behaviour.a_norm=nan"], "covenant: behaviour.a_norm=nan is out of range"),
        ("covenant-lab", ["lst"], "covenant-lab: there is no command 'lst'; did you mean list?"),
        ("covenant-lab", ["--frob"], "covenant-lab: there is no option '--frob'"),
        ("covenant-lab", ["summary"], "covenant-lab: Missing argument"),
        ("covenant-lab", ["summary", "dmo"], "covenant-lab: no study 'dmo' in outputs"),
        ("covenant-lab", ["levers", "--frob"], "covenant-lab: No such option"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(command, arguments, words, tmp_path):
    got = call(command, *arguments, cwd=tmp_path)
    assert (got.returncode, got.stdout) == (2, "")
    assert len(got.stderr.splitlines()) == 1
    assert words in got.stderr
    assert not list(tmp_path.iterdir())


def test_debug_shows_the_traceback(tmp_path):
    got = call("covenant", "arrangement=leage", cwd=tmp_path, COVENANT_DEBUG="1")
    assert got.returncode == 1
    assert "Traceback" in got.stderr and "SettingError: arrangement=leage" in got.stderr


def test_the_composed_configuration_is_yaml(tmp_path):
    got = call("covenant", "--cfg", "job", "behaviour.a_norm=3", cwd=tmp_path)
    assert got.returncode == 0
    assert "a_norm: 3" in got.stdout and "file: abyssinia_1935" in got.stdout
    assert not list(tmp_path.iterdir())


def test_completion_knows_the_groups(tmp_path):
    line = {"COMP_LINE": "covenant arrangement=l", "COMP_POINT": "22"}
    got = call("covenant", "-sc", "query=bash", cwd=tmp_path, **line)
    assert "arrangement=league" in got.stdout, got.stderr
    assert not list(tmp_path.iterdir())


def test_completion_knows_the_commands_of_the_lab(tmp_path):
    asked = {"COMP_WORDS": "covenant-lab summ", "COMP_CWORD": "1", "_COVENANT_LAB_COMPLETE": "complete_bash"}
    got = call("covenant-lab", cwd=tmp_path, **asked)
    assert got.stdout.split() == ["summary"], got.stderr


@pytest.mark.parametrize("command", ["list", "levers", "scenarios", "arrangements", "tables"])
def test_lists_are_lines_that_a_word_narrows(command, demo):
    folder, _ = demo
    words = {"list": "demo", "levers": "a_norm", "scenarios": "1935", "arrangements": "league", "tables": "share_kept"}
    everything, some = (
        call("covenant-lab", command, cwd=folder),
        call("covenant-lab", command, words[command], cwd=folder),
    )
    assert everything.returncode == some.returncode == 0
    assert words[command] in some.stdout
    assert 2 <= len(some.stdout.splitlines()) <= len(everything.stdout.splitlines())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["covenant-lab", "lst"], "there is no command 'lst'; did you mean list?"),
        (["covenant-lab", "xyzzy"], "there is no command 'xyzzy'; see covenant-lab --help"),
        (["covenant-lab", "--verson"], "there is no option '--verson'; did you mean --version?"),
        (["covenant-lab", "verify", "dmo"], "holds no study; did you mean demo?"),
        (["covenant-lab", "summary", "dmo"], "no study 'dmo' in outputs; did you mean demo?"),
        (["covenant", "list"], "list is a command of covenant-lab: covenant-lab list --help"),
    ],
)
def test_a_mistyped_name_suggests_the_right_one(words, said, demo):
    folder, _ = demo
    got = call(*words, cwd=folder)
    assert (got.returncode, got.stdout, got.stderr) == (2, "", got.stderr)
    assert said in got.stderr and got.stderr.count("\n") == 1


def test_every_command_of_the_lab_has_help_with_an_example():
    import typer

    from sim import lab

    assert lab.whole() is not None
    for commands in lab.COMMANDS.values():
        for name, (target, _) in commands.items():
            body = lab._load(target)
            bodies = [c.callback for c in body.registered_commands] if isinstance(body, typer.Typer) else [body]
            assert bodies
            for one in bodies:
                assert f"covenant-lab {name}" in one.__doc__, name


def begun(command, *arguments, cwd):
    """A command under way, in a group of processes of its own as a terminal makes it."""
    module = {"covenant": "sim.cli", "covenant-lab": "sim.lab"}[command]
    return subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.argv[0] = {command!r}; from {module} import main; main()", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def interrupted(process):
    """What a command says on its standard error when the terminal interrupts it."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        return process.communicate(timeout=60)[1]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_ctrl_c_says_what_is_kept_and_the_same_command_completes_it(tmp_path):
    arguments = ["runs=200", "shard_runs=5", "workers=1", "record=summary", "study=long"]
    process = begun("covenant", *arguments, cwd=tmp_path)
    deadline = time.monotonic() + 200
    while not list(tmp_path.glob("outputs/long/cells/*/crises/part-*")):
        assert time.monotonic() < deadline and process.poll() is None, process.communicate()
        time.sleep(0.05)
    err = interrupted(process)
    assert process.returncode == 130
    last = err.splitlines()[-1]
    kept = int(re.search(r"interrupted; ([\d,]+) of 200 runs are kept", last)[1])
    assert 0 < kept < 200 and "the same command completes it" in last
    assert "Traceback" not in err
    got = call("covenant", *arguments, cwd=tmp_path)
    assert got.returncode == 0, got.stderr
    assert pl.scan_parquet(tmp_path / "outputs/long/cells/*/crises/*.parquet").collect()["run"].n_unique() == 200


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [
        (["report", "demo"], 0.6),
        (["mechanisms"], 3.0),
        (["influence", "--runs", "100000"], 3.0),
        (["panorama", "--workers", "2"], 0.6),
    ],
)
def test_ctrl_c_of_a_long_command_is_one_line(arguments, seconds, demo):
    folder, _ = demo
    process = begun("covenant-lab", *arguments, cwd=folder)
    time.sleep(seconds)
    err = interrupted(process)
    again = "; the same command (does it again|completes it)"
    assert process.returncode == 130, err
    assert re.fullmatch(f"covenant-lab: .*interrupted.*{again}", err.splitlines()[-1]) and "Traceback" not in err
