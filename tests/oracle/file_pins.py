"""E1 and E2: pins of pages of files, in memory and on a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.files import Filed
from tests.oracle.plan import Call, Fact, Release, Scenario, See

if TYPE_CHECKING:
    from tests.oracle.driver import Driver


def _fsync_ret(driver: Driver) -> object:
    last = driver.lab.last
    assert last is not None and isinstance(last.result, Filed), "fsync ran"
    return last.result.note or 0


SHARED_MEMORY = Scenario(
    setup=("file F 1 tmpfs", "mmap S 1 of F shared"),
    steps=(
        ("read S", See("S", "S[0]")),
        (Call("call", "S[0]", "p"), See("S", "S[0]")),
        ("unpin p unpin_user_pages_dirty_lock", See("S", "S[0]")),
        (Call("call", "S[0]", "q"), See("S", "S[0]")),
        ("unpin q dirty", See("S", "S[0]")),
        (
            Call("fast", "S[0]", "r"),
            Call("slow", "S[0]", "s"),
            See("S", "S[0]"),
            Release("r"),
            Release("s"),
        ),
    ),
)

DISK_FILE = Scenario(
    # The probe's file was written and synced first: its pages have buffers.
    setup=(
        "file file 2",
        "mmap written 2 of file shared",
        "write written 0x11",
        "fsync file",
        "munmap written",
        "mmap F 2 of file shared",
        "mmap P 1 of file",
        "read F[1]",
    ),
    names=(("F1", "F[1]"),),
    steps=(
        ("read F[0]", See("F", "F[0]")),
        (Call("call", "F[0]", "p"), See("F", "F[0]")),
        ("fsync file", Fact("ret", _fsync_ret), See("F", "F[0]")),
        ("unpin p unpin_user_page", See("F", "F[0]")),
        (
            "pin F[0] write as p",
            "fsync file",
            See("F_before_unpin", "F[0]"),
            "unpin p dirty",
            See("F", "F[0]"),
        ),
        (Call("call", "F[1]", "p"), See("F", "F[1]"), Release("p")),
        (
            # Marked dirty in the last step but one, it is seen clean on 6.12.
            "fsync file",
            Call("fast", "F[0]", "p"),
            Call("slow", "F[0]", "q"),
            See("F", "F[0]"),
            Release("p"),
            Release("q"),
        ),
        (
            Call("fast", "F[0]", "p"),
            Call("slow", "F[0]", "q"),
            See("F", "F[0]"),
            Release("p"),
            Release("q"),
        ),
        ("read P", See("P", "P[0]")),
        (
            Call("pin", "P[0]", "p"),
            See("P", "P[0]"),
            Call("longterm", "P[0]", "q"),
            See("P_after_longterm", "P[0]"),
            Release("p"),
            Release("q"),
        ),
    ),
)
