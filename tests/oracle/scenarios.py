"""How each recorded scenario is done in the model."""

from __future__ import annotations

from pintutor.lab.results_memory import Advised
from tests.oracle import bios, dios, dios_cache
from tests.oracle.add_pin import ADD_PIN
from tests.oracle.driver import Driver
from tests.oracle.f1 import ERRORS
from tests.oracle.file_pins import DISK_FILE, SHARED_MEMORY
from tests.oracle.passthrough import SG_IO
from tests.oracle.pipes import SPLICE_DIRECT, VMSPLICE_AND_FORK, VMSPLICE_ZERO
from tests.oracle.plan import Call, Fact, Scenario, See, Step

FORK_SETUP = ("mmap A 1", "write A 0x11")


def _pin_or_get_before_fork(release: tuple[str, ...]) -> Scenario:
    """D1, D3: held before fork; then parent and child write."""
    held = See("held_page", "held p[0]")
    return Scenario(
        setup=FORK_SETUP,
        names=(("A", "A[0]"),),
        steps=(
            (Call("call", "A[0]", "p"), See("parent", "A[0]")),
            *_fork_and_write(held),
            ("exit child", See("parent", "A[0]"), held),
            (*release, See("parent", "A[0]")),
        ),
    )


def _pin_or_get_after_fork(release: tuple[str, ...]) -> Scenario:
    """D5, D6, D8: shared with a child, then held by the parent; then both write."""
    held = See("held_page", "held p[0]")
    fork, *writes = _fork_and_write(held)
    taken = (Call("call", "A[0]", "p"), See("parent", "A[0]"), See("child", "child: A[0]"))
    return Scenario(
        setup=FORK_SETUP,
        names=(("A", "A[0]"),),
        steps=(
            (See("parent", "A[0]"),),
            fork,
            taken,
            *writes,
            ("exit child", See("parent", "A[0]"), held),
            (*release, See("parent", "A[0]")),
        ),
    )


def _fork_and_write(*held: See) -> tuple[Step, ...]:
    """fork(), a write of the parent, a write of the child."""
    parent, child = See("parent", "A[0]"), See("child", "child: A[0]")
    is_own = (Fact("held_page_is_parents_page", _held_is_parents),) if held else ()
    return (
        ("fork child", parent, child),
        ("write A[0] 0x22", parent, child, *held, *is_own),
        ("child: write A[0] 0x77", child, parent, Fact("parent_byte", _parent_byte)),
    )


def _held_is_parents(driver: Driver) -> bool:
    return driver.page("held p[0]") is driver.page("A[0]")


def _parent_byte(driver: Driver) -> int:
    page = driver.page("A[0]")
    return -1 if page is None else page.data[0]


def _leak_rounds() -> tuple[Step, ...]:
    """B5: pin the zero page and release only what is not reserved, three times."""
    return tuple(
        (
            Call("call", "Z", f"p{number}"),
            f"unpin p{number} skip-reserved",
            Fact("skipped_reserved", lambda driver: driver.calls[-1].ret),
        )
        for number in range(3)
    )


def _madvise_ret(driver: Driver) -> object:
    """E5: any error would have been a CommandError."""
    last = driver.lab.last
    return 0 if last is not None and isinstance(last.result, Advised) else last


def _pins(driver: Driver) -> int:
    return sum(call.ret for call in driver.calls)


