"""The steps of a lesson, made from the blocks of its file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pintutor.content.errors import ContentError, raise_first
from pintutor.content.exercises import READERS
from pintutor.content.exercises.kinds import Exercise, with_books
from pintutor.content.exercises.schedule import Schedule
from pintutor.content.fences import TEXT, Block
from pintutor.content.script import ScriptLine, read_lines
from pintutor.content.symptom import Symptom
from pintutor.content.symptom import read as read_symptom
from pintutor.content.tables import Key, table

PASSIVE = ("text", "symptom", "after")
"""Kinds of steps that ask nothing of the learner."""

TASKS = ("task", *READERS)
"""Kinds of steps that have hints, and a solution beside the lesson."""

HINTS = 3

PREDICT_KEYS = {
    "ask": Key(str),
    "expr": Key(str),
    "of": Key(str, required=False),
    "why": Key(str, required=False),
    "wrong": Key(dict, required=False),
}
QUIZ_KEYS = {
    "question": Key(str),
    "choice": Key(list, tables=True),
}
CHOICE_KEYS = ("text", "feedback", "right")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a quiz."""

    text: str
    feedback: str
    """What is said to who chooses it."""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """An expression that must come to hold."""

    number: int
    """Line of the file."""
    text: str
    implied: bool = False
    """True for the books, which must be in order at the end of a command."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A hint for who has come to a certain state."""

    id: str
    """A file of `near-misses/` beside the lesson has this name, and comes to it."""
    line: int
    """Line of the file."""
    when: str
    """The expression that holds there."""
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson."""

    kind: str
    """text, run, predict, quiz, symptom, after, or one of TASKS."""
    id: str
    """Stable name; empty for text and after."""
    line: int
    """Line of the file where the step begins: its fence, or the first of its text."""
    body: str = ""
    """Markdown: the text, the question, or what to reach."""
    script: tuple[ScriptLine, ...] = ()
    """run: the commands."""
    expr: str = ""
    """predict: what the model evaluates."""
    of: str = ""
    """predict: the run step after which it is evaluated; empty for now."""
    why: str = ""
    """predict and exercises: why the answer is what it is."""
    wrong: tuple[tuple[str, str], ...] = ()
    """predict and exercises: wrong answers with what is said to each."""
    choices: tuple[Choice, ...] = ()
    """quiz: the answers, in order."""
    checks: tuple[Check, ...] = ()
    """task: what must come to hold."""
    hints: tuple[str, ...] = ()
    """One of TASKS: three grades, from a nudge to nearly the solution."""
    fitting: tuple[Fitting, ...] = ()
    """One of TASKS: hints that a state calls for; the first that does comes first."""
    symptom: Symptom | None = None
    """symptom: a patch, and what it changes."""
    exercise: Exercise | None = None
    """One of TASKS but task: what is asked."""

    @property
    def schedule(self) -> Schedule | None:
        """schedule: a race, and the end to bring it to."""
        return self.exercise if isinstance(self.exercise, Schedule) else None

    @property
    def lines(self) -> tuple[str, ...]:
        """run: the commands as text."""
        return tuple(line.text.strip() for line in self.script)


def steps_of(
    path: Path, blocks: list[Block], *, title: str, kernel: str
) -> tuple[Step, ...]:
    """The steps that the blocks of a lesson make, which starts on that kernel.

    Errors: ContentError, with all that is wrong with the blocks.
    """
    found: list[Step] = []
    errors: list[ContentError] = []
    for block in blocks:
        try:
            _add(path, block, kernel, found)
        except ContentError as error:
            errors.append(error)
            if block.kind in TASKS:
                # Its checks and hints are not to be called stray.
                found.append(Step(block.kind, block.id, block.line))
    raise_first(errors)
    return tuple(_untitled([_with_books(step) for step in found], title))


def _with_books(step: Step) -> Step:
    """A task with the books among its checks, if none of them is about the books."""
    if not step.checks:
        return step
    texts = with_books(tuple(check.text for check in step.checks))
    more = texts[len(step.checks) :]
    last = step.checks[-1].number
    books = (Check(last, text, implied=True) for text in more)
    return replace(step, checks=(*step.checks, *books))


def _add(path: Path, block: Block, kernel: str, found: list[Step]) -> None:
    """Add what a block makes to the steps before it, or to the last of them."""
    if block.kind in ("check", "hint"):
        task = _task_before(path, block, found)
        found[-1] = _completed(path, block, task)
    elif block.kind == "symptom":
        symptom = read_symptom(path, block, kernel)
        found.append(Step("symptom", _id(path, block), block.line, symptom=symptom))
    elif block.kind in READERS:
        found.append(_exercise(path, block, kernel))
    else:
        found.append(_MAKERS[block.kind](path, block))


def _text(path: Path, block: Block) -> Step:
    return Step("text", "", block.line, block.text)


def _after(path: Path, block: Block) -> Step:
    number = next((number for number, line in block.numbered() if line.strip()), 0)
    if not number:
        raise ContentError(path, block.line, "the fence says nothing", rule="PT005")
    return Step("after", "", number, block.text)


def _run(path: Path, block: Block) -> Step:
    script = read_lines(path, block.numbered())
    if not script:
        raise ContentError(path, block.line, "the fence has no command", rule="PT010")
    return Step("run", _id(path, block), block.line, script=script)


def _task(path: Path, block: Block) -> Step:
    if not block.text.strip():
        what = "the task does not say what to reach"
        raise ContentError(path, block.line, what, rule="PT014")
    return Step("task", _id(path, block), block.line, block.text)


def _predict(path: Path, block: Block) -> Step:
    found = table(path, block.first, block.text, PREDICT_KEYS)
    return Step(
        "predict",
        _id(path, block),
        block.line,
        found["ask"],
        expr=found["expr"],
        of=found.get("of", ""),
        why=found.get("why", ""),
        wrong=tuple(found.get("wrong", {}).items()),
    )


def _quiz(path: Path, block: Block) -> Step:
    found = table(path, block.first, block.text, QUIZ_KEYS)
    choices = tuple(_choice(path, block, each) for each in found["choice"])
    right = sum(choice.right for choice in choices)
    if right != 1 or len(choices) < 2:
        what = f"the quiz has {len(choices)} choices, {right} of them right"
        hint = "give two or more, and exactly one of them `right = true`"
        raise ContentError(path, block.line, what, hint=hint, rule="PT012")
    return Step("quiz", _id(path, block), block.line, found["question"], choices=choices)


def _choice(path: Path, block: Block, found: dict[str, Any]) -> Choice:
    for key in ("text", "feedback"):
        if not isinstance(found.get(key), str) or not found[key].strip():
            what = f"a choice has no `{key}`"
            hint = "each choice says something to who chooses it, the right one too"
            raise ContentError(path, block.line, what, hint=hint, rule="PT012")
    unknown = [key for key in found if key not in CHOICE_KEYS]
    if unknown or not isinstance(found.get("right", False), bool):
        what = "a choice has `text`, `feedback` and `right = true` for the right one"
        raise ContentError(path, block.line, what, rule="PT012")
    return Choice(**found)


def _exercise(path: Path, block: Block, kernel: str) -> Step:
    found, exercise = READERS[block.kind](path, block, kernel)
    return Step(
        block.kind,
        _id(path, block),
        block.line,
        found["ask"],
        why=found.get("why", ""),
        wrong=tuple(found.get("wrong", {}).items()),
        exercise=exercise,
    )


def _id(path: Path, block: Block) -> str:
    if not block.id:
        what = f"the {block.kind} fence has no id"
        hint = f"```{block.kind} id=some-name: progress is kept under it"
        raise ContentError(path, block.line, what, hint=hint, rule="PT006")
    return block.id


_MAKERS: dict[str, Callable[[Path, Block], Step]] = {
    TEXT: _text,
    "after": _after,
    "pin": _run,
    "predict": _predict,
    "quiz": _quiz,
    "task": _task,
}


def _task_before(path: Path, block: Block, found: list[Step]) -> Step:
    belongs = TASKS if block.kind == "hint" else TASKS[:1]
    if not found or found[-1].kind not in belongs:
        what = f"the {block.kind} fence belongs right behind a {' or '.join(belongs)}"
        raise ContentError(path, block.line, what, rule="PT005")
    return found[-1]


def _completed(path: Path, block: Block, task: Step) -> Step:
    """The task with a check fence or a hint more."""
    if block.kind == "hint":
        if not block.text.strip():
            what = "the hint is empty"
            raise ContentError(path, block.line, what, rule="PT013")
        if block.when:
            fitting = Fitting(_id(path, block), block.line, block.when, block.text)
            return replace(task, fitting=(*task.fitting, fitting))
        return replace(task, hints=(*task.hints, block.text))
    checks = tuple(
        Check(number, text.strip())
        for number, text in block.numbered()
        if text.strip() and not text.lstrip().startswith("#")
    )
    return replace(task, checks=task.checks + checks)


def _untitled(steps: list[Step], title: str) -> list[Step]:
    """The steps without the heading that repeats the lesson's title."""
    if not steps or steps[0].kind != "text":
        return steps
    first, *rest = steps[0].body.splitlines()
    if first.strip() != f"# {title}":
        return steps
    start = next((number for number, line in enumerate(rest) if line.strip()), None)
    if start is None:
        return steps[1:]
    line = steps[0].line + 1 + start
    return [replace(steps[0], line=line, body="\n".join(rest[start:])), *steps[1:]]
