"""Scale: which columns of the timeline stand for which steps, and the other way round.

It depends on the commands alone, not on where the cursor is, so that nothing moves
while one steps or drags. Column 0 stands for step 0, before the first command.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from pintutor.lab.timeline import Entry

LEAST = 4
"""Narrowest segment of a command that is shown with a part of its name [columns]."""


class Scale:
    """The steps of a history on so many columns, at least two."""

    def __init__(self, entries: Sequence[Entry], columns: int) -> None:
        self.columns = max(2, columns)
        self.steps = list(accumulate((entry.steps for entry in entries), initial=0))
        """The last step of each command, behind step 0."""
        self.edges = list(accumulate(self._widths(entries), initial=1))
        """The column behind each command; empty where several share a column."""
        if len(self.edges) <= len(entries):
            self.edges = []

    @property
    def total(self) -> int:
        """The last step."""
        return self.steps[-1]

    def _widths(self, entries: Sequence[Entry]) -> list[int]:
        """Columns of each command: room for its name, or less, and the rest by steps."""
        room = self.columns - 1
        for least in (_name, lambda entry: LEAST, lambda entry: 1):
            widths = [least(entry) for entry in entries]
            if sum(widths) <= room:
                return self._filled(widths, room - sum(widths))
        return []

    def _filled(self, widths: list[int], spare: int) -> list[int]:
        """The widths with what is left shared out by the number of steps."""
        ends = [spare * step // max(1, self.total) for step in self.steps]
        shares = (after - before for before, after in pairwise(ends))
        return [width + share for width, share in zip(widths, shares, strict=True)]

    def column(self, step: int) -> int:
        """The column of a step."""
        if step <= 0:
            return 0
        if not self.edges:
            return 1 + (step - 1) * (self.columns - 1) // self.total
        number = bisect_left(self.steps, step) - 1
        first, after = self.edges[number : number + 2]
        local, steps = step - self.steps[number], self._count(number)
        last = after - 1
        return last if local == steps else first + (last - first) * (local - 1) // steps

    def step(self, column: int) -> int:
        """The step that a column stands for: of several the last but for ends of commands.

        The last column of a command is its end.
        """
        column = max(0, min(column, self.columns - 1))
        if column == 0 or not self.total:
            return 0
        if not self.edges:
            return min(self.total, column * self.total // (self.columns - 1))
        number = min(bisect_right(self.edges, column), len(self.edges) - 1) - 1
        first, after = self.edges[number : number + 2]
        steps = self._count(number)
        if column >= after - 1:
            return self.steps[number + 1]
        local = -(-(column - first) * steps // (after - 1 - first)) + 1
        return self.steps[number] + min(local, max(1, steps - 1))

    def _count(self, number: int) -> int:
        return self.steps[number + 1] - self.steps[number]


def _name(entry: Entry) -> int:
    return max(LEAST, len(entry.name) + 2)
