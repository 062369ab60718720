"""Marks as CSV: a row a student, and a row a step that was got wrong.

No cell begins with a character that a spreadsheet takes for the start of a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from pintutor.classroom.report import Report, points
from pintutor.classroom.results import PASSED
from pintutor.classroom.rollup import Row, exercises, rows, wrong_steps
from pintutor.lab.errors import printable

FORMULAS = ("=", "+", "-", "@")
"""What a formula begins with, once control characters are made visible."""


def students(report: Report) -> str:
    """A row a student: points in each exercise, in all, and what to look at."""
    every = exercises(report.marks, report.group)
    worth = sum(every.values())
    head = ["student", *every, "score", "max", "percent", "passed", "checks", "changed"]
    found = [_student(row, every, worth) for row in rows(report.marks)]
    return _csv([*head, "hints", "files", "remarks"], found)


def _student(row: Row, every: Iterable[str], worth: float) -> list[str]:
    marks = list(row.best.values())
    checks = [check for each in marks for check in each.checks]
    percent = 100 * row.score / worth if worth else 0
    return [
        row.student,
        *(points(row.best[name].score) if name in row.best else "" for name in every),
        points(row.score),
        points(worth),
        points(round(percent, 1)),
        str(sum(check.status == PASSED for check in checks)),
        str(len(checks)),
        "yes" if any(each.changed for each in marks) else "no",
        str(sum(check.hints for check in checks)),
        " ".join(row.files),
        "; ".join(row.remarks),
    ]


def steps(report: Report) -> str:
    """A row a step that somebody got wrong, with the commonest wrong answers."""
    head = ["lesson", "step", "students", "of", "answer", "count"]
    found = [
        [each.lesson, each.step, str(each.students), str(each.of), text, str(count)]
        for each in wrong_steps(report.as_read())
        for text, count in each.answers
    ]
    return _csv(head, found)


def _csv(head: Sequence[str], found: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (head, *found):
        writer.writerow([_harmless(cell) for cell in row])
    return text.getvalue()


def _harmless(cell: str) -> str:
    shown = printable(cell)
    return f"'{shown}" if shown.lstrip().startswith(FORMULAS) else shown
