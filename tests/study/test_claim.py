"""Claims: one owner a shard, whoever else is there; the dead are overtaken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

import pytest

from sim.study import claim
from sim.study.claim import Claim, Owner, alive


def held(tmp_path, **change):
    """Leave a claim as another owner would."""
    told = {
        "token": "t",
        "host": "elsewhere",
        "boot": "other-boot",
        "namespace": "pid:[1]",
        "pid": 1,
        "born": "1",
        **change,
    }
    path = tmp_path / "shard-00003.1.claim"
    path.write_text(json.dumps(told))
    return path


def test_a_claim_excludes_others_until_it_is_released(tmp_path):
    one, other = Claim(tmp_path, 3), Claim(tmp_path, 3)
    assert one.take()
    assert not other.take()
    assert Claim(tmp_path, 4).take()
    one.release()
    assert other.take()
    other.release()


def test_a_dead_process_of_this_host_is_overtaken_at_once(tmp_path):
    code = f"from pathlib import Path; import os; from sim.study.claim import Claim; Claim(Path({str(tmp_path)!r}), 3).take(); os._exit(0)"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert list(tmp_path.glob("*.claim"))
    assert alive(tmp_path) == 0
    with Claim(tmp_path, 3) as mine:
        assert mine.take()
        assert len(list(tmp_path.glob("*.claim"))) == 1


def test_an_owner_on_another_host_is_believed_while_it_beats(tmp_path):
    path = held(tmp_path)
    assert not Claim(tmp_path, 3).take()
    assert alive(tmp_path) == 1
    silent = time.time() - claim.STALE_SECONDS - 5
    os.utime(path, (silent, silent))
    assert alive(tmp_path) == 0
    assert Claim(tmp_path, 3).take()


def test_a_claim_cut_in_the_middle_counts_by_its_age(tmp_path):
    path = held(tmp_path)
    path.write_text(path.read_text()[:10])
    assert not Claim(tmp_path, 3).take()
    os.utime(path, (1, 1))
    assert Claim(tmp_path, 3).take()


def test_a_pid_used_again_is_not_its_former_owner(tmp_path):
    me = Owner.me()
    held(tmp_path, boot=me.boot, namespace=me.namespace, pid=me.pid, born="7")
    assert Claim(tmp_path, 3).take()


def test_an_owner_beats(tmp_path, monkeypatch):
    monkeypatch.setattr(claim, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(claim, "_thread", None)
    with Claim(tmp_path, 3) as mine:
        assert mine.take()
        path = next(tmp_path.glob("*.claim"))
        os.utime(path, (1, 1))
        for _ in range(100):
            time.sleep(0.02)
            if path.stat().st_mtime > 1:
                break
        assert path.stat().st_mtime > 1


def test_an_owner_beats_after_a_fork_too(tmp_path, monkeypatch):
    """The thread that beats is one a process, and a fork leaves it behind."""
    monkeypatch.setattr(claim, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(claim, "_thread", None)
    with Claim(tmp_path / "before", 1) as before:
        assert before.take()
        child = os.fork()
        if child == 0:
            mine = Claim(tmp_path / "after", 1)
            mine.take()
            path = next((tmp_path / "after").glob("*.claim"))
            os.utime(path, (1, 1))
            time.sleep(1)
            os._exit(int(path.stat().st_mtime <= 1))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("stale", [False, True])
def test_of_many_at_once_exactly_one_owns_at_a_time(tmp_path, stale):
    if stale:
        os.utime(held(tmp_path), (1, 1))
    owners, most, wins = [], [], []
    start = threading.Barrier(8)

    def compete() -> None:
        start.wait()
        for _ in range(30):
            mine = Claim(tmp_path, 3)
            if mine.take():
                owners.append(1)
                most.append(len(owners))
                wins.append(1)
                time.sleep(0.002)
                owners.pop()
                mine.release()

    threads = [threading.Thread(target=compete) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wins
    assert max(most) == 1
