"""Every trial of a calibration, kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import DataError


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

    def trial(
        self, stage: str, changed: Mapping[str, float], stamp: str, compute: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return a trial, computed if it is not there."""
        key = json.dumps([stage, sorted(changed.items()), stamp])
        if key not in self.told:
            made = {"key": key, "stage": stage, "levers": dict(changed), **compute()}
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(made) + "\n")
            self.told[key] = made
        return self.told[key]
