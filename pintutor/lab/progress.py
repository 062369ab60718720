"""How far the command under way is, for whoever looks on from another thread."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from pintutor.linux.include.linux.mm_types import PageArray

TELLS = "ends it with what is known"
"""What an interrupt does to a command that tells what it has seen."""


class Progress:
    """How much is done, of how much; both 0 while nothing is known.

    It is no state of the machine: a command sets it, nothing in the lab reads it.
    """

    def __init__(self, *, stop: str = "takes it back") -> None:
        self.total = 0
        """How many pages, or else what, there are; 0 while nobody knows."""
        self.what = "pages"
        """What is counted, where that is no execution of a race."""
        self.race = ""
        """The race whose executions are counted, instead of pages."""
        self.stop = stop
        """What an interrupt does, in words."""
        self._done: Callable[[], int] = int

    def of(self, total: int, done: Callable[[], int]) -> None:
        """Count to `total` pages; `done` says how many it are, and only reads."""
        self._done = done
        self.total = total

    def counted(self, done: int, total: int, what: str) -> None:
        """Say that so many of so many are done, of whatever it is."""
        self.what = what
        self.of(total, lambda: done)

    def ran(self, executions: int, expected: int | None, race: str) -> None:
        """Count executions of a race, of about how many in all if that is known."""
        self.race = race
        self._done = lambda: executions
        self.total = expected or 0

    @property
    def done(self) -> int:
        """Pages or executions that the command has done."""
        done = self._done()
        return min(done, self.total) if self.total else done


def filled(pages: PageArray) -> int:
    """How many pages a GUP call has put into its array, which it fills in order."""
    return bisect_left(pages.array.items, 1, key=lambda page: page is None)
