"""TimeBar: the timeline as a widget; a click goes to a step, dragging scrubs."""

from __future__ import annotations

from collections.abc import Callable

from textual.events import (
    MouseCapture,
    MouseDown,
    MouseMove,
    MouseRelease,
    MouseScrollDown,
    MouseScrollUp,
    MouseUp,
)

from pintutor.tui.desk import Desk
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.running import RUN
from pintutor.view.panes.timeline import scale_of

Run = Callable[[str], None]
"""Runs a line, as a key does."""


class TimeBar(RowsPane):
    """The commands and the cursor among them.

    While the button is down the machine follows the pointer, as fast as it can be
    drawn: positions that the pointer has left again are passed over. Only where it is
    let go becomes a line.
    """

    DEFAULT_CSS = "TimeBar { width: 1fr; height: 1; }"

    def __init__(
        self, desk: Desk, look: Look, *, run: Run, redraw: Callable[[], None]
    ) -> None:
        super().__init__(desk.time_pane, look, "time", titled=False)
        self.desk = desk
        self.run = run
        self.redraw_all = redraw
        self._from: int | None = None
        """The step where dragging began; None while no button is down."""
        self._wanted: int | None = None
        """The step below the pointer, until it is shown."""

    def step_at(self, x: int) -> int:
        """The step that a column stands for."""
        return scale_of(self.desk.lab.timeline, self.size.width).step(x)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Go below the pointer, and follow it from now on."""
        event.stop()
        if event.button != 1 or self.paused:
            return
        if self.desk.pace:
            self.run(RUN)  # which pauses it
        self._from = self.desk.lab.timeline.cursor
        self.capture_mouse()
        self._want(event.x)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Follow the pointer while the button is down."""
        event.stop()
        if self._from is not None:
            self._want(event.x)

    def on_mouse_up(self, event: MouseUp) -> None:
        """Stay where the pointer is, by a line that the log keeps."""
        event.stop()
        start, self._from, self._wanted = self._from, None, None
        self.release_mouse()
        if start is None:
            return
        step = self.step_at(event.x)
        self.desk.scrub(start)
        self.run(f"goto {step}")

    def on_mouse_release(self, _event: MouseRelease) -> None:
        """Follow the pointer no longer."""
        self._from = None

    def on_mouse_capture(self, event: MouseCapture) -> None:
        """The pointer may leave the bar while the button is down."""
        event.stop()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """One step on."""
        event.stop()
        self.run("step")

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """One step back."""
        event.stop()
        self.run("back")

    def _want(self, x: int) -> None:
        """Show the step of a column once what is being drawn has been painted."""
        waiting = self._wanted is not None
        self._wanted = self.step_at(x)
        if not waiting:
            self.call_after_refresh(self._scrub)

    def _scrub(self) -> None:
        step, self._wanted = self._wanted, None
        if step is None or step == self.desk.lab.timeline.cursor:
            return
        self.desk.scrub(step)
        self.redraw_all()
