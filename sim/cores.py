"""How many processors this process may use, and no thread more."""

from __future__ import annotations

import gc
import os
import re

SCHEDULERS = ("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "PBS_NCPUS", "NCPUS", "NSLOTS", "LSB_DJOB_NUMPROC")
"""What Slurm, PBS, Grid Engine and LSF say they granted, the narrower first."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
"""What the libraries read when they start; Arrow reads the first."""


def granted() -> int | None:
    """Return the processors a scheduler granted, None where there is none."""
    for name in SCHEDULERS:
        if match := re.match(r"[1-9]\d*", os.environ.get(name, "")):
            return int(match[0])
    return None


def available_cores() -> int:
    """Return how many processors this process may use: what a scheduler granted, or its affinity."""
    if cores := granted():
        return cores
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pin() -> None:
    """Keep every library's threads to what a scheduler granted; call it before they are imported.

    A node has many processors and a task few of them: a library that counts the node's would start dozens of threads on one.
    """
    if cores := granted():
        for name in THREADS:
            os.environ.setdefault(name, str(cores))


def collect_seldom() -> None:
    """Look for circular garbage seldom: what is imported and composed is all kept, and a run leaves little."""
    gc.set_threshold(50_000, 20, 20)
