"""H: direct I/O on a block device."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pintutor.lab.disks import Dio, Happened
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from tests.oracle.bio_records import Record, same_bio_counts, same_events
from tests.oracle.plan import Action, Check, Fact, Scenario, See, Step

if TYPE_CHECKING:
    from tests.oracle.driver import Driver


def _ret(driver: Driver) -> object:
    last = driver.lab.last
    assert last is not None and isinstance(last.result, Dio), "dio ran"
    return last.result.error or last.result.ret


def _submitted(driver: Driver) -> object:
    """What io_submit() returns: how many calls are under way."""
    return int(_ret(driver) == "-EIOCBQUEUED")


def _happened(driver: Driver) -> Happened:
    last = driver.lab.last
    assert last is not None and isinstance(last.result, Happened), "irq ran"
    return last.result


def _completed(driver: Driver) -> object:
    return len(_happened(driver).calls)


def _res(driver: Driver) -> object:
    return _happened(driver).calls[0].ret


def _adjacent(driver: Driver) -> object:
    pages = [driver.page(f"A[{index}]") for index in range(512)]
    pfns = [page.pfn if page is not None else 0 for page in pages]
    return sum(two == one + 1 for one, two in pairwise(pfns))


def _byte(where: str) -> Any:
    def first_byte(driver: Driver) -> object:
        page = driver.page(where)
        assert page is not None, "it is mapped"
        return page.data[0]

    return first_byte


def _sees(where: str) -> Any:
    return lambda driver: _byte(where)(driver) == 0x44


def _disk_byte(driver: Driver, key: str, real: int) -> None:
    """The byte that will be read; what happened so far was before the scenario."""
    driver.same(key, real, driver.lab.kernel.disks[0].data[2][0])
    driver.records.clear()


EVENTS: tuple[Action, ...] = (
    Check("event_counts", same_bio_counts),
    Check("events", same_events),
    Check("events_not_listed", lambda driver, key, real: None),
)


def _io(line: str, *after: See) -> Step:
    return (line, Fact("ret", _ret), *EVENTS, *after)


ONE_PAGE = Scenario(
    setup=("mmap A 1", "write A 0x11", "disk d 64K"),
    names=(("A", "A[0]"),),
    steps=(
        _io("dio write d 0 A", See("after", "A[0]")),
        _io("dio read d 0 A", See("after", "A[0]")),
        _io("dio read d 0 A+512:512", See("after", "A[0]")),
    ),
)

ALIGNMENT = Scenario(
    setup=("mmap A 2", "write A 0x11", "disk d 64K"),
    steps=(
        _io("dio write d 0 A+100:512"),
        _io("dio write d 0 A+0:100"),
        _io("dio write d 100 A+0:512"),
        _io("dio write d 0 A+4:512"),
        _io("dio write d 0 A size=0"),
        _io("dio write d 0 A+0:256 A+1024:256"),
    ),
)

MANY_PAGES = Scenario(
    setup=("machine scattered", "mmap A 512", "write A 0x11", "disk d 4M"),
    names=tuple((f"A{index}", f"A[{index}]") for index in range(512)),
    steps=(
        (Fact("adjacent_pfn_pairs", _adjacent),),
        _io("dio write d 0 A", See("after", "A[0]")),
        _io("dio read d 0 A", See("after", "A[0]")),
        _io("dio write d 0 A[0..255]", See("after", "A[0]")),
        _io("dio write d 0 A[0..256]", See("after", "A[0]")),
        _io(f"dio write d 0 A+512:{511 * PAGE_SIZE}", See("after", "A[0]")),
    ),
)

HUGE_PAGE = Scenario(
    setup=("mmap T 512 thp", "write T[0] 0x11", "disk d 4M"),
    names=(("T.h", "T[0]"),),
    steps=(
        _io("dio write d 0 T", See("after", "T[0]")),
        _io("dio read d 0 T[3]+512:65536", See("after", "T[0]")),
    ),
)

ZERO_PAGE = Scenario(
    setup=(
        "disk d 64K",
        "mmap Z 3",
        "read Z",
        "mmap N 1",
        "mmap M 1",
        "mmap H 512 thp",
        "read H[0]",
    ),
    names=(("hugezero.h", "H[0]"),),
    steps=(
        _io("dio write d 0 Z", See("after", "Z")),
        _io("dio read d 0 Z[0]", See("after", "Z")),
        _io("dio write d 0 N", See("after", "N[0]")),
        _io("dio read d 0 M", See("after", "M[0]")),
        _io("dio write d 0 H+0:16384", See("after", "H[0]")),
    ),
)


def _done(*after: See) -> tuple[Action, ...]:
    return (
        "irq d",
        Fact("io_getevents", _completed),
        Fact("res", _res),
        *EVENTS,
        *after,
    )


IN_FLIGHT = Scenario(
    setup=("machine scattered", "mmap A 2", "write A 0x11", "disk d 64K"),
    names=(("A0", "A[0]"), ("A1", "A[1]")),
    steps=(
        ("dio write d 0 A async", Fact("io_submit", _submitted), See("in_flight", "A")),
        _done(See("after", "A")),
        ("dio read d 0 A async", Fact("io_submit", _submitted), See("in_flight", "A")),
        _done(See("after", "A")),
    ),
)

IN_FLIGHT_AND_FORK = Scenario(
    setup=("mmap A 1", "write A 0x11", "mmap B 1", "write B 0x44", "disk d 64K"),
    names=(("A", "A[0]"),),
    steps=(
        (
            # The disk is filled, and a first request uses up what it may do at once.
            "dio write d 8192 B+0:512",
            "dio read d 0 B+512:512",
            Check("disk_byte", _disk_byte),
            "dio read d 8192 A+0:512 async",
            Fact("io_submit", _submitted),
            Fact("A_byte0_now", _byte("A[0]")),
            *EVENTS,
            See("A", "A[0]"),
        ),
        ("fork child", See("parent", "A[0]"), See("child", "child: A[0]")),
        (
            "write A+4095:1 0x22",
            Fact("A_byte0_now", _byte("A[0]")),
            See("parent", "A[0]"),
            See("child", "child: A[0]"),
        ),
        (
            "irq d",
            Fact("io_getevents", _completed),
            Fact("res", _res),
            Fact("parent_A_byte0", _byte("A[0]")),
            Fact("parent_sees_dio_data", _sees("A[0]")),
            Fact("child_sees_dio_data", _sees("child: A[0]")),
            See("parent", "A[0]"),
            See("child", "child: A[0]"),
        ),
    ),
)


def _iter(line: str, op: str, *after: See) -> Step:
    """An iterator over kernel memory, read into or written from by O_DIRECT."""
    direction = "source" if op == "write" else "dest"
    name, kind, segments = line.split(maxsplit=2)
    made = f"iter {name}_{op} {kind} {direction} {segments}"
    return (made, *_io(f"dio {op} d 0 {name}_{op}", *after))


KERNEL_MEMORY = Scenario(
    setup=("disk d 64K", "kmem P 4", "kmem C 8 compound", "kmem V 2 vmalloc"),
    names=(("P0", "P[0]"), ("P2", "P[2]"), ("C0", "C[0]")),
    steps=(
        *(
            _iter("two bvec P[0] P[2]", op, See("P0", "P[0]"), See("P2", "P[2]"))
            for op in ("write", "read")
        ),
        *(
            _iter("one bvec C[0]+512:8192", op, See("C0", "C[0]"))
            for op in ("write", "read")
        ),
        *(
            _iter("by_address kvec C[0]+0:8192", op, See("C0", "C[0]"))
            for op in ("write", "read")
        ),
        *(_iter("vmalloc kvec V[0]", op) for op in ("write", "read")),
    ),
)


def _written_back(driver: Driver, key: str, real: list[Record]) -> None:
    """Compare without the counts at the end of a bio.

    There the disk was done before anybody waited for the page; here it is done because
    somebody does, who holds the page meanwhile.
    """
    early = [
        {name: value for name, value in one.items() if name != "pages"}
        if one["ev"] == "bio_endio"
        else one
        for one in real
    ]
    same_events(driver, key, early)


BUFFERED = Scenario(
    setup=("mmap A 1", "write A 0x11", "disk d 4M"),
    names=(("A", "A[0]"),),
    steps=(
        (
            "pwrite d 1048576 A",
            Fact("ret", _ret),
            "fsync d",
            EVENTS[0],
            Check("events", _written_back),
            See("A", "A[0]"),
        ),
    ),
)
