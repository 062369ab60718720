"""The rows above the command line that tell how the jobs go on."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size

from pintutor.lab.beside import Arrival
from pintutor.lab.commands.jobs import under_way
from pintutor.lab.jobs import JobTold
from pintutor.tui.desk import Desk
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.shape import LEAST, LOW
from pintutor.view.jobs import job_row
from pintutor.view.panes import Pane
from pintutor.view.rows import row

PULSE = 0.25
"""Between two looks at the jobs [seconds]."""
MOST = 3
"""Rows that it takes at most, and one in little room."""


class JobsPane(RowsPane):
    """A row for each job; no room is taken while there is none."""

    def __init__(self, desk: Desk, look: Look, changed: Callable[[], None]) -> None:
        super().__init__(self._drawn, look, "jobs", titled=False)
        self._desk = desk
        self._changed = changed
        """Gives it the room that it needs now, and shows what came."""
        self._count = 0
        """The jobs that it has room for."""
        self.display = False

    def on_mount(self) -> None:
        """Look at the jobs now and then."""
        self.set_interval(PULSE, self._look)

    def fit(self, size: Size) -> int:
        """Take the rows that the jobs need, if there is room; returns how many."""
        self._count = len(under_way(self._desk.lab))
        most = 1 if size.height < LOW else MOST
        rows = max(0, min(self._count, most, size.height - LEAST[1]))
        self.display = rows > 0
        self.styles.height = rows
        return rows

    def _look(self) -> None:
        """Log what came, and say so; while another screen is in front, that one does."""
        if self.screen is not self.app.screen:
            return
        arrivals = self._desk.arrived(width=max(LEAST[0], self.screen.size.width))
        for one in arrivals:
            self.app.notify(_news(one), title="job", markup=False)
        if arrivals or len(under_way(self._desk.lab)) != self._count:
            self._changed()
        self.redraw()

    def _drawn(self, width: int, height: int) -> Pane:
        rows = [job_row(job.state, width) for job in under_way(self._desk.lab)]
        if len(rows) > height > 1:
            rows[height - 1 :] = [row((f"   and {len(rows) - height + 1} more", "note"))]
        return Pane((), (), tuple(rows))


def _news(one: Arrival) -> str:
    """What a job came to, in a few words."""
    line = one.outcome.line
    if one.error is not None:
        return f"`{line}` failed: {one.error.message}"
    if isinstance(one.outcome.result, JobTold):
        return f"`{line}` was stopped"
    answers = getattr(one.outcome.result, "answers", {})
    told = next(iter(answers.values()), "")
    return f"`{line}` is done" + (f": {told}" if told else "") + "; the log shows it"
