"""The races and comparisons that a lesson stands in, and which line began each.

Such a guest can be left at any time, and is not there when a sitting is taken up again.
What looks at it then begins with the line that began it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pintutor.content.steps import TASKS, Step
from pintutor.lab.registry import REGISTRY

Place = tuple[int, int]
"""A step, and how many of its lines have run."""

BEGIN = ("race", "witness", "compare")
LEAVE = "leave"


class Guests:
    """Where the lines of a lesson begin a guest and leave it."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._turns = tuple(_turns(steps))

    def begun(self, place: Place) -> Place | None:
        """Where the line stands that began what a lesson is in at a place."""
        found = [began for turn, began in self._turns if turn < place]
        return found[-1] if found else None

    def without(self, place: Place) -> Place:
        """Where a lesson that had come to a place goes on, since its guest is not there.

        Behind `leave`, or at the line that begins the guest if it is looked at next.
        """
        began = self.begun(place)
        if began is None:
            return place
        index, lines = place
        if self._next(place) == LEAVE and self._steps[index].kind == "run":
            return index, lines + 1
        return began if self._looks(place) else place

    def _next(self, place: Place) -> str:
        """The command of the next line that is run, past what is only asked."""
        index, lines = place
        for step in self._steps[index:]:
            if step.kind == "run" and step.lines[lines:]:
                return _command(step.lines[lines])
            lines = 0
        return ""

    def _looks(self, place: Place) -> bool:
        """Whether what comes next is about the guest."""
        for step in self._steps[place[0] :]:
            if step.kind in TASKS or step.kind == "run":
                break
            if step.kind == "predict" and not step.of:
                return True
        else:
            return False
        return step.kind == "run" and self._next(place) not in (*BEGIN, LEAVE)


def _turns(steps: Sequence[Step]) -> Iterator[tuple[Place, Place | None]]:
    """Each line that begins or leaves a guest, with where that was begun."""
    for index, step in enumerate(steps):
        for number, line in enumerate(step.lines if step.kind == "run" else ()):
            command = _command(line)
            if command in BEGIN:
                yield (index, number), (index, number)
            elif command == LEAVE:
                yield (index, number), None
        if step.schedule is not None:
            yield (index, 0), None


def _command(line: str) -> str:
    word = line.split(maxsplit=1)[0]
    found = REGISTRY.get(word)
    return found.name if found else word
