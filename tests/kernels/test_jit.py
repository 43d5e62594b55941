"""The cache of compiled kernels: never stale, never in the way."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

import kernels
from kernels import _cache

pytestmark = pytest.mark.slow
SOURCE = pathlib.Path(kernels.__file__).parent
SHOW = (
    "from kernels import _cache, capability as c, elementary as e;"
    "cold = _cache.is_cold('capability.contest_difference'); value = c.contest_difference(1.0, 1.0, 1.0);"
    "print(value, cold, _cache.is_cold('capability.contest_difference') or not _cache.is_cold('capability.contest'), sum(c.contest_difference.stats.cache_hits.values()), _cache.cache_directory())"
)


@pytest.fixture
def copy(tmp_path):
    """A copy of the kernels alone, without compiled code."""
    place = tmp_path / "install" / "kernels"
    place.mkdir(parents=True)
    for path in SOURCE.glob("*.py"):
        shutil.copy2(path, place)
    return place


def start(place, **environment):
    """A fresh process that computes with the copy."""
    kept = {key: value for key, value in os.environ.items() if key not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    kept |= {"PYTHONPATH": str(place.parent), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SHOW],
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=place.parent,
    )


def told(process):
    """What it found: value, cold before, cold after, cache hits, cache directory."""
    out, err = process.communicate()
    assert process.returncode == 0, err
    value, before, after, hits, directory = out.split()
    return float(value), before == "True", after == "True", int(hits), directory


def show(place, **environment):
    return told(start(place, **environment))


def test_the_second_process_finds_it_warm(copy):
    assert show(copy)[:4] == (0.5, True, False, 0)
    assert show(copy)[:4] == (0.5, False, False, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="files cannot be locked there")
def test_of_processes_that_start_at_once_one_compiles_and_the_others_wait(copy):
    at_once = [start(copy) for _ in range(3)]
    assert sorted(told(process)[3] for process in at_once) == [0, 1, 1]


def test_what_is_compiled_ahead_is_what_a_run_calls(tmp_path):
    """A process that has only run knows those kernels by those types."""
    run = (
        "from kernels.__main__ import AHEAD; from sim.compose import single; from sim.config import request;"
        "from sim.run import run; from sim.stream.log import Log, Record;"
        "run(request(single([])).experiment, 0, Log(Record.at('events')));"
        "assert all(kernel.signatures == [types] for kernel, types in AHEAD)"
    )
    subprocess.run([sys.executable, "-c", run], check=True, cwd=tmp_path)


def test_an_edited_callee_is_never_stale(copy):
    """An edit of equal length and equal time stamp, in the file of a callee that numba's own index does not watch."""
    first = show(copy)
    callee = copy / "elementary.py"
    facts, text = callee.stat(), callee.read_text()
    edited = text.replace("return 1.0 / (1.0 + exp(-x))", "return 3.0 / (1.0 + exp(-x))")
    assert edited != text
    callee.write_text(edited)
    os.utime(callee, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    second = show(copy)
    assert (first[0], second[0]) == (0.5, 1.5)
    assert first[4] != second[4]
    callee.write_text(text)
    assert show(copy)[:4] == (0.5, False, False, 1)


def test_a_read_only_install_uses_the_users_cache(copy, tmp_path):
    """A file in the way of the folder stops even a superuser, whom permissions do not."""
    (copy / "__pycache__").write_text("")
    copy.chmod(0o555)
    where = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    assert show(copy, **where)[:4] == (0.5, True, False, 0)
    again = show(copy, **where)
    assert again[:4] == (0.5, False, False, 1)
    assert pathlib.Path(again[4]).is_relative_to(tmp_path)
    copy.chmod(0o755)


def test_without_a_home_it_uses_a_private_temporary_folder(copy, tmp_path):
    (copy / "__pycache__").write_text("")
    (tmp_path / "tmp").mkdir()
    where = {
        "HOME": os.devnull,
        "LOCALAPPDATA": os.devnull,
        "TMPDIR": str(tmp_path / "tmp"),
        "TEMP": str(tmp_path / "tmp"),
    }
    assert show(copy, **where)[0] == 0.5
    got = show(copy, **where)
    assert got[:4] == (0.5, False, False, 1)
    assert pathlib.Path(got[4]).is_relative_to(tmp_path / "tmp")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="ownership is checked where it exists")
def test_a_temporary_folder_that_others_can_write_is_not_trusted(copy, tmp_path):
    (copy / "__pycache__").write_text("")
    trap = tmp_path / "tmp" / f"covenant-kernels-{os.getuid()}"
    trap.mkdir(parents=True)
    trap.chmod(0o777)
    got = show(copy, HOME=os.devnull, TMPDIR=str(tmp_path / "tmp"))
    assert got[0] == 0.5
    assert not pathlib.Path(got[4]).is_relative_to(trap)


def test_a_chosen_cache_directory_is_honoured(copy, tmp_path):
    got = show(copy, NUMBA_CACHE_DIR=str(tmp_path / "chosen"))
    assert pathlib.Path(got[4]).parent == tmp_path / "chosen"
    (tmp_path / "blocked").write_text("")
    assert pathlib.Path(show(copy, NUMBA_CACHE_DIR=str(tmp_path / "blocked"))[4]).is_relative_to(copy)


def test_source_hash_names_the_directory():
    assert re.fullmatch("[0-9a-f]{16}", _cache.source_hash())
    assert _cache.cache_directory() is None or _cache.cache_directory().name


def test_one_decorator():
    """No kernel is compiled by other means or with options of its own."""
    for path in SOURCE.glob("*.py"):
        if path.name != "_jit.py":
            assert not re.search(r"njit|fastmath|parallel=|prange|@jit|vectorize", path.read_text()), path.name


def test_the_settings_of_other_packages_are_left_alone():
    from numba.core import config

    assert os.environ.get("NUMBA_CACHE_DIR", "") == config.CACHE_DIR
