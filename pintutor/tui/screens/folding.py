"""FoldingList: a list whose parts are folded away under their headings."""

from __future__ import annotations

from collections.abc import Iterable

from textual.events import Click

from pintutor.tui.list_pane import ListPane
from pintutor.view.browse.listing import FOLDED, Line, folded

WIDTH = 80
"""Any width will do to find out in which part a row is [columns]."""


class FoldingList(ListPane):
    """While a filter is set nothing is folded; a heading that hides rows can be chosen."""

    closed: frozenset[str] = frozenset()
    """The parts that are folded away."""

    def sifted(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines that pass the filter; without one those that are not folded away."""
        if self.filter.split():
            return super().sifted(lines)
        return folded(lines, self.closed)

    def show(self, key: str) -> None:
        """Choose a row from the beginning, its part unfolded."""
        self._listing(WIDTH)  # nothing has been drawn yet
        self.key = key
        self.closed -= {self._part(key)}

    def fold(self, way: int) -> None:
        """Fold the part away that the chosen row is in, or unfold it."""
        part = self._part(self.key)
        if part and not self.filter.split():
            self._close(self.closed | {part} if way < 0 else self.closed - {part}, part)

    def fold_all(self, way: int) -> None:
        """Fold every part away, or none."""
        parts = frozenset(line.part for line in self._whole() if line.part)
        if parts and not self.filter.split():
            self._close(parts if way < 0 else frozenset(), self._part(self.key))

    def _close(self, parts: Iterable[str], part: str) -> None:
        """Have these parts folded, and keep the choice in the part where it is."""
        self.closed = frozenset(parts)
        if part in self.closed:
            self.choose(FOLDED + part)
        elif self.key.startswith(FOLDED):
            self.choose(self._first(part))
        else:
            self.choose(self.key)

    def _whole(self) -> tuple[Line, ...]:
        return self._held.lines if self._held is not None else ()

    def _part(self, key: str) -> str:
        """The part that a row is in; empty for none."""
        if key.startswith(FOLDED):
            return key.removeprefix(FOLDED)
        part = ""
        for line in self._whole():
            part = line.part or part
            if line.key == key:
                return part
        return ""

    def _first(self, part: str) -> str:
        """The first row of a part that can be chosen."""
        lines = self._whole()
        start = next(n for n, line in enumerate(lines) if line.part == part)
        return next((line.key for line in lines[start:] if line.key), "")

    def on_click(self, event: Click) -> None:
        """Fold a part, or unfold it, where its heading is clicked."""
        index = event.y - self.titled + self._top
        line = self.lines[index] if 0 <= index < len(self.lines) else None
        if event.y < self.titled or line is None or not line.part:
            super().on_click(event)
            return
        event.stop()
        event.prevent_default()
        if not self.filter.split():
            self._close(self.closed ^ {line.part}, line.part)
