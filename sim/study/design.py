"""The design of a sweep: which cell stands at which point of the space of levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.config import Axis
from sim.errors import StudyError, nearest
from sim.stream import durable


@dataclass(frozen=True)
class Block:
    """The points of a design under one choice of everything else.

    Attributes
    ----------
    held : tuple of str
        What else the sweep varies, at these points, as overrides.
    values : tuple of tuple of float
        Levers at each point, in the order of the method.
    cells : tuple of str
        The cell at each point; points may share one.
    """

    held: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Design:
    """A sampling of levers, as a study keeps it.

    Attributes
    ----------
    method : str
        ``latin_hypercube``, ``sobol`` or ``morris``.
    n, levels, seed : int
        Size of the sample (points, base points, trajectories), levels of a grid (0 if it has none), luck of the sample.
    axes : tuple of Axis
    blocks : tuple of Block
    """

    method: str
    n: int
    levels: int
    seed: int
    axes: tuple[Axis, ...]
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        """Method and a digest of the rest."""
        return f"{self.method}-{durable.digest(durable.canonical(asdict(self)))[:8]}"

    def keep(self, study: Path) -> None:
        """Write the design down in its study; again is harmless."""
        file = study / "designs" / f"{self.name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        durable.write_over(file, durable.sign(asdict(self)))


def problem(axes: Sequence[Axis]) -> dict[str, Any]:
    """Return the levers as SALib names them."""
    return {
        "num_vars": len(axes),
        "names": [axis.key for axis in axes],
        "bounds": [[axis.low, axis.high] for axis in axes],
    }


def designs(study: Path) -> list[Design]:
    """Return the designs of a study, the newest last."""
    files = sorted((study / "designs").glob("*.json"), key=lambda file: (file.stat().st_mtime_ns, file.name))
    return [_design(told) for file in files if (told := durable.read_signed(file)) is not None]


def design_of(study: Path, name: str = "") -> Design:
    """Return a design by its name or the start of it, the newest if none is given.

    Raises
    ------
    StudyError
        The study has no such design.
    """
    known = designs(study)
    if not known:
        raise StudyError(
            f"study {study.name!r} has no design; begin one with covenant -m hydra/sweeper=sobol 'KEY=interval(LOW,HIGH)' ..."
        )
    found = [one for one in known if one.name.startswith(name)]
    if not found:
        names = [one.name for one in known]
        raise StudyError(f"study {study.name!r} has no design {name!r}; {', '.join(names)}{nearest(name, names)}")
    return found[-1]


def _design(told: dict[str, Any]) -> Design:
    return Design(
        method=told["method"],
        n=told["n"],
        levels=told["levels"],
        seed=told["seed"],
        axes=tuple(Axis(**axis) for axis in told["axes"]),
        blocks=tuple(
            Block(tuple(b["held"]), tuple(map(tuple, b["values"])), tuple(b["cells"])) for b in told["blocks"]
        ),
    )
