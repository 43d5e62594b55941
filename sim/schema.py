"""Frozen dataclasses as the one schema: what a key may hold, its unit, its range and its meaning."""

from __future__ import annotations

import dataclasses
import functools
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sim.errors import SettingError, nearest

T = TypeVar("T")


def lever(
    default: Any = dataclasses.MISSING,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    doc: str = "",
    factory: Any = dataclasses.MISSING,
    open_low: bool = False,
) -> Any:
    """Declare a configurable field.

    Parameters
    ----------
    default, factory
        As in `dataclasses.field`; with neither the key is required.
    low, high : float, optional
        Inclusive bounds of a number (or of every number of a sequence).
    unit : str
        Unit as printed in brackets; empty for a pure number.
    doc : str
        One sentence, with the source where there is one.
    open_low : bool
        `low` itself is out of range.
    """
    metadata = {"low": low, "high": high, "unit": unit, "doc": doc, "open_low": open_low}
    return dataclasses.field(default=default, default_factory=factory, metadata=metadata)


def decode(cls: type[T], value: Any, key: str) -> T:
    """Build the dataclass `cls` from a plain mapping, checking every key, type and range.

    Parameters
    ----------
    cls : type
        A dataclass whose fields were declared with `lever`.
    value : mapping
        Plain containers, as composed from YAML and the command line.
    key : str
        Dotted path of `value` in the configuration, for messages.

    Raises
    ------
    SettingError
        One line: what, value, allowed, key, nearest valid name.
    """
    if not isinstance(value, Mapping):
        raise SettingError(f"{key} must be a group of keys, got {_show(value)}")
    hints = _hints(cls)  # type: ignore[arg-type]
    fields = {f.name: f for f in dataclasses.fields(cls) if f.init}  # type: ignore[arg-type]
    for name in value:
        if name not in fields:
            raise SettingError(f"unknown key {_join(key, name)}{nearest(str(name), fields)}")
    kwargs: dict[str, Any] = {}
    for name, field in fields.items():
        path = _join(key, name)
        if name in value:
            kwargs[name] = _convert(hints[name], value[name], path, field.metadata)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SettingError(f"missing key {path}{_meaning(field.metadata)}")
    try:
        return cls(**kwargs)
    except SettingError as error:
        text = str(error)
        raise SettingError(text.replace("{key}", key)) from None


def decode_field(cls: type, name: str, value: Any) -> Any:
    """Return the value of one field of the dataclass `cls`, checked as `decode` would.

    Raises
    ------
    SettingError
        One line, by the field's name alone.
    """
    field = next(f for f in dataclasses.fields(cls) if f.name == name)
    return _convert(_hints(cls)[name], value, name, field.metadata)


def describe(cls: type, key: str = "") -> list[dict[str, Any]]:
    """List the levers below a dataclass: key, type, default, low, high, unit and doc of each."""
    hints = _hints(cls)
    rows: list[dict[str, Any]] = []
    for field in dataclasses.fields(cls):
        path, hint = _join(key, field.name), hints[field.name]
        if dataclasses.is_dataclass(hint):
            rows += describe(typing.cast(type, hint), path)
            continue
        default = field.default
        if default is dataclasses.MISSING:
            made = field.default_factory is not dataclasses.MISSING
            default = field.default_factory() if made else None  # type: ignore[operator]
        rows.append({"key": path, "type": _allowed(hint), "default": default, **field.metadata})
    return rows


def plain(value: Any) -> Any:
    """Return `value` as plain containers, the inverse of `decode`, for identity and manifests."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.init}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(v) for v in value]
    return value


def overlay(base: Any, changes: Any) -> Any:
    """Return plain containers `base` with `changes` laid over them, mapping by mapping; anything else is replaced."""
    if not isinstance(base, Mapping) or not isinstance(changes, Mapping):
        return changes
    return {**base, **{key: overlay(base.get(key), value) for key, value in changes.items()}}


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _join(key: str, name: object) -> str:
    return f"{key}.{name}" if key else str(name)


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _meaning(metadata: Mapping[str, Any]) -> str:
    return f" ({metadata['doc']})" if metadata.get("doc") else ""


def _allowed(hint: Any) -> str:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return " | ".join(map(str, args))
    if origin in (typing.Union, types.UnionType):
        return " or ".join("null" if a is type(None) else _allowed(a) for a in args)
    if origin is tuple:
        return f"list of {_allowed(args[0])}"
    if origin is dict:
        return f"mapping of {_allowed(args[1])}"
    names = {int: "whole number", float: "number", bool: "true or false", str: "text"}
    return names.get(hint, getattr(hint, "__name__", str(hint)))


def _convert(hint: Any, value: Any, key: str, metadata: Mapping[str, Any]) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        inner = [a for a in args if a is not type(None)]
        return _convert(inner[0], value, key, metadata)
    if origin is typing.Literal:
        if value not in args or isinstance(value, bool) != any(isinstance(a, bool) for a in args if a == value):
            raise SettingError(
                f"{key}={_show(value)} is not one of {_allowed(hint)}{nearest(str(value), map(str, args))}"
            )
        return value
    if origin is tuple:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise SettingError(f"{key}={_show(value)} must be a {_allowed(hint)}")
        return tuple(_convert(args[0], v, f"{key}[{i}]", metadata) for i, v in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise SettingError(f"{key}={_show(value)} must be a {_allowed(hint)}")
        return {str(k): _convert(args[1], v, _join(key, k), metadata) for k, v in value.items()}
    if dataclasses.is_dataclass(hint):
        return decode(typing.cast(type, hint), value, key)
    if hint is bool:
        if not isinstance(value, bool):
            raise SettingError(f"{key}={_show(value)} must be true or false")
        return value
    if hint is str:
        if not isinstance(value, str):
            raise SettingError(f"{key}={_show(value)} must be text")
        return value
    if hint in (int, float):
        return _number(hint, value, key, metadata)
    return value


def _number(hint: type, value: Any, key: str, metadata: Mapping[str, Any]) -> Any:
    low, high = metadata.get("low"), metadata.get("high")
    wrong_type = isinstance(value, bool) or not isinstance(value, (int, float))
    if not wrong_type and hint is int and isinstance(value, float):
        wrong_type = not value.is_integer()
    if wrong_type:
        raise SettingError(f"{key}={_show(value)} must be a {_allowed(hint)}{_range(metadata)}")
    below = low is not None and (value < low or (metadata.get("open_low") and value == low))
    if not abs(value) <= sys.float_info.max or below or (high is not None and value > high):
        raise SettingError(f"{key}={_show(value)} is out of range: a {_allowed(hint)}{_range(metadata)} is allowed")
    return hint(value)


def _range(metadata: Mapping[str, Any]) -> str:
    low, high = metadata.get("low"), metadata.get("high")
    suffix = f" [{metadata['unit']}]" if metadata.get("unit") else ""
    if low is None and high is None:
        return suffix
    if metadata.get("open_low"):
        return f" above {low:g}" + ("" if high is None else f" and at most {high:g}") + suffix
    if high is None:
        return f" of {low:g} or more{suffix}"
    if low is None:
        return f" of at most {high:g}{suffix}"
    return f" from {low:g} to {high:g}{suffix}"
