"""`pintutor check`: what is wrong with the lessons and the scenarios, and where.

Lessons are taken and scenarios are run: a finding says what a learner would meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pintutor.content import catalogue
from pintutor.content.check_lesson import check_lesson
from pintutor.content.check_scenario import check_scenario
from pintutor.content.errors import NoSuchContent
from pintutor.content.findings import Finding
from pintutor.content.lesson import SOLUTION
from pintutor.content.places import LESSONS, SCENARIOS, folder

README = "README.md"
_SCENARIO = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.pin")


def check(path: Path | None = None) -> list[Finding]:
    """What is wrong in a course, a folder, a lesson or a scenario; by default in all.

    Errors: NoSuchContent when the path leads to none of these.
    """
    if path is None:
        found = [*_lessons(folder(LESSONS)), *_scenarios(folder(SCENARIOS))]
    else:
        found = list(_under(path.resolve()))
    return sorted(found)


def _under(path: Path) -> Iterator[Finding]:
    if path.name in (catalogue.FILE, SOLUTION):
        path = path.parent
    if (path / catalogue.FILE).is_file() or (path / SOLUTION).is_file():
        yield from _lesson_folder(path, _course(path.parents[1]))
    elif path.is_file() and path.suffix == ".pin":
        yield from check_scenario(path)
    elif (path / LESSONS).is_dir() or (path / SCENARIOS).is_dir():
        yield from _lessons(path / LESSONS)
        yield from _scenarios(path / SCENARIOS)
    elif path.name == SCENARIOS or (path.is_dir() and list(path.glob("*.pin"))):
        yield from _scenarios(path)
    elif path.name == LESSONS or (path.is_dir() and catalogue.files(path)):
        yield from _lessons(path)
    else:
        what = f"{path} holds no lesson and no scenario"
        hint = "a course has the folders lessons/ and scenarios/"
        raise NoSuchContent(what, hint=hint)


def _lessons(root: Path) -> Iterator[Finding]:
    course = _course(root)
    for topic in _entries(root):
        if not _is_folder(topic):
            yield _stray(topic, "lessons lie in folders NN-topic/NN-name")
            continue
        for lesson in _entries(topic):
            if _is_folder(lesson):
                yield from _lesson_folder(lesson, course)
            else:
                yield _stray(lesson, "lessons lie in folders NN-topic/NN-name")


def _course(root: Path) -> dict[Path, str]:
    """The ids of the lessons below a folder, in the order of the course."""
    return {one.path: one.front.id for one in catalogue.lessons(root)}


def _lesson_folder(path: Path, course: Mapping[Path, str]) -> Iterator[Finding]:
    names = (catalogue.FILE, SOLUTION)
    for entry in _entries(path):
        if entry.name not in names or not entry.is_file():
            yield _stray(entry, f"a lesson is {catalogue.FILE} and {SOLUTION}")
    lesson = path / catalogue.FILE
    if lesson.is_file():
        yield from check_lesson(lesson, course)
    else:
        yield Finding(path, 1, "PT020", f"the folder has no {catalogue.FILE}")


def _scenarios(root: Path) -> Iterator[Finding]:
    for entry in _entries(root):
        if entry.is_file() and _SCENARIO.fullmatch(entry.name):
            yield from check_scenario(entry)
        else:
            yield _stray(entry, "a scenario is a file some-name.pin")


def _entries(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    return sorted(entry for entry in path.iterdir() if entry.name != README)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and bool(catalogue.FOLDER.fullmatch(path.name))


def _stray(path: Path, hint: str) -> Finding:
    return Finding(path, 1, "PT020", f"`{path.name}` is stray", hint)
