"""What a step did to iterators, bios, direct I/O, devices and tasks, in words."""

from functools import cache

import pytest

from pintutor.view.narrate import narrate
from tests.labs import Lab, started


def _told(lab: Lab) -> set[str]:
    found = set()
    for step in range(lab.timeline.total + 1):
        lab.timeline.seek(step)
        found.add(narrate(lab, step))
    return found


@cache
def block() -> set[str]:
    """The steps of direct I/O on a disk and on a file."""
    lines = ("mmap buf 2", "disk d 64K", "file F 32K on d fs=ext4")
    more = ("dio write d 0 buf async", "irq d", "dio write F 0 buf[0]")
    return _told(started(*lines, *more, kernel="v6.5"))


@cache
def memory() -> set[str]:
    """The steps of an iterator, and of a fork."""
    lines = ("mmap buf 2", "write buf 1", "kmem K 2", "iter it kvec source K[0]+0:512 K[1]")
    more = ("advance it 600", "iterrevert it 600", "fork child")
    return _told(started(*lines, *more, kernel="v6.5"))


@cache
def legacy() -> set[str]:
    """The steps of direct I/O without iomap."""
    lines = ("mmap buf 2", "disk d 64K", "file F 32K on d fs=jfs", "dio write F 0 buf")
    return _told(started(*lines, kernel="v6.1"))


@pytest.mark.parametrize(
    "sentence",
    [
        "bio 0 is made.",
        "`bio` is bio 0.",
        "bio 0 has BIO_PAGE_PINNED, bit 0: each of its pages is unpinned when it ends.",
        "bio 0 is under way to d now.",
        "d is done with a request: 0 wait.",
        "8192 bytes of bio 0 are done: 0 are left.",
        "a bio is freed.",
        "the call's iterator goes on by 8192 bytes: 0 are left.",
        "a direct I/O of F begins.",
        "4096 bytes of the direct I/O of F are submitted, it was 0.",
        "a direct I/O is over.",
    ],
)
def test_block_io_is_told(sentence: str) -> None:
    assert sentence in block(), "\n".join(sorted(block()))


@pytest.mark.parametrize(
    "sentence",
    [
        "the iterator it goes on by 600 bytes: 4008 are left.",
        "the iterator it goes on to segment 1.",
        "the iterator it goes back to segment 0.",
        "the task child is made.",
        "write_protect_seq is odd: a fork write-protects this address space now.",
    ],
)
def test_iterators_and_tasks_are_told(sentence: str) -> None:
    assert sentence in memory(), "\n".join(sorted(memory()))


@pytest.mark.parametrize(
    "sentence",
    [
        "2 pages wait in the queue of the direct I/O.",
        "no page waits in the queue of the direct I/O.",
        "the direct I/O of F has a bio more to wait for: its count is 1.",
    ],
)
def test_direct_io_without_iomap_is_told(sentence: str) -> None:
    assert sentence in legacy(), "\n".join(sorted(legacy()))
