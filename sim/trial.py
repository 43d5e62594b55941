"""An experiment as data: a question, what all of its arms share, and what each arm changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim import shelf
from sim.errors import SettingError
from sim.schema import decode, lever

GROUP = "experiment"
_ARM = re.compile(r"\w[\w ,.-]{0,59}")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One experiment; settings are overrides as on the command line."""

    title: str = lever(doc="what it is, in words")
    asks: str = lever(doc="the question it puts")
    settings: tuple[str, ...] = lever((), doc="what all arms share")
    arms: dict[str, tuple[str, ...]] = lever(doc="what each arm changes, by its name")


def read(option: str) -> Trial:
    """Return the experiment of a name or a path.

    Raises
    ------
    CovenantError
        No such file, or one that is no experiment; one line.
    """
    trial = decode(Trial, shelf.read(shelf.find(GROUP, option)), GROUP)
    if len(trial.arms) < 2:
        raise SettingError(f"{GROUP}={option} has {len(trial.arms)} arms; an experiment compares two or more")
    for arm in trial.arms:
        if not _ARM.fullmatch(arm):
            raise SettingError(
                f"{GROUP}.arms.{arm}: an arm is named in letters, digits, spaces, commas, points and dashes"
            )
    for where, overrides in (("settings", trial.settings), *((f"arms.{arm}", o) for arm, o in trial.arms.items())):
        for text in overrides:
            if "=" not in text.lstrip("~") and not text.startswith("~"):
                raise SettingError(f"{GROUP}.{where}={text!r} must be a setting such as arrangement=league")
            if _named(text):
                raise SettingError(f"{GROUP}.{where}={text!r} names another experiment; one file stands alone")
    return trial


def arms(overrides: Sequence[str]) -> list[list[str]]:
    """Put an experiment's arms in the place of its name: one list of overrides an arm; what is typed goes before what a file says.

    Raises
    ------
    SettingError
        Two experiments at once.
    """
    chosen = [text for text in overrides if _named(text)]
    if not chosen:
        return [list(overrides)]
    if len(chosen) > 1:
        raise SettingError(f"{' and '.join(chosen)}: one experiment at a time")
    option = chosen[0].partition("=")[2].strip("'\"")
    trial, typed = read(option), [text for text in overrides if text not in chosen]
    study = f"study={Path(option).stem}"
    return [[study, *trial.settings, *changes, f"arm='{arm}'", *typed] for arm, changes in trial.arms.items()]


def _named(text: str) -> bool:
    return text.partition("=")[0].lstrip("+") == GROUP
