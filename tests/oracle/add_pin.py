"""B8: folio_add_pin() on the zero page and on a page that is pinned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pintutor.patches.old_dio_v4.folio_add_pin import folio_add_pin
from tests.oracle.plan import Call, Fact, Release, Scenario, See

if TYPE_CHECKING:
    from tests.oracle.driver import Driver


def _add_pin(name: str, new: str) -> Callable[[Driver], object]:
    """What the probe noted: 0, or that the kernel has no such function."""

    def noted(driver: Driver) -> object:
        if folio_add_pin.body(driver.lab.machine.patches) is None:
            return "-ENOSYS"
        driver.lab.execute(f"addpin {name} as {new}")
        return 0

    return noted


ADD_PIN = Scenario(
    setup=("mmap Z 1", "mmap A 1", "write A 0x11"),
    names=(("A", "A[0]"),),
    steps=(
        (
            "read Z",
            See("Z", "Z[0]"),
            Call("pin", "Z[0]", "p"),
            See("Z_pinned", "Z[0]"),
            "unpin p",
        ),
        ("file F 1 tmpfs", "mmap M 1 of F shared", "read M", See("M", "M[0]")),
        (
            "pin Z as p",
            Fact("ret", _add_pin("p", "q")),
            See("Z", "Z[0]"),
            Release("p"),
            Release("q"),
        ),
        (
            "pin A write as a",
            Fact("ret", _add_pin("a", "b")),
            See("A", "A[0]"),
            Release("a"),
            Release("b"),
            See("A_after", "A[0]"),
        ),
    ),
)
