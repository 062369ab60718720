"""Commands that move in time: every step of every command, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.kinds import OneOf
from pintutor.lab.moving import COUNT, go
from pintutor.lab.registry import command
from pintutor.lab.results import Moved
from pintutor.lab.timeline import Stand
from pintutor.lab.words import Word

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class StepKind:
    """A step of the history: its number, a mark, `start` or `end`."""

    name: str = "STEP"
    note: str = "a step, a mark, start or end"
    raw: bool = True

    def parse(self, word: Word, lab: object) -> Word:
        """The word; what it stands for depends on where the history is."""
        return word

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The marks with their steps, and both ends."""
        timeline = lab.timeline
        found = {name: timeline.step_of(stand) for name, stand in timeline.marks.items()}
        for name, step in {**found, "start": 0, "end": timeline.total}.items():
            if name.startswith(prefix):
                yield name, "in another branch" if step is None else f"step {step}"


STEP = StepKind()
SIZES = {
    "line": "one line of the model",
    "function": "to the next call or return",
    "event": "to the next change",
    "command": "to the end of a command",
}
SIZE = OneOf(*SIZES, about=SIZES)
SIZE_NOTE = "line; function: next call or return; event: next change; command"


@command(
    "time",
    mutates=False,
    aliases=("s",),
    examples=("step", "step 5", "step event"),
    see=("back", "next", "finish"),
)
def step(
    lab: Lab,
    count: Annotated[int, COUNT, "how many"] = 1,
    *,
    by: Annotated[str, SIZE, SIZE_NOTE] = "line",
) -> Moved:
    """Go forward one line of the model, or one function, event or command."""
    return _repeat(lab, count, 1, by)


@command(
    "time",
    mutates=False,
    aliases=("b",),
    examples=("back", "back 5", "back command"),
    see=("step", "prev"),
)
def back(
    lab: Lab,
    count: Annotated[int, COUNT, "how many"] = 1,
    *,
    by: Annotated[str, SIZE, SIZE_NOTE] = "line",
) -> Moved:
    """Go back one line of the model, or one function, event or command."""
    return _repeat(lab, count, -1, by)


@command("time", mutates=False, aliases=("n",), see=("step", "prev"))
def next_(lab: Lab) -> Moved:
    """Go to the next line of this function, over what it calls."""
    return _over(lab, 1)


@command("time", mutates=False, aliases=("p",), see=("back", "next"))
def prev(lab: Lab) -> Moved:
    """Go back to the line of this function before, over what it called."""
    return _over(lab, -1)


@command("time", mutates=False, see=("step", "back-finish"))
def finish(lab: Lab) -> Moved:
    """Go to where this function returns to its caller."""
    timeline = lab.timeline
    depth = _depth(timeline.stand())

    def left(stand: Stand) -> bool:
        return stand.event is None or stand.event.depth < depth

    target = _first(lab, range(timeline.cursor + 1, timeline.total + 1), left)
    return go(lab, timeline.total if target is None else target)


@command("time", mutates=False, see=("finish", "back"))
def back_finish(lab: Lab) -> Moved:
    """Go back to where this function was called."""
    timeline = lab.timeline
    depth = _depth(timeline.stand())

    def calls(stand: Stand) -> bool:
        return stand.event is None or stand.event.depth < depth

    target = _first(lab, range(timeline.cursor - 1, -1, -1), calls)
    return go(lab, 0 if target is None else target)


@command(
    "time",
    mutates=False,
    examples=("goto 37", "goto start", "goto before"),
    see=("mark", "timeline"),
)
def goto(lab: Lab, where: Annotated[Word, STEP]) -> Moved:
    """Go to a step by number, to a mark, to the start or to the end."""
    timeline = lab.timeline
    text = where.text.strip()
    if text in ("start", "end"):
        return go(lab, 0 if text == "start" else timeline.total)
    if text in timeline.marks:
        stand = timeline.marks[text]
        target = timeline.step_of(stand)
        if target is None and stand.entry is not None:
            name = timeline.holder(stand.entry).name
            hint = f"`branch {name}` returns to it"
            raise _nowhere(where, f"`{text}` lies in another branch", hint)
        return go(lab, target or 0)
    if not text.isdecimal() or len(text) > 12:
        known = ("start", "end", *timeline.marks)
        what = f"`{printable(text[:40])}` is neither a step nor a mark"
        raise _nowhere(where, what + did_you_mean(text, known), "`mark NAME` sets a mark")
    if int(text) > timeline.total:
        raise _nowhere(where, f"the last step is {timeline.total}", "`timeline` lists them")
    return go(lab, int(text))


def _repeat(lab: Lab, count: int, way: int, by: str) -> Moved:
    timeline = lab.timeline
    target = timeline.cursor
    for _ in range(count):
        found = boundary(lab, target, way, by)
        if found is None:
            break
        target = found
    return go(lab, target)


def boundary(lab: Lab, step: int, way: int, by: str) -> int | None:
    """The next step in a direction at which something of size `by` ends, or None."""
    total = lab.timeline.total
    steps: Iterable[int] = (
        range(step + 1, total + 1) if way > 0 else range(step - 1, -1, -1)
    )
    tests: dict[str, Callable[[int], bool]] = {
        "line": lambda at: True,
        "function": lambda at: _enters_or_leaves(lab, at),
        "event": lab.timeline.changed,
        "command": lambda at: lab.timeline.stand(at).at_end,
    }
    return next((at for at in steps if tests[by](at)), 0 if way < 0 and step else None)


def _enters_or_leaves(lab: Lab, step: int) -> bool:
    stand, before = lab.timeline.stand(step), lab.timeline.stand(step - 1)
    if stand.event is None:
        return True
    return stand.event.returns or _depth(before) < stand.event.depth


def _depth(stand: Stand) -> int:
    return stand.event.depth if stand.event is not None else 0


def _over(lab: Lab, way: int) -> Moved:
    timeline = lab.timeline
    here = timeline.stand()
    if here.event is None:
        return _repeat(lab, 1, way, "line")
    depth = here.event.depth

    def beside(stand: Stand) -> bool:
        event = stand.event
        return event is None or (event.depth <= depth and not event.returns)

    steps = range(timeline.cursor + 1, timeline.total + 1)
    if way < 0:
        steps = range(timeline.cursor - 1, -1, -1)
    target = _first(lab, steps, beside)
    return go(lab, timeline.cursor if target is None else target)


def _first(lab: Lab, steps: range, test: Callable[[Stand], bool]) -> int | None:
    return next((step for step in steps if test(lab.timeline.stand(step))), None)


def _nowhere(where: Word, what: str, hint: str) -> CommandError:
    return CommandError(what, where.span, code="unknown-step", hint=hint)
