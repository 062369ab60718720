"""What a class comes to: a row a student, and the steps that most of them got wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pintutor.classroom.class_file import Class
from pintutor.classroom.grading import worth
from pintutor.classroom.results import FAILED, CheckResult, Marks
from pintutor.content import answers, catalogue
from pintutor.content.lesson import load
from pintutor.lab.errors import CommandError

COMMONEST = 3
"""Wrong answers that are listed of a step."""


@dataclass(slots=True)
class Row:
    """A student, or a file of nobody's."""

    student: str
    best: dict[str, Marks] = field(default_factory=dict)
    """The submission that counts, by lesson: the one with the most points."""
    files: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What a teacher should look at."""

    @property
    def score(self) -> float:
        """The points that the student has."""
        return sum(each.score for each in self.best.values())


@dataclass(frozen=True, slots=True)
class WrongStep:
    """A step, and how it was got wrong."""

    lesson: str
    step: str
    students: int
    """How many got it wrong, at first at least."""
    of: int
    """How many handed the exercise in."""
    answers: tuple[tuple[str, int], ...]
    """What they answered, or what was found, with how many did, the commonest first."""


def exercises(marks: Iterable[Marks], group: Class) -> dict[str, float]:
    """The points of each exercise of a class, or of those that were handed in."""
    found = {each.lesson: each.worth for each in marks if each.worth}
    if not group.exercises:
        return dict(sorted(found.items()))
    return {
        each.lesson: found.get(each.lesson) or _worth(group, each.lesson)
        for each in group.exercises
    }


def _worth(group: Class, lesson: str) -> float:
    exercise = group.exercise(lesson)
    assert exercise is not None, "it is one of the class"
    return worth(exercise, load(catalogue.find(lesson).path))


def rows(marks: Iterable[Marks]) -> list[Row]:
    """A row a student, by name; files that name nobody behind them."""
    found: dict[tuple[bool, str], Row] = {}
    for each in marks:
        row = found.setdefault(
            (not each.student, each.student or each.file), Row(each.student)
        )
        row.files.append(each.file)
        row.remarks += _remarks(each)
        before = row.best.get(each.lesson)
        if each.is_marked and before is not None:
            row.remarks.append(f"{each.lesson} was handed in twice; the better one counts")
        if each.is_marked and (before is None or each.score > before.score):
            row.best[each.lesson] = each
    return [found[key] for key in sorted(found)]


def _remarks(marks: Marks) -> list[str]:
    if marks.is_marked:
        return [f"{marks.lesson}: {note}" for note in marks.notes]
    place = f":{marks.line}" if marks.line else ""
    return [f"{marks.file}{place}: {marks.message}"]


def wrong_steps(marks: Iterable[Marks]) -> list[WrongStep]:
    """Each step that somebody got wrong, the commonest of each exercise first."""
    handed_in: Counter[str] = Counter()
    wrong: dict[tuple[str, str], list[Counter[str]]] = {}
    for each in marks:
        handed_in[each.lesson] += each.is_marked
        for check in each.checks:
            found = _wrong(check)
            if found:
                wrong.setdefault((each.lesson, check.id), []).append(Counter(found))
    steps = [_step(handed_in, *key, found) for key, found in wrong.items()]
    return sorted(steps, key=lambda step: (step.lesson, -step.students, step.step))


def _step(
    handed_in: Mapping[str, int], lesson: str, name: str, found: list[Counter[str]]
) -> WrongStep:
    # A student who gives one wrong answer twice is one student.
    said = Counter(text for each in found for text in each)
    common = sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))[:COMMONEST]
    return WrongStep(lesson, name, len(found), handed_in[lesson], tuple(common))


def _wrong(check: CheckResult) -> list[str]:
    """What was wrong with a step, such that what means the same is the same."""
    if check.wrong:
        return [_meaning(text) for text in check.wrong]
    return [check.message] if check.status == FAILED else []


def _meaning(text: str) -> str:
    try:
        return answers.spelt(answers.given(text, 0, 0))
    except CommandError:
        return " ".join(text.casefold().split())
