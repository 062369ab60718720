"""Which two operations can conflict: whose order could make a difference.

Two operations conflict when they touch the same field and one of them changes it,
unless both only add to it. What a CPU writes on its way from one operation to the
next counts too, so that plain writes of two CPUs to one field are seen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pintutor.sim.journal import Journal
from pintutor.sim.threads import Operation, Step

Place = tuple[int, str | int]
"""Identity of an object, and the field."""

_COMMUTE = frozenset(
    (first, second)
    for group in (("read", "wait", "rlock"), ("add",), ("rlock", "runlock"))
    for first in group
    for second in group
)
_ONLY_LOOK = ("read", "wait")
_WAITS = {"lock": ("unlock", "runlock"), "rlock": ("unlock",)}
"""What takes a lock waits for what drops it: the two are ordered, never racing."""


class Footprint(NamedTuple):
    """What one step touched."""

    place: Place | None
    """The field of its operation."""
    access: str
    writes: frozenset[Place]
    """The fields that were written on the way to the next operation."""
    kinds: frozenset[tuple[str, str]]
    """The same by type and name, which mean something in other executions too."""
    kind: tuple[str, str] = ("", "")
    """The field of its operation by type and name."""

    def places(self) -> list[tuple[Place, str]]:
        """Each field it touched, with how."""
        written = [(place, "write") for place in self.writes]
        return written if self.place is None else [(self.place, self.access), *written]


def footprint(journal: Journal, step: Step, ignored: frozenset[Place]) -> Footprint:
    """What a step touched, but for the fields that are `ignored`."""
    operation = step.operation
    own = (id(operation.obj), operation.field)
    own_writes = 0 if operation.access in _ONLY_LOOK else 1
    written, kinds = set(), set()
    for write in journal.writes(step.start, step.end):
        place = (id(write.obj), write.field)
        if place == own and own_writes:
            own_writes = 0  # what the operation itself wrote
        elif place not in ignored:
            written.add(place)
            kinds.add(_kind(write.obj, write.field))
    return ahead(operation)._replace(writes=frozenset(written), kinds=frozenset(kinds))


def ahead(operation: Operation) -> Footprint:
    """What is known of a step that was not taken: its operation."""
    if operation.obj is None:
        return Footprint(None, "read", frozenset(), frozenset())
    obj, field = operation.obj, operation.field
    place, kind = (id(obj), field), _kind(obj, field)
    return Footprint(place, operation.access, frozenset(), frozenset(), kind)


def _kind(obj: Any, field: str | int) -> tuple[str, str]:
    return type(obj).__name__, "[]" if isinstance(field, int) else field


def commute(first: str, second: str) -> bool:
    """True when two accesses to one field can be done in either order."""
    return (first, second) in _COMMUTE


def waits_for(later: str, earlier: str) -> bool:
    """True when `later` cannot be done before `earlier`: a lock and its release."""
    return earlier in _WAITS.get(later, ())


def wakes(step: Footprint, asleep: Footprint) -> bool:
    """True when a step could conflict with what a CPU that sleeps would do.

    What that CPU would write on its way is known from another execution, whose
    objects are not these: it is compared by type and name.
    """
    same = step.place is not None and step.place == asleep.place
    return (
        (same and not commute(step.access, asleep.access))
        or asleep.place in step.writes
        or step.kind in asleep.kinds
        or not step.kinds.isdisjoint(asleep.kinds)
    )
