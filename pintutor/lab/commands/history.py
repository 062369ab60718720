"""Commands on the history itself: undo and redo, marks, branches, the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.branching import Tree, tree
from pintutor.lab.kinds import NEW_NAME
from pintutor.lab.lookups import Lookup
from pintutor.lab.moving import COUNT, go, moved
from pintutor.lab.registry import command
from pintutor.lab.results import Moved, Table
from pintutor.lab.timeline import Future

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@command("time", mutates=False, examples=("mark before",), see=("goto", "unmark"))
def mark(lab: Lab, name: Annotated[str, NEW_NAME] = "") -> Table | Moved:
    """Give this step a name for `goto`; without a name, list the marks."""
    timeline = lab.timeline
    if name:
        timeline.marks[name] = timeline.stand()
        return moved(lab, f"mark {name}")
    rows = tuple(
        (key, "another branch" if (at := timeline.step_of(stand)) is None else at)
        for key, stand in timeline.marks.items()
    )
    return Table("marks", ("mark", "step"), rows)


@command("time", mutates=False, examples=("undo", "undo 3"), see=("redo", "branch"))
def undo(lab: Lab, count: Annotated[int, COUNT, "commands"] = 1) -> Moved:
    """Go to before the last command; typing another one then begins a new branch."""
    timeline = lab.timeline
    for _ in range(min(count, len(timeline.entries))):
        entry = timeline.stand().entry
        if entry is not None:
            timeline.seek(timeline.first_step(entry))
    return moved(lab)


@command("time", mutates=False, see=("undo",))
def redo(lab: Lab, count: Annotated[int, COUNT, "commands"] = 1) -> Moved:
    """Go to after the next command that was undone."""
    step = 0
    ends = [step := step + entry.steps for entry in lab.timeline.entries]
    ahead = [end for end in ends if end > lab.timeline.cursor]
    return go(lab, ahead[:count][-1] if ahead else lab.timeline.cursor)


def _futures(lab: Lab) -> dict[str, object]:
    return {future.name: future for future in lab.timeline.futures}


def _marks(lab: Lab) -> dict[str, object]:
    return {name: name for name in lab.timeline.marks}


MARK = Lookup("MARK", "a mark by name", "mark", _marks)
BRANCH = Lookup("BRANCH", "a branch by name", "branch", _futures)


@command("time", mutates=False, examples=("branch", "branch b1"), see=("branches", "undo"))
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
    timeline.enter(name)
    return moved(lab, f"on branch {name.name} now")


@command("time", mutates=False, see=("branch", "mark", "timeline"))
def branches(lab: Lab) -> Tree:
    """Draw the history as a tree: the commands, and the branches where they part."""
    return tree(lab.timeline)


@command("time", mutates=False, examples=("unmark before",), see=("mark",))
def unmark(lab: Lab, name: Annotated[str, MARK]) -> Moved:
    """Take a mark away; the step stays where it is."""
    del lab.timeline.marks[name]
    return moved(lab, f"no mark is called {name} any more")


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
