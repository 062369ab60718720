"""The fast track: a lesson's tasks alone, for who knows the matter and can show it."""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.content import excerpt
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.content.lesson import Lesson
from pintutor.content.session import Session
from pintutor.content.steps import TASKS, Step
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab


@dataclass(slots=True)
class Track:
    """The tasks of a lesson that are taken alone, and where what comes of them is kept."""

    lesson: Lesson
    store: Store
    solved: bool = False

    def save(self, _: str, record: Record) -> tuple[str, ...]:
        """Keep mistakes, and that the lesson is done; returns what to tell the learner."""
        given = [record.answers.get(step.id) for step in self.lesson.tasks]
        solved = all(answer is not None and answer.right for answer in given)
        if not (solved or record.mistakes):
            return ()
        # Of no take: where the learner stands in the whole lesson stays as it is.
        only = Record(take=0, complete=solved, mistakes=record.mistakes)
        wrong = self.store.save(self.lesson.id, only)
        news = solved and not self.solved
        self.solved = solved
        return (*((f"`{self.lesson.id}` counts as done",) if news else ()), *wrong)


def begin_fast(lab: Lab, lesson: Lesson, store: Store) -> Session:
    """Take the tasks of a lesson, on a machine brought to the first of them.

    Commands between two tasks are still the learner's to run.

    Errors: CommandError when it has none, or when its commands do not lead there.
    """
    if not lesson.tasks:
        raise CommandError(
            f"`{lesson.id}` has no task to be solved alone",
            None,
            code="no-task",
            hint=f"`lesson {lesson.id}` takes it whole",
        )
    first = lesson.steps.index(lesson.tasks[0])
    last = lesson.steps.index(lesson.tasks[-1])
    past = store.load().get(lesson.id, Record())
    steps = filter(_is_needed, lesson.steps[first : last + 1])
    track = Track(lesson, store)
    session = excerpt.begin(lab, lesson, first, steps, kind=excerpt.FAST, save=track.save)
    session.keeping.recall(past)
    return session


def _is_needed(step: Step) -> bool:
    return step.kind in (*TASKS, "run", "text")
