"""What is wrong with one lesson: it is taken from its first step to its last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pintutor.content.commands
import pintutor.content.races.explore_commands
import pintutor.content.races.witness_commands  # noqa: F401  (declares commands)
from pintutor.content import answers, catalogue
from pintutor.content.checking.check_exercise import check_exercise
from pintutor.content.checking.check_links import check_links
from pintutor.content.checking.check_symptom import check_symptom
from pintutor.content.checking.check_variants import check_variants
from pintutor.content.checking.check_ways import check_ways
from pintutor.content.checks import missing, state_of
from pintutor.content.errors import ContentError
from pintutor.content.exercises.blanks import Blanks
from pintutor.content.fences import blocks
from pintutor.content.front import Parts, cut, read
from pintutor.content.lesson import SOLUTION, Lesson, parse
from pintutor.content.letters import entries
from pintutor.content.places import LESSONS, folder
from pintutor.content.prose import code_spans
from pintutor.content.races import findings
from pintutor.content.races.findings import Finding
from pintutor.content.runner import wrong_with
from pintutor.content.script import ScriptLine
from pintutor.content.steps import TASKS, Step, steps_of
from pintutor.content.variants import all_of, told
from pintutor.lab import releases
from pintutor.lab.errors import CommandError, did_you_mean
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab
from pintutor.patches import series
from pintutor.sim.function import FUNCTIONS


def check_lesson(path: Path, course: Mapping[Path, str]) -> list[Finding]:
    """What is wrong with the lesson in that file; `course` has all ids, in order."""
    try:
        parts = read(path)
    except ContentError as error:
        return [*findings.of(error), *_body(path)]
    try:
        lessons = [parse(parts, values) for values in all_of(parts.front)]
    except ContentError as error:
        return [*findings.of(error), *_named(parts), *_placed(parts, course)]
    named = [*_named(parts), *_placed(parts, course)]
    if any(each.line == parts.line("kernel") for each in named):
        return named
    linked = check_links(lessons[0], course)
    return [*named, *_beside(lessons[0]), *linked, *_taken(lessons)]


def _taken(lessons: Sequence[Lesson]) -> Iterator[Finding]:
    """What goes wrong when the variants of a lesson are taken, each to its end."""
    asked = []
    for lesson in lessons:
        walk = _Walk(lesson)
        found = walk.findings()
        asked.append(walk.asked)
        if found and lesson.variant:
            here = f" (with {told(dict(lesson.variant))})"
            found = [replace(each, message=each.message + here) for each in found]
        yield from found
        if found:
            return
    yield from check_variants(lessons, asked)


def _body(path: Path) -> list[Finding]:
    """What is wrong below a front matter that cannot be read."""
    try:
        found = cut(path)
    except ContentError:
        return []  # reported already
    try:
        whole = blocks(path, found.body, found.first)
        steps_of(path, whole, title="", kernel=series.DEFAULT)
    except ContentError as error:
        return findings.of(error)
    return []


def _named(parts: Parts) -> Iterator[Finding]:
    """Kernels, patches and functions that the front matter names and that are not."""
    front = parts.front
    try:
        releases.find(front.kernel)
    except CommandError as error:
        yield findings.at(front.path, parts.line("kernel"), "PT007", error)
    for key, thing, names, known in (
        ("functions", "function", front.functions, FUNCTIONS),
        ("patches", "patch", front.patches, series.BY_NAME),
        ("answers", "line of a letter", front.answers, entries()),
    ):
        for name in names:
            if name not in known:
                what = f"no {thing} is called `{name}`"
                what += did_you_mean(name, known)
                yield Finding(front.path, parts.line(key), "PT007", what)


def _placed(parts: Parts, course: Mapping[Path, str]) -> Iterator[Finding]:
    """An id that another lesson has, and lessons to take first that do not come first."""
    front = parts.front
    others = [name for path, name in course.items() if path != front.path]
    earlier = [name for path, name in course.items() if path < front.path]
    if not front.path.is_relative_to(folder(LESSONS)):
        # A pack comes after the course that is shipped, and may build on it.
        earlier += [one.front.id for one in catalogue.lessons(folder(LESSONS))]
    if front.id in others:
        what = f"another lesson has the id `{front.id}`"
        yield Finding(front.path, parts.line("id"), "PT006", what)
    for need in front.needs:
        if need not in earlier:
            where = "comes later" if need in others else "does not exist"
            what = f"the lesson `{need}`, to take first, {where}"
            what += did_you_mean(need, earlier)
            yield Finding(front.path, parts.line("needs"), "PT007", what)


def _beside(lesson: Lesson) -> Iterator[Finding]:
    """A heading that is not the title, a solution that is missing or solves nothing."""
    path = lesson.front.path
    first = lesson.steps[0] if lesson.steps else None
    if first is not None and first.body.startswith("# "):
        hint = f"# {lesson.title}"
        what = "the heading is not the title"
        yield Finding(path, first.line, "PT004", what, hint)
    for task in lesson.tasks:
        if task.kind != "blanks" and not lesson.solutions.get(task.id):
            what = f"the task `{task.id}` has no solution"
            hint = f"{SOLUTION} beside the lesson: `{task.id}:` and commands below it"
            yield Finding(path, task.line, "PT015", what, hint)
    beside = path.with_name(SOLUTION)
    if not lesson.tasks and beside.is_file():
        yield Finding(beside, 1, "PT020", "there is no task that this solves")


class _Stop(Exception):
    """The lesson cannot be taken further."""


class _Walk:
    """A lesson being taken, as by a learner who does all that it says."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.path = lesson.front.path
        self.lab = Lab(lesson.kernel)
        self.found: list[Finding] = []
        self.asked: list[object] = []
        """The answers to what it asks, and the lines that solve its tasks."""

    def findings(self) -> list[Finding]:
        """What went wrong on the way; a step that cannot be done ends it."""
        visit = {
            "text": self._text,
            "after": self._text,
            "run": self._run,
            "predict": self._predict,
            "task": self._task,
        }
        for step in self.lesson.steps:
            self._symptom(step)
        try:
            for step in self.lesson.steps:
                if step.kind in TASKS:
                    self.found += check_ways(self.lesson, step, self.lab)
                if step.exercise is not None:
                    self.found += check_exercise(self.path, step, self.lab)
                    self.asked.append(self._solved_by(step))
                if step.kind in visit:
                    visit[step.kind](step)
        except _Stop:
            pass
        return self.found

    def _find(self, line: int, rule: str, message: str, hint: str = "") -> None:
        self.found.append(Finding(self.path, line, rule, message, hint))

    def _text(self, step: Step) -> None:
        """Whether `zero._refcount == 1` and the like, in the text, hold there."""
        for number, code in code_spans(step):
            if "==" in code:
                self._claim(number, code)

    def _claim(self, number: int, claim: str) -> None:
        try:
            Expression.parse(claim, 0)
        except CommandError:
            return  # C, not a statement about the machine
        try:
            holds = answers.evaluate(self.lab, claim)
            state = state_of(self.lab, claim)
        except CommandError as error:
            self.found.append(findings.at(self.path, number, "PT018", error))
            return
        if not holds:
            self._find(number, "PT018", f"`{claim}` does not hold here: {state}")

    def _symptom(self, step: Step) -> None:
        if step.symptom is not None:
            self.found += check_symptom(self.path, step.symptom)

    def _solved_by(self, step: Step) -> object:
        """What a learner would have to write for an exercise."""
        if isinstance(step.exercise, Blanks):
            try:
                return step.exercise.solution(self.lab)
            except CommandError:
                return None  # reported already
        return [line.text for line in self.lesson.solutions.get(step.id, ())]

    def _run(self, step: Step) -> None:
        self._script(self.path, step.script)

    def _script(self, path: Path, script: Sequence[ScriptLine]) -> None:
        for line in script:
            if not line.meant_for(self.lesson.kernel):
                continue
            try:
                wrong = wrong_with(self.lab.execute(line.text))
            except CommandError as error:
                self.found.append(findings.at(path, line.number, "PT010", error))
                raise _Stop from None
            if wrong:
                self.found.append(Finding(path, line.number, "PT010", wrong))

    def _predict(self, step: Step) -> None:
        ahead = self._predicted(step)
        if ahead is None:
            return
        try:
            expected = answers.expected(self.lab, self.lesson.kernel, step, ahead)
        except CommandError as error:
            self.found.append(findings.at(self.path, step.line, "PT011", error))
            return
        self.asked.append(expected)
        for text, _ in step.wrong:
            try:
                mistaken = answers.given(text, 0, expected)
            except CommandError as error:
                self.found.append(findings.at(self.path, step.line, "PT011", error))
                continue
            if answers.same(mistaken, expected):
                self._find(step.line, "PT011", f"`{text}` is called wrong and is right")

    def _predicted(self, step: Step) -> tuple[str, ...] | None:
        """The lines that a prediction is about; None when it names no step ahead."""
        if not step.of:
            return ()
        index = self.lesson.index(step.of)
        if index > self.lesson.index(step.id) and self.lesson.steps[index].kind == "run":
            return self.lesson.steps[index].lines
        hint = "`of` is the id of a pin fence further down"
        self._find(step.line, "PT011", f"`{step.of}` is no step that comes later", hint)
        return None

    def _task(self, step: Step) -> None:
        for check in step.checks:
            try:
                Expression.parse(check.text, 0)
            except CommandError as error:
                self.found.append(findings.at(self.path, check.number, "PT017", error))
                raise _Stop from None
        held = not missing(self.lab, step)
        if held:
            what = f"the task `{step.id}` holds before it is solved"
            self._find(step.checks[0].number, "PT014", what)
        self._solution(step, self.lesson.solutions.get(step.id, ()), held=held)

    def _solution(self, step: Step, script: Sequence[ScriptLine], *, held: bool) -> None:
        """Whether the commands solve the task, and not before the last of them.

        `held` says that the task held already, so that nothing is without need.
        """
        if not script:
            raise _Stop
        beside = self.path.with_name(SOLUTION)
        last = script[-1].number
        self._script(beside, script[:-1])
        if len(script) > 1 and not held and not missing(self.lab, step):
            what = f"the task `{step.id}` is solved without this line"
            self.found.append(Finding(beside, last, "PT016", what))
        self._script(beside, script[-1:])
        left = missing(self.lab, step)
        if left:
            what = f"this does not solve the task `{step.id}`: {left}"
            self.found.append(Finding(beside, last, "PT015", what))
