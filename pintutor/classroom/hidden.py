"""Hidden checks: expressions on a learner's machine, and verdicts over interleavings."""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.classroom.class_file import Hidden
from pintutor.classroom.results import ERROR, FAILED, PASSED
from pintutor.content import answers
from pintutor.content.checks import state_of
from pintutor.content.exercises.schedule import Schedule
from pintutor.content.races.exploring import explore
from pintutor.content.reading import load
from pintutor.content.scenario import find
from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.words import Word


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a hidden check."""

    status: str
    asked: str
    """What it asks, whole."""
    found: str
    """What is so instead, without what was asked."""


def machine_after(step: Step, lab: Lab) -> Lab:
    """The machine that a check right after a step looks at: the learner's.

    Of a schedule it is that of the race, at the end that the learner's turns come to.
    """
    session, exercise = lab.session, step.exercise
    if not isinstance(exercise, Schedule) or not isinstance(session, Session):
        return lab
    given = session.answers[step.id].text
    return exercise.carried_out(Word(given, 0, len(given))).lab


def look(hidden: Hidden, lab: Lab) -> Looked:
    """What comes of a hidden check on a learner's machine, which stays as it is."""
    try:
        return _verdict(hidden, lab) if hidden.race else _expression(hidden, lab)
    except Exception as error:  # the marks of the other checks do not hang on this one
        return Looked(ERROR, hidden.check or hidden.race, f"it cannot be run: {error}")


def _expression(hidden: Hidden, lab: Lab) -> Looked:
    try:
        holds = bool(answers.evaluate(lab, hidden.check))
        found = state_of(lab, hidden.check)
    except CommandError as error:
        # A name that the learner never made: it does not hold.
        return Looked(FAILED, hidden.check, error.message)
    return Looked(PASSED if holds else FAILED, hidden.check, found)


def _verdict(hidden: Hidden, lab: Lab) -> Looked:
    """What a race comes to over all interleavings, on the kernel that is asked about."""
    if hidden.kernel:
        where = hidden.kernel
        explored = explore(load(find(hidden.race)), where)
    else:
        where = lab.kernel_name
        patches = [str(getattr(layer, "name", "")) for layer in lab.machine.patches]
        explored = explore(load(find(hidden.race)), lab.chosen.release, patches=patches)
    asked = f"{hidden.race} is {hidden.verdict} on {where}"
    if not explored.exhausted:
        seen = f"not all was seen in {explored.executions} executions"
        return Looked(ERROR, asked, seen)
    found = next((each.finding for each in explored.endings if each.finding), "")
    said = f"it is {explored.verdict}" + (f": {found}" if found else "")
    return Looked(PASSED if explored.verdict == hidden.verdict else FAILED, asked, said)
