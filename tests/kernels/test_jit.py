"""The cache of compiled kernels: never stale, never in the way."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

import kernels
from kernels import _jit

pytestmark = pytest.mark.slow
SOURCE = pathlib.Path(kernels.__file__).parent
SHOW = (
    "from kernels import _jit, capability as c, elementary as e;"
    "cold = _jit.is_cold(c.contest_difference); value = c.contest_difference(1.0, 1.0, 1.0);"
    "print(value, cold, _jit.is_cold(c.contest_difference) or not _jit.is_cold(c.contest), sum(c.contest_difference.stats.cache_hits.values()), _jit.cache_directory())"
)


@pytest.fixture
def copy(tmp_path):
    """A copy of the kernels alone, without compiled code."""
    place = tmp_path / "install" / "kernels"
    place.mkdir(parents=True)
    for path in SOURCE.glob("*.py"):
        shutil.copy2(path, place)
    return place


def show(place, **environment):
    """What a fresh process computes with the copy: value, cold before, cold after, cache hits, cache directory."""
    kept = {key: value for key, value in os.environ.items() if key not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    kept |= {"PYTHONPATH": str(place.parent), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SHOW], env=kept, capture_output=True, text=True, cwd=place.parent
    )
    assert done.returncode == 0, done.stderr
    value, before, after, hits, directory = done.stdout.split()
    return float(value), before == "True", after == "True", int(hits), directory


def test_the_second_process_finds_it_warm(copy):
    assert show(copy)[:4] == (0.5, True, False, 0)
    assert show(copy)[:4] == (0.5, False, False, 1)


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
    assert re.fullmatch("[0-9a-f]{16}", _jit.source_hash())
    assert _jit.cache_directory() is None or _jit.cache_directory().name


def test_one_decorator():
    """No kernel is compiled by other means or with options of its own."""
    for path in SOURCE.glob("*.py"):
        if path.name != "_jit.py":
            assert not re.search(r"njit|fastmath|parallel=|prange|@jit|vectorize", path.read_text()), path.name


def test_the_settings_of_other_packages_are_left_alone():
    from numba.core import config

    assert os.environ.get("NUMBA_CACHE_DIR", "") == config.CACHE_DIR
