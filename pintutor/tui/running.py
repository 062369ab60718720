"""Running: the steps that `run` goes through, shown one after the other on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from pintutor.lab.results import Moved
from pintutor.view.motion import SECONDS, still

if TYPE_CHECKING:
    from pintutor.tui.working import WorkScreen

RUN = "run"
"""The line that, while steps are shown, pauses them."""


class Running:
    """What runs on a screen, if anything does.

    The machine has been where `run` ends; it goes back to the first step on the way and
    stands at each for a moment. What pauses it becomes a line of its own, `goto N`, so
    that the log tells where the machine is.
    """

    def __init__(self, screen: WorkScreen) -> None:
        self._screen = screen
        self._ahead: list[int] = []
        """The steps still to be shown, the last first."""
        self._timer: Timer | None = None

    def begin(self, result: object) -> None:
        """Show the steps of a result that has any; at once the last if nothing may move."""
        if not isinstance(result, Moved) or not result.frames or still():
            return
        self._ahead = list(reversed(result.frames))
        self._screen.desk.pace = result.pace
        self._show()
        self._timer = self._screen.set_interval(SECONDS[result.pace], self._next)

    def pause(self) -> bool:
        """Stay where it is, by a line that the log keeps; False when nothing runs."""
        if self._timer is None:
            return False
        self._stop()
        desk = self._screen.desk
        desk.run(f"goto {desk.lab.timeline.cursor}")
        self._screen.redraw()
        return True

    def _show(self) -> None:
        self._screen.desk.scrub(self._ahead.pop())

    def _next(self) -> None:
        """The next step; after the last one nothing runs any more."""
        if self._ahead:
            self._show()
        else:
            self._stop()
        self._screen.redraw()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = None
        self._ahead = []
        self._screen.desk.pace = ""
