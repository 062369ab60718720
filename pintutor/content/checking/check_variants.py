"""Whether the variants of a lesson are as hard as each other, and not the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pintutor.content.lesson import SOLUTION, Lesson
from pintutor.content.races.findings import Finding
from pintutor.content.script import ScriptLine
from pintutor.content.steps import Step
from pintutor.content.variants import told
from pintutor.lab.words import split, split_prefixes

RULE = "PT030"


def check_variants(
    lessons: Sequence[Lesson], asked: Sequence[Sequence[object]]
) -> Iterator[Finding]:
    """What is wrong with the variants; `asked` has what is asked for in each."""
    first = lessons[0]
    path = first.front.path
    for other in lessons[1:]:
        step = _other_step(first, other)
        if step is not None:
            values = told(dict(other.variant))
            what = f"`{step.id or step.kind}` is not as hard with {values}"
            here = told(dict(first.variant))
            hint = f"as many lines, by the same commands, as with {here}"
            yield Finding(path, step.line, RULE, what, hint)
            return
    if len(lessons) > 1 and all(each == asked[0] for each in asked):
        what = "whatever the values of [variant] are, the same is asked for"
        hint = f"use one in a command, an expression, or {SOLUTION}"
        yield Finding(path, 1, RULE, what, hint)


def _other_step(one: Lesson, other: Lesson) -> Step | None:
    """The first step that asks for more, or for something else, in one of the two."""
    for here, there in zip(one.steps, other.steps, strict=True):
        if _shape(one, here) != _shape(other, there):
            return there
    return None


def _shape(lesson: Lesson, step: Step) -> tuple[object, ...]:
    """What a step asks for, without the numbers."""
    return (
        step.kind,
        step.id,
        _verbs(step.script),
        _verbs(lesson.solutions.get(step.id, ())),
        len(step.checks),
        len(step.hints),
        len(step.choices),
        len(step.wrong),
    )


def _verbs(script: Sequence[ScriptLine]) -> list[str]:
    return [split_prefixes(split(line.text)).words[0].text for line in script]
