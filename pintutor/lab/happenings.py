"""What a command did that a learner may want to find again: faults, failures, warnings.

They are found once, when the command has run, from its recording and its writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from pintutor.linux.globals import KernelLog
from pintutor.sim.faults import Fault
from pintutor.sim.machine import Livepatch, Machine

if TYPE_CHECKING:
    from pintutor.lab.timeline import Entry

FAULT = "handle_mm_fault"
"""The function of the kernel that every page fault of user memory goes through."""


class Happening(NamedTuple):
    """Something that happened at a step of a command."""

    local: int
    """The step within the command, from 1."""
    kind: str
    """splat, warning, failure, patch or fault."""
    name: str
    """In a word or a few: which patch, which warning."""


def happenings(machine: Machine, entry: Entry) -> tuple[Happening, ...]:
    """What happened in a command that has just run, in the order of its steps."""
    found = [*_faults(entry), *_writes(machine, entry)]
    if entry.oops is not None:
        found.append(Happening(entry.steps, "splat", entry.oops.kind))
    return tuple(sorted(found))


def _faults(entry: Entry) -> Iterator[Happening]:
    """The page faults, each where it begins."""
    depth = 0
    for number, event in enumerate(entry.events, 1):
        if event.depth > depth and event.function == FAULT:
            yield Happening(number, "fault", "page fault")
        depth = event.depth - event.returns


def _writes(machine: Machine, entry: Entry) -> Iterator[Happening]:
    """What a write tells: a warning was logged, a call failed, a patch came or went."""
    journal = machine.journal
    for position in journal.of_fields(("lines", "left", "layers"), entry.start):
        (write,) = journal.writes(position, position + 1)
        local = entry.local(position)
        if isinstance(write.obj, KernelLog) and len(write.new) > len(write.old):
            yield Happening(local, "warning", "warning")
        elif isinstance(write.obj, Fault) and write.old and not write.new:
            yield Happening(local, "failure", f"{write.obj.point} failed")
        elif isinstance(write.obj, Livepatch):
            yield Happening(local, "patch", _patched(write.old, write.new))


def _patched(old: tuple[object, ...], new: tuple[object, ...]) -> str:
    """The one patch that came or went, or how many it were."""
    names = [getattr(layer, "name", "") for layer in {*old} ^ {*new}]
    return names[0] if len(names) == 1 else f"{len(names)} patches"
