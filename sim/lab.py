"""`covenant-lab`: commands on what is on disk, and on what can be run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.cores import collect_seldom, pin
from sim.errors import Interrupted, SettingError, nearest
from sim.guard import guarded, leave

if TYPE_CHECKING:
    from typer import Typer

COMMANDS = {
    "What can be run": {
        "scenarios": ("sim.analysis.catalogue:scenarios", "crises, with date and parties"),
        "arrangements": ("sim.analysis.catalogue:arrangements", "security arrangements"),
        "whatif": ("sim.analysis.whatif:whatif", "one thing changed: a paired difference with its interval"),
        "arrangement": ("sim.analysis.arrangement:arrangement", "one of them in prose, or against another"),
        "new": ("sim.analysis.new:app", "a file to start from: an arrangement of one's own"),
        "experiments": ("sim.analysis.catalogue:experiments", "questions with the arms that answer them"),
        "world": ("sim.analysis.worlds:app", "build a world from the field's data, look at one, compare two"),
        "power": ("sim.analysis.power:power", "voting power of each seat under a rule"),
        "panorama": ("sim.analysis.panorama:panorama", "every scenario under four arrangements, both widths told"),
        "mechanisms": (
            "sim.analysis.mechanisms:mechanisms",
            "what each mechanism changes, switched off under the same luck",
        ),
        "influence": ("sim.analysis.influence:influence", "who is heard and who is heeded: voice, power, influence"),
        "levers": ("sim.analysis.catalogue:levers", "every key of the configuration, with unit and range"),
    },
    "Against history": {
        "validate": (
            "sim.battery.validate:validate",
            "cases of a file, foretold from what was known before, and scored",
        ),
        "calibrate": (
            "sim.battery.calibrate:calibrate",
            "coefficients from distributions, then from cases, every trial kept",
        ),
        "ablate": (
            "sim.battery.ablate:ablate",
            "each term and step switched off: what every score and law makes of it",
        ),
    },
    "Studies on disk": {
        "list": ("sim.analysis.catalogue:studies", "what there is: cells, runs, size"),
        "summary": ("sim.analysis.summary:summary", "outcomes, measures, the race against time, who joined"),
        "compare": ("sim.analysis.compare:compare", "two arms of a study, paired by run, with intervals"),
        "sensitivity": ("sim.analysis.sensitivity:sensitivity", "which levers an outcome depends on, from a design"),
        "explain": ("sim.analysis.explain:explain", "why one run went as it did"),
        "report": ("sim.analysis.report.command:report", "a study as one page to read, print and send"),
        "fork": ("sim.analysis.fork:fork", "one run from an event on, tried differently"),
        "picture": ("sim.analysis.figures:picture", "outcomes and the race against time, as .svg or .png"),
        "tables": ("sim.analysis.catalogue:tables", "every table and column, with unit and meaning"),
    },
    "Upkeep": {
        "watch": ("sim.analysis.watch:watch", "a study while it runs, here or elsewhere"),
        "verify": ("sim.study.upkeep:verify", "every file against what was committed"),
        "rerun": ("sim.study.upkeep:rerun", "runs again, to see the same rows"),
        "salvage": ("sim.study.upkeep:salvage", "what was under way when a machine died"),
        "collect": ("sim.study.upkeep:collect", "one file a table, out of many parts"),
        "archive": ("sim.study.upkeep:archive", "a study to be sent or deposited"),
    },
}
PLAYED = (["whatif"], ["fork"])
"""Commands that hand runs to several processes as a rule."""
OPTIONS = ("--help", "--version", "--install-completion", "--show-completion")
HELP = """\
covenant-lab - what the simulations say, and what can be simulated

Usage
  covenant-lab COMMAND [WORD | STUDY] [OPTIONS]

Examples
  covenant-lab whatif arrangement=league --set arrangement.pledge.wording=automatic
  covenant-lab list
  covenant-lab summary demo
  covenant-lab levers sanctions

{commands}