SCENARIOS: dict[str, Scenario] = {
    "A1": Scenario(
        setup=("mmap A 1", "write A 0x11"),
        names=(("A", "A[0]"),),
        steps=(
            (See("A", "A[0]"),),
            (Call("call", "A[0]", "g1"), See("A", "A[0]")),
            (Call("call", "A[0]", "g2"), Call("call2", "A[0]", "g3"), See("A", "A[0]")),
            ("put g1", "put g2", "put g3", See("A", "A[0]")),
            (Call("call", "A[0]", "p1"), See("A", "A[0]")),
            (Call("call", "A[0]", "p2"), Call("call2", "A[0]", "p3"), See("A", "A[0]")),
            ("unpin p1 unpin_user_page", See("A", "A[0]")),
            ("unpin p2", "unpin p3 dirty", See("A", "A[0]")),
            *(
                (
                    "get A write as g1",
                    "get A as g2",
                    "pin A write as p1",
                    "pin A as p2",
                    See("A", "A[0]"),
                ),
                ("put g1", "put g2", "unpin p1", "unpin p2", See("A", "A[0]")),
            ),
        ),
    ),
    "A4": Scenario(
        setup=("mmap A 1", "write A 0x11"),
        names=(("A", "A[0]"),),
        steps=(
            ("poke A[0]._refcount 0x7fffff00", Call("get", "A[0]", "g"), See("A", "A[0]")),
            (Call("pin", "A[0]", "p"), See("A", "A[0]")),
            (Call("pin", "A[0]", "q"), See("A", "A[0]")),
            (
                Call("get_fast", "A[0]", "h"),
                Call("get_slow", "A[0]", "i"),
                See("A", "A[0]"),
            ),
            # The probe restores what the mapping, the reference and the pin hold.
            (
                "poke A[0]._refcount 1026",
                "put g",
                "unpin p",
                See("A", "A[0]"),
            ),
        ),
    ),
    "A6": Scenario(
        setup=("mmap A 4", "write A 0x11"),
        names=tuple((f"A{index}", f"A[{index}]") for index in range(4)),
        steps=(
            (Call("call", "A[0]", "p"), See("A", "A")),
            (Call("call", "A[1]", "q"), See("A", "A")),
            # The same two pages, though by the other call's array.
            ("unpin q", See("A", "A")),
            ("unpin p", See("A", "A")),
        ),
    ),
    "B1": Scenario(
        setup=("mmap Z 1", "read Z"),
        steps=(
            (See("Z", "Z[0]"),),
            (Call("call", "Z[0]", "g1"), See("Z", "Z[0]")),
            (Call("c1", "Z[0]", "g2"), Call("c2", "Z[0]", "g3"), See("Z", "Z[0]")),
            ("put g1", "put g2", "put g3", See("Z", "Z[0]")),
            (Call("call", "Z[0]", "p0"), See("Z", "Z[0]")),
            (
                *(Call(f"c{number}", "Z[0]", f"p{number}") for number in range(1, 5)),
                See("Z", "Z[0]"),
            ),
            (*(f"unpin p{number}" for number in range(5)), See("Z", "Z[0]")),
        ),
    ),
    "B2": Scenario(
        setup=("mmap Z 1", "read Z"),
        steps=(
            (See("Z", "Z[0]"),),
            (Call("call", "Z[0]", "p"), See("Z", "Z[0]")),
            ("unpin p", See("Z", "Z[0]")),
        ),
    ),
    "B3": Scenario(
        setup=("mmap Z 1", "read Z", "mmap Z2 1", "read Z2", "mmap Z3 1", "mmap Z4 1"),
        steps=(
            (See("Z", "Z[0]"),),
            (Call("call", "Z[0]", "p"), See("Z", "Z[0]")),
            ("unpin p", See("Z", "Z[0]")),
            (
                Call("call", "Z2[0]", "q"),
                See("Z2", "Z2[0]"),
                "unpin q",
                See("Z2_after_unpin", "Z2[0]"),
            ),
            (Call("call", "Z3[0]", "r"), See("Z3", "Z3[0]"), "unpin r"),
            (Call("call", "Z4[0]", "s"), See("Z4", "Z4[0]"), "unpin s"),
        ),
    ),
    "B5": Scenario(
        setup=("mmap Z 64", "read Z"),
        steps=(
            (See("zero", "zero"),),
            *_leak_rounds(),
            (
                Fact("leaked_refs", lambda driver: driver.leaked),
                Fact("pins", _pins),
                Fact("per_pin", lambda driver: driver.leaked // _pins(driver)),
                Fact("pins_until_2^31", lambda driver: 2**31 // (driver.leaked // 192)),
            ),
            ("poke zero._refcount 1",),
        ),
    ),
    "B8": ADD_PIN,
    "C1": Scenario(
        setup=("mmap T 512 thp", "write T 0x11"),
        names=(("T.h", "T[0]"), ("T.5", "T[5]")),
        steps=(
            (See("T.h", "T[0]"),),
            (Call("call", "T[5]", "p"), See("T.h", "T[0]"), See("T.5", "T[5]")),
            (Call("call", "T", "q"), See("T.h", "T[0]")),
            (Call("call", "T[7]", "g"), See("T.h", "T[0]")),
            (Call("call", "T[9]", "r"), See("T.h", "T[0]")),
            ("unpin q 100", See("T.h", "T[0]")),
            ("unpin q dirty unpin_user_page_range_dirty_lock", See("T.h", "T[0]")),
            ("unpin p", "unpin r", "put g", See("T.h", "T[0]")),
        ),
    ),
    "D1": _pin_or_get_before_fork(("unpin p",)),
    "D2": Scenario(
        setup=FORK_SETUP,
        names=(("A", "A[0]"),),
        steps=(
            (See("parent", "A[0]"),),
            *_fork_and_write(),
            ("exit child", See("parent", "A[0]")),
            (See("parent", "A[0]"),),
        ),
    ),
    "D3": _pin_or_get_before_fork(("put p",)),
    "D5": _pin_or_get_after_fork(("unpin p",)),
    "D6": _pin_or_get_after_fork(("put p",)),
    "D8": _pin_or_get_after_fork(("unpin p",)),
    "D11": VMSPLICE_AND_FORK,
    "E1": SHARED_MEMORY,
    "E2": DISK_FILE,
    "E5": Scenario(
        setup=("mmap A 2", "write A 0x11"),
        names=(("A0", "A[0]"), ("A1", "A[1]")),
        steps=(
            (
                "pin A[0] write as p",
                "madvise A pageout",
                Fact("ret", _madvise_ret),
                See("A", "A"),
            ),
            ("compact", See("A", "A")),
        ),
    ),
    "F1": ERRORS,
    "H1": bios.ONE_PAGE,
    "H3": bios.ALIGNMENT,
    "H5": bios.MANY_PAGES,
    "H6": bios.HUGE_PAGE,
    "H8": bios.ZERO_PAGE,
    "H11": bios.BUFFERED,
    "H12": bios.IN_FLIGHT,
    "H15": bios.IN_FLIGHT_AND_FORK,
    "H10": dios_cache.DIRTYING,
    "I.ext4.1": dios.PADDING,
    "I.ext4.3": dios.FAULTS,
    "J.vfat.1": dios.aligned("vfat"),
    "J.vfat.2": dios.faults("vfat"),
    "J.vfat.3": dios.extending("vfat"),
    "J.udf.1": dios.aligned("udf"),
    "J.udf.2": dios.faults("udf"),
    "J.udf.3": dios.extending("udf"),
    "N3": dios_cache.WRITEBACK,
    "M1": SPLICE_DIRECT,
    "K1": SG_IO,
    "L1": bios.KERNEL_MEMORY,
    "M3": VMSPLICE_ZERO,
}
"""The recorded scenarios that the command language can express."""
