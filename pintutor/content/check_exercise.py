"""What is wrong with an exercise on a race: that it is solved, and not by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pintutor.content.commands  # noqa: F401  (declares `answer`)
from pintutor.content import findings
from pintutor.content.exercise import Exercise, judged, race_named
from pintutor.content.findings import Finding
from pintutor.content.script import ScriptLine
from pintutor.content.steps import Step
from pintutor.lab import releases
from pintutor.lab.errors import CommandError
from pintutor.lab.words import Word, split


def check_exercise(
    path: Path, step: Step, beside: Path, script: Sequence[ScriptLine]
) -> Iterator[Finding]:
    """What is wrong with the exercise, whose solution stands in `beside`."""
    exercise = step.exercise
    assert exercise is not None, "the step is one"
    rule = "PT007"
    try:
        cpus = _cpus(exercise)
        rule = "PT017"
        serial = _serial(exercise, cpus)
    except CommandError as error:
        yield findings.at(path, step.line, rule, error)
        return
    if serial:
        what = f"`{step.id}` is reached without an interleaving: {serial}"
        yield Finding(path, step.line, "PT014", what)
    elif script:
        yield from _solution(beside, step, exercise, script)


def _cpus(exercise: Exercise) -> int:
    race = race_named(exercise).race
    assert race is not None, "it is a race"
    releases.find(exercise.kernel)
    return len(race.cpus)


def _serial(exercise: Exercise, cpus: int) -> str:
    """Who may run first for the goal to be reached already; empty if nobody may.

    Whoever runs first runs on, and so does each behind it, until it waits or ends.
    """
    for cpu in range(cpus):
        text = f"P{cpu}"
        if judged(exercise, Word(text, 0, len(text))).reached:
            return f"{text} runs first"
    return ""


def _solution(
    beside: Path, step: Step, exercise: Exercise, script: Sequence[ScriptLine]
) -> Iterator[Finding]:
    """Whether the one line of the solution reaches the goal."""
    line = script[-1]
    words = split(line.text)
    if len(script) != 1 or words[0].text != "answer" or len(words) < 2:
        what = f"`{step.id}` is solved by one line: `answer P0*3 P1`"
        yield Finding(beside, line.number, "PT015", what)
        return
    start = words[1].start
    try:
        found = judged(exercise, Word(line.text[start:], start, len(line.text)))
    except CommandError as error:
        yield findings.at(beside, line.number, "PT010", error)
        return
    if not found.reached:
        what = f"this does not reach the goal of `{step.id}`: {found.state}"
        yield Finding(beside, line.number, "PT015", what)
