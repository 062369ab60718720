"""H10 and N3: direct I/O and write-back with pages of the page cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.dios import EVENTS, Record, forget, io, pages, ret, same_file_events
from tests.oracle.plan import Check, Fact, Scenario, See

if TYPE_CHECKING:
    from tests.oracle.driver import Driver


def _writebackevents(driver: Driver, key: str, real: list[Record]) -> None:
    """Compare the events of N3, where the journal's pages come first among the rest."""
    same_file_events(driver, key, [one for one in real if not _is_journal(one)])


def _is_journal(record: Record) -> bool:
    bvecs = record.get("bvecs", ())
    return len(bvecs) == 1 and bvecs[0]["page"] in JOURNAL


JOURNAL = ("X0", "X1", "X2", "X3", "X4", "X5")
"""Pages of the journal in N3."""


DIRTYING = Scenario(
    setup=(
        "disk d 64K",
        "file S 1 tmpfs",
        "file file 1",
        "mmap S1 1 of S shared",
        "mmap F1 1 of file shared",
        "mmap P 1 of file",
        "write S1 0x11",
        "write F1 0x11",
        "fsync file",
    ),
    names=(("S", "S1[0]"), ("F", "F1[0]")),
    steps=(
        io("dio read d 0 S1", See("after", "S1[0]")),
        io("dio write d 0 S1", See("after", "S1[0]")),
        (See("F", "F1[0]"), Check("F", forget)),
        io("dio read d 0 F1", See("after", "F1[0]")),
        ("fsync file", See("F", "F1[0]"), Check("F", forget)),
        io("dio write d 0 F1", See("after", "F1[0]")),
        io("dio read d 0 P", See("after", "P[0]")),
    ),
)

WRITEBACK = Scenario(
    setup=(
        "machine scattered",
        "mmap A 2",
        "write A 0x41",
        "file file 0",
        "pwrite file 0 A",
        "mmap F 2 of file shared",
        "read F",
    ),
    names=(*pages("F", 2), *pages("A", 2)),
    steps=(
        (
            "fsync file",
            Fact("ret", ret),
            Check("events", _writebackevents),
            *EVENTS[1:],
            See("F", "F"),
        ),
        (
            # Other frames than those that the cache gave up are read into.
            "munmap F",
            "dropcache file",
            "mmap taken 2",
            "write taken 0x42",
            *io("pread file 0 A", See("A", "A")),
        ),
    ),
)
