"""Marks of one submission as Gradescope's results.json."""

from __future__ import annotations

import json

from pintutor.classroom.report import Report
from pintutor.classroom.results import PASSED, Marks, Shown, shown

_STATUS = {PASSED: "passed"}


def gradescope(report: Report) -> str:
    """The marks, each check a test; a hidden one shows what its learner may see of it."""
    (marks,) = report.marks
    found = {
        "score": marks.score,
        "execution_time": round(marks.seconds, 3),
        "output": "\n".join((marks.summary, *marks.notes)),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(each) for each in _checks(marks, teacher=report.teacher)],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _checks(marks: Marks, *, teacher: bool) -> tuple[Shown, ...]:
    if marks.is_marked:
        return shown(marks, teacher=teacher)
    return (Shown("submission", marks.problem, 0, marks.worth, marks.message),)


def _test(check: Shown) -> dict[str, object]:
    return {
        "name": check.name,
        "score": check.score,
        "max_score": check.points,
        "status": _STATUS.get(check.status, "failed"),
        "output": check.message or check.status,
        "output_format": "text",
        "visibility": "visible",
        "tags": ["hidden"] if check.hidden else [],
    }
