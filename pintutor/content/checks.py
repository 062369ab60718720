"""Whether the checks of a task hold on a machine, and what the state is."""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.content import answers
from pintutor.content.steps import Check, Step
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Checked:
    """One check of a task, and what the state is."""

    check: Check
    holds: bool
    state: str
    """`zero._refcount is 1025`, or why the check has no value yet."""


def look(lab: Lab, step: Step) -> tuple[Checked, ...]:
    """Whether each check of a task holds now.

    The books are looked at when all else holds, and not in the midst of a command: its
    call holds what nobody accounts for.
    """
    stated = tuple(_checked(lab, check) for check in step.checks if not check.implied)
    if not lab.timeline.stand().at_end or not all(one.holds for one in stated):
        return stated
    return (*stated, *(_checked(lab, check) for check in step.checks if check.implied))


def missing(lab: Lab, step: Step) -> str:
    """The first check that does not hold, with the state; empty when all hold."""
    for one in look(lab, step):
        if not one.holds:
            return f"{one.check.text}: {one.state}"
    return ""


def _checked(lab: Lab, check: Check) -> Checked:
    try:
        holds = bool(answers.evaluate(lab, check.text))
        return Checked(check, holds, state_of(lab, check.text))
    except CommandError as error:
        return Checked(check, False, error.message)


def state_of(lab: Lab, text: str) -> str:
    """The parts of an expression with their values, in words (CommandError)."""
    parts = answers.operands(lab, text)
    return ", ".join(f"{part} is {answers.spelt(value)}" for part, value in parts)
