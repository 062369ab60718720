"""Locks as fields of the objects they guard: points where another CPU gets in.

A lock field is an int: a spinlock or mutex holds 0 or 1, a reader-writer semaphore
the number of its readers or -1 for its writer, a sequence counter its count. Taking
a lock is one operation: it waits until the lock can be had, and has it. With one
simulated CPU a lock that is already held can never be had: that is a Deadlock.
"""

from typing import Any

from pintutor.sim.atomic import announce, atomic_add, read_once, wait_until
from pintutor.sim.errors import KernelBug

FREE, HELD, WRITER = 0, 1, -1


def spin_lock(obj: Any, field: str) -> None:
    """Take the spinlock `field` of `obj`.

    Errors: Deadlock when it is held and nobody else can run to drop it.
    """
    why = f"{_name(obj, field)} is already held on this CPU"
    wait_until(lambda: getattr(obj, field) == FREE, obj, field, "lock", why)
    setattr(obj, field, HELD)


def spin_unlock(obj: Any, field: str) -> None:
    """Drop the spinlock `field` of `obj`."""
    _leave(obj, field, HELD)


def down_read(obj: Any, field: str) -> None:
    """Take a reader-writer semaphore for reading.

    Errors: Deadlock when a writer holds it.
    """
    why = f"{_name(obj, field)} is held for writing"
    wait_until(lambda: getattr(obj, field) >= FREE, obj, field, "rlock", why)
    setattr(obj, field, getattr(obj, field) + 1)


def up_read(obj: Any, field: str) -> None:
    """Drop a reader-writer semaphore held for reading."""
    announce(obj, field, "runlock")
    readers = getattr(obj, field)
    if readers <= FREE:
        raise KernelBug(f"{_name(obj, field)} is dropped but was not held")
    setattr(obj, field, readers - 1)


def down_write(obj: Any, field: str) -> None:
    """Take a reader-writer semaphore for writing.

    Errors: Deadlock when anybody holds it.
    """
    why = f"{_name(obj, field)} is already held"
    wait_until(lambda: getattr(obj, field) == FREE, obj, field, "lock", why)
    setattr(obj, field, WRITER)


def up_write(obj: Any, field: str) -> None:
    """Drop a reader-writer semaphore held for writing."""
    _leave(obj, field, WRITER)


def _leave(obj: Any, field: str, held: int) -> None:
    announce(obj, field, "unlock")
    if getattr(obj, field) != held:
        raise KernelBug(f"{_name(obj, field)} is dropped but was not held")
    setattr(obj, field, FREE)


def _name(obj: Any, field: str) -> str:
    return f"{type(obj).__name__}.{field}"


def write_seqcount_begin(obj: Any, field: str) -> None:
    """Make the sequence counter odd: a change is under way."""
    atomic_add(1, obj, field)


def write_seqcount_end(obj: Any, field: str) -> None:
    """Make the sequence counter even again."""
    atomic_add(1, obj, field)


def raw_read_seqcount(obj: Any, field: str) -> int:
    """The sequence counter now; odd while a change is under way."""
    sequence: int = read_once(obj, field)
    return sequence


def read_seqcount_retry(obj: Any, field: str, start: int) -> bool:
    """True when the sequence counter is no longer `start`."""
    return raw_read_seqcount(obj, field) != start
