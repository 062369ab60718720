"""Growing a history again that was kept: its branches and its marks.

How they are kept is said in learner/beside.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from pintutor.content.learner.beside import NOTHING, START, Beside, Branch
from pintutor.content.same import repeat
from pintutor.lab.aside import own_timeline
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.timeline import Entry, Stand, Timeline


def beside(lab: Lab) -> Beside:
    """What the lab's own history has beside its present line."""
    timeline = own_timeline(lab)
    if not (timeline.names or timeline.marks):
        return NOTHING  # as after most lines
    numbers = {entry: number for number, entry in enumerate(timeline.entries)}
    branches = []
    waiting = list(timeline.futures)
    while waiting:
        future = next(one for one in waiting if one.after is None or one.after in numbers)
        waiting.remove(future)
        lines = tuple(entry.line for entry in future.entries)
        branches.append(Branch(_number(numbers, future.after), lines))
        numbers.update(zip(future.entries, range(len(numbers), 1 << 62), strict=False))
    named = timeline.names.items()
    names = sorted((numbers[entry], name) for entry, name in named if entry in numbers)
    marks = (
        (name, _number(numbers, stand.entry), stand.local)
        for name, stand in timeline.marks.items()
        if stand.entry is None or stand.entry in numbers
    )
    return Beside(tuple(branches), tuple(names), tuple(marks))


def _number(numbers: Mapping[Entry, int], entry: Entry | None) -> int:
    return START if entry is None else numbers[entry]


def grow(lab: Lab, kept: Beside) -> None:
    """Let a lab whose present line was run again have the rest; it stays where it is.

    A branch that cannot be run any more, and what grows from it, is left out.
    """
    timeline, here = lab.timeline, lab.timeline.cursor
    present = [*timeline.entries]
    entries: list[Entry | None] = [*present]
    with lab.machine:
        _name(timeline, entries, kept)
        for branch in kept.branches:
            entries += _grown(lab, entries, branch)
            _name(timeline, entries, kept)
        if present:
            _reach(timeline, present[-1])
        timeline.seek(here)
    for name, number, local in kept.marks:
        entry = _at(entries, number)
        if entry is not None:
            timeline.marks[name] = Stand(entry, min(local, entry.steps))
        elif number == START:
            timeline.marks[name] = Stand(None, 0)


def _at(entries: Sequence[Entry | None], number: int) -> Entry | None:
    """The command of that number, if it was run."""
    return entries[number] if 0 <= number < len(entries) else None


def _name(timeline: Timeline, entries: Sequence[Entry | None], kept: Beside) -> None:
    """Give branches their names before they are left, as a name is given then."""
    for number, name in kept.names:
        entry = _at(entries, number)
        if entry is not None:
            timeline.names[entry] = name


def _grown(lab: Lab, entries: Sequence[Entry | None], branch: Branch) -> list[Entry | None]:
    """The commands of a branch, run where it grows; None for each that did not run."""
    done: list[Entry | None] = []
    after = _at(entries, branch.after)
    if after is not None or branch.after == START:
        _reach(lab.timeline, after)
        with suppress(CommandError):
            for line in branch.lines:
                repeat(lab, [line])
                done.append(lab.timeline.entries[-1])
    return done + [None] * (len(branch.lines) - len(done))


def _reach(timeline: Timeline, entry: Entry | None) -> None:
    """Stand at the end of a command, on whatever branch; at the start for None."""
    if entry is not None and entry not in timeline.entries:
        timeline.enter(timeline.holder(entry))
    timeline.seek(0 if entry is None else timeline.first_step(entry) + entry.steps)
