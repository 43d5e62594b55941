"""Hydra's part: overrides in its grammar become plain containers, its errors become one line."""

from __future__ import annotations

import copy
import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from hydra import compose as hydra_compose
from hydra import initialize_config_module
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.core.global_hydra import GlobalHydra
from hydra.core.object_type import ObjectType
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType, QuotedString
from hydra.core.plugins import Plugins
from hydra.errors import HydraException, OverrideParseException
from hydra.plugins.config_source import ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim import shelf, trial
from sim.config import Axis, axis
from sim.errors import SettingError

VERSION_BASE = "1.3"
NEEDED = ("scenario", "arrangement", "world", "behaviour")
MOST_CELLS = 100_000


class ShelfSource(ConfigSource):
    """Configuration files by name or by path, read safely; a world is left on the shelf until it is needed."""

    @staticmethod
    def scheme() -> str:
        return "shelf"

    def available(self) -> bool:
        return True

    def is_group(self, config_path: str) -> bool:
        return config_path in shelf.GROUPS

    def is_config(self, config_path: str) -> bool:
        group, _, option = config_path.partition("/")
        return group in shelf.GROUPS and (shelf.is_path(option) or option in shelf.options(group))

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        return [] if results_filter == ObjectType.GROUP else shelf.options(config_path)

    def load_config(self, config_path: str) -> ConfigResult:
        group, _, option = config_path.partition("/")
        path = shelf.find(group, option)
        # A world of hundreds of states would cost Hydra seconds: it carries the name, sim.config reads the file.
        content = {"file": option} if group == "world" else shelf.read(path)
        header = {"package": "_global_" if group == "debug" else None}
        return ConfigResult(config=OmegaConf.create(content), path=str(path), provider=self.provider, header=header)


@dataclass(frozen=True)
class Composed:
    """One cell of a sweep.

    Attributes
    ----------
    overrides : tuple of str
        What composes it, in Hydra's grammar.
    held : tuple of str
        Of these, the ones that the sweep varies from a list, as a user writes them.
    config : dict
        Plain containers.
    axes : tuple of Axis
        Levers that a design samples.
    point : tuple of float
        Their values here.
    """

    overrides: tuple[str, ...]
    held: tuple[str, ...]
    config: dict[str, Any]
    axes: tuple[Axis, ...] = ()
    point: tuple[float, ...] = ()

    @property
    def varied(self) -> tuple[str, ...]:
        """What tells this cell from the others of its sweep, as a user writes it."""
        return (*self.held, *(f"{axis.key}={value:g}" for axis, value in zip(self.axes, self.point, strict=True)))


class ShelfSearchPath(SearchPathPlugin):
    """Puts the shelf before Hydra's own search path."""

    def manipulate_search_path(self, search_path: Any) -> None:
        search_path.prepend(provider="covenant", path="shelf://")


def register() -> None:
    """Make the shelf known to Hydra."""
    for plugin in (ShelfSource, ShelfSearchPath):
        Plugins.instance().register(plugin)


def single(overrides: Sequence[str]) -> dict[str, Any]:
    """Compose one configuration as plain containers.

    Raises
    ------
    CovenantError
        One line.
    """
    if (arms := len(trial.arms(overrides))) > 1:
        raise SettingError(f"an experiment has several arms, this one {arms}; add -m to run each")
    with session():
        parsed = _parse(overrides)
        for override in parsed:
            if override.is_sweep_override():
                text = override.input_line
                key, _, value = cast(str, text).partition("=")
                raise SettingError(f"{text} gives several values; add -m to run each, or quote it: '{key}=\"{value}\"'")
        return _container([_relaxed(o) for o in parsed])


Points = Callable[[Sequence[Axis]], Iterable[Sequence[float]]]


def sweep(overrides: Sequence[str], points: Points | None = None) -> list[Composed]:
    """Compose every cell of a sweep, arm by arm of an experiment, the last override varying fastest.

    Parameters
    ----------
    overrides : sequence of str
    points : callable, optional
        Samples the levers given as ``interval(low,high)``; the sample is taken at every combination of the rest.

    Raises
    ------
    CovenantError
        One line.
    """
    with session():
        bases = _Bases()
        return [cell for arm in trial.arms(overrides) for cell in _cells(arm, bases, points)]


