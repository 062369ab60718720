"""A line that takes longer than a moment: it runs on a thread, and a screen waits.

The tracer that records a command works on the thread that it is set on, and the machine
that runs is one for the whole process. So one line runs at a time, and while it does
the screen below looks at nothing of the lab. The thread stays for the next line: to
start one can take longer than to step. A brief line needs none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from pintutor.lab.lab import Lab, Outcome
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.view.panes import Pane
from pintutor.view.progress import progress_line
from pintutor.view.rows import row
from pintutor.view.wrap import cut

PATIENCE = 0.3
"""A command that is done by then is waited for without a word [seconds]."""
MOMENT = 0.25
"""A line that takes longer becomes a job, where it can be one [seconds]."""
PAUSE = 0.1
"""Between two looks at how it goes on [seconds]."""


class Awaited:
    """A line on its way; it has come to its end when `wait` says so."""

    def __init__(
        self, line: str, run: Callable[[str], Outcome], *, brief: bool = False
    ) -> None:
        self.line = line
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None
        """What the line raised, if it did."""
        self._run = run
        self._began = time.monotonic()
        self._under_way = threading.Lock()
        if brief:
            self.work()
            return
        self._under_way.acquire()
        (_idle.pop() if _idle else _Hand()).jobs.put(self)

    def work(self) -> None:
        """Carry the line out."""
        try:
            self.outcome = self._run(self.line)
        except BaseException as error:  # reported by whoever waits
            self.error = error

    def end(self) -> None:
        """Let whoever waits go on."""
        self._under_way.release()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._began

    def wait(self, seconds: float) -> bool:
        """Wait for its end, but not longer than this; whether it has come."""
        if not self._under_way.acquire(timeout=seconds):
            return False
        self._under_way.release()
        return True


class _Hand:
    """A thread that carries out one line after the other."""

    def __init__(self) -> None:
        self.jobs: SimpleQueue[Awaited] = SimpleQueue()
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            job = self.jobs.get()
            job.work()
            _idle.append(self)
            job.end()
            del job  # the lab that it holds may be gone before the next one comes


_idle: list[_Hand] = []
"""Those that have nothing to do."""


def hold(app: App[Any], *, paused: bool) -> None:
    """Have every pane look at nothing of the lab, or look again."""
    for screen in app.screen_stack:
        for pane in screen.query(RowsPane):
            pane.paused = paused


class Waiting(ModalScreen[None]):
    """Over the screen while a line runs: how it goes on, and how to take it back."""

    CSS = """
    Waiting { background: transparent; }
    #waiting { dock: bottom; height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "take_back", show=False)
    ]

    def __init__(self, job: Awaited, lab: Lab, look: Look) -> None:
        super().__init__()
        self.job = job
        self.lab = lab
        self.look = look
        self._asked = False

    def compose(self) -> ComposeResult:
        """Two rows at the bottom."""
        yield RowsPane(self._told, self.look, "waiting", titled=False)

    def on_mount(self) -> None:
        """Look again and again until the line is done."""
        self.set_interval(PAUSE, self._look)

    def _look(self) -> None:
        if self.job.wait(0):
            self.dismiss()
        else:
            self.query_one("#waiting", RowsPane).redraw()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self.lab.interrupt()

    def action_take_back(self) -> None:
        """Stop the line; the machine is then as it was before it."""
        self._asked = True
        self.lab.interrupt()

    def _told(self, width: int, height: int) -> Pane:
        progress = self.lab.progress
        how = "is being stopped" if self._asked else f"Esc or Ctrl+C {progress.stop}"
        told = progress_line(progress, self.job.seconds, f"; {how}", width - 2)
        second = row((f" {self.job.line}", "command"))
        return Pane((), (), (row((f" {told}", "note")), cut(second, width)))
