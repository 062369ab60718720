"""How far the command under way is, for whoever looks on from another thread."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from pintutor.linux.include.linux.mm_types import PageArray


class Progress:
    """Pages done, of how many; both 0 while nothing is known.

    It is no state of the machine: a command sets it, nothing in the lab reads it.
    """

    def __init__(self) -> None:
        self.total = 0
        """Pages that the command is about."""
        self._done: Callable[[], int] = int

    def of(self, total: int, done: Callable[[], int]) -> None:
        """Count to `total` pages; `done` says how many it are, and only reads."""
        self._done = done
        self.total = total

    @property
    def done(self) -> int:
        """Pages that the command has done."""
        return min(self._done(), self.total)


def filled(pages: PageArray) -> int:
    """How many pages a GUP call has put into its array, which it fills in order."""
    return bisect_left(pages.array.items, 1, key=lambda page: page is None)
