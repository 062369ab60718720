"""A hash over what lines came to: two runs of a script are the same if theirs are."""

from __future__ import annotations

import hashlib
import json

from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Outcome

DIGITS = 16
"""Hexadecimal digits of a hash."""


class ResultsHash:
    """Takes in line after line with what it came to."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def told(self, outcome: Outcome) -> None:
        """Take in what a line did."""
        self._take(outcome.to_json())

    def refused(self, line: str, error: CommandError) -> None:
        """Take in a line that could not be carried out."""
        self._take([line, error.code])

    def _take(self, data: object) -> None:
        text = json.dumps(data, sort_keys=True, default=str)
        self._hash.update(text.encode() + b"\n")

    def text(self) -> str:
        """The hash of all that was taken in."""
        return self._hash.hexdigest()[:DIGITS]
