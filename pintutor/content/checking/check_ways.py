"""Whether the ways that lie beside a lesson solve its tasks, and near misses do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pintutor.content.errors import shown
from pintutor.content.exercises.program import Program
from pintutor.content.exercises.schedule import Schedule
from pintutor.content.learner.record import Record
from pintutor.content.lesson import NEAR_MISSES, SOLUTION, Lesson, Way
from pintutor.content.races import findings
from pintutor.content.races.findings import Finding
from pintutor.content.same import visible
from pintutor.content.script import ScriptLine
from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.content.trying import fitting
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab


def check_ways(lesson: Lesson, step: Step, lab: Lab) -> Iterator[Finding]:
    """What is wrong with the ways to solve a task where that lab stands."""
    beside = lesson.front.path.with_name(SOLUTION)
    script = lesson.solutions.get(step.id, ())
    if step.exercise is not None and script:
        yield from _solves(lesson, step, lab, Way(beside, step.id, script))
    for way in lesson.alternatives:
        if way.task == step.id:
            yield from _solves(lesson, step, lab, way)
    yield from _hints(lesson, step)
    for way in lesson.near_misses:
        if way.task == step.id:
            yield from _misses(lesson, step, lab, way)


def tried(lesson: Lesson, step: Step, lab: Lab, script: Sequence[ScriptLine]) -> Session:
    """A sitting in which the lines have been typed where the lesson asks for that step.

    It stands where the lab does, on a machine of its own. Errors: CommandError.
    """
    index = lesson.index(step.id)
    done = [one.id for one in lesson.steps[:index] if one.id]
    own = Lab(lesson.kernel)
    session = Session(lesson, own)
    session.resume(Record(done, lines=[entry.line for entry in visible(lab)]))
    own.session = session
    _typed(session, script)
    return session


def _typed(session: Session, script: Sequence[ScriptLine]) -> None:
    """Type lines in a sitting (CommandError)."""
    for line in script:
        if line.meant_for(session.lesson.kernel):
            session.lab.execute(line.text)


def _solved(session: Session, step: Step) -> bool:
    given = session.answers.get(step.id)
    return given is not None and given.right


def _solves(lesson: Lesson, step: Step, lab: Lab, way: Way) -> Iterator[Finding]:
    """Whether a way solves the task, and not before its last line."""
    last = way.script[-1].number
    try:
        session = tried(lesson, step, lab, way.script[:-1])
        early = _solved(session, step)
        _typed(session, way.script[-1:])
    except CommandError as error:
        yield findings.at(way.path, last, "PT010", error)
        return
    if not _solved(session, step):
        what = f"this does not solve the task `{step.id}`"
        yield Finding(way.path, last, "PT015", what)
    elif len(way.script) > 1 and early:
        what = f"the task `{step.id}` is solved without this line"
        yield Finding(way.path, last, "PT016", what)
    elif isinstance(step.exercise, Program) and way.path.name == SOLUTION:
        for case in step.exercise.idle(session.answers[step.id].text):
            what = f"the case `{case}` comes to no failure"
            yield Finding(lesson.front.path, step.line, "PT014", what)
    if isinstance(step.exercise, Schedule) and way.path.name == SOLUTION:
        given = session.answers.get(step.id)
        for why in step.exercise.unnamed("" if given is None else given.text):
            yield findings.at(lesson.front.path, step.line, "PT017", why)


def _misses(lesson: Lesson, step: Step, lab: Lab, way: Way) -> Iterator[Finding]:
    """Whether a way does not solve the task, and gets the hint of its file's name."""
    last = way.script[-1].number
    try:
        session = tried(lesson, step, lab, way.script)
    except CommandError as error:
        yield findings.at(way.path, last, "PT010", error)
        return
    if _solved(session, step):
        what = f"this solves the task `{step.id}`, so it is no near miss"
        yield Finding(way.path, last, "PT029", what)
        return
    found = fitting(session, step)
    got = f"the hint `{found.id}`" if found else "no hint of its own"
    if found is None or found.id != way.path.stem:
        what = f"this gets {got}, not `{way.path.stem}`"
        hint = "the first hint counts whose `when` holds; the file has the hint's name"
        yield Finding(way.path, last, "PT029", what, hint)


def _hints(lesson: Lesson, step: Step) -> Iterator[Finding]:
    """Hints with a condition that cannot be read, or that no near miss comes to."""
    path = lesson.front.path
    proven = {way.path.stem for way in lesson.near_misses if way.task == step.id}
    for hint in step.fitting:
        try:
            Expression.parse(hint.when, 0)
        except CommandError as error:
            yield findings.at(path, hint.line, "PT017", error)
        if hint.id not in proven:
            what = f"no near miss comes to the hint `{hint.id}`"
            yield Finding(path, hint.line, "PT029", what, _beside(path, step, hint.id))


def _beside(path: Path, step: Step, name: str) -> str:
    file = path.parent / NEAR_MISSES / f"{name}.pin"
    return f"{shown(file)}: `{step.id}:` and below it lines that miss"
