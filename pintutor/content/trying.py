"""What a learner tried in a sitting: wrong answers, drafts, and the hints they call for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.content.exercises.blanks import Blanks
from pintutor.content.policy import Policy
from pintutor.content.situation import Situation
from pintutor.content.steps import Fitting, Step
from pintutor.lab.errors import CommandError

if TYPE_CHECKING:
    from pintutor.content.session import Session


class Tries:
    """What was tried, each by id of the step, and what the class allows."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.wrong: dict[str, list[str]] = {}
        """Wrong answers, of earlier sittings too; `check` for a task found unsolved."""
        self.drafts: dict[str, str] = {}
        """Scripts that are being written."""
        self.situations: dict[str, Situation] = {}
        """What the last answer to an exercise came to."""
        self.fitted: list[str] = []
        """Hints that fitted what was done and were given, by id of the hint."""

    def add(self, step: Step, text: str) -> None:
        """Take note of a wrong answer."""
        self.wrong.setdefault(step.id, []).append(text)

    def used_up(self, step: Step) -> bool:
        """True when no more answers may be given."""
        most = self.policy.most(step.kind)
        return most is not None and len(self.wrong.get(step.id, ())) >= most


def settled(session: Session, step: Step, text: str, *, right: bool) -> tuple[str, ...]:
    """Take an answer; the step is passed when it is right, or the last that is allowed.

    Returns what to tell the learner of the lesson.
    """
    if not right:
        session.tries.add(step, text)
    if right or session.tries.used_up(step):
        return session.settle(step, text, right=right)
    session.keeping.missed(step, text)
    return ()


def solution_of(session: Session, step: Step) -> tuple[str, ...]:
    """Lines that solve a task; of blanks, computed from where the machine is.

    Errors: CommandError when the blanks cannot be shown any more.
    """
    if isinstance(step.exercise, Blanks):
        return (step.exercise.solution(session.lab),)
    lines = session.lesson.solutions.get(step.id, ())
    return tuple(line.text.strip() for line in lines)


def next_hint(session: Session, step: Step) -> tuple[int, str]:
    """The next hint for a task and its grade, from 1; the last one again after it.

    A hint that fits what was done comes first, once, and has grade 0.
    """
    if step.id not in session.hints:
        session.keeping.missed(step, "hint")
        session.hints[step.id] = 0
    fits = fitting(session, step)
    if fits is not None and fits.id not in session.tries.fitted:
        session.tries.fitted.append(fits.id)
        return 0, fits.text
    grade = min(session.hints[step.id] + 1, len(step.hints))
    session.hints[step.id] = grade
    return grade, step.hints[grade - 1]


def fitting(session: Session, step: Step) -> Fitting | None:
    """The first hint whose condition holds; None when no condition does.

    It is asked of the learner's machine for a task, and for an exercise of the machine
    that the last answer brought about.
    """
    situation = session.tries.situations.get(step.id)
    if step.kind == "task":
        situation = Situation(session.lab, {})
    if situation is None:
        return None
    return next((one for one in step.fitting if _holds(situation, one.when)), None)


def _holds(situation: Situation, text: str) -> bool:
    """False too for what has no value there."""
    try:
        return bool(situation.value(text))
    except CommandError:
        return False
