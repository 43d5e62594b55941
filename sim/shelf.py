"""Where configuration files stand and how they are read: shipped ones, a user's directory, a path."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

import conf
from sim.errors import DataError, SettingError, nearest
from sim.schema import overlay

GROUPS = ("scenario", "arrangement", "world", "behaviour", "record", "experiment", "debug")
SHIPPED = Path(conf.__path__[0])
DIRECTORY_VARIABLE = "COVENANT_CONF"
DEEPEST = 50
MOST_VALUES = 5_000_000


def directories() -> list[Path]:
    """Return the directories that are searched, a user's own (`$COVENANT_CONF`) before the shipped one.

    Raises
    ------
    SettingError
        A directory does not exist, or a file in it has the name of a shipped one.
    """
    chosen = os.environ.get(DIRECTORY_VARIABLE, "")
    return [*_users(tuple(chosen.split(os.pathsep))), SHIPPED]


def options(group: str) -> list[str]:
    """Return the names that a group offers, sorted."""
    return sorted({path.stem for directory in directories() for path in (directory / group).glob("*.yaml")})


def is_path(option: str) -> bool:
    """Tell a path from a name: it ends in .yaml or .yml, or starts like a path."""
    return option.endswith((".yaml", ".yml", ".parquet")) or option.startswith((".", "/", "~")) or os.sep in option


def find(group: str, option: str) -> Path:
    """Return the file of an option of a group, given by name or by path.

    Raises
    ------
    SettingError
        No such file; the message names the nearest option.
    """
    if is_path(option):
        path = Path(option).expanduser()
        allowed = (".yaml", ".yml", ".parquet") if group == "world" else (".yaml", ".yml")
        if path.suffix not in allowed:
            raise SettingError(f"{group}={option} is not a {' or '.join(e for e in allowed if e != '.yml')} file")
        if not path.is_file():
            raise SettingError(f"{group}={option} is no file")
        return path
    for directory in directories():
        path = directory / group / f"{option}.yaml"
        if path.is_file():
            return path
    known = options(group)
    raise SettingError(f"{group}={option} is not one of {' | '.join(known)}, nor a path{nearest(option, known)}")


def read(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file; what is returned is shared, so copy before changing it.

    Raises
    ------
    DataError
        Not YAML, not a mapping, a key given twice, or a key that would make a configuration run code.
    """
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


def read_world(option: str) -> dict[str, Any]:
    """Return the facts or levers of a world given by name or by path of a YAML file.

    A world that names another as its `base` holds only what differs: its keys are laid over those of the base, its lists replace them.

    Raises
    ------
    CovenantError
        No such world, or worlds that rest on each other.
    """
    facts, told = read(find("world", option)), [option]
    while "base" in facts:
        base = str(facts["base"])
        if base in told:
            raise SettingError(f"world={option}: base {base!r} rests on itself ({' -> '.join([*told, base])})")
        told.append(base)
        facts = overlay(read(find("world", base)), {key: value for key, value in facts.items() if key != "base"})
    return facts


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML as OmegaConf reads it (dates stay text, 1e3 is a number), with keys given once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be plain text", problem_mark=key.start_mark)
            if key.value == "_target_":
                raise yaml.MarkedYAMLError(problem="no key may be _target_", problem_mark=key.start_mark)
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise yaml.MarkedYAMLError(problem=f"key {key.value} is given twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^(?:[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*|\d[\d_]*(?=[eE]))(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    list("-+0123456789."),
)


@lru_cache(maxsize=256)
def _read(path: Path, _mtime: int, _size: int) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8") as stream:
            value = yaml.load(stream, _Loader)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise DataError(f"{path}{line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DataError(f"{path} is not readable as YAML: {' '.join(str(error).split())[:120]}") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DataError(f"{path} must hold keys and values, not a {type(value).__name__}")
    _check_size(path, value)
    return value


def _check_size(path: Path, value: Any) -> None:
    """Refuse what aliases or brackets make endless."""
    level, depth, seen = [value], 0, 0
    while level:
        depth, seen = depth + 1, seen + len(level)
        if depth > DEEPEST or seen > MOST_VALUES:
            what = f"{DEEPEST} levels" if depth > DEEPEST else f"{MOST_VALUES:,} values"
            raise DataError(f"{path} has more than {what}")
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]


@lru_cache(maxsize=8)
def _users(names: tuple[str, ...]) -> tuple[Path, ...]:
    found = []
    for name in filter(None, names):
        directory = Path(name).expanduser()
        if not directory.is_dir():
            raise SettingError(f"{DIRECTORY_VARIABLE}={name} is no directory")
        for group in GROUPS:
            for path in sorted((directory / group).glob("*.yaml")):
                if (SHIPPED / group / path.name).is_file():
                    raise SettingError(f"{path} has the name of a shipped {group}; give it a name of its own")
        found.append(directory)
    return tuple(found)
