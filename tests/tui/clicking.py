"""A terminal that is driven by mouse reports only: no key is ever sent."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.terminal import Terminal

CONTROLS = r"^ Run  ⌫  space "
"""The row between the list and the signs."""
WHEEL = 65
"""The button that a terminal reports for a turn of the wheel, down."""


class Mouse:
    """The mouse of a terminal."""

    def __init__(self, shown: Terminal) -> None:
        self.shown = shown

    def click(self, pattern: str) -> None:
        """Click the last place that matches: its first group, if it has one."""
        self.shown.wait_for(pattern)
        self.shown.settle(quiet=0.05)
        found = self._places(pattern)
        assert found, f"{pattern!r} is not in one row:\n{self.shown.text()}"
        self._press(*found[-1])

    def compose(self, words: Iterable[str]) -> None:
        """Put words into the line, from the list where it has them, and run the line."""
        for word in words:
            self.shown.wait_for(CONTROLS)
            self.shown.settle(quiet=0.05)
            listed = rf"^[ ▸] ({re.escape(word)})(?: |$)"
            if self._scrolled_to(listed):
                self.click(listed)
            else:
                self._signs(word)
        self.click(r"^ (Run)  ⌫")
        self.shown.wait_for(rf"\A(?![\s\S]*{CONTROLS})")

    def _scrolled_to(self, pattern: str) -> bool:
        """Turn the wheel over the list until it shows something; False at its end."""
        ((x, y),) = self._places(CONTROLS)
        before = ""
        while before != self.shown.text():
            if self._places(pattern):
                return True
            before = self.shown.text()
            self.shown.send(f"\x1b[<{WHEEL};{x + 1};{y - 1}M")
            self.shown.settle(quiet=0.05)
        return False

    def _signs(self, word: str) -> None:
        """Click the signs of a word one by one."""
        for sign in word:
            ((_, top),) = self._places(CONTROLS)
            places = self._places(rf"(?<= ){re.escape(sign)}(?= |$)")
            self._press(*next(place for place in places if place[1] > top))
            self.shown.settle(quiet=0.05)

    def _places(self, pattern: str) -> list[tuple[int, int]]:
        """Column and row, from 1, of all that matches, or of its first group."""
        rows = enumerate(self.shown.lines(), 1)
        found = ((y, hit) for y, row in rows for hit in re.finditer(pattern, row))
        return [(hit.start(1 if hit.re.groups else 0) + 1, y) for y, hit in found]

    def _press(self, x: int, y: int) -> None:
        self.shown.send(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")
