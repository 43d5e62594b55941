"""`covenant`: compose, check everything, then run."""

from __future__ import annotations

import os
import sys
import textwrap
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from sim import lab
from sim.cores import collect_seldom, pin
from sim.errors import SettingError
from sim.guard import guarded, leave

HELP = """\
covenant - how security arrangements answer aggression, simulated crisis by crisis

Usage
  covenant [KEY=VALUE ...]            run one experiment
  covenant -m [KEY=A,B,C ...]         run every combination, one cell each, in one study

Examples
  covenant
  covenant scenario=abyssinia_1935 arrangement=league runs=2000 record=full study=demo
  covenant -m arrangement=league,self_help,ideal aggression=forced,computed study=compare
  covenant -m experiment=veto         every arm of an experiment, under its name
  covenant -m 'scenario=glob(*)' 'behaviour.a_norm=range(0,4,1)' runs=2000 dry_run=true
  covenant -m hydra/sweeper=sobol 'behaviour.a_norm=interval(1,4)' 'behaviour.tau=interval(0.5,2)' study=design
  covenant -m hydra/launcher=slurm hydra.launcher.partition=short arrangement=league,self_help study=away
  covenant arrangement=./my_charter.yaml world.states.ITA.capability=0.06
  covenant source=crises.parquet horizon_days=3650 study=decade
  tail -f crises.jsonl | covenant source=- runs=200 study=live

Groups (a name, or the path of a .yaml file)
{groups}

Settings
{settings}

Options
  -m, --multirun       run every combination of the values given
  -c, --cfg job        print the composed configuration and stop
  -cd, --config-dir D  find scenarios, arrangements, ... in D too (also ${variable})
  -q, --quiet          print nothing but errors
  -sc, --shell-completion   completion in this shell: eval "$(covenant -sc install=bash)"
  --hydra-help         the grammar of overrides (Hydra)
  --version            print the version
  -h, --help           print this

`covenant-lab levers` lists every key with unit and range; `covenant-lab --help` says what to do with results.
Ctrl-C is safe: the same command goes on where it stopped.
"""


def main() -> None:
    """Entry point of the command."""
    pin()
    collect_seldom()
    leave(guarded(_command))


def _command() -> int:
    from sim.study.worker import for_several, loading_ahead

    with loading_ahead(for_several(sys.argv[1:])):
        return run(sys.argv[1:])


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says; return the exit code."""
    if any(a in ("-h", "--help") for a in arguments):
        print(_help())
        return 0
    if "--version" in arguments:
        from importlib.metadata import version

        print(f"covenant {version('covenant-sim')}")
        return 0
    return _act(_parsed(arguments), arguments)


def _act(asked: Namespace, arguments: Sequence[str]) -> int:
    if asked.config_dir is not None:
        _add_directory(asked.config_dir)
    if asked.hydra_help or asked.shell_completion or asked.info or asked.cfg in ("hydra", "all"):
        return _hand_to_hydra(arguments)
    from sim import compose

    if asked.cfg == "job":
        print(compose.as_yaml(asked.overrides), end="")
        return 0
    from sim import sweep

    return sweep.command(asked.overrides, asked.multirun)


def _parsed(arguments: Sequence[str]) -> Namespace:
    from hydra._internal.utils import get_args_parser

    parser = get_args_parser()
    parser.error = _refuse  # type: ignore[method-assign]
    quiet = [a for a in arguments if a in ("-q", "--quiet")]
    asked = parser.parse_intermixed_args([a for a in arguments if a not in quiet])
    for name, flag in (
        ("config_path", "--config-path"),
        ("config_name", "--config-name"),
        ("experimental_rerun", "--experimental-rerun"),
    ):
        if getattr(asked, name) is not None:
            raise SettingError(f"{flag} is not offered; --config-dir adds a directory of your own files")
    commands = {name for panel in lab.COMMANDS.values() for name in panel}
    for word in asked.overrides:
        if word in commands:
            raise SettingError(f"{word} is a command of covenant-lab: covenant-lab {word} --help")
    if quiet:
        asked.overrides.append("quiet=true")
    return asked


def _refuse(message: str) -> NoReturn:
    raise SettingError(f"{message}; see covenant --help")


def _add_directory(directory: str) -> None:
    from sim.shelf import DIRECTORY_VARIABLE

    found = Path(directory).expanduser().absolute()
    if not found.is_dir():
        raise SettingError(f"--config-dir {directory} is no directory")
    before = os.environ.get(DIRECTORY_VARIABLE)
    os.environ[DIRECTORY_VARIABLE] = os.pathsep.join(filter(None, [str(found), before]))


def _hand_to_hydra(arguments: Sequence[str]) -> int:
    import hydra

    from sim import compose

    compose.register()
    sys.argv[1:] = arguments
    hydra.main(config_path="pkg://conf", config_name="config", version_base=compose.VERSION_BASE)(lambda _: None)()
    return 0


def _help() -> str:
    from sim import shelf

    groups = "\n".join(
        textwrap.fill(", ".join(shelf.options(g)), 110, initial_indent=f"  {g:<12} ", subsequent_indent=" " * 15)
        for g in shelf.GROUPS
    )
    settings = "\n".join(line.rstrip() for line in _SETTINGS)
    return HELP.format(groups=groups, settings=settings, variable=shelf.DIRECTORY_VARIABLE).rstrip()


_SETTINGS = (
    "  runs         replications of each cell (1000)",
    "  stop.half_width=0.01 stop.on=gain:kept   in place of runs: go on until that interval is so narrow",
    "  seed         chooses the luck, the same for every arrangement (1)",
    "  study        name of the folder below outputs/ (scenario-arrangement-hash)",
    "  workers      processes (every core)",
    "  horizon_days length of a run (365)",
    "  aggression   forced: it opens as it did; computed: the aggressor weighs the response (forced)",
    "  record       summary, events or full (events)",
    "  dry_run      true: cells, runs, time and disk from a short pilot, and nothing is written",
    "  source       file of crises, or - for standard input, in place of the scenario's own",
)