A STUDY is a name below outputs/ (or $COVENANT_OUTPUTS), or a path. `covenant-lab COMMAND --help` says more;
`covenant-lab --install-completion` completes names in your shell; `covenant --help` is how to run."""


def main() -> None:
    """Entry point of the command."""
    pin()
    collect_seldom()
    leave(guarded(_command))


def _command() -> int:
    arguments = sys.argv[1:]
    if arguments[:1] not in PLAYED or {"-h", "--help"} & set(arguments):
        return run(arguments)
    from sim.study.worker import loading_ahead

    with loading_ahead(True):
        return run(arguments)


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says; return the exit code."""
    # a shell that completes calls without words
    if "_COVENANT_LAB_COMPLETE" in os.environ or list(arguments[:1]) in (
        ["--install-completion"],
        ["--show-completion"],
    ):
        return _call(whole(), arguments, "covenant-lab")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP.format(commands=_listed()))
        return 0
    name = arguments[0]
    targets = {name: target for commands in COMMANDS.values() for name, (target, _) in commands.items()}
    if name == "--version":
        from importlib.metadata import version

        print(f"covenant-lab {version('covenant-sim')}")
        return 0
    if name.startswith("-"):
        raise SettingError(f"there is no option {name!r}{nearest(name, OPTIONS) or '; see covenant-lab --help'}")
    if name not in targets:
        raise SettingError(f"there is no command {name!r}{nearest(name, targets) or '; see covenant-lab --help'}")
    try:
        return _call(_typer(name, targets[name]), arguments[1:], f"covenant-lab {name}")
    except KeyboardInterrupt as interrupt:
        raise Interrupted(_interrupted(name, interrupt)) from None


def whole() -> Typer:
    """Return every command as one Typer application, for completion and the reference; imports them all."""
    import typer

    app = typer.Typer(no_args_is_help=True)
    for panel, commands in COMMANDS.items():
        for name, (target, _) in commands.items():
            body = _load(target)
            if isinstance(body, typer.Typer):
                app.add_typer(body, name=name, rich_help_panel=panel)
            else:
                app.command(name, rich_help_panel=panel)(body)
    return app


def _typer(name: str, target: str) -> Typer:
    import typer

    body = _load(target)
    if isinstance(body, typer.Typer):
        for command in body.registered_commands:
            if command.callback is not None:
                command.callback = _heard(command.callback, name)
        return body
    app = typer.Typer(add_completion=False)
    app.command(name, context_settings={"help_option_names": ["-h", "--help"]})(_heard(body, name))
    return app


def _heard(body: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Let a command's Ctrl-C pass with what it says is kept: Typer would make a bare exit code of it."""

    @wraps(body)
    def heard(*given: Any, **named: Any) -> Any:
        try:
            return body(*given, **named)
        except KeyboardInterrupt as interrupt:
            raise Interrupted(_interrupted(name, interrupt)) from None

    return heard


def _interrupted(name: str, interrupt: KeyboardInterrupt) -> str:
    """What a command said as it was interrupted, or that nothing of it stays."""
    return str(interrupt) or f"{name} was interrupted before it was done; the same command does it again"


def _load(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def _call(app: Typer, arguments: Sequence[str], name: str) -> int:
    try:
        code = app(list(arguments), prog_name=name, standalone_mode=False)
    except Exception as error:
        # Typer bears its own copy of Click's errors in some versions: they are known by what they offer.
        if not hasattr(error, "format_message"):
            if type(error).__name__ == "Abort":
                raise KeyboardInterrupt from None
            raise
        said = error.format_message().rstrip(".")
        if not said:  # of a group called without a command, whose help has been printed
            return 0
        raise SettingError(f"{said}; see {name} --help") from None
    if code == Interrupted.exit_code:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _listed() -> str:
    blocks = []
    for panel, commands in COMMANDS.items():
        blocks.append("\n".join([panel, *(f"  {name:<14}{text}" for name, (_, text) in commands.items())]))
    return "\n\n".join(blocks)
