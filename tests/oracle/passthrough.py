"""K: commands from user space to a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.passthrough import Passed
from tests.oracle.bio_records import same_bio_counts, same_events
from tests.oracle.plan import Action, Check, Fact, Scenario, See, Step

if TYPE_CHECKING:
    from tests.oracle.driver import Driver


def _ret(driver: Driver) -> object:
    last = driver.lab.last
    assert last is not None and isinstance(last.result, Passed), "sgio ran"
    return last.result.error or last.result.ret


EVENTS: tuple[Action, ...] = (
    Check("event_counts", same_bio_counts),
    Check("events", same_events),
    Check("sg_info", lambda driver, key, real: None),
)


def _sg(line: str, where: str = "A[0]") -> Step:
    return (f"sgio {line}", Fact("ret", _ret), *EVENTS, See("after", where))


def _apart(*pages: str) -> tuple[str, ...]:
    """Write pages so that no two of their frames lie side by side."""
    pairs = (
        (f"write {page} 0x11", f"write between[{k}] 0x22") for k, page in enumerate(pages)
    )
    return tuple(line for pair in pairs for line in pair)


SG_IO = Scenario(
    setup=(
        "disk d 64K dma=4",
        *("mmap A 3", "mmap B 4", "mmap between 5", "mmap spare 1"),
        *_apart("A[0]", "A[1]", "A[2]", "B[0]", "B[1]"),
        "munmap B[2..3]",
        "mmap Z 1",
        "read Z",
        "mmap R 1",
        "write R 0x33",
        "mprotect R r",
    ),
    names=(("A0", "A[0]"), ("A1", "A[1]"), ("A2", "A[2]"), ("B0", "B[0]"), ("B1", "B[1]")),
    steps=(
        _sg("write d 0 A[0]"),
        _sg("read d 0 A[0]"),
        _sg("read d 0 A+512:8192", "A"),
        _sg("read d 0 A+4:512"),
        _sg("read d 0 A+1:512"),
        # The frame of the copy is free now, and would be had for the next page.
        ("write spare 0x22", *_sg("read d 0 A[0]+0:512 A[1]+0:512", "A")),
        _sg("read d 0 A[0] A[2]", "A"),
        _sg("write d 0 Z", "Z[0]"),
        _sg("read d 0 Z", "Z[0]"),
        _sg("read d 0 B", "B"),
        _sg("read d 0 R", "R[0]"),
        _sg("read d 0 A[0] sg"),
        _sg("read d 0 A[0] direct"),
        _sg("write d 0 A+512:8192 direct", "A"),
    ),
)
