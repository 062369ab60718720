"""The answer to an exercise, and what it comes to."""

from __future__ import annotations

from pintutor.content.exercises.kinds import Exercise
from pintutor.content.exercises.program import Program
from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.content.trying import settled
from pintutor.lab.lab import Lab
from pintutor.lab.results import Told
from pintutor.lab.words import Word


def answered(session: Session, step: Step, exercise: Exercise, given: Word) -> Told:
    """Whether an answer is right, and what it comes to (CommandError)."""
    meant = exercise.meant(session.lab, given)
    found = exercise.judged(session.lab, meant)
    if found.situation is not None:
        session.tries.situations[step.id] = found.situation
    if isinstance(exercise, Program):
        session.tries.drafts[step.id] = found.text
    data = {"kind": step.kind, "id": step.id, "right": found.right, **found.data}
    notes = settled(session, step, found.text, right=found.right)
    if found.right:
        said = (*found.said, step.why, *notes)
        return Told("right", tuple(part for part in said if part), data)
    feedback = _feedback(session.lab, step, exercise, meant)
    said = (*found.said, feedback, left(session, step), *notes)
    return Told("not so", tuple(part for part in said if part), data)


def _feedback(lab: Lab, step: Step, exercise: Exercise, meant: object) -> str:
    """What the lesson says to a wrong answer, whatever words it was given in."""
    for text, feedback in step.wrong:
        if exercise.meant(lab, Word(text, 0, len(text))) == meant:
            return feedback
    return ""


def _is_script(step: Step) -> bool:
    return isinstance(step.exercise, Program)


def left(session: Session, step: Step) -> str:
    """What a learner can do after a wrong answer, in words."""
    if step.id in session.answers:
        return "that was the last answer that may be given"
    policy = session.tries.policy
    most = policy.most(step.kind)
    again = "`edit` it and `check` again" if _is_script(step) else "answer again"
    if most is not None:
        count = most - len(session.tries.wrong[step.id])
        again += f" ({count} more {'answer' if count == 1 else 'answers'})"
    hint = policy.hints and bool(step.hints)
    ways = (again, "`hint`" if hint else "", "`skip`" if policy.skip else "")
    return ", or ".join(way for way in ways if way)
