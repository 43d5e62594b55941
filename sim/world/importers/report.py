"""What an import used, missed, imputed and changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["used", "missing", "carried", "imputed", "renormalised", "dropped"]


@dataclass(frozen=True)
class Finding:
    """One line of a report."""

    concept: str
    status: Status
    text: str


@dataclass
class Report:
    """The findings of one import, in the order they were made."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, concept: str, status: Status, text: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(concept, status, text))

    def listed(self, concept: str, status: Status, text: str, names: Iterable[str]) -> None:
        """Note a finding about states, unless there are none."""
        if found := sorted(names):
            shown = " ".join(found[:12]) + (f" and {len(found) - 12} more" if len(found) > 12 else "")
            self.add(concept, status, f"{text}: {shown}")

    def of(self, status: Status) -> list[Finding]:
        """Return the findings of one status."""
        return [f for f in self.findings if f.status == status]
