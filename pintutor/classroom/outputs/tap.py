"""Marks in version 14 of the Test Anything Protocol: a subtest a submission."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pintutor.classroom.report import Report, points
from pintutor.classroom.results import ERROR, NOT_RUN, PASSED, Marks, Shown, shown


def tap(report: Report) -> str:
    """The submissions as test points, each with the points of its checks before it."""
    lines = ["TAP version 14", f"1..{len(report.marks)}"]
    for number, marks in enumerate(report.marks, 1):
        name = _escaped(" ".join(part for part in (marks.student, marks.lesson) if part))
        name = name or _escaped(marks.file)
        if marks.is_marked:
            lines.append(f"# Subtest: {name}")
            checks = shown(marks, teacher=report.teacher)
            lines += [f"    {line}" for line in _subtest(checks)]
        lines.append(f"{'ok' if marks.all_passed else 'not ok'} {number} - {name}")
        lines += _about(marks)
    return "\n".join(lines) + "\n"


def _subtest(checks: tuple[Shown, ...]) -> Iterator[str]:
    yield f"1..{len(checks)}"
    for number, check in enumerate(checks, 1):
        if check.status == NOT_RUN:
            why = _escaped(check.message)
            yield f"ok {number} - {check.name} # SKIP {why}".rstrip()
            continue
        verdict = "ok" if check.status == PASSED else "not ok"
        yield f"{verdict} {number} - {check.name}"
        yield from _block(
            message=check.message,
            severity="error" if check.status == ERROR else "",
            score=points(check.score),
            max=points(check.points),
        )


def _about(marks: Marks) -> Iterator[str]:
    return _block(
        message=marks.summary,
        severity="" if marks.is_marked else "error",
        problem=marks.problem,
        file=marks.file,
        score=points(marks.score),
        max=points(marks.worth),
    )


def _block(**values: str) -> Iterator[str]:
    """A YAML block; a string of JSON is one of YAML."""
    yield "  ---"
    for key, value in values.items():
        if value:
            yield f"  {key}: {json.dumps(value, ensure_ascii=False)}"
    yield "  ..."


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("#", "\\#")
