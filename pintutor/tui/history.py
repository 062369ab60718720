"""The history of the command line: the lines that the prompt keeps too."""

from __future__ import annotations

from pintutor.view import history


class History:
    """Lines typed, oldest first, with a place in them to recall from."""

    def __init__(self) -> None:
        self.lines = history.load()
        self._at = len(self.lines)

    def add(self, line: str) -> None:
        """Keep a line; what no command can be is not kept for later sittings."""
        if line.strip() and self.lines[-1:] != [line]:
            self.lines.append(line)
            history.append(line)
        self._at = len(self.lines)

    @property
    def newest(self) -> bool:
        """True when no later line can be recalled."""
        return self._at == len(self.lines)

    def recall(self, count: int, typed: str) -> str:
        """The line `count` further; what was typed when there is none."""
        self._at = max(0, min(self._at + count, len(self.lines)))
        return self.lines[self._at] if self._at < len(self.lines) else typed
