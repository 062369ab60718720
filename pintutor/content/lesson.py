"""Lessons: one Markdown file with front matter, and `solution.pin` beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pintutor.content import catalogue
from pintutor.content.errors import ContentError, raise_first, read_text
from pintutor.content.fences import blocks
from pintutor.content.front import Front, Parts, read
from pintutor.content.script import ScriptLine, read_line
from pintutor.content.steps import HINTS, TASKS, Step, steps_of
from pintutor.content.symptom import Symptom
from pintutor.content.variants import Value, Values, chosen, filled
from pintutor.lab.errors import did_you_mean, printable

SOLUTION = "solution.pin"
ALTERNATIVES = "solutions"
"""Folder with other files of the same form, each another way."""
NEAR_MISSES = "near-misses"
"""Folder with files of the same form that fail; each has the name of its hint."""
_SECTION = re.compile(r"(?P<id>[a-z0-9-]+):\s*(#.*)?")


@dataclass(frozen=True, slots=True)
class Way:
    """Commands that are tried for a task."""

    path: Path
    task: str
    """Id of the task."""
    script: tuple[ScriptLine, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson as it is taken."""

    front: Front
    number: str
    """Its place in the course, `5.1`."""
    steps: tuple[Step, ...]
    solutions: Mapping[str, tuple[ScriptLine, ...]]
    """The commands that solve each task, by its id."""
    alternatives: tuple[Way, ...] = ()
    """Other ways to solve tasks."""
    near_misses: tuple[Way, ...] = ()
    """Ways that do not solve a task, and call for a hint."""
    stamp: tuple[int, ...] = ()
    """When its files were written, as they were read."""
    seed: int = 0
    """What its variant follows from."""
    variant: tuple[tuple[str, Value], ...] = ()
    """The values of the variant."""

    @property
    def id(self) -> str:
        """What a learner types to start it."""
        return self.front.id

    @property
    def title(self) -> str:
        """Its title."""
        return self.front.title

    @property
    def kernel(self) -> str:
        """The kernel that it starts on."""
        return self.front.kernel

    def index(self, name: str) -> int:
        """Where the step of that id stands, or -1."""
        ids = [step.id for step in self.steps]
        return ids.index(name) if name in ids else -1

    @property
    def tasks(self) -> tuple[Step, ...]:
        """The tasks and the exercises on races, in order."""
        return tuple(step for step in self.steps if step.kind in TASKS)

    @property
    def symptoms(self) -> tuple[Symptom, ...]:
        """What it shows of patches, in order."""
        return tuple(step.symptom for step in self.steps if step.symptom is not None)


def load(path: Path, *, seed: int = 0) -> Lesson:
    """Read the lesson in that file, or in that folder, as a seed has it (ContentError)."""
    path = path / catalogue.FILE if path.is_dir() else path
    when = stamp(path)
    parts = read(path)
    found = parse(parts, chosen(parts.front, seed))
    return replace(found, stamp=when, seed=seed)


def stamp(path: Path) -> tuple[int, ...]:
    """When a lesson's file and the solution beside it were written; () for none."""
    files = [each for each in (path, path.with_name(SOLUTION)) if each.is_file()]
    return tuple(each.stat().st_mtime_ns for each in files)


def parse(parts: Parts, values: Values) -> Lesson:
    """The lesson that a file's parts make with these values, and what lies beside it."""
    path = parts.front.path
    body = filled(path, "\n".join(parts.body), values, first=parts.first)
    steps = steps_of(
        path,
        blocks(path, tuple(body.split("\n")), parts.first),
        title=parts.front.title,
        kernel=parts.front.kernel,
    )
    tasks = [step for step in steps if step.kind in TASKS]
    raise_first(
        [
            *_twice(path, steps),
            *(error for task in tasks for error in _lacking(path, task)),
        ]
    )
    beside = path.with_name(SOLUTION)
    solutions = read_solutions(beside, tasks, values) if beside.is_file() else {}
    return Lesson(
        parts.front,
        catalogue.number(path),
        steps,
        solutions,
        _ways(path.with_name(ALTERNATIVES), tasks, values),
        _ways(path.with_name(NEAR_MISSES), tasks, values),
        variant=tuple(values.items()),
    )


def _ways(folder: Path, tasks: list[Step], values: Values) -> tuple[Way, ...]:
    """What the files of a folder try, file by file (ContentError)."""
    return tuple(
        Way(path, name, script)
        for path in sorted(folder.glob("*.pin"))
        for name, script in read_solutions(path, tasks, values).items()
    )


def _twice(path: Path, steps: tuple[Step, ...]) -> Iterator[ContentError]:
    """An error for each id that an earlier step has."""
    seen: dict[str, Step] = {}
    for step in steps:
        if not step.id:
            continue
        if step.id in seen:
            what = f"the id `{step.id}` is taken by line {seen[step.id].line}"
            yield ContentError(path, step.line, what, rule="PT006")
        seen.setdefault(step.id, step)


def _lacking(path: Path, task: Step) -> Iterator[ContentError]:
    """An error for a task without checks, and for one without its hints."""
    if task.kind == "task" and not task.checks:
        what = f"the task `{task.id}` has no check"
        hint = "a check fence behind it lists what must come to hold, one a line"
        yield ContentError(path, task.line, what, hint=hint, rule="PT014")
    if len(task.hints) != HINTS:
        what = f"the task `{task.id}` has {len(task.hints)} hints, not {HINTS}"
        hint = "a nudge, a pointer, and nearly the solution, each in a hint fence"
        yield ContentError(path, task.line, what, hint=hint, rule="PT013")


def read_solutions(
    path: Path, tasks: list[Step], values: Values
) -> dict[str, tuple[ScriptLine, ...]]:
    """The commands under each `task-id:` of a solution file (ContentError)."""
    ids = [task.id for task in tasks]
    lines = filled(path, read_text(path), values).splitlines()
    found: dict[str, list[ScriptLine]] = {}
    current = None
    for number, text in enumerate(lines, 1):
        section = _SECTION.fullmatch(text)
        if section:
            current = _begun(path, number, section["id"], ids, found)
            continue
        line = read_line(path, number, text)
        if line is not None and current is None:
            hint = f"`{ids[0]}:` on a line of its own begins it" if ids else ""
            what = "a command before the name of a task"
            raise ContentError(path, number, what, hint=hint, rule="PT015")
        if line is not None and current is not None:
            current.append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def _begun(
    path: Path,
    number: int,
    name: str,
    ids: list[str],
    found: dict[str, list[ScriptLine]],
) -> list[ScriptLine]:
    if name not in ids:
        what = f"the lesson has no task `{printable(name[:40])}`" + did_you_mean(name, ids)
        raise ContentError(path, number, what, rule="PT015")
    if name in found:
        what = f"the task `{name}` is solved a second time"
        raise ContentError(path, number, what, rule="PT015")
    found[name] = []
    return found[name]
