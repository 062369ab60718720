"""When two machines are in the same state: how an equivalent command is recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import fields
from typing import Any

from pintutor.lab.aside import own_timeline
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.timeline import Entry
from pintutor.sim.objects import KArray, KObject


def visible(lab: Lab) -> list[Entry]:
    """The commands that are done where the lab stands; one half done counts."""
    found = []
    step = 0
    timeline = own_timeline(lab)
    for entry in timeline.entries:
        if step >= timeline.cursor:
            break
        found.append(entry)
        step += entry.steps
    return found


def undone(lab: Lab) -> list[str]:
    """The commands behind those, which `redo` brings back."""
    return [entry.line for entry in own_timeline(lab).entries[len(visible(lab)) :]]


def replayed(kernel: str, lines: Iterable[str]) -> Lab:
    """A fresh lab in which these lines have run (CommandError)."""
    lab = Lab(kernel)
    for line in lines:
        lab.execute(line)
    return lab


Follow = Callable[[Outcome], None]


def repeat(lab: Lab, lines: Iterable[str], *, follow: Follow | None = None) -> None:
    """Run lines which are kept all at once or not, and of which no lesson takes note.

    What each did is told to `follow`. Errors: CommandError for one that does not run.
    """
    session, lab.session = lab.session, None
    keeper, lab.keeper = lab.keeper, None
    try:
        for line in lines:
            outcome = lab.execute(line)
            if follow is not None:
                follow(outcome)
    finally:
        lab.session, lab.keeper = session, keeper


def repeat_undone(lab: Lab, lines: Iterable[str], *, follow: Follow | None = None) -> None:
    """Run lines and go back before them, so that `redo` brings them back.

    One that does not run, and those behind it, are left out.
    """
    step = lab.timeline.cursor
    with suppress(CommandError):
        repeat(lab, lines, follow=follow)
    with lab.machine:
        lab.timeline.seek(step)


def state(lab: Lab) -> list[object]:
    """All that the machine and its names hold, in an order that is always the same.

    Two labs are in the same state exactly when these lists are equal: objects stand
    as numbers by when they were met, so that only shape and values count.
    """
    numbers: dict[int, int] = {}
    found: list[object] = [
        lab.chosen.release,
        [getattr(layer, "name", "") for layer in lab.machine.patches],
    ]
    waiting: list[Any] = [lab.names.space, lab.kernel, lab.machine.faults]
    while waiting:
        value = waiting.pop()
        parts = _parts(value)
        if parts is None:
            found.append(value)
            continue
        if id(value) in numbers:
            found.append(f"#{numbers[id(value)]}")
            continue
        if not isinstance(value, tuple):
            numbers[id(value)] = len(numbers)
        found.append(type(value).__name__)
        waiting += parts
    return found


def _parts(value: Any) -> list[Any] | None:
    """What an object is made of; None for a plain value."""
    if isinstance(value, KArray):
        return [part for pair in enumerate(value.items) if pair[1] for part in pair]
    if isinstance(value, KObject):
        return [getattr(value, each.name) for each in fields(value)]  # type: ignore[arg-type]
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return None
