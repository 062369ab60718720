"""Moment: what all panes ask about the step at the cursor, found out once a repaint."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from pintutor.lab.changes import step_changes
from pintutor.lab.lab import Lab
from pintutor.lab.names import ZERO
from pintutor.lab.results import Change
from pintutor.lab.timeline import Entry, Stand
from pintutor.linux.arch.x86.include.pgtable import PTRS_PER_PTE, TASK_SIZE_MAX
from pintutor.linux.globals import VmStat
from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.objects import KArray
from pintutor.sim.recorder import Event
from pintutor.view.before import Before
from pintutor.view.rows import Row

FEW_EVENTS = 5000
"""Longer commands are not searched for the line of their last change [lines]."""


class Hit(NamedTuple):
    """A part of a row that does something when it is clicked."""

    row: int
    start: int
    stop: int
    """Columns of the row, the last not included."""
    does: str
    """line: run it, or begin it where a word is missing; press: a key; word and type: for
    the line that is being composed."""
    what: str
    """The line, the key's id, the number of the word, or the sign."""


class Pane(NamedTuple):
    """What one pane shows: a title, what stands at its right end, and rows."""

    title: Row
    aside: Row
    rows: tuple[Row, ...]
    current: int = 0
    """The row that must stay in sight."""
    since: int | None = None
    """The first row of what is new up to the current row; None to show its surroundings."""
    hits: tuple[Hit, ...] = ()
    """What can be clicked."""
    heads: tuple[Row, ...] = ()
    """Rows over the others, which do not scroll with them."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a lab stands, and what has just changed there."""

    lab: Lab
    stand: Stand
    event: Event | None
    """The line to show: the one that ran, or at a command's end its last to matter."""
    running: bool
    """True in the middle of a command: the event is the line that has just run."""
    changes: tuple[Change, ...]
    """What the step changed; at a command's end, what the command changed."""
    calls: tuple[Event, ...]
    """The functions on the model's stack, outermost first: the last event of each."""
    address: int | None
    """The user address that the code shown works on [bytes]."""
    labels: dict[Page, str]
    """What a learner calls each page that has a name."""
    fields: dict[tuple[str, str], Change]
    """The changes by what changed and its field."""
    before: Before
    """What held something else before the step, or at a command's end before it."""
    since: int = 0
    """Where in the journal the step, or the command, began [writes]."""
    counted: str = ZERO
    """The page with a name whose count changed last; `zero` when none did so far."""

    @property
    def span(self) -> str:
        """What the changes belong to: `this step`, `this command`, or nothing yet."""
        if self.stand.entry is None:
            return "at the start"
        return "this step" if self.running else "this command"


def moment(lab: Lab) -> Moment:
    """What there is to show where the lab stands."""
    stand = lab.timeline.stand()
    entry = stand.entry
    if entry is None:
        return Moment(lab, stand, None, False, (), (), None, _labels(lab), {}, Before())
    running = stand.event is not None
    index = stand.local - 1 if running else _last_that_matters(lab, entry)
    with lab.machine:
        changed = step_changes(lab, lab.timeline.cursor) if running else entry.changes
    event = entry.events[index] if entry.events else None
    calls = _stack(entry.events, index)
    address = _address(calls)
    fields = {(one.subject, one.field): one for one in changed}
    labels = _labels(lab)
    start = entry.position(stand.local - 1) if running else entry.start
    before = Before(lab.machine.journal.since(start))
    return Moment(
        lab,
        stand,
        event,
        running,
        changed,
        calls,
        address,
        labels,
        fields,
        before,
        start,
        _counted(lab, stand, changed, labels),
    )


def _counted(
    lab: Lab, stand: Stand, changed: tuple[Change, ...], labels: dict[Page, str]
) -> str:
    """The page with a name whose count changed last, of several the first of them.

    Where the step changed none, the command does, or one before it did.
    """
    known = set(labels.values())
    entries = lab.timeline.entries
    here = entries.index(stand.entry) + 1 if stand.entry in entries else 0
    for found in (changed, *(entry.changes for entry in reversed(entries[:here]))):
        counts = (one.subject for one in found if one.field == "_refcount")
        subject = next((one for one in counts if one in known), "")
        if subject:
            return subject
    return ZERO


def _labels(lab: Lab) -> dict[Page, str]:
    with lab.machine:
        return lab.names.labels()


def _last_that_matters(lab: Lab, entry: Entry) -> int:
    """Index of the last event that wrote to a page, a table or a counter."""
    last = len(entry.events) - 1
    if len(entry.events) > FEW_EVENTS:
        return last
    written = entry.end
    for position, write in enumerate(
        lab.machine.journal.writes(entry.start, entry.end), entry.start
    ):
        if isinstance(write.obj, (Page, VmStat)) or _is_table(write.obj):
            written = position
    after = bisect_right(entry.events, written, key=lambda event: event.position)
    return after - 1 if after else last


def _is_table(obj: object) -> bool:
    return isinstance(obj, KArray) and len(obj) == PTRS_PER_PTE


def _stack(events: list[Event], index: int) -> tuple[Event, ...]:
    """The last event of each function on the stack at an event, outermost first."""
    found: list[Event] = []
    depth = events[index].depth + 1 if events else 1
    for event in reversed(events[: index + 1]):
        if event.depth < depth:
            found.append(event)
            depth = event.depth
        if depth == 1:
            break
    return tuple(reversed(found))


def _address(calls: tuple[Event, ...]) -> int | None:
    """The address that the innermost function which has one works on."""
    for event in reversed(calls):
        names = dict(event.names)
        vmf = names.get("vmf")
        for value in (names.get("addr"), names.get("address"), names.get("start")):
            if isinstance(value, int) and 0 < value < TASK_SIZE_MAX:
                return value
        if vmf is not None:
            return int(vmf.address)
    return None
