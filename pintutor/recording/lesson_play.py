"""A lesson played by itself: its text, its lines, and right answers to its questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pintutor.classroom.right_answers import right_lines
from pintutor.content.lesson import Lesson
from pintutor.content.session import Session
from pintutor.content.steps import TASKS, Step
from pintutor.content.tell import paragraphs
from pintutor.lab.errors import CommandError
from pintutor.recording.beats import Beat, Manner
from pintutor.recording.stage import Stage


def lesson_stage(lesson: Lesson, manner: Manner) -> Stage:
    """A stage on which a lesson stands at its first step; nothing of it is kept."""
    stage = Stage(lesson.kernel, manner)
    stage.lab.session = Session(lesson, stage.lab)
    return stage


def lesson_beats(stage: Stage, lesson: Lesson) -> Iterator[Beat]:
    """The beats of a lesson, to its end or to the step that it cannot get past."""
    yield stage.say(f"# {lesson.number} {lesson.title}")
    yield from _Play(stage).beats()


def said(stage: Stage) -> Iterator[Beat]:
    """What a lesson on a stage says up to the step that it asks for now."""
    session = stage.lab.session
    if not isinstance(session, Session):
        return
    for step in session.unread():
        text = "\n\n".join(paragraphs(session, step))
        if text:
            yield stage.say(text, notes=_notes(session, step), number=step.line)


class _Play:
    """A lesson on its way."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        session = stage.lab.session
        assert isinstance(session, Session), "the stage was made for a lesson"
        self.session = session
        self._marked_last = ""

    def beats(self) -> Iterator[Beat]:
        """Step after step, until there is none or one does not come to its end."""
        yield from said(self.stage)
        while (step := self.session.step) is not None:
            before = self.session.place
            yield from self._marked(step)
            if self.session.place == before:
                wrong = f"the {step.kind} `{step.id}` was not done by that"
                yield Beat("wait", self.stage.where, wrong=wrong, number=step.line)
                return

    def _marked(self, step: Step) -> Iterator[Beat]:
        """The beats that do a step; the first of them all is marked with its id."""
        for beat in self._done(step):
            yield replace(beat, mark=step.id) if step.id != self._marked_last else beat
            self._marked_last = step.id

    def _done(self, step: Step) -> Iterator[Beat]:
        if step.kind == "run":
            line = self.session.next_line()
            assert line is not None, "a run step has a line until it is done"
            yield from self._typed(line, step)
        elif step.kind in ("predict", "quiz"):
            yield from self._answered(step)
        else:
            yield from self._solved(step)

    def _typed(self, line: str, step: Step) -> Iterator[Beat]:
        beat, outcome = self.stage.take(line, number=step.line)
        yield beat
        yield from self.stage.walk(outcome)
        yield from said(self.stage)

    def _answered(self, step: Step) -> Iterator[Beat]:
        wrong = (f"answer {text}" for text in self._wrong(step))
        for line in (*wrong, *right_lines(self.session, step)):
            if self.session.step is step:
                yield from self._typed(line, step)

    def _wrong(self, step: Step) -> tuple[str, ...]:
        """A wrong answer that the lesson has something to say to, if it is asked for."""
        if not self.stage.manner.wrong_first:
            return ()
        if step.kind == "predict":
            return tuple(text for text, _ in step.wrong[:1])
        return tuple(str(n) for n, each in enumerate(step.choices, 1) if not each.right)[:1]

    def _solved(self, step: Step) -> Iterator[Beat]:
        """The commands that solve a task, and `check` where they end within a command."""
        if self.stage.manner.wrong_first and step.kind == "task":
            yield from self._typed("check", step)
            yield from self._typed("hint", step)
        for line in right_lines(self.session, step):
            yield from self._typed(line, step)
        if self.session.step is step and step.kind == "task":
            yield from self._typed("check", step)


def _notes(session: Session, step: Step) -> tuple[str, ...]:
    """What helps who presents the step: the answer, and what others answer."""
    if step.kind not in (*TASKS, "predict", "quiz"):
        return ()
    others = [f"{text}: {feedback}" for text, feedback in step.wrong]
    others += [f"{each.text}: {each.feedback}" for each in step.choices]
    try:
        right = right_lines(session, step)
        if step.kind in TASKS:
            return ("solution:", *(f"  {line}" for line in right))
        return (*right, *others)
    except CommandError as error:
        return (f"no answer: {error.message}", *others)
