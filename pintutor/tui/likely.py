"""Likely: which commands a learner may want now, from what the lesson speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.lab.kinds import Completion
from pintutor.lab.lab import Lab
from pintutor.lab.registry import topics
from pintutor.view.panes import question_open

_QUOTED = re.compile(r"`(?:\w+: )?([a-z][a-z-]*)")


def likely_first(found: Iterable[Completion], lab: Lab) -> list[Completion]:
    """Commands, those that the lesson speaks of first, the others by their topics."""
    names = [command.name for held in topics().values() for command in held]
    order: dict[str, int] = {}
    for name in (*_spoken_of(lab), *names):
        order.setdefault(name, len(order))
    return sorted(found, key=lambda one: order.get(one.text, len(order)))


def _spoken_of(lab: Lab) -> Iterator[str]:
    """Commands of the current step, then of those before it, nearest first."""
    session = lab.session
    if not isinstance(session, Session):
        return
    if question_open(session):
        yield "answer"
    here, _ = session.place
    for step in reversed(session.steps[: here + 1]):
        yield from _named(step, session.hints.get(step.id, 0))


def _named(step: Step, hints: int) -> Iterator[str]:
    """Commands that a step names, its hints only as far as they were given."""
    for text in (step.body, *step.hints[:hints]):
        yield from _QUOTED.findall(text)
    for line in step.lines:
        yield line.rpartition(": ")[2].split()[0]