def _cells(overrides: Sequence[str], bases: _Bases, points: Points | None) -> Iterator[Composed]:
    axes: dict[str, list[str]] = {}
    sampled: list[Axis] = []
    swept = {"arm"}
    parsed = _parse(overrides)
    twice = Counter(override.key_or_group for override in parsed)
    for override in parsed:
        text = _relaxed(override)
        key = text.partition("=")[0]
        if override.is_interval_sweep():
            if points is None:
                raise SettingError(
                    f"{override.input_line} is no list of values; use a,b,c or range(), or sample it with hydra/sweeper=sobol"
                )
            if twice[override.key_or_group] > 1:
                raise SettingError(f"{override.input_line}: {override.key_or_group} is given twice")
            ends = cast(Any, override.value())
            sampled.append(axis(override.key_or_group, float(ends.start), float(ends.end)))
        elif override.is_sweep_override():
            with _as_numbers(cast(str, override.input_line)):
                values = itertools.islice(_values(override), MOST_CELLS + 1)
                axes[key] = [f"{key}={value}" for value in values]
            swept.add(key)
            if not axes[key]:
                offered = _offered(key) if key in shelf.GROUPS else ""
                raise SettingError(f"{override.input_line} stands for no value at all{offered}")
        else:
            axes[key] = [text]
    if math.prod(map(len, axes.values())) > MOST_CELLS:
        longest = max(axes, key=lambda key: len(axes[key])).lstrip("+")
        raise SettingError(f"a sweep has {MOST_CELLS:,} cells at most; the longest of its lists is that of {longest}")
    if points is not None and not sampled:
        raise SettingError("a design samples levers given as 'KEY=interval(LOW,HIGH)'; none is")
    sample = [_at(sampled, point) for point in points(sampled)] if points is not None else [()]
    for rest in itertools.product(*axes.values()):
        held = tuple(t.lstrip("+") for key, t in zip(axes, rest, strict=True) if {key, key.lstrip("+")} & swept)
        for point in sample:
            levers = tuple(f"++{one.key}={text}" for one, text in zip(sampled, point, strict=True))
            cell = (*rest, *levers)
            yield Composed(cell, held, bases(cell), tuple(sampled), tuple(map(float, point)))


def _values(override: Override) -> Iterator[str]:
    """Yield the values of a sweep; those of a range of fractions as they would be typed, the end left out."""
    told = cast(Any, override.value())
    if not override.is_range_sweep() or isinstance(told.range(), range):
        yield from override.sweep_string_iterator()
        return
    for text in override.sweep_string_iterator():
        # sums of fractions miss the numbers they stand for, and so the cells that have them
        if abs(float(text) - told.stop) > abs(told.step) * 1e-9:
            yield f"{float(text):.12g}"


def _at(axes: Sequence[Axis], point: Sequence[float]) -> tuple[str, ...]:
    """Spell a point as it is written and read back the same."""
    return tuple(str(round(x)) if one.whole else f"{x:.9g}" for one, x in zip(axes, point, strict=True))


