"""Labs for tests: the commands are declared, and lines can be run at once."""

from typing import Any

import pintutor.lab.commands
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.scope import LabScope

__all__ = ["Lab", "Outcome", "pintutor", "refused", "run", "started", "value"]


def started(*lines: str, kernel: str = "v6.4") -> Lab:
    """A lab in which these lines have run."""
    lab = Lab(kernel)
    run(lab, *lines)
    return lab


def run(lab: Lab, *lines: str) -> Any:
    """Run lines; returns what the last one did."""
    result: object = None
    for line in lines:
        outcome = lab.execute(line)
        assert outcome.oops is None, f"{line}: {outcome.oops}"
        result = outcome.result
    return result


def refused(lab: Lab, line: str) -> CommandError:
    """The error that a line is refused with."""
    try:
        lab.execute(line)
    except CommandError as error:
        return error
    raise AssertionError(f"`{line}` was carried out")


def value(lab: Lab, expression: str) -> Any:
    """What an expression of the language is now."""
    with lab.machine:
        return Expression.parse(expression, 0).evaluate(LabScope(lab))
