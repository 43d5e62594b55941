"""The wheel: what is in it, and that it runs from an empty folder, away from the tree."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command, cwd, **environment):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVENANT_", "PYTHON", "VIRTUAL_ENV"))}
    return subprocess.run(
        command, cwd=cwd, env=kept | environment, capture_output=True, text=True, timeout=900, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    got = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, str(ROOT), cwd=folder)
    assert got.returncode == 0, got.stdout + got.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_it_holds_the_three_packages_and_every_shipped_file(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {n.split("/")[0] for n in names if ".dist-info/" not in n} == {"sim", "kernels", "conf"}
    shipped = {p.relative_to(ROOT).as_posix() for p in (ROOT / "conf").rglob("*.yaml")}
    assert shipped <= names
    assert not [n for n in names if "__pycache__" in n or n.startswith("tests")]


def test_it_runs_from_an_empty_folder(wheel, tmp_path):
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    code = "import conf, sys; sys.argv[0] = 'covenant'; print(conf.__file__); from sim.cli import main; main()"
    got = run(
        sys.executable,
        "-c",
        code,
        "debug=smoke",
        "runs=2",
        "shard_runs=2",
        "study=wheel",
        cwd=empty,
        PYTHONPATH=str(site),
    )
    assert got.returncode == 0, got.stderr
    assert got.stdout.startswith(str(site))
    assert [p.name for p in empty.iterdir()] == ["outputs"]


@pytest.mark.soak
def test_it_runs_in_a_bare_environment(wheel, tmp_path):
    bare, empty = tmp_path / "bare", tmp_path / "empty"
    empty.mkdir()
    pins = re.findall(r"^[A-Za-z0-9._-]+==[^\\\n]*", (ROOT / "requirements.lock").read_text(), re.M)
    (tmp_path / "pins").write_text("\n".join(pins))
    binaries = bare / ("Scripts" if os.name == "nt" else "bin")
    assert run(sys.executable, "-m", "venv", str(bare), cwd=tmp_path).returncode == 0
    got = run(
        binaries / "python", "-m", "pip", "install", "--quiet", "-c", str(tmp_path / "pins"), str(wheel), cwd=tmp_path
    )
    assert got.returncode == 0, got.stderr
    for arguments, words in (
        (["covenant", "--help"], "Examples"),
        (["covenant", "debug=smoke", "study=bare"], "abyssinia_1935 under league, 20 runs"),
        (["covenant-lab", "list"], "bare"),
        (["covenant-lab", "summary", "bare"], "How it ended"),
    ):
        got = run(binaries / arguments[0], *arguments[1:], cwd=empty)
        assert got.returncode == 0, got.stderr
        assert words in got.stdout
    assert [p.name for p in empty.iterdir()] == ["outputs"]