def laid_over(whole: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Lay overrides over a whole configuration in plain containers; a group is replaced by the file named.

    Raises
    ------
    CovenantError
        One line.
    """
    config = OmegaConf.create(dict(whole))
    with session():
        for override in _parse(overrides):
            group, text = override.key_or_group, override.input_line
            if override.is_sweep_override():
                raise SettingError(f"{text} gives several values; give one")
            if override.type == OverrideType.DEL:
                raise SettingError(f"{text} takes a key away; set it instead")
            if group in shelf.GROUPS:
                option = override.get_value_element_as_str().strip("'\"")
                OmegaConf.update(config, group, shelf.read(shelf.find(group, option)), merge=False)
            else:
                OmegaConf.update(config, group, override.value(), force_add=True)
        return cast("dict[str, Any]", OmegaConf.to_container(config, resolve=True))


def split(overrides: Sequence[str]) -> tuple[list[str], list[str]]:
    """Separate what is asked of the simulator from what is asked of Hydra's launcher and sweeper."""
    hydras = ("hydra/launcher=", "hydra/sweeper=", "hydra.launcher.", "hydra.sweeper.")
    ours = [text for text in overrides if not text.lstrip("+").startswith(hydras)]
    return ours, [text for text in overrides if text.lstrip("+").startswith(hydras)]


def with_hydra(overrides: Sequence[str]) -> DictConfig:
    """Compose a configuration with Hydra's own part; within a `session`."""
    for text in overrides:
        if "_target_" in text:
            raise SettingError(f"{text}: no key may be _target_; a configuration cannot run code")
    return hydra_compose("config", list(overrides), return_hydra_config=True)


def quoted(text: str) -> str:
    """Return a text as Hydra's grammar reads it back."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def as_yaml(overrides: Sequence[str]) -> str:
    """Compose one configuration and return it as YAML, a world by the name of its file."""
    return OmegaConf.to_yaml(OmegaConf.create(single(overrides)))


@contextmanager
def session() -> Iterator[Any]:
    """Let Hydra compose; yields what loads its configurations, and tells its errors in one line."""
    register()
    with _told(), initialize_config_module("conf", version_base=VERSION_BASE, job_name="covenant"):
        yield _loader()


def _parse(overrides: Sequence[str]) -> list[Override]:
    for text in overrides:
        if "_target_" in text:
            raise SettingError(f"{text}: no key may be _target_; a configuration cannot run code")
    parser, parsed = OverridesParser.create(config_loader=_loader()), []
    for text in overrides:
        with _as_numbers(text):
            parsed += parser.parse_overrides([text])
    for override in parsed:
        _check_group(override)
    return parsed


def _check_group(override: Override) -> None:
    group = override.key_or_group
    if group.split("/")[0].split(".")[0] == "hydra":
        raise SettingError(f"{override.input_line}: keys of hydra are not settings of a study")
    if group in NEEDED and override.is_delete():
        raise SettingError(f"missing key {group}: every run has one{_offered(group)}")
    if group not in shelf.GROUPS or override.is_delete():
        return
    if override.is_sweep_override():
        chosen: list[Any] = list(override.sweep_iterator()) if override.is_discrete_sweep() else []
    else:
        chosen = [override.value()]
    for option in chosen:
        if not isinstance(option, (str, QuotedString)):
            raise SettingError(f"{override.input_line}: {group} takes one option, by name or by path{_offered(group)}")
        shelf.find(group, option.text if isinstance(option, QuotedString) else option)


def _offered(group: str) -> str:
    return f"; it offers {', '.join(shelf.options(group))}"


def _relaxed(override: Override) -> str:
    """Spell an override so that a key may be set whether or not a file lists it: the schema decides what exists."""
    text = cast(str, override.input_line)
    if override.type == OverrideType.DEL:
        return text
    bare = text.lstrip("+")
    return bare if override.key_or_group in shelf.GROUPS else f"++{bare}"


def _container(overrides: Sequence[str]) -> dict[str, Any]:
    return plain(hydra_compose("config", list(overrides)))


def plain(config: DictConfig) -> dict[str, Any]:
    """Return a composed configuration as plain containers."""
    return cast("dict[str, Any]", OmegaConf.to_container(config, resolve=True, throw_on_missing=True))


class _Bases:
    """Cells of one sweep: the choice of groups is composed once, values are laid over it as Hydra lays them.

    Composing the defaults takes a hundred times as long as setting a value.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], DictConfig] = {}

    def __call__(self, overrides: Sequence[str]) -> dict[str, Any]:
        parsed = OverridesParser.create(config_loader=_loader()).parse_overrides(list(overrides))
        groups = tuple(text for text, o in zip(overrides, parsed, strict=True) if o.key_or_group in shelf.GROUPS)
        if groups not in self._known:
            self._known[groups] = hydra_compose("config", list(groups))
        config = copy.deepcopy(self._known[groups])
        ConfigLoaderImpl._apply_overrides_to_config([o for o in parsed if o.key_or_group not in shelf.GROUPS], config)
        return plain(config)


def _loader() -> Any:
    return cast(Any, GlobalHydra.instance().hydra).config_loader


@contextmanager
def _as_numbers(text: str) -> Iterator[None]:
    """Tell of numbers that Hydra's grammar lets through and Python does not."""
    try:
        yield
    except ValueError as error:
        raise SettingError(f"cannot read {text[:60]!r}: {error}") from None


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OverrideParseException as error:
        raise SettingError(
            f"cannot read {error.override!r} as key=value; quote what holds brackets, spaces or commas: 'key=range(0,4,1)', and a text with = ~ or accents twice: 'key=\"a=b\"'"
        ) from None
    except (HydraException, OmegaConfBaseException) as error:
        raise SettingError(_one_line(error)) from None


def _one_line(error: Exception) -> str:
    text = str(error)
    if missing := re.search(r"Could not find '(world)/([^']*)'", text):
        worlds = " | ".join(shelf.options("world"))
        return f"there is no world {missing[2]!r} for this scenario; choose one: world={worlds}"
    first = [line.strip() for line in text.splitlines() if line.strip() and "http" not in line][:2]
    return "; ".join(first)[:300]
