"""`pintutor check`: what is wrong with the lessons and the scenarios, and where.

Lessons are taken and scenarios are run: a finding says what a learner would meet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pintutor.content import catalogue
from pintutor.content.checking.check_coverage import check_coverage
from pintutor.content.checking.check_glossary import check_glossary
from pintutor.content.checking.check_lesson import check_lesson
from pintutor.content.checking.check_scenario import check_scenario
from pintutor.content.errors import NoSuchContent
from pintutor.content.lesson import ALTERNATIVES, NEAR_MISSES, SOLUTION
from pintutor.content.places import LESSONS, SCENARIOS, folder
from pintutor.content.races.findings import Finding

README = "README.md"
_SCENARIO = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.pin")


class Unit(NamedTuple):
    """What is checked by itself: a lesson or a scenario."""

    path: Path
    """The folder of a lesson, or the file of a scenario."""
    root: Path | None
    """The folder that the lessons of its course lie in; None for a scenario."""


Told = Callable[[int, int, Path], None]
"""Is told how many units are done, of how many, and which was the last."""


class Checker:
    """Checks units, one after the other."""

    def __init__(self) -> None:
        self._courses: dict[Path, Mapping[Path, str]] = {}

    def findings(self, unit: Unit) -> list[Finding]:
        """What is wrong with a lesson or a scenario."""
        if unit.root is None:
            return check_scenario(unit.path)
        if unit.root not in self._courses:
            lessons = catalogue.lessons(unit.root)
            self._courses[unit.root] = {one.path: one.front.id for one in lessons}
        return list(_lesson_folder(unit.path, self._courses[unit.root]))


def check(
    path: Path | None = None,
    *,
    jobs: int = 1,
    told: Told = lambda done, count, path: None,
    pulse: Callable[[], None] = lambda: None,
) -> list[Finding]:
    """What is wrong in a course, a folder, a lesson or a scenario; by default in all.

    With more than one of `jobs`, so many processes share the work, and `pulse` is called
    again and again while they do: what it raises ends them.

    Errors: NoSuchContent when the path leads to none of these.
    """
    found: list[Finding] = []
    units: list[Unit] = []
    for one in _work(path):
        if isinstance(one, Unit):
            units.append(one)
        else:
            found.append(one)
    for done, (unit, findings) in enumerate(_checked(units, jobs, pulse), 1):
        found += findings
        told(done, len(units), unit.path)
    return sorted(found)


def _checked(
    units: list[Unit], jobs: int, pulse: Callable[[], None]
) -> Iterator[tuple[Unit, list[Finding]]]:
    """Each unit with what is wrong with it, as it is known."""
    if jobs > 1:
        from pintutor.content.checking.check_jobs import shared

        yield from shared(units, min(jobs, len(units)), pulse)
        return
    checker = Checker()
    for unit in units:
        yield unit, checker.findings(unit)


def _work(path: Path | None) -> Iterator[Unit | Finding]:
    """What there is to check; a finding for what cannot be.

    Scenarios come first: a race takes longer than a lesson.
    """
    if path is None:
        yield from _scenarios(folder(SCENARIOS))
        yield from _lessons(folder(LESSONS))
        yield from check_glossary()
        yield from check_coverage()
    else:
        yield from _under(path.resolve())


def _under(path: Path) -> Iterator[Unit | Finding]:
    if path.name in (catalogue.FILE, SOLUTION):
        path = path.parent
    if (path / catalogue.FILE).is_file() or (path / SOLUTION).is_file():
        yield Unit(path, path.parents[1])
    elif path.is_file() and path.suffix == ".pin":
        yield Unit(path, None)
    elif (path / LESSONS).is_dir() or (path / SCENARIOS).is_dir():
        yield from _scenarios(path / SCENARIOS)
        yield from _lessons(path / LESSONS)
    elif path.name == SCENARIOS or (path.is_dir() and list(path.glob("*.pin"))):
        yield from _scenarios(path)
    elif path.name == LESSONS or (path.is_dir() and catalogue.files(path)):
        yield from _lessons(path)
    else:
        what = f"{path} holds no lesson and no scenario"
        hint = "a course has the folders lessons/ and scenarios/"
        raise NoSuchContent(what, hint=hint)


def _lessons(root: Path) -> Iterator[Unit | Finding]:
    for topic in _entries(root):
        if not _is_folder(topic):
            yield _stray(topic, "lessons lie in folders NN-topic/NN-name")
            continue
        for lesson in _entries(topic):
            if _is_folder(lesson):
                yield Unit(lesson, root)
            else:
                yield _stray(lesson, "lessons lie in folders NN-topic/NN-name")


def _lesson_folder(path: Path, course: Mapping[Path, str]) -> Iterator[Finding]:
    names = (catalogue.FILE, SOLUTION)
    for entry in _entries(path):
        if entry.name in (ALTERNATIVES, NEAR_MISSES) and entry.is_dir():
            yield from _strays(entry)
        elif entry.name not in names or not entry.is_file():
            yield _stray(entry, f"a lesson is {catalogue.FILE} and {SOLUTION}")
    lesson = path / catalogue.FILE
    if lesson.is_file():
        yield from check_lesson(lesson, course)
    else:
        yield Finding(path, 1, "PT020", f"the folder has no {catalogue.FILE}")


def _strays(folder: Path) -> Iterator[Finding]:
    """What is in a folder beside a lesson and no file of commands."""
    for entry in _entries(folder):
        if not entry.is_file() or not _SCENARIO.fullmatch(entry.name):
            yield _stray(entry, f"in {folder.name}/ are files some-name.pin")


def _scenarios(root: Path) -> Iterator[Unit | Finding]:
    for entry in _entries(root):
        if entry.is_file() and _SCENARIO.fullmatch(entry.name):
            yield Unit(entry, None)
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
