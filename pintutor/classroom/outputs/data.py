"""Marks as data, for `--json`."""

from __future__ import annotations

from dataclasses import asdict

from pintutor.classroom.report import Report
from pintutor.classroom.results import STATUSES, Marks, shown
from pintutor.classroom.rollup import exercises, rows, wrong_steps


def data(report: Report) -> dict[str, object]:
    """The submissions, the students and the steps that were got wrong."""
    every = exercises(report.marks, report.group)
    return {
        "class": report.group.name,
        "submissions": [_submission(report, each) for each in report.marks],
        "students": [
            {
                "student": row.student,
                "score": row.score,
                "max": sum(every.values()),
                "exercises": {name: each.score for name, each in row.best.items()},
                "files": row.files,
                "remarks": row.remarks,
            }
            for row in rows(report.marks)
        ],
        "wrong_steps": [
            {**asdict(each), "answers": [list(pair) for pair in each.answers]}
            for each in wrong_steps(report.as_read())
        ],
    }


def _submission(report: Report, marks: Marks) -> dict[str, object]:
    checks = shown(marks, teacher=report.teacher)
    counts = {word: sum(each.status == word for each in checks) for word in STATUSES}
    problem = None
    if not marks.is_marked:
        problem = {"code": marks.problem, "message": marks.message, "line": marks.line}
    return {
        "file": marks.file,
        "student": marks.student,
        "lesson": marks.lesson,
        "title": marks.title,
        "score": marks.score,
        "max": marks.worth,
        "summary": marks.summary,
        "problem": problem,
        "changed": marks.changed,
        "notes": list(marks.notes),
        "counts": counts,
        "checks": [asdict(each) for each in checks],
        "seconds": round(marks.seconds, 3),
    }
