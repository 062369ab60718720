"""What a learner typed in a lesson, in order: what a submission is made of.

Lines that only look are left out, unless the lesson asked for them. Of several moves in
time, one after the other, the last is enough, as long as the lesson took no notice.
"""

from __future__ import annotations

from pintutor.content.learner.record import AGAIN, SITTING
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.registry import REGISTRY
from pintutor.lab.results import Told

GIVEN = ("answer", "check", "edit", "hint", "rules", "skip", "solution")
"""Commands of a lesson that its learner gives; what others do, a lesson asked for."""

MOVES = ("step", "back", "next", "prev", "finish", "goto", "undo", "redo")
RACES = ("race", "witness", "leave")
"""Commands that say which machine the lab stands in."""
RUN_ANOTHER = ("fails", "warns")
"""Commands that carry out a line, which is then noted before them."""


class Typed:
    """The lines that a learner typed and that may matter."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._aside = False
        """True when the last line left the lab in another machine."""
        self._anew = False
        """True until the first line of a sitting that goes on with another."""
        self._moved_to = ""
        """What the last line comes to, if it is a move: `goto 12`."""
        self._state: object = None
        """What the lesson had taken note of before the last line."""

    def note(self, lab: Lab, outcome: Outcome, state: object, *, awaited: bool) -> None:
        """Note a line that ran; `state` is what the lesson has taken note of so far.

        A line that the lesson awaits is noted whatever it is.
        """
        command = REGISTRY.get(outcome.command)
        was_aside, self._aside = self._aside, lab.aside is not None
        if command is None or outcome.skipped or _beside(outcome.result):
            return
        does = command.mutates or command.topic in ("time", "testing")
        given = command.name in (*GIVEN, *RACES)
        if not (awaited or given or (does and not self._aside)):
            if was_aside and not self._aside:
                self.add("leave")
            return
        line = outcome.line.strip()
        if command.name in RUN_ANOTHER and self.lines and line.endswith(self.lines[-1]):
            self.lines.pop()
        move = "" if awaited or command.name not in MOVES else f"goto {outcome.step}"
        if move and self._moved_to and self._state == state:
            self.lines[-1] = move
        else:
            self.add(line)
        self._moved_to, self._state = move, state

    def add(self, line: str) -> None:
        """Note a line, or one that comes to the same as what was done."""
        self.lines += [SITTING, line] if self._anew else [line]
        self._anew = False

    def go_on(self, lines: list[str]) -> None:
        """Begin a sitting that takes up another one, which these lines were typed in."""
        self.lines = list(lines)
        self._anew = lines[-1:] not in ([], [AGAIN])
        self._moved_to = ""


def _beside(result: object) -> bool:
    """True for what answers a question that the lesson did not ask: one of `blank`."""
    return isinstance(result, Told) and bool(result.data.get("beside"))
