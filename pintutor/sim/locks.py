"""Locks as fields of the objects they guard: points where another CPU gets in.

A lock field is an int: a spinlock or mutex holds 0 or 1, a reader-writer semaphore
the number of its readers or -1 for its writer, a sequence counter its count. With
one simulated CPU a lock that is already held can never be had: that is a Deadlock.
"""

from typing import Any

from pintutor.sim.atomic import atomic_add_return, read_once, write_once
from pintutor.sim.errors import Deadlock, KernelBug

FREE, HELD, WRITER = 0, 1, -1


def spin_lock(obj: Any, field: str) -> None:
    """Take the spinlock `field` of `obj`.

    Errors: Deadlock when it is held and nobody else can run to drop it.
    """
    if read_once(obj, field) != FREE:
        raise Deadlock(f"{type(obj).__name__}.{field} is already held on this CPU")
    write_once(obj, field, HELD)


def spin_unlock(obj: Any, field: str) -> None:
    """Drop the spinlock `field` of `obj`."""
    if read_once(obj, field) != HELD:
        raise KernelBug(f"{type(obj).__name__}.{field} is dropped but was not held")
    write_once(obj, field, FREE)


def down_read(obj: Any, field: str) -> None:
    """Take a reader-writer semaphore for reading.

    Errors: Deadlock when a writer holds it.
    """
    if read_once(obj, field) == WRITER:
        raise Deadlock(f"{type(obj).__name__}.{field} is held for writing")
    atomic_add_return(1, obj, field)


def up_read(obj: Any, field: str) -> None:
    """Drop a reader-writer semaphore held for reading."""
    if atomic_add_return(-1, obj, field) < 0:
        raise KernelBug(f"{type(obj).__name__}.{field} is dropped but was not held")


def down_write(obj: Any, field: str) -> None:
    """Take a reader-writer semaphore for writing.

    Errors: Deadlock when anybody holds it.
    """
    if read_once(obj, field) != FREE:
        raise Deadlock(f"{type(obj).__name__}.{field} is already held")
    write_once(obj, field, WRITER)


def up_write(obj: Any, field: str) -> None:
    """Drop a reader-writer semaphore held for writing."""
    if read_once(obj, field) != WRITER:
        raise KernelBug(f"{type(obj).__name__}.{field} is dropped but was not held")
    write_once(obj, field, FREE)


def write_seqcount_begin(obj: Any, field: str) -> None:
    """Make the sequence counter odd: a change is under way."""
    atomic_add_return(1, obj, field)


def write_seqcount_end(obj: Any, field: str) -> None:
    """Make the sequence counter even again."""
    atomic_add_return(1, obj, field)


def raw_read_seqcount(obj: Any, field: str) -> int:
    """The sequence counter now; odd while a change is under way."""
    sequence: int = read_once(obj, field)
    return sequence


def read_seqcount_retry(obj: Any, field: str, start: int) -> bool:
    """True when the sequence counter is no longer `start`."""
    return raw_read_seqcount(obj, field) != start
