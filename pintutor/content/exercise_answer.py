"""The answer to an exercise on a race: a schedule, and what it comes to."""

from __future__ import annotations

from pintutor.content.exercise import Exercise, judged
from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.lab.results import Told
from pintutor.lab.words import Word


def answered(session: Session, step: Step, exercise: Exercise, turns: Word) -> Told:
    """Whether a schedule reaches the goal, and what it comes to (CommandError)."""
    found = judged(exercise, turns)
    said = f"`{found.schedule}` ends with {found.state}" if found.values else ""
    data = {
        "kind": "schedule",
        "id": step.id,
        "right": found.reached,
        "schedule": found.schedule,
        "values": dict(found.values),
    }
    if not found.reached:
        session.keeping.missed(step, turns.text.strip())
        missed = f"it was to reach {exercise.goal}; answer again, or `hint`, or `skip`"
        return Told("not so", tuple(part for part in (said, missed) if part), data)
    notes = session.settle(step, found.schedule, right=True)
    parts = (said, step.why, *notes)
    return Told("right", tuple(part for part in parts if part), data)
