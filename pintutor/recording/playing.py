"""Going through a script or a lesson: what it shows, beat by beat.

Without anybody at a terminal this is a test: a beat says what does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pintutor.content.lesson import Lesson
from pintutor.content.session import Session
from pintutor.recording.beats import Beat, Manner
from pintutor.recording.lesson_play import lesson_beats, lesson_stage, said
from pintutor.recording.script import Cue, Script
from pintutor.recording.stage import Asker, Stage, nobody

Source = Script | Lesson


class Run:
    """One time that a script or a lesson is gone through."""

    def __init__(self, source: Source, manner: Manner, *, asker: Asker = nobody) -> None:
        self._source = source
        self._number = 0
        if isinstance(source, Script):
            self.stage = Stage(source.kernel, manner, asker=asker)
            self._beats = script_beats(self.stage, source)
        else:
            self.stage = lesson_stage(source, manner)
            self._beats = lesson_beats(self.stage, source)
        # While a command is walked through the lesson does not follow.
        session = self.stage.lab.session
        self._session = session if isinstance(session, Session) else None

    def __iter__(self) -> Iterator[Beat]:
        """The beats, each when it has happened."""
        for beat in self._beats:
            self._number = beat.number or self._number
            yield beat

    @property
    def upcoming(self) -> str:
        """The line that is typed next; empty when it is not known yet."""
        if isinstance(self._source, Script):
            ahead = (cue for cue in self._source.cues if cue.number > self._number)
            return next((cue.text for cue in ahead if cue.kind == "line"), "")
        return (self._session.next_line() or "") if self._session else ""


def name(source: Source) -> str:
    """What it is called on the command line."""
    return source.path.stem if isinstance(source, Script) else source.id


def file_of(source: Source) -> Path:
    """The file that it stands in."""
    return source.path if isinstance(source, Script) else source.front.path


def title(source: Source) -> str:
    """What it is called on a screen."""
    if isinstance(source, Script):
        return source.title
    return f"{source.number} {source.title}"


def script_beats(stage: Stage, script: Script) -> Iterator[Beat]:
    """The beats of a script."""
    marks: list[str] = []
    notes: list[str] = []
    for cue in script.cues:
        if cue.kind == "mark":
            marks.append(cue.text)
        elif cue.kind == "note":
            notes.append(cue.text)
        else:
            for beat in _cue(stage, cue):
                yield (
                    replace(beat, mark=" ".join(marks), notes=(*beat.notes, *notes))
                    if marks or notes
                    else beat
                )
                marks, notes = [], []


def _cue(stage: Stage, cue: Cue) -> Iterator[Beat]:
    if cue.kind == "say":
        yield stage.say(cue.text, number=cue.number)
    elif cue.kind == "line":
        beat, outcome = stage.take(cue.text, number=cue.number)
        yield beat
        yield from stage.walk(outcome)
    elif cue.kind == "wait":
        yield from _wait(stage, cue)
    elif cue.kind == "pause":
        yield Beat("pause", stage.where, number=cue.number)
    elif cue.kind == "results" and stage.results.text() != cue.text:
        wrong = f"the lines came to {stage.results.text()}, not to {cue.text}"
        yield Beat("wait", stage.where, wrong=wrong, number=cue.number)


def _wait(stage: Stage, cue: Cue) -> Iterator[Beat]:
    """Go on when the condition holds; who presents may bring it about, line by line."""
    lacking = stage.lacking(cue.text)
    while lacking:
        line = stage.asker(cue.text)
        if line is None:
            wrong = f"`{cue.text}` does not hold: {lacking}"
            yield Beat("wait", stage.where, wrong=wrong, number=cue.number)
            return
        beat, outcome = stage.take(line)
        # What is tried at a prompt may fail; only the condition counts.
        yield replace(beat, wrong="")
        yield from stage.walk(outcome)
        lacking = stage.lacking(cue.text)


def typed_beats(stage: Stage, lines: Iterable[str]) -> Iterator[Beat]:
    """The beats of lines typed on a stage, with what a lesson on it says to them."""
    yield from said(stage)
    for line in lines:
        yield stage.take(line)[0]
        yield from said(stage)
