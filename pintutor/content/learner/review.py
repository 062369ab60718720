"""The command that asks again what went wrong.

Each question is a lesson of its own: on a machine brought to where the lesson asks it,
with the text before it, and with the commands that it is about behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pintutor.content import excerpt
from pintutor.content.excerpt import REVIEW
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Mistake, Record
from pintutor.content.lesson import Lesson
from pintutor.content.session import TOPIC, Session
from pintutor.content.standing import Missed, missed
from pintutor.content.steps import Step
from pintutor.content.tell import told_opening
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told


@dataclass(slots=True)
class Asked:
    """A question that is asked again, and where what comes of it is kept."""

    missed: Missed
    store: Store

    def save(self, _: str, record: Record) -> tuple[str, ...]:
        """Keep what was answered; returns what to tell the learner."""
        past, step = self.missed.mistake, self.missed.step
        given = record.answers.get(step.id)
        again = record.mistakes.get(step.id, Mistake()).texts
        right = given is not None and given.right and not again
        corrected = len(past.texts) if right else past.corrected
        now = Mistake([*past.texts, *again], corrected)
        # Of no take: where the learner stands in the lesson stays as it is.
        only = Record(take=0, mistakes={step.id: now})
        wrong = self.store.save(self.missed.listed.front.id, only)
        left = len(_open(self.store)) if given is not None else 0
        more = (f"{left} more to review: `review` asks the next",) if left else ()
        return (*more, *wrong)


def _open(store: Store) -> list[Missed]:
    return [one for one in missed(store.load()) if one.mistake.is_open]


@command(TOPIC, mutates=False, see=("answer", "progress", "lesson"))
def review(lab: Lab) -> Told:
    """Ask again what you answered wrong, or solved with a hint, or skipped.

    The latest comes first; what goes wrong again comes once more behind the others.
    The machine is a fresh one, brought to where the lesson asks it: `answer` answers.
    """
    store = Store()
    due = _open(store)
    here = lab.session
    if isinstance(here, Session) and here.lesson.id == REVIEW:
        due.sort(key=lambda one: one.step == _question(here.lesson))
    for one in due:
        session = _begun(lab, one, store)
        if session is not None:
            return told_opening(session, store.tell())
    if due:
        said = f"{len(due)} can no longer be asked: their lessons have changed"
        return Told(REVIEW, (said, *store.tell()), {"left": 0})
    return Told(REVIEW, ("there is nothing to review", *store.tell()), {"left": 0})


def _question(lesson: Lesson) -> Step:
    """The step that a lesson asks again."""
    return next(step for step in lesson.steps if step.kind != "text")


def _begun(lab: Lab, one: Missed, store: Store) -> Session | None:
    """The question, asked in the lab; None when its place cannot be reached."""
    lesson, step = replace(one.lesson, number=one.listed.number), one.step
    about = [each for each in lesson.steps if each.id and each.id == step.of]
    at, save = lesson.index(step.id), Asked(one, store).save
    try:
        return excerpt.begin(lab, lesson, at, (step, *about), kind=REVIEW, save=save)
    except CommandError:
        return None
