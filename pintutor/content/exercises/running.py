"""Running a script with labels: a line that fails goes on at its `else`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pintutor.content.exercises.draft import HOLE, Line
from pintutor.content.runner import wrong_with
from pintutor.content.situation import Situation
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a script."""

    situation: Situation
    """The machine, and `failed`: a line went on at its `else`; `refused` and `stopped`:
    a line could not be carried out, or stopped the kernel."""
    wrong: str
    """Why it did not come to its end; empty when it did."""

    @property
    def waiting(self) -> bool:
        """True when a failure that was asked for has not come."""
        lab = self.situation.lab
        return lab is not None and any(one.left for one in lab.machine.faults.injected)


def run(kernel: str, before: Sequence[str], script: Sequence[Line]) -> Ran:
    """Run lines on a fresh machine, and then a script.

    Errors: CommandError when a line before the script cannot be carried out.
    """
    lab = Lab(kernel)
    for first in before:
        lab.execute(first)
    words = {"failed": False, "refused": False, "stopped": False}
    at = 0
    while at < len(script):
        line, at = script[at], at + 1
        if line.text in ("", HOLE):
            continue
        try:
            wrong, failed = _carried_out(lab, line.text, words)
            target = _target(script, at, line) if failed and line.other else at
        except CommandError as error:
            words["refused"] = True
            return Ran(Situation(lab, words), f"`{line.text}`: {error.message}")
        if wrong:
            return Ran(Situation(lab, words), wrong)
        words["failed"] = words["failed"] or target != at
        at = target
    return Ran(Situation(lab, words), "")


def _carried_out(lab: Lab, line: str, words: dict[str, bool]) -> tuple[str, bool]:
    """What is wrong with a line, and whether what it called returned an error.

    Errors: CommandError when it cannot be carried out.
    """
    try:
        outcome = lab.execute(line)
    except CommandError as error:
        if not error.errno:
            raise
        return "", True
    words["stopped"] = outcome.oops is not None
    return wrong_with(outcome), _failed(outcome.result)


def _failed(result: object) -> bool:
    """True for an error, and when user space was killed."""
    ret = getattr(result, "ret", 0)
    negative = isinstance(ret, int) and ret < 0
    return negative or bool(getattr(result, "error", "") or getattr(result, "signal", ""))


def _target(script: Sequence[Line], at: int, line: Line) -> int:
    """Where a line that failed goes on: at its label, which stands further down."""
    for index in range(at, len(script)):
        if script[index].label == line.other:
            return index
    raise CommandError(f"no label `{line.other}:` stands below it", None, code="no-label")
