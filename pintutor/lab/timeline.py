"""The commands that ran, and a cursor over every step that they took.

A step is one line of the model after it ran: the machine stands as that line left it.
Each command has a step more than lines: its end. Step 0 is before the first command.
A future that was left is kept as a branch and can be returned to: history is a tree.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from pintutor.lab.happenings import Happening
from pintutor.lab.results import Change
from pintutor.sim.errors import Oops
from pintutor.sim.machine import Branch, Machine
from pintutor.sim.recorder import Event


@dataclass(slots=True, eq=False)
class Entry:
    """One command that ran."""

    line: str
    """As it was typed, without prefixes for kernels."""
    name: str
    """Name of the command."""
    kernel: str
    """The kernel that it ran on."""
    start: int
    """Journal position before it [writes]."""
    end: int = 0
    """Journal position after it [writes]."""
    events: list[Event] = field(default_factory=list)
    """The lines of the model that it ran."""
    truncated: bool = False
    """True when later lines were not recorded."""
    result: object = None
    oops: Oops | None = None
    changes: tuple[Change, ...] = ()
    happenings: tuple[Happening, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps the command takes: one a line, and its end."""
        return len(self.events) + 1

    def position(self, local: int) -> int:
        """Journal position after step `local`, counted from 1; 0 is before the command."""
        if local <= 0:
            return self.start
        if local > len(self.events):
            return self.end
        index = min(local, len(self.events) - 1)
        return self.events[index].position

    def local(self, position: int) -> int:
        """The step that made the write at a journal position of the command."""
        after = bisect_right(self.events, position, key=lambda event: event.position)
        return self.steps if after == len(self.events) else max(1, after)

    def event(self, local: int) -> Event | None:
        """The line that step `local` ran; None for the end of the command."""
        return self.events[local - 1] if 0 < local <= len(self.events) else None


class Stand(NamedTuple):
    """Where a step lies."""

    entry: Entry | None
    """The command; None for step 0."""
    local: int
    """The step within the command, from 1."""

    @property
    def event(self) -> Event | None:
        """The line that ran, or None at the start and at the end of a command."""
        return self.entry.event(self.local) if self.entry else None

    @property
    def at_end(self) -> bool:
        """True when no command is half done here."""
        return self.entry is None or self.local == self.entry.steps


@dataclass(slots=True, eq=False)
class Future:
    """Commands that were left behind when history took another way."""

    name: str
    after: Entry | None
    """The command that they follow."""
    entries: list[Entry]
    branch: Branch


class Timeline:
    """The history of one machine, with a cursor."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.entries: list[Entry] = []
        """The commands of the present line of history, oldest first."""
        self.cursor = 0
        """The step where the machine stands."""
        self.futures: list[Future] = []
        self.marks: dict[str, Stand] = {}
        self._base = machine.journal.position
        self.names: dict[Entry, str] = {}
        """Names of branches by their first command, so that one keeps its name."""

    @property
    def total(self) -> int:
        """The last step of the present line of history."""
        return sum(entry.steps for entry in self.entries)

    def stand(self, step: int | None = None) -> Stand:
        """Where a step lies; the cursor's by default."""
        left = self.cursor if step is None else step
        entry = None
        for entry in self.entries:
            if left <= entry.steps:
                break
            left -= entry.steps
        return Stand(entry if left else None, left)

    def first_step(self, entry: Entry) -> int:
        """The step before the first one of a command of the present history."""
        before = self.entries[: self.entries.index(entry)]
        return sum(each.steps for each in before)

    def step_of(self, stand: Stand) -> int | None:
        """The number of a step, or None when it lies in a future that was left."""
        if stand.entry is None:
            return 0
        if stand.entry not in self.entries:
            return None
        return self.first_step(stand.entry) + stand.local

    def position(self, step: int) -> int:
        """Journal position after a step."""
        stand = self.stand(step)
        return stand.entry.position(stand.local) if stand.entry else self._base

    def changed(self, step: int) -> bool:
        """True when a step changes something."""
        return step == 0 or self.position(step) != self.position(step - 1)

    def seek(self, step: int) -> None:
        """Bring the machine to its state after a step, as far as there are steps."""
        step = max(0, min(step, self.total))
        self.machine.seek(self.position(step))
        self.cursor = step

    def step_at(self, position: int) -> int:
        """The step that made the write at a journal position; 0 for what booting wrote."""
        step = 0
        if position < self._base:
            return step
        for entry in self.entries:
            if position < entry.end:
                return step + entry.local(position)
            step += entry.steps
        return step

    def settle(self) -> Entry | None:
        """Go to where a new command may start: past the command that is half done.

        Returns: that command, or None when none was.
        """
        stand = self.stand()
        if stand.entry is None or stand.at_end:
            return None
        self.seek(self.first_step(stand.entry) + stand.entry.steps)
        return stand.entry

    def leave(self) -> Future | None:
        """Cut off what lies after the cursor and keep it as a branch, if there is any."""
        entry = self.stand().entry
        kept = self.entries.index(entry) + 1 if entry else 0
        if kept == len(self.entries):
            self.machine.cut()
            return None
        name = self.names.setdefault(self.entries[kept], self._fresh())
        future = Future(name, entry, self.entries[kept:], self.machine.cut())
        del self.entries[kept:]
        self.futures.append(future)
        return future

    def _fresh(self) -> str:
        """The first name from here on that no branch has."""
        taken, number = set(self.names.values()), len(self.names) + 1
        while f"b{number}" in taken:
            number += 1
        return f"b{number}"

    def enter(self, future: Future) -> None:
        """Return to a branch: the present future becomes one in its place.

        Where it grows out of another branch, that one is returned to first.
        """
        if future.after is not None and future.after not in self.entries:
            self.enter(self.holder(future.after))
        step = 0
        if future.after is not None:
            step = self.first_step(future.after) + future.after.steps
        self.seek(step)
        self.leave()
        self._join(future)
        self.seek(self.total)

    def holder(self, entry: Entry) -> Future:
        """The branch that a command lies in, which is none of the present history."""
        return next(future for future in self.futures if entry in future.entries)

    def rejoin(self, future: Future | None, step: int) -> None:
        """Take a `leave` back, as if it had not been tried, and stand at `step` again."""
        if future is not None:
            self._join(future)
        self.seek(step)

    def _join(self, future: Future) -> None:
        self.futures.remove(future)
        self.machine.graft(future.branch)
        self.entries += future.entries

    def forget(self, count: int) -> None:
        """Keep the first `count` commands only; the machine must stand at their end."""
        del self.entries[count:]
        self.cursor = self.total

    def append(self, entry: Entry) -> None:
        """Add a command that has just run; the cursor goes to its end."""
        self.entries.append(entry)
        self.cursor = self.total
