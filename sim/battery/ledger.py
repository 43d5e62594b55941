"""Every trial of a calibration, kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import DataError

Computes = Callable[[list[Mapping[str, float]]], Iterable[dict[str, Any]]]


@dataclass
class Ledger:
    """Every trial of a calibration, on disk as it is made; what stands there is not computed again."""

    path: Path
    told: dict[str, dict[str, Any]]

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """Read the trials of an earlier, interrupted calibration.

        Raises
        ------
        DataError
            A line is no trial.
        """
        told = {}
        for k, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else ()):
            try:
                one = json.loads(line)
                told[one["key"]] = one
            except (ValueError, KeyError, TypeError):
                raise DataError(
                    f"{path} line {k + 1} is no trial; remove the line or choose another --output"
                ) from None
        return cls(path, told)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Have Ctrl-C say that the trials are kept."""
        try:
            yield
        except KeyboardInterrupt:
            kept = f"{len(self.told):,} trials are kept in {self.path}"
            raise KeyboardInterrupt(f"interrupted; {kept}; the same command goes on from there") from None

    def trials(
        self, stage: str, changes: Sequence[Mapping[str, float]], stamp: str, compute: Computes
    ) -> list[dict[str, Any]]:
        """Return trials in order; those that are not there are computed together and written as they are made.

        Parameters
        ----------
        compute : callable
            Yields what each of a row of changes gives, in turn.
        """
        keys = [json.dumps([stage, sorted(changed.items()), stamp]) for changed in changes]
        lacking = {key: changed for key, changed in zip(keys, changes, strict=True) if key not in self.told}
        for (key, changed), made in zip(
            lacking.items(), compute(list(lacking.values())) if lacking else (), strict=True
        ):
            self.told[key] = {"key": key, "stage": stage, "levers": dict(changed), **made}
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(self.told[key]) + "\n")
        return [self.told[key] for key in keys]
