"""F1: errors and partial results of each function, one call a step."""

from __future__ import annotations

from tests.oracle.plan import Call, Release, Scenario, Step, recorded

ADDRESSES = {
    "unmapped address, nr=1": "0x10000",
    "8 pages, only first 4 mapped": "A",
    "nr=0": "A",
    "address not page aligned (A0+0x123), nr=1": "A[0]+0x123",
    "NULL address, nr=1": "0x0",
    "kernel address 0xffff888000000000, nr=1": "0xffff888000000000",
    "non-canonical address, nr=1": "0x800000000000",
    "last user page boundary (0x7fffffffe000) nr=4": "0x7fffffffe000",
    "PROT_NONE vma, read": "N",
    "PROT_NONE vma, FOLL_FORCE read": "N",
    "read-only vma, FOLL_WRITE": "R",
    "read-only vma, read": "R",
    "read-only private vma, FOLL_WRITE|FOLL_FORCE": "R",
    "never touched, FOLL_NOFAULT fast pin": "U",
    "never touched, get_user_pages_fast_only": "U",
    "zero-mapped, get_user_pages_fast_only(FOLL_WRITE)": "Z",
    "written, get_user_pages_fast_only(FOLL_WRITE)": "W",
    "pin_user_pages_fast with FOLL_GET": "A",
    "pin_user_pages with FOLL_GET": "A",
    "get_user_pages_fast with FOLL_PIN": "A",
    "get_user_pages with FOLL_PIN": "A",
    "get_user_pages_fast with FOLL_LONGTERM": "A",
    "get_user_pages with FOLL_LONGTERM": "A",
    "2 pages of memfd mapping, second beyond EOF": "M",
    "2 pages, second beyond EOF (slow)": "M",
    "memfd page beyond EOF only": "M[1]",
    "FOLL_ANON on file mapping": "M",
}
"""F1: what each step calls a function on."""


def _errors() -> tuple[Step, ...]:
    """F1: one call a step, what it got is given back within the step."""
    steps: list[Step] = []
    for each in recorded("6.1")["F1"]["steps"]:
        where = ADDRESSES[each["do"]]
        steps.append((Call("call", where, "p"), Release("p")))
    return tuple(steps)


ERRORS = Scenario(
    setup=(
        "mmap A 4",
        "write A 0x11",
        "mmap N 1 none",
        "mmap R 1 r",
        # A page of its own in memory that is read-only by now.
        "gup get_user_pages R 1 FOLL_WRITE|FOLL_FORCE as r",
        "put r",
        "mmap U 1",
        "mmap Z 1",
        "read Z",
        "mmap W 1",
        "write W 0x11",
        "file F 1 tmpfs",
        "mmap M 2 of F shared",
    ),
    names=(*((f"A{index}", f"A[{index}]") for index in range(4)), ("R", "R[0]")),
    steps=_errors(),
)
