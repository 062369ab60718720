"""Outcome: what one line of the language did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pintutor.lab.results import Change, to_json
from pintutor.sim.errors import Oops


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one line did."""

    line: str
    command: str
    """Name of the command; empty for an empty line."""
    kernel: str
    """The kernel that it ran on."""
    step: int
    """The step where the machine stands now."""
    total: int
    """The last step of this line of history."""
    result: object = None
    changes: tuple[Change, ...] = ()
    calls: tuple[str, ...] = ()
    """Functions of the model that ran, in order of their first line."""
    notes: tuple[str, ...] = ()
    """What happened besides: a branch began, lines were not recorded."""
    oops: Oops | None = None
    skipped: bool = False
    """True when the line is for another kernel."""
    as_json: bool = False
    """True when the line asked for JSON."""

    def to_json(self) -> dict[str, Any]:
        """The outcome as data."""
        return {
            "line": self.line,
            "command": self.command,
            "kernel": self.kernel,
            "step": self.step,
            "total": self.total,
            "skipped": self.skipped,
            "result": to_json(self.result),
            "changes": [
                {**to_json(change), "delta": change.delta} for change in self.changes
            ],
            "calls": list(self.calls),
            "notes": list(self.notes),
            "oops": None if self.oops is None else f"{self.oops.kind}: {self.oops}",
        }
