"""Cells as jobs elsewhere: Hydra's launchers, told what to run, and believed only as far as the disk agrees."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hydra._internal.callbacks import Callbacks
from hydra.core.plugins import Plugins
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext
from omegaconf import DictConfig, OmegaConf, open_dict

from sim import compose
from sim.errors import CovenantError, SettingError, StudyError, nearest, writing

if TYPE_CHECKING:
    from sim.study.results import StudyResult

PACKAGES = {
    "slurm": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "slurm_local": ("hydra_plugins.hydra_submitit_launcher", "slurm"),
    "joblib": ("hydra_plugins.hydra_joblib_launcher", "joblib"),
    "ray": ("hydra_plugins.hydra_ray_launcher", "ray"),
}
ONE_PROCESS = ("joblib", "ray")
"""Launchers that fill a machine with jobs: each is one process unless `workers` says otherwise."""

FAILED = 1
DRIVER = "COVENANT_DRIVER"
"""Tells a job which process launched it."""


def register() -> None:
    """Make the launchers of this package known to Hydra."""
    if find_spec("hydra_plugins") and find_spec(PACKAGES["slurm"][0]):
        from sim import slurm

        for plugin in (slurm.SlurmLauncher, slurm.LocalLauncher):
            Plugins.instance().register(plugin)


def check(name: str, settings: Sequence[str]) -> None:
    """Refuse a launcher that is not offered or not installed, and a setting that it has not.

    Raises
    ------
    SettingError
        One line.
    """
    if name not in PACKAGES:
        raise SettingError(f"hydra/launcher={name} is not one of basic, {', '.join(PACKAGES)}{nearest(name, PACKAGES)}")
    module, extra = PACKAGES[name]
    if not (find_spec("hydra_plugins") and find_spec(module)):
        raise SettingError(f"hydra/launcher={name} needs a package: pip install 'covenant-sim[{extra}]'")
    with compose.session():
        known = list(compose.with_hydra([f"hydra/launcher={name}"]).hydra.launcher)
        for text in settings:
            key = text.lstrip("+~").partition("=")[0].split(".")[2]
            if key not in known:
                raise SettingError(f"{text}: hydra/launcher={name} has no such setting{nearest(key, known)}")
        compose.with_hydra([f"hydra/launcher={name}", *settings])


def launch(name: str, settings: Sequence[str], study: Path, jobs: Mapping[str, Sequence[str]]) -> None:
    """Start a job for each cell and wait for all of them; what they did is on disk.

    Parameters
    ----------
    name : str
        Launcher.
    settings : sequence of str
        Overrides of ``hydra.launcher``.
    study : Path
        Absolute; shared by all machines that take part.
    jobs : mapping of str to sequence of str
        Overrides of each cell, by its name.

    Raises
    ------
    StudyError
        The launcher gave up; jobs that it began may go on.
    """
    folder = study / "jobs"
    with compose.session() as loader:
        overrides = [f"hydra/launcher={name}", *settings, f"hydra.sweep.dir={compose.quoted(str(folder))}"]
        config = compose.with_hydra(overrides)
        with open_dict(config):
            config.hydra.job.config_name = "config"
        context = HydraContext(config_loader=loader, callbacks=Callbacks())
        launcher = _made(config.hydra.launcher)
        launcher.setup(hydra_context=context, task_function=job, config=config)
        if hasattr(launcher, "cells"):
            launcher.cells = list(jobs)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        os.environ[DRIVER] = str(os.getpid())
        try:
            launcher.launch([list(one) for one in jobs.values()], initial_job_idx=0)
        except (OSError, RuntimeError, ValueError) as error:
            raise StudyError(f"hydra/launcher={name} gave up: {' '.join(str(error).split())[:300]}") from None
        finally:
            # submitit makes the first before it knows the number of a job; a launcher that refuses leaves the second empty
            for made in (folder / "%j", folder):
                with contextlib.suppress(OSError):
                    made.rmdir()


def job(config: DictConfig) -> int:
    """Compute one cell where the launcher put it; return the exit code.

    What goes wrong is said here, since Hydra keeps an error for a return value that nobody may read. Told to end, a job of a
    queue leaves without a word: a result of any kind would be taken for the end of a job that a scheduler means to start
    again; and one that failed leaves no result, so that the queue knows.
    """
    from sim.study.launch import end_with_parent

    if os.environ.get(DRIVER) == str(os.getppid()):
        end_with_parent()
    queued = "SUBMITIT_EXECUTOR" in os.environ
    try:
        done = _computed(config)
    except Exception as error:
        if isinstance(error, CovenantError):
            print(f"covenant: {error}", file=sys.stderr, flush=True)
        else:
            traceback.print_exc()
        if queued:
            os._exit(FAILED)
        raise
    if done.message:
        print(f"covenant: {done.message}", file=sys.stderr, flush=True)
    if done.signal and queued:
        os._exit(done.exit_code)
    return done.exit_code


def _computed(config: DictConfig) -> StudyResult:
    from sim.config import request
    from sim.study.installed import Installed
    from sim.study.progress import Lines
    from sim.study.study import conduct

    asked = request(compose.plain(config))
    cells, study = [(asked.experiment, asked.runs)], asked.study
    assert study is not None
    sinks = Installed(asked.sinks) if asked.sinks else None
    return conduct(
        cells,
        study,
        asked.record,
        asked.workers,
        asked.shard_runs,
        Lines(sys.stderr),
        sinks=sinks,
        stop=asked.stop,
    )


def _made(config: DictConfig) -> Launcher:
    """Build the launcher a shipped file names, from Hydra's registry of plugins: nothing else can be named."""
    known = Plugins.instance().class_name_to_class
    if config._target_ not in known:
        raise SettingError(f"hydra/launcher: {config._target_} is no launcher that Hydra knows")
    OmegaConf.set_struct(config, False)  # some launchers fill in what they find missing
    settings: Any = {key: config[key] for key in config if key != "_target_"}
    return cast(Launcher, known[config._target_](**settings))
