"""An answer key: what is right in each question and task, for whoever teaches."""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.classroom.right_answers import begun, taking
from pintutor.content import catalogue
from pintutor.content.errors import NoSuchContent
from pintutor.content.lesson import Lesson, load
from pintutor.content.steps import Step
from pintutor.lab.errors import did_you_mean, printable


@dataclass(frozen=True, slots=True)
class Key:
    """What is right in one step."""

    step: str
    kind: str
    question: str
    lines: tuple[str, ...]
    """What a learner may type; other lines may do as well."""
    why: str


def lessons_named(name: str, seed: int) -> list[Lesson]:
    """The lesson of that id or number, or those of a topic, by its folder or number.

    They are in the variant that a seed leads to.

    Errors: NoSuchContent.
    """
    known = catalogue.lessons()
    found = [each for each in known if name in (each.front.id, each.number)]
    found = found or [each for each in known if name in _topics(each)]
    if found:
        return [load(each.path, seed=seed) for each in found]
    names = [word for each in known for word in (each.front.id, *_topics(each))]
    what = f"no lesson or topic is called `{printable(name[:60])}`"
    hint = "`pintutor lessons` lists them; a topic is a folder or a number, 6"
    raise NoSuchContent(what + did_you_mean(name, names), hint=hint)


def _topics(listed: catalogue.Listed) -> tuple[str, ...]:
    folder = listed.path.parent.parent.name
    return folder, listed.number.partition(".")[0], listed.front.topic


def key(lesson: Lesson) -> list[Key]:
    """What is right in each question and task of a lesson, in order.

    A prediction is what the model computes; nothing of this is written down anywhere.
    """
    way = taking(begun(lesson))
    return [_key(step, lines) for step, lines in way if step.kind != "run"]


def _key(step: Step, lines: tuple[str, ...]) -> Key:
    why = next((each.feedback for each in step.choices if each.right), step.why)
    question = step.body.strip().partition("\n\n")[0].replace("\n", " ")
    return Key(step.id, step.kind, question, lines, why)
