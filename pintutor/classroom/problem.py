"""Why a submission has no marks."""

from __future__ import annotations


class NotMarked(Exception):
    """Why a submission cannot be marked: what is wrong, in which line, what to try."""

    def __init__(self, code: str, message: str, *, line: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        """Stable word for programs, such as `other-content`."""
        self.message = message
        self.line = line
        """Line of the file; 0 for all of it."""
        self.hint = hint
        """What to try."""
