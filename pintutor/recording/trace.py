"""The steps of a play with what the panes show at each: for a page to walk.

Every line of the model is a step; of a long play only those that change something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pintutor.lab.lab import Lab
from pintutor.lab.timeline import Entry
from pintutor.recording.beats import Beat, Manner
from pintutor.recording.page import Frame, Panes
from pintutor.recording.playing import Run, Source
from pintutor.view import panes
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.catalogue import CATALOGUE, PaneKind
from pintutor.view.panes.moment import Moment
from pintutor.view.rows import Row, as_text, row

WIDTH = 82
"""Of the panes [columns]."""
HEIGHT = 26
"""Of the source [rows]; the others take what they have."""
MOST_ROWS = 60
"""Of another pane [rows]."""
MOST_LINES = 3000
"""In a play that runs more lines of the model only changes are steps [lines]."""
MOST_STEPS = 4000
"""In a command with more changes only its end is a step."""

STORY = ("story", "what happened")


class Trace(NamedTuple):
    """A play, and every step of it."""

    beats: tuple[Beat, ...]
    frames: tuple[Frame, ...]
    titles: tuple[tuple[str, str], ...]
    """The panes that ever show something, in their order, with their titles."""
    note: str = ""
    """That not every line is a step, and why."""


def trace(source: Source, *, width: int = 80) -> Trace:
    """Play a lesson or a script, and look at every step of it."""
    manner = Manner(width, steps=False)
    total = sum(_lines(Run(source, manner)))
    every = total <= MOST_LINES
    run = Run(source, manner)
    drawer, news = _Drawer(), _News(run)
    beats: list[Beat] = []
    frames: list[Frame] = []
    for beat in run:
        frames += drawer.frames(run.stage.lab, len(beats), news.entries(), every=every)
        beats.append(beat)
    shown = {name for frame in frames for name in frame.panes if frame.panes[name]}
    kinds = [(kind.name, kind.title) for kind in CATALOGUE if kind.name in shown]
    note = "" if every else f"{total} lines of the model ran: the steps are the changes"
    return Trace(tuple(beats), tuple(frames), (STORY, *kinds), note)


def _lines(run: Run) -> Iterator[int]:
    """How many lines of the model each beat of a play ran."""
    news = _News(run)
    for _ in run:
        yield sum(entry.steps for entry in news.entries())


class _News:
    """Tells which commands, or turns of a race, have been done since it was asked last."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: set[Entry] = set()

    def entries(self) -> list[Entry]:
        """Those that are done where the play stands, and were not before."""
        timeline = self._run.stage.lab.timeline
        found, step = [], 0
        for entry in timeline.entries:
            step += entry.steps
            if step <= timeline.cursor and entry not in self._known:
                found.append(entry)
        self._known.update(found)
        return found


class _Drawer:
    """Draws the panes of one step after the other; what is the same is drawn once."""

    def __init__(self) -> None:
        self._keys: dict[str, object] = {}
        self._drawn: Panes = {}

    def frames(
        self, lab: Lab, beat: int, entries: Sequence[Entry], *, every: bool
    ) -> list[Frame]:
        """The steps of what has just been done; one where nothing has."""
        here = lab.timeline.cursor
        steps = [step for each in entries for step in _steps(lab, each, every=every)]
        found = []
        for step in steps or [here]:
            with lab.machine:
                lab.timeline.seek(step)
            found.append(self._frame(lab, beat))
        with lab.machine:
            lab.timeline.seek(here)
        return found

    def _frame(self, lab: Lab, beat: int) -> Frame:
        now = panes.moment(lab)
        timeline = lab.timeline
        where = f"{lab.kernel_name}, step {timeline.cursor} of {timeline.total}"
        told = panes.told_rows(now, WIDTH, 4)
        for kind in CATALOGUE:
            self._draw(kind, now)
        return Frame(beat, where, {STORY[0]: told, **self._drawn})

    def _draw(self, kind: PaneKind, now: Moment) -> None:
        key = kind.shows(now, Asked())
        if kind.name in self._keys and self._keys[kind.name] == key:
            return
        self._keys[kind.name] = key
        self._drawn[kind.name] = _rows(kind, now) if kind.filled(now) else ()


def _rows(kind: PaneKind, now: Moment) -> tuple[Row, ...]:
    height = HEIGHT if kind.name == "source" else MOST_ROWS
    with now.lab.machine:
        pane = kind.draw(now, Asked(), WIDTH, height)
    rows = pane.rows
    while rows and not as_text(rows[-1:]):
        rows = rows[:-1]
    head = (*pane.title, *row("  "), *pane.aside)
    return (head, *rows) if kind.name == "source" else rows


def _steps(lab: Lab, entry: Entry, *, every: bool) -> list[int]:
    """The steps of a command to stand at; its end is the last."""
    first = lab.timeline.first_step(entry)
    local = range(1, entry.steps)
    if not every or entry.truncated:
        local_found = [n for n in local if entry.position(n) != entry.position(n - 1)]
    else:
        local_found = list(local)
    if len(local_found) > MOST_STEPS:
        local_found = []
    return [first + number for number in (*local_found, entry.steps)]
