"""Signals, full disks, limits and two writers: nothing lost, nothing doubled, one line said."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.errors import StudyError, writing
from sim.stream import store
from sim.study.launch import Interrupt, ending_on_sigterm
from study import toy
from study.test_study import conducted, files

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(["tests", "."])}
TOY = [sys.executable, "-m", "study.toy"]


def started(study: Path, *arguments: str, prefix: tuple[str, ...] = (), **environment: str) -> subprocess.Popen[str]:
    command = [*prefix, *TOY, str(study), *arguments]
    return subprocess.Popen(command, env={**ENVIRONMENT, **environment}, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str], seconds: float = 120) -> tuple[int, str]:
    _, said = process.communicate(timeout=seconds)
    return process.returncode, said


def until_committed(study: Path, shards: int) -> None:
    for _ in range(1200):
        if len(list(study.glob("cells/*/manifest/0*.json"))) >= shards:
            return
        time.sleep(0.02)
    raise AssertionError("no progress")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "s"
    conducted(path, runs=60)
    return files(path)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_keeps_what_is_committed_and_says_so_in_one_line(tmp_path, whole, number, code, workers):
    process = started(tmp_path / "s", "--runs", "60", "--workers", workers, TOY_SECONDS="0.1")
    until_committed(tmp_path / "s", 1)
    process.send_signal(number)
    begun = time.monotonic()
    got, said = finished(process)
    assert got == code
    assert time.monotonic() - begun < 15
    assert said.count("\n") == 1
    assert said.startswith("interrupted; ")
    assert "of 60 runs are kept in" in said
    assert said.endswith("; the same command completes it\n")
    assert not list((tmp_path / "s").rglob("running"))
    assert finished(started(tmp_path / "s", "--runs", "60", "--workers", workers)) == (0, "")
    assert files(tmp_path / "s") == whole


def test_a_second_signal_gives_no_more_time():
    interrupt = Interrupt()
    assert interrupt.seconds_left() is None
    interrupt(signal.SIGINT, None)
    first = interrupt.seconds_left()
    interrupt(signal.SIGTERM, None)
    assert interrupt.seconds_left() <= first <= 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_end_told_while_compiled_code_calls_back_is_not_lost():
    """What is raised in a callback is told and passed over: kernels are loaded from their cache through such."""
    call_back = ctypes.CFUNCTYPE(None)(lambda: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit) as ended, ending_on_sigterm() as end_if_told:
        end_if_told()
        call_back()
        end_if_told()
        raise AssertionError("the signal was lost")
    assert ended.value.code == 143
    with pytest.raises(SystemExit), ending_on_sigterm():
        call_back()


def test_a_shard_nearly_done_is_finished_within_the_grace_time(tmp_path):
    process = started(tmp_path / "s", "--runs", "40", "--shard-runs", "40", TOY_SECONDS="0.05")
    while not list((tmp_path / "s").glob("cells/*/running/shard-*/progress.json")):
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert finished(process)[0] == 143
    assert [e.shard.stop for e in store.cells(tmp_path / "s")[0].entries()] == [40]


def test_killing_the_driver_frees_its_workers_and_loses_no_shard(tmp_path, whole):
    process = started(tmp_path / "s", "--runs", "60", "--workers", "2", TOY_SECONDS="0.05")
    until_committed(tmp_path / "s", 1)
    process.kill()
    finished(process)
    assert finished(started(tmp_path / "s", "--runs", "60", "--workers", "2")) == (0, "")
    assert files(tmp_path / "s") == whole


def test_a_shard_taken_over_while_its_process_was_stopped_is_left_to_the_other(tmp_path, whole):
    """Whoever stops for longer than a claim lives finds its rows gone: no error, and the shard is there once."""

    def taken_over(experiment, number, log):
        if number == 25 and not (tmp_path / "taken").exists():
            (tmp_path / "taken").touch()
            for work in (tmp_path / "s").glob("cells/*/running/shard-*-*"):
                shutil.rmtree(work)
        toy.run(experiment, number, log)

    result = conducted(tmp_path / "s", runs=60, run=taken_over)
    assert (result.runs, result.exit_code) == (60, 0)
    assert files(tmp_path / "s") == whole


def test_two_writers_share_the_work(tmp_path, whole):
    both = [started(tmp_path / "s", "--runs", "60", TOY_SECONDS="0.02") for _ in range(2)]
    assert [finished(process) for process in both] == [(0, ""), (0, "")]
    assert files(tmp_path / "s") == whole


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="needs root and unshare")
def test_two_writers_with_other_host_names_and_process_namespaces(tmp_path, whole):
    inner = 'hostname "$0"; exec "$@"'
    both = [
        started(
            tmp_path / "s",
            "--runs",
            "60",
            prefix=("unshare", "--uts", "--pid", "--fork", "--mount-proc", "sh", "-c", inner, f"node{k}"),
            TOY_SECONDS="0.02",
        )
        for k in range(2)
    ]
    assert [finished(process) for process in both] == [(0, ""), (0, "")]
    assert files(tmp_path / "s") == whole
    hosts = [path.read_text() for path in (tmp_path / "s" / "launches").iterdir()]
    assert {name for name in ("node0", "node1") for text in hosts if f'"{name}"' in text} == {"node0", "node1"}


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="needs root and unshare")
def test_a_study_that_another_host_writes_is_watched_to_its_end(tmp_path):
    """From its directory alone: progress, rate, outcome shares with intervals, and what happened last in words."""
    prefix = ("unshare", "--uts", "--pid", "--fork", "--mount-proc", "sh", "-c", 'hostname elsewhere; exec "$@"', "sh")
    writer = started(tmp_path / "s", "--runs", "60", prefix=prefix, TOY_SECONDS="0.12")
    until_committed(tmp_path / "s", 1)
    command = [sys.executable, "-c", "from sim.lab import main; main()", "watch", str(tmp_path / "s"), "--every", "0.2"]
    as_json = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=120)
    assert finished(writer) == (0, "")
    looks = [json.loads(line) for line in as_json.stdout.splitlines()]
    seen = [look["runs"] for look in looks]
    assert seen == sorted(seen)
    assert seen[0] < 60 == seen[-1] == looks[-1]["asked"]
    assert looks[0]["shards_under_way"] == 1
    assert any(look["runs_per_second"] > 0 for look in looks)
    for one in looks[-1]["outcomes"].values():
        assert 0 <= one["low"] < one["share"] < one["high"] <= 1
    told = subprocess.run([*command, "--once", "--events", "3"], capture_output=True, text=True, check=True)
    assert len([line for line in told.stdout.splitlines() if line.startswith("run 59, day ")]) == 3


def test_a_file_size_limit_stops_the_study_in_one_line(tmp_path, whole):
    limited = ("sh", "-c", 'ulimit -f 8; exec "$@"', "sh")
    code, said = finished(started(tmp_path / "s", "--runs", "60", "--shard-runs", "60", prefix=limited))
    assert code == 2
    assert said.startswith("cannot write ")
    assert "File too large" in said
    assert said.count("\n") == 1
    shutil.rmtree(tmp_path / "s")
    assert finished(started(tmp_path / "s", "--runs", "60"))[0] == 0
    assert files(tmp_path / "s") == whole


def test_a_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    code, said = finished(started(tmp_path / "file" / "s"))
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith(f"cannot write {tmp_path / 'file'}")
    assert "Not a directory" in said


@pytest.fixture
def small_disk(tmp_path):
    path = tmp_path / "disk"
    path.mkdir()

    def mount(options: str) -> bool:
        return (
            subprocess.run(["mount", *options.split(), "tmpfs", str(path)], check=False, capture_output=True).returncode
            == 0
        )

    if not mount("-t tmpfs -o size=4m"):
        pytest.skip("no right to mount a tmpfs")
    yield path
    subprocess.run(["umount", str(path)], check=True)


def test_a_read_only_disk_is_named_in_one_line(small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    code, said = finished(started(small_disk / "s"))
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith(f"cannot write {small_disk}")
    assert "Read-only file system" in said


def filled_disk(disk: Path, left_bytes: int) -> Path:
    """Take all but `left_bytes` of a disk."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    filler.write_bytes(bytes(max(0, free - left_bytes)))
    return filler


