"""Names in a case file as states: alternatives, qualifiers in brackets, hosts and mandates, groups, entities without a state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sim.world.names import Names

_BRACKETS = re.compile(r"\s*\([^)]*\)")
_APART = re.compile(r"\s*(?:/|,|;|\band\b|&)\s*")


@dataclass(frozen=True)
class Party:
    """What a name stands for.

    Attributes
    ----------
    name : str
        As in the file.
    code : int
        Correlates of War number.
    of_the_year : bool
        It belonged to the state system in that year; if not, it did in another.
    """

    name: str
    code: int
    of_the_year: bool


def qualifier(text: str) -> str:
    """Return what stands in brackets after a name: 'Germany (formal)' gives 'formal'."""
    found = re.search(r"\(([^)]*)\)", text)
    return found[1].casefold() if found else ""


def read_parties(text: str, year: int, names: Names) -> list[Party]:
    """Return the states that a text names: all of it, what stands before brackets, or each of its parts.

    Parameters
    ----------
    text : str
        Such as 'Iraq / UK', 'China (PRC)', 'Afghanistan (host)'.
    """
    plain = plain_name(text)
    for when in (year, None):
        for whole in (text, plain):
            if code := _code(whole, when, names):
                return [Party(text, code, when is not None)]
    parts = [part for part in _APART.split(plain) if part and part != plain]
    return [party for part in parts for party in read_parties(part, year, names)]


def read_names(texts: Iterable[str], year: int, names: Names) -> tuple[list[int], list[str]]:
    """Return the codes of the states of the year that texts name, each once, and the texts that name none."""
    codes: dict[int, None] = {}
    unknown = []
    for text in texts:
        found = [party.code for party in read_parties(text, year, names) if party.of_the_year]
        codes |= dict.fromkeys(found)
        if not found:
            unknown.append(text)
    return list(codes), unknown


def plain_name(text: str) -> str:
    """Return a name without what stands in brackets."""
    return _BRACKETS.sub("", text).strip()


def _code(text: str, year: int | None, names: Names) -> int | None:
    try:
        return names.code(text, year)
    except ValueError:
        return None
