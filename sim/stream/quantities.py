"""What can be asked of a crisis: a column of the fact table, or whether it has a code."""

from __future__ import annotations

from typing import NamedTuple

from sim.errors import SettingError, nearest
from sim.stream.codes import labels
from sim.stream.events import TABLES

KEYS = ("cell", "run", "crisis")
SHARES = frozenset({"share_kept", "forecast_p_response", "credibility_before", "credibility_after"})
"""Numbers that lie between 0 and 1 by what they are."""


class Quantity(NamedTuple):
    """A number a crisis has.

    Attributes
    ----------
    name : str
        Column of crises.
    code : str
        The quantity is whether the column has this code; empty if it is the number itself.
    unit : str
        ``share`` for what is true or false.
    """

    name: str
    code: str
    unit: str

    @property
    def text(self) -> str:
        """As it is written in a command."""
        return f"{self.name}:{self.code}" if self.code else self.name

    @property
    def bounded(self) -> bool:
        """Whether it lies between 0 and 1."""
        return self.unit == "share" or self.name in SHARES


def quantity(text: str, key: str) -> Quantity:
    """Read ``column`` or ``column:code``, as in ``share_kept`` and ``gain:kept``.

    Parameters
    ----------
    text : str
    key : str
        What asks for it, for messages.

    Raises
    ------
    SettingError
        No such column or code; one line that names the nearest.
    """
    name, _, code = text.strip().partition(":")
    columns = {column.name: column for column in TABLES["crises"] if column.name not in KEYS}
    if name not in columns:
        what = "tells crises apart and is no outcome" if name in KEYS else "is no column of crises"
        raise SettingError(f"{key}={name!r} {what}{nearest(name, columns)}")
    column = columns[name]
    if column.codes is not None or column.state:
        known = labels(column.codes) if column.codes is not None else []
        if not code or (known and code not in known):
            offered = [f"{name}:{known_code}" for known_code in known]
            options = f"; one of {', '.join(offered)}" if offered else ""
            raise SettingError(
                f"{key}={text!r} needs one of its codes{options}{nearest(text, offered) if code else ''}"
            )
        return Quantity(name, code, "share")
    if code:
        raise SettingError(f"{key}={text!r}: {name} is a number and has no codes")
    return Quantity(name, "", "share" if column.kind == "?" else column.unit)