def full_disk_then_space(disk: Path, whole: dict[str, str], left_bytes: int, workers: str) -> None:
    filler = filled_disk(disk, left_bytes)
    code, said = finished(started(disk / "s", "--runs", "60", "--workers", workers))
    if code:
        assert code == 2, said
        assert "No space left on device; the same command goes on once there is room" in said
        assert said.count("\n") == 1, said
    filler.unlink()
    assert finished(started(disk / "s", "--runs", "60")) == (0, "")
    assert files(disk / "s") == whole
    shutil.rmtree(disk / "s")


@pytest.mark.parametrize("left_bytes", [0, 40_000, 200_000, 600_000])
def test_a_full_disk_stops_the_study_and_the_same_command_completes_it(small_disk, whole, left_bytes):
    full_disk_then_space(small_disk, whole, left_bytes, "1")


@pytest.mark.soak
def test_disks_full_at_fifty_random_points(small_disk, whole):
    luck = random.Random(1)
    for k in range(50):
        full_disk_then_space(small_disk, whole, luck.randrange(0, 1_000_000), "12"[k % 2])


@pytest.mark.soak
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_hundred_kills_at_random_instants(tmp_path, workers):
    """KILL, TERM and INT at random instants, commit included; then resume: equal to the uninterrupted study each time."""
    conducted(tmp_path / "whole", runs=300)
    expected = files(tmp_path / "whole")
    luck = random.Random(int(workers))
    kills = completed = 0
    while kills < 100:
        study = tmp_path / f"s{completed}"
        while True:
            process = started(study, "--runs", "300", "--workers", workers, TOY_SECONDS="0.004")
            time.sleep(luck.uniform(0.6, 3.0))
            alive = process.poll() is None
            process.send_signal(luck.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
            code, said = finished(process)
            kills += alive
            if code == 0 and not alive:
                break
            # -2: the interpreter itself was still starting or already ending
            assert code in (0, -2, -9, -15, 130, 143) or said.endswith("KeyboardInterrupt\n"), said
            if kills >= 100:
                assert finished(started(study, "--runs", "300", "--workers", workers))[0] == 0
                break
        assert files(study) == expected
        shutil.rmtree(study)
        completed += 1


LAB = [sys.executable, "-c", "import sys; sys.argv[0] = 'covenant-lab'; from sim.lab import main; main()"]
LESS = "-dac_override,-dac_read_search"
"""Rights by which root reads every file."""


@pytest.mark.parametrize("closed", ["cells", "cells/*/cell.json", "cells/*/crises/*.parquet", "launches/*.json"])
def test_a_study_that_may_not_be_read_is_one_line(closed, tmp_path):
    conducted(tmp_path / "s", runs=5)
    path = next((tmp_path / "s").glob(closed))
    path.chmod(0)
    prefix = ["setpriv", f"--bounding-set={LESS}", f"--inh-caps={LESS}"] if os.geteuid() == 0 else []
    if prefix and (not shutil.which("setpriv") or subprocess.run([*prefix, "true"], check=False).returncode):
        pytest.skip("no way to give up the right of root to read every file")
    asked = [*prefix, *LAB, "summary", str(tmp_path / "s")]
    got = subprocess.run(asked, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    path.chmod(0o755)
    assert got.returncode == 2, got.stderr
    (line,) = got.stderr.splitlines()
    assert line.startswith("covenant-lab: cannot read") and str(path) in line and "Permission denied" in line


def test_what_cannot_be_written_is_named_without_its_draft(tmp_path):
    with pytest.raises(StudyError, match=f"^cannot write {tmp_path}: Permission denied$"), writing(tmp_path):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / ".part.json.1f"))
