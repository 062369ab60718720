"""Marks as JUnit XML, as continuous integration reads it: a suite a submission.

A failure is a wrong answer, an error a check or a submission that could not be carried
out, skipped is what was not run. The elements stand in the order and have the attributes
that both the schema of Ant and the one of Jenkins ask for.
"""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pintutor.classroom.report import Report, points
from pintutor.classroom.results import ERROR, FAILED, NOT_RUN, Marks, Shown, shown

EPOCH = "1970-01-01T00:00:00"
"""Stands for a time that nobody asked for."""
_TAGS = {FAILED: "failure", ERROR: "error", NOT_RUN: "skipped"}
# What XML 1.0 has no way to write, and what was made visible before never is.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report, *, when: str = EPOCH) -> str:
    """The submissions as test suites; `when` is the time of the run, in ISO 8601."""
    root = Element("testsuites")
    for number, marks in enumerate(report.marks):
        _suite(root, marks, number, when, teacher=report.teacher)
    indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, marks: Marks, number: int, when: str, *, teacher: bool) -> None:
    checks = shown(marks, teacher=teacher)
    if not marks.is_marked:
        checks = (Shown("submission", ERROR, 0, marks.worth, marks.message),)
    counts = Counter(check.status for check in checks)
    seconds = f"{marks.seconds:.3f}"
    name = ".".join(part for part in (marks.student, marks.lesson) if part) or marks.file
    suite = _add(
        root,
        "testsuite",
        name=name,
        package="pintutor",
        id=str(number),
        timestamp=when,
        hostname="localhost",
        tests=str(len(checks)),
        failures=str(counts[FAILED]),
        errors=str(counts[ERROR]),
        skipped=str(counts[NOT_RUN]),
        time=seconds,
    )
    properties = _add(suite, "properties")
    for key, value in _properties(marks, checks).items():
        _add(properties, "property", name=key, value=value)
    for check in checks:
        _case(suite, check, marks, seconds if len(checks) == 1 else "0.000")
    _add(suite, "system-out").text = _clean("\n".join((marks.summary, *marks.notes)))
    _add(suite, "system-err")


def _properties(marks: Marks, checks: tuple[Shown, ...]) -> dict[str, str]:
    found = {
        "file": marks.file,
        "student": marks.student,
        "lesson": marks.lesson,
        "score": points(marks.score),
        "max-score": points(marks.worth),
    }
    for check in checks:
        found[f"score.{check.name}"] = f"{points(check.score)}/{points(check.points)}"
    return found


def _case(suite: Element, check: Shown, marks: Marks, seconds: str) -> None:
    place = f"{marks.lesson or 'pintutor'}.{check.name}"
    case = _add(suite, "testcase", classname=place, name=check.name, time=seconds)
    if check.status in _TAGS:
        kind = marks.problem or check.status.replace(" ", "-")
        said = check.message or check.status
        _add(case, _TAGS[check.status], message=said, type=kind)


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    clean = {key: _clean(value) for key, value in attributes.items()}
    return SubElement(parent, tag, clean)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
