"""What is wrong with an exercise: it has to be solvable, and not by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pintutor.content.commands  # noqa: F401  (declares `answer`)
from pintutor.content.exercises.bisect import Bisect, found_by
from pintutor.content.exercises.blanks import Blanks
from pintutor.content.exercises.holder import Holder
from pintutor.content.exercises.kinds import Exercise
from pintutor.content.exercises.program import Program
from pintutor.content.exercises.release import Release
from pintutor.content.exercises.schedule import Schedule, race_named
from pintutor.content.races import findings
from pintutor.content.races.findings import Finding
from pintutor.content.steps import Step
from pintutor.lab import releases
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab
from pintutor.lab.words import Word


def check_exercise(path: Path, step: Step, lab: Lab) -> Iterator[Finding]:
    """What is wrong with the exercise of a step, where the lab stands."""
    exercise = step.exercise
    assert exercise is not None, "the step is one"
    rule = "PT007"
    try:
        _named(exercise)
        rule = "PT017"
        for text in _stated(exercise):
            Expression.parse(text, 0)
        given = _given(exercise, lab)
        if given:
            yield Finding(path, step.line, "PT014", f"`{step.id}` {given}")
            return
        rule = "PT011"
        yield from _wrong(path, step, exercise, lab)
    except CommandError as error:
        yield findings.at(path, step.line, rule, error)


def _named(exercise: Exercise) -> None:
    """Look up what it names (CommandError for what there is not)."""
    if isinstance(exercise, Schedule):
        race_named(exercise)
        releases.find(exercise.kernel)
    elif isinstance(exercise, Bisect):
        found_by(exercise)
    elif isinstance(exercise, Program):
        releases.find(exercise.kernel)


def _stated(exercise: Exercise) -> tuple[str, ...]:
    """The expressions that it states."""
    if isinstance(exercise, Program):
        return exercise.goal
    if isinstance(exercise, Release):
        return exercise.holds
    if isinstance(exercise, Schedule) and exercise.reach:
        return (exercise.reach,)
    return ()


def _given(exercise: Exercise, lab: Lab) -> str:
    """Why it is no exercise; empty when it is one (CommandError)."""
    if isinstance(exercise, Schedule):
        first = _serial(exercise)
        return f"is reached without an interleaving: {first}" if first else ""
    if isinstance(exercise, Program):
        start = Word(exercise.start, 0, len(exercise.start))
        done = exercise.judged(lab, exercise.meant(lab, start)).right
        return "is right as it is given" if done else ""
    if isinstance(exercise, Release):
        everywhere = all(exercise.on_releases(lab).values())
        return "holds on every release" if everywhere else ""
    if isinstance(exercise, Blanks):
        exercise.trace(lab)
    if isinstance(exercise, Holder):
        exercise.holders(lab)
    return ""


def _serial(exercise: Schedule) -> str:
    """Who may run first for the goal to be reached already; empty if nobody may.

    Whoever runs first runs on, and so does each behind it, until it waits or ends.
    """
    race = race_named(exercise).race
    assert race is not None, "it is a race"
    lab = Lab()
    for cpu in range(len(race.cpus)):
        text = f"P{cpu}"
        if exercise.judged(lab, Word(text, 0, len(text))).right:
            return f"{text} runs first"
    return ""


def _wrong(path: Path, step: Step, exercise: Exercise, lab: Lab) -> Iterator[Finding]:
    """Answers that are called wrong, and are right."""
    for text, _ in step.wrong:
        meant = exercise.meant(lab, Word(text, 0, len(text)))
        if exercise.judged(lab, meant).right:
            what = f"`{text}` is called wrong and is right"
            yield Finding(path, step.line, "PT011", what)
