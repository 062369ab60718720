"""The history as a tree: the commands, and at each the branches that grow out of it."""

from __future__ import annotations

from typing import NamedTuple

from pintutor.lab.timeline import Entry, Timeline


class Limb(NamedTuple):
    """A command, and what was typed after it at other times."""

    line: str
    """As it was typed; empty for the start."""
    place: str
    """`here`, or `ahead` of the cursor, `left` in a branch; empty for what is done."""
    marks: tuple[str, ...]
    """The marks at its steps."""
    branches: tuple[Bough, ...]
    """The branches that follow it, the oldest first."""


class Bough(NamedTuple):
    """A branch: commands that were left behind."""

    name: str
    """What `branch` knows it by."""
    limbs: tuple[Limb, ...]


class Tree(NamedTuple):
    """All of the history: the present line, with every branch where it parts."""

    limbs: tuple[Limb, ...]
    """The start, then each command of the present line."""


def tree(timeline: Timeline) -> Tree:
    """The history as it is now."""
    stand = timeline.stand()
    here = -1 if stand.entry is None else timeline.entries.index(stand.entry)
    limbs = [_limb(timeline, None, "here" if here < 0 else "")]
    for number, entry in enumerate(timeline.entries):
        place = "ahead" if number > here else "here" if number == here else ""
        limbs.append(_limb(timeline, entry, place))
    return Tree(tuple(limbs))


def _limb(timeline: Timeline, entry: Entry | None, place: str) -> Limb:
    marks = [name for name, stand in timeline.marks.items() if stand.entry is entry]
    boughs = tuple(
        Bough(one.name, tuple(_limb(timeline, each, "left") for each in one.entries))
        for one in timeline.futures
        if one.after is entry
    )
    return Limb("" if entry is None else entry.line, place, tuple(marks), boughs)
