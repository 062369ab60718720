"""Which two operations can conflict: whose order could make a difference.

Two operations conflict when they touch the same field and one of them changes it,
unless both only add to it. What a CPU writes on its way from one operation to the
next counts too, so that plain writes of two CPUs to one field are seen; and so does
that it looked at an object that may be freed, which conflicts with freeing it.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, NamedTuple

from pintutor.sim.journal import Journal
from pintutor.sim.threads import Operation, Step

Place = tuple[int, str | int]
"""Identity of an object, and the field."""

Fields = Sequence[tuple[Any, str | int]]
"""Fields of objects."""

Key = tuple[int | str, str | int]
"""A place that means something in other executions too: of an object that was there
before them its identity, of others their type."""

_COMMUTE = frozenset(
    (first, second)
    for group in (("read", "wait", "idle", "rlock"), ("add",), ("rlock", "runlock"))
    for first in group
    for second in group
)
_ONLY_LOOK = ("read", "wait", "idle")
_WAITS = {"lock": ("unlock", "runlock"), "rlock": ("unlock",)}
"""What takes a lock waits for what drops it: the two are ordered, never racing."""


class Scope(NamedTuple):
    """What a race is about."""

    known: Container[int] = ()
    """Identities of the objects that are there before it begins."""
    ignored: frozenset[Place] = frozenset()
    """Fields whose writes mean nothing to it."""
    unordered: frozenset[Place] = frozenset()
    """Fields that are part of what is seen, though not in which order CPUs wrote them."""

    def key(self, obj: Any, field: str | int) -> Key:
        """The key of a field."""
        if id(obj) in self.known:
            return id(obj), field
        return type(obj).__name__, "[]" if isinstance(field, int) else field


class Footprint(NamedTuple):
    """What one step touched."""

    place: Place | None
    """The field of its operation."""
    access: str
    writes: frozenset[Place]
    """The fields that were written on the way to the next operation."""
    keys: frozenset[Key]
    """The same as keys."""
    key: Key = ("", "")
    """The field of its operation as a key."""
    looks: frozenset[Place] = frozenset()
    """What it looked at without a marked access."""
    look_keys: frozenset[Key] = frozenset()
    """The same as keys."""

    def changes(self) -> frozenset[Key]:
        """The fields it wrote, that of its operation included."""
        return self.keys if self.access in _ONLY_LOOK else self.keys | {self.key}

    def places(self) -> list[tuple[Place, str]]:
        """Each field it touched, with how."""
        touched = [(place, "write") for place in self.writes]
        touched += [(place, "read") for place in self.looks]
        return touched if self.place is None else [(self.place, self.access), *touched]


def footprint(journal: Journal, step: Step, scope: Scope) -> Footprint:
    """What a step touched, but for the fields that the scope leaves out."""
    writes = journal.writes(step.start, step.end)
    wrote = [(write.obj, write.field) for write in writes]
    return touched(step.operation, wrote, step.looked, scope)


def touched(operation: Operation, wrote: Fields, looked: Fields, scope: Scope) -> Footprint:
    """What a step touches that begins with an operation, from the fields that it writes
    and those that it looks at without a marked access."""
    own = (id(operation.obj), operation.field)
    own_writes = 0 if operation.access in _ONLY_LOOK else 1
    written, keys = set[Place](), set[Key]()
    for obj, field in wrote:
        place = (id(obj), field)
        if place == own and own_writes:
            own_writes = 0  # what the operation itself wrote
        elif place not in scope.ignored and place not in scope.unordered:
            written.add(place)
            keys.add(scope.key(obj, field))
    return ahead(operation, scope)._replace(
        writes=frozenset(written),
        keys=frozenset(keys),
        looks=frozenset((id(obj), field) for obj, field in looked),
        look_keys=frozenset(scope.key(obj, field) for obj, field in looked),
    )


def ahead(operation: Operation, scope: Scope) -> Footprint:
    """What is known of a step that was not taken: its operation."""
    if operation.obj is None:
        return Footprint(None, "read", frozenset(), frozenset())
    obj, field = operation.obj, operation.field
    key = scope.key(obj, field)
    return Footprint((id(obj), field), operation.access, frozenset(), frozenset(), key)


def commute(first: str, second: str) -> bool:
    """True when two accesses to one field can be done in either order."""
    return (first, second) in _COMMUTE


def waits_for(later: str, earlier: str) -> bool:
    """True when `later` cannot be done before `earlier`: a lock and its release."""
    return earlier in _WAITS.get(later, ())


def wakes(step: Footprint, asleep: Footprint) -> bool:
    """True when a step could conflict with what a CPU that sleeps would do.

    What that CPU would write on its way is known from another execution, whose
    objects are not these: it is compared by keys.
    """
    same = step.place is not None and step.place == asleep.place
    return (
        (same and not commute(step.access, asleep.access))
        or asleep.place in step.writes
        or step.key in asleep.keys
        or not step.keys.isdisjoint(asleep.keys)
        or not step.look_keys.isdisjoint(asleep.changes())
        or not step.changes().isdisjoint(asleep.look_keys)
    )
