"""Slurm and its local double, by hydra-submitit-launcher: arrays of any length, and a driver that may die.

The queue says which jobs are alive, the disk says what they did. Neither accounting nor a job's return value is needed.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import submitit
from hydra.core.singleton import Singleton
from hydra.core.utils import JobReturn
from hydra_plugins.hydra_submitit_launcher.config import BaseQueueConf
from hydra_plugins.hydra_submitit_launcher.submitit_launcher import BaseSubmititLauncher
from omegaconf import OmegaConf

from sim.cores import available_cores
from sim.errors import StudyError
from sim.stream import durable
from sim.study.launch import GRACE_SECONDS
from sim.study.worker import uninterrupted

POLL_SECONDS = 5.0
GONE_AFTER = 2
"""Looks at the queue without a job before it is taken to have ended: a job that is requeued may be away for a moment."""


class SlurmLauncher(BaseSubmititLauncher):
    """Arrays of jobs on Slurm, as many arrays as MaxArraySize asks for.

    Attributes
    ----------
    cells : list of str
        Cells of the jobs, in order.
    """

    _EXECUTOR = "slurm"

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.cells: list[str] = []

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Submit what is not under way already, and wait until the queue holds none of it."""
        alive = self._alive(first=True)
        under_way = {cell: job for cell, job in self._kept().items() if cell in self.cells and job in alive}
        if under_way:
            _tell(f"{len(under_way)} jobs of an earlier command go on: {_ids(under_way.values())}")
        fresh = [k for k, cell in enumerate(self.cells) if cell not in under_way]
        waiting = dict(under_way)
        for batch in _batches(fresh, _longest_array()):
            try:
                jobs = self._submit([job_overrides[k] for k in batch], [initial_job_idx + k for k in batch])
            except (OSError, RuntimeError):
                if not self._kept():
                    # what was prepared for jobs that the queue refused
                    shutil.rmtree(self._folder(), ignore_errors=True)
                raise
            found = {self.cells[k]: job.job_id for k, job in zip(batch, jobs, strict=True)}
            self._keep(found)
            waiting |= found
            _tell(f"{len(found)} jobs: {_ids(found.values())}")
        try:
            self._wait(waiting)
        except (KeyboardInterrupt, SystemExit) as end:
            ids = " ".join(sorted({job.split("_")[0] for job in waiting.values()}))
            told = f"the jobs go on; `scancel {ids}` ends them; the same command waits for them again"
            if isinstance(end, KeyboardInterrupt):
                raise KeyboardInterrupt(told) from None
            _tell(told)
            raise
        return []

    def _submit(self, overrides: Sequence[Sequence[str]], numbers: Sequence[int]) -> list[Any]:
        executor = submitit.AutoExecutor(
            cluster=self._EXECUTOR,
            folder=self.params["submitit_folder"],
            **{f"{self._EXECUTOR}_{k}": v for k, v in self.params.items() if k == "max_num_timeout"},
        )
        shared = set(OmegaConf.structured(BaseQueueConf))
        own = {k: v for k, v in self.params.items() if k not in ("max_num_timeout", "submitit_folder")}
        executor.update_parameters(**{k if k in shared else f"{self._EXECUTOR}_{k}": v for k, v in own.items()})
        state = Singleton.get_state()
        told = [(list(one), "hydra.sweep.dir", k, f"job_{k}", state) for one, k in zip(overrides, numbers, strict=True)]
        return list(executor.map_array(self, *zip(*told, strict=True)))

    def _wait(self, waiting: dict[str, str]) -> None:
        missed = dict.fromkeys(waiting, 0)
        while missed:
            time.sleep(POLL_SECONDS)
            alive = self._alive()
            for cell in list(missed):
                missed[cell] = 0 if waiting[cell] in alive else missed[cell] + 1
                if missed[cell] >= GONE_AFTER:
                    del missed[cell]
                    self._ended(cell, waiting[cell])

    def _ended(self, cell: str, job: str) -> None:
        state = _state(job)
        if state not in ("COMPLETED", ""):
            _tell(f"cell {cell}: job {job} ended {state}; its log is in {self._folder()}")

    def _alive(self, first: bool = False) -> set[str]:
        """Return the jobs that wait or run; asks again while the controller is away, but not at first: there may be none."""
        told = False
        while True:
            asked = ["squeue", "--noheader", "--array", "--user", str(os.getuid()), "--format", "%i"]
            found = subprocess.run(asked, capture_output=True, text=True, check=False)
            if found.returncode == 0:
                return set(found.stdout.split())
            why = " ".join(found.stderr.split())[:200]
            if first:
                raise StudyError(f"hydra/launcher=slurm: the queue does not answer ({why}); nothing was submitted")
            if not told:
                _tell(f"the queue does not answer ({why}); it is asked again every {POLL_SECONDS:.0f} s")
                told = True
            time.sleep(POLL_SECONDS)

    def _folder(self) -> Path:
        return Path(str(self.params["submitit_folder"])).parent

    def _keep(self, jobs: dict[str, str]) -> None:
        durable.write_once(self._folder() / f"{durable.token()}.json", durable.sign({"jobs": jobs}))

    def _kept(self) -> dict[str, str]:
        files = sorted(self._folder().glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        told = [durable.read_signed(file) for file in files]
        return {cell: job for one in told if one for cell, job in one["jobs"].items()}


class LocalLauncher(SlurmLauncher):
    """The same job files in processes of this machine, as many at a time as it has cores."""

    _EXECUTOR = "local"

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run the jobs, a few at a time, and wait for all."""
        slots = max(1, available_cores() // int(self.params.get("cpus_per_task") or 1))
        queue, busy = list(range(len(job_overrides))), dict[int, Any]()
        try:
            while queue or busy:
                while queue and len(busy) < slots:
                    k = queue.pop(0)
                    with uninterrupted():
                        (busy[k],) = self._submit([job_overrides[k]], [initial_job_idx + k])
                time.sleep(0.2)
                for k in [k for k, one in busy.items() if one.done()]:
                    self._told(k, busy.pop(k))
        finally:
            _end(busy.values())
        return []

    def _told(self, k: int, job: Any) -> None:
        if job.exception() is not None:
            _tell(f"cell {self.cells[k]}: job {job.job_id} failed; its log is in {self._folder()}")


def _end(jobs: Collection[Any]) -> None:
    """Tell local jobs to end and wait for them: each finishes the shard it is at, if that does not take long."""
    for one in jobs:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(one.job_id), signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS[signal.SIGTERM] + POLL_SECONDS
    while not all(one.done() for one in jobs) and time.monotonic() < deadline:
        time.sleep(0.2)


def _longest_array() -> int:
    """Return how many jobs an array may hold here."""
    found = subprocess.run(["scontrol", "show", "config"], capture_output=True, text=True, check=False)
    match = re.search(r"MaxArraySize\s*=\s*(\d+)", found.stdout)
    if match is None:
        raise StudyError(f"hydra/launcher=slurm: {(found.stderr or 'scontrol says nothing').strip()[:200]}")
    return max(1, int(match[1]))


def _state(job: str) -> str:
    """Return how a job ended, as far as accounting is kept; empty where it is not."""
    try:
        asked = ["sacct", "--noheader", "--allocations", "--parsable2", "--format", "State", "--jobs", job]
        found = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.split("\n")[0].split(" ")[0]


def _batches(numbers: Sequence[int], longest: int) -> Iterator[Sequence[int]]:
    for first in range(0, len(numbers), longest):
        yield numbers[first : first + longest]


def _ids(jobs: Sequence[str] | Any) -> str:
    return ", ".join(sorted({job.split("_")[0] for job in jobs}))


def _tell(text: str) -> None:
    print(f"covenant: {text}", file=sys.stderr, flush=True)
