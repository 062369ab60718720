"""Marks as text, for whoever sits at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.classroom.report import Report, points
from pintutor.classroom.results import Marks, shown
from pintutor.classroom.rollup import exercises, rows, wrong_steps

WIDEST_NAME = 40
"""Longer names are cut [characters]."""


def text(report: Report) -> str:
    """One submission check by check; several as a table with what went wrong most."""
    lines = _one(report, report.marks[0]) if len(report.marks) == 1 else _several(report)
    return "\n".join(lines) + "\n"


def _one(report: Report, marks: Marks) -> Iterator[str]:
    if not marks.is_marked:
        place = f":{marks.line}" if marks.line else ""
        yield f"{marks.file}{place}: {marks.message}"
        return
    checks = shown(marks, teacher=report.teacher)
    width = max((len(each.name) for each in checks), default=0)
    yield f"{marks.student}   {marks.lesson}   {_of(marks.score, marks.worth)}"
    for each in checks:
        score = f"{points(each.score)}/{points(each.points)}"
        yield f"  {each.status:8} {each.name:{width}}  {score:>6}  {each.message}".rstrip()
    yield from (f"  note: {note}" for note in marks.notes)
    yield marks.summary


def _of(score: float, worth: float) -> str:
    return f"{points(score)} of {points(worth)} points"


def _several(report: Report) -> Iterator[str]:
    every = exercises(report.marks, report.group)
    worth = sum(every.values())
    table = rows(report.marks)
    width = min(WIDEST_NAME, max(len(row.student or row.files[0]) for row in table))
    for row in table:
        name = (row.student or row.files[0])[:WIDEST_NAME]
        marked = "   ".join(_cell(row.best.get(lesson), lesson) for lesson in every)
        total = f"{points(row.score)}/{points(worth)}"
        yield f"{name:{width}}  {total:>8}   {marked}".rstrip()
        yield from (f"{'':{width}}  {remark}" for remark in row.remarks)
    marked_count = sum(each.is_marked for each in report.marks)
    yield ""
    yield f"{marked_count} of {len(report.marks)} submissions marked"
    yield from _steps(report)


def _cell(marks: Marks | None, lesson: str) -> str:
    return f"{lesson} -" if marks is None else f"{lesson} {points(marks.score)}"


def _steps(report: Report) -> Iterator[str]:
    lesson = ""
    for step in wrong_steps(report.as_read()):
        if step.lesson != lesson:
            yield f"\n{step.lesson}: what went wrong, the commonest first"
            lesson = step.lesson
        said = ", ".join(f"{text} ({count})" for text, count in step.answers)
        yield f"  {step.step}: {step.students} of {step.of}   {said}"
