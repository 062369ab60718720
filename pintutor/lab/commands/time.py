"""Commands that move in time: every step of every command, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.books import last_write
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.expressions import Expression
from pintutor.lab.fields import FIELD, Place
from pintutor.lab.kinds import NEW_NAME, RAW, IntRange, OneOf
from pintutor.lab.lookups import Lookup
from pintutor.lab.registry import command
from pintutor.lab.results import Moved, Table
from pintutor.lab.scope import LabScope
from pintutor.lab.sources import located
from pintutor.lab.timeline import Future, Stand
from pintutor.lab.words import Word

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

Lines = IntRange(1, 1_000_000)
SIZES = ("line", "function", "event", "command")
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
    count: Annotated[int, Lines, "how many"] = 1,
    *,
    by: Annotated[str, OneOf(*SIZES), SIZE_NOTE] = "line",
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
    count: Annotated[int, Lines, "how many"] = 1,
    *,
    by: Annotated[str, OneOf(*SIZES), SIZE_NOTE] = "line",
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


@command("time", mutates=False, see=("step", "next"))
def finish(lab: Lab) -> Moved:
    """Go to where this function returns to its caller."""
    timeline = lab.timeline
    depth = _depth(timeline.stand())

    def left(stand: Stand) -> bool:
        return stand.event is None or stand.event.depth < depth

    target = _first(lab, range(timeline.cursor + 1, timeline.total + 1), left)
    return _go(lab, timeline.total if target is None else target)


@command(
    "time",
    mutates=False,
    examples=("goto 37", "goto start", "goto before"),
    see=("mark", "timeline"),
)
def goto(lab: Lab, where: Annotated[Word, RAW, "a step, a mark, start or end"]) -> Moved:
    """Go to a step by number, to a mark, to the start or to the end."""
    timeline = lab.timeline
    text = where.text.strip()
    if text in ("start", "end"):
        return _go(lab, 0 if text == "start" else timeline.total)
    if text in timeline.marks:
        target = timeline.step_of(timeline.marks[text])
        if target is None:
            raise _nowhere(where, f"`{text}` lies in another branch", "`branch` lists them")
        return _go(lab, target)
    if not text.isdecimal() or len(text) > 12:
        known = ("start", "end", *timeline.marks)
        what = f"`{printable(text[:40])}` is neither a step nor a mark"
        raise _nowhere(where, what + did_you_mean(text, known), "`mark NAME` sets a mark")
    if int(text) > timeline.total:
        raise _nowhere(where, f"the last step is {timeline.total}", "`timeline` lists them")
    return _go(lab, int(text))


@command("time", mutates=False, examples=("mark before",), see=("goto",))
def mark(lab: Lab, name: Annotated[str, NEW_NAME] = "") -> Table | Moved:
    """Give this step a name for `goto`; without a name, list the marks."""
    timeline = lab.timeline
    if name:
        timeline.marks[name] = timeline.stand()
        return _moved(lab, f"mark {name}")
    rows = tuple(
        (key, "another branch" if (at := timeline.step_of(stand)) is None else at)
        for key, stand in timeline.marks.items()
    )
    return Table("marks", ("mark", "step"), rows)


@command(
    "time",
    mutates=False,
    kernel="",
    examples=("last zero._refcount", "last buf[0].pte"),
    see=("why",),
)
def last(lab: Lab, field: Annotated[Place, FIELD]) -> Moved:
    """Go to the step that wrote a field last: who did this?"""
    written = last_write(lab, field.obj, field.field)
    if written is None or written.step is None:
        return _moved(lab, f"nothing has written {field.label} so far")
    if written.step == lab.timeline.cursor:
        return _earlier(lab, field)
    return _go(lab, written.step, f"wrote {field.label} last")


def _earlier(lab: Lab, field: Place) -> Moved:
    """The write before the one that this step made, if there is one."""
    timeline = lab.timeline
    here = timeline.cursor
    timeline.seek(here - 1)
    written = last_write(lab, field.obj, field.field)
    if written is None or written.step is None:
        timeline.seek(here)
        return _moved(lab, f"nothing wrote {field.label} before this step")
    return _go(lab, written.step, f"wrote {field.label} before")


@command(
    "time",
    mutates=False,
    examples=("until zero._refcount > 1",),
    see=("back-until", "step"),
)
def until(lab: Lab, expression: Annotated[Word, RAW]) -> Moved:
    """Go forward to the first step after which an expression holds."""
    timeline = lab.timeline
    return _search(lab, expression, range(timeline.cursor + 1, timeline.total + 1))


@command(
    "time",
    mutates=False,
    examples=("back-until zero._refcount == 1",),
    see=("until",),
)
def back_until(lab: Lab, expression: Annotated[Word, RAW]) -> Moved:
    """Go back to the last step after which an expression holds."""
    return _search(lab, expression, range(lab.timeline.cursor - 1, -1, -1))


@command("time", mutates=False, examples=("undo", "undo 3"), see=("redo", "branch"))
def undo(lab: Lab, count: Annotated[int, Lines, "commands"] = 1) -> Moved:
    """Go to before the last command; typing another one then begins a new branch."""
    timeline = lab.timeline
    for _ in range(min(count, len(timeline.entries))):
        entry = timeline.stand().entry
        if entry is not None:
            timeline.seek(timeline.first_step(entry))
    return _moved(lab)


@command("time", mutates=False, see=("undo",))
def redo(lab: Lab, count: Annotated[int, Lines, "commands"] = 1) -> Moved:
    """Go to after the next command that was undone."""
    return _repeat(lab, count, 1, "command")


def _futures(lab: Lab) -> dict[str, object]:
    return {future.name: future for future in lab.timeline.futures}


BRANCH = Lookup("BRANCH", "a branch by name", "branch", _futures)


@command("time", mutates=False, examples=("branch", "branch b1"), see=("undo",))
def branch(lab: Lab, name: Annotated[Future | None, BRANCH] = None) -> Table | Moved:
    """List the futures that were left, or return to one of them.

    The future that is left in turn is kept as a branch too: nothing is ever lost.
    """
    timeline = lab.timeline
    if name is None:
        rows = tuple(
            (
                one.name,
                one.after.line if one.after else "the start",
                "; ".join(entry.line for entry in one.entries),
            )
            for one in timeline.futures
        )
        return Table("branches", ("branch", "after", "commands"), rows)
    try:
        timeline.enter(name)
    except ValueError as error:
        raise CommandError(
            f"{name.name} cannot be entered from here: {error}",
            None,
            code="unknown-branch",
            hint="return to the branch that it grows out of first",
        ) from None
    return _moved(lab, f"on branch {name.name} now")


@command("time", mutates=False, see=("goto", "mark"))
def timeline(lab: Lab) -> Table:
    """List the commands with their first and last steps, and where you are."""
    here = lab.timeline.stand().entry
    rows = []
    step = 0
    for entry in lab.timeline.entries:
        first, step = step + 1, step + entry.steps
        rows.append((">" if entry is here else "", first, step, entry.kernel, entry.line))
    note = f"step {lab.timeline.cursor} of {lab.timeline.total}"
    columns = ("", "first", "last", "kernel", "command")
    return Table("timeline", columns, tuple(rows), note)


def _repeat(lab: Lab, count: int, way: int, by: str) -> Moved:
    timeline = lab.timeline
    target = timeline.cursor
    for _ in range(count):
        found = _boundary(lab, target, way, by)
        if found is None:
            break
        target = found
    return _go(lab, target)


def _boundary(lab: Lab, step: int, way: int, by: str) -> int | None:
    """The next step in a direction at which something of size `by` ends, or None."""
    total = lab.timeline.total
    steps: Iterable[int] = (
        range(step + 1, total + 1) if way > 0 else range(step - 1, -1, -1)
    )
    tests: dict[str, Callable[[int], bool]] = {
        "line": lambda at: True,
        "function": lambda at: _enters_or_leaves(lab, at),
        "event": lambda at: _changes_something(lab, at),
        "command": lambda at: lab.timeline.stand(at).at_end,
    }
    return next((at for at in steps if tests[by](at)), 0 if way < 0 and step else None)


def _enters_or_leaves(lab: Lab, step: int) -> bool:
    stand, before = lab.timeline.stand(step), lab.timeline.stand(step - 1)
    if stand.event is None:
        return True
    return stand.event.returns or _depth(before) < stand.event.depth


def _changes_something(lab: Lab, step: int) -> bool:
    if step == 0:
        return True
    return lab.timeline.position(step) != lab.timeline.position(step - 1)


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
    return _go(lab, timeline.cursor if target is None else target)


def _first(lab: Lab, steps: range, test: Callable[[Stand], bool]) -> int | None:
    return next((step for step in steps if test(lab.timeline.stand(step))), None)


def _search(lab: Lab, expression: Word, steps: range) -> Moved:
    """Go to the first of `steps` where the expression holds; stay when none does."""
    parsed = Expression.parse(expression.text, expression.start)
    scope = LabScope(lab)
    here = lab.timeline.cursor
    problem: CommandError | None = None
    for step in steps:
        lab.timeline.seek(step)
        try:
            if parsed.evaluate(scope):
                return _moved(lab)
        except CommandError as error:  # a name that is not there yet, or no longer
            problem = error
    lab.timeline.seek(here)
    if problem is not None and not steps:
        raise problem
    return _moved(lab, f"never: {expression.text.strip()}")


def _go(lab: Lab, step: int, note: str = "") -> Moved:
    before = lab.timeline.cursor
    lab.timeline.seek(step)
    if step == before and not note:
        note = "the first step" if step == 0 else "the last step"
        note = note if step in (0, lab.timeline.total) else ""
    return _moved(lab, note)


def _moved(lab: Lab, note: str = "") -> Moved:
    timeline = lab.timeline
    stand = timeline.stand()
    line = stand.entry.line if stand.entry else ""
    where = located(stand.event)
    return Moved(timeline.cursor, timeline.total, line, *where, note)


def _nowhere(where: Word, what: str, hint: str) -> CommandError:
    return CommandError(what, where.span, code="unknown-step", hint=hint)
