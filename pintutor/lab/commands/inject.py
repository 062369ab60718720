"""The command that makes the model fail where a kernel can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.registry import command
from pintutor.lab.results import Table
from pintutor.linux.include.linux.mm_types import VM_FAULT_SIGBUS
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.sim.faults import Fault

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


class Point(NamedTuple):
    """Somewhere that a kernel can fail."""

    functions: tuple[str, ...]
    """The functions whose calls are counted together."""
    note: str
    error: int = -ENOMEM
    """What those return that return a number."""


POINTS = {
    "alloc": Point(("alloc_page", "alloc_pages"), "no page is to be had"),
    "pagetable": Point(("pagetable_alloc",), "no page table is to be had"),
    "grab": Point(
        ("try_grab_page", "try_grab_folio"), "a page refuses a reference: its count is full"
    ),
    "fault": Point(
        ("handle_mm_fault",), "the contents of a page cannot be read", VM_FAULT_SIGBUS
    ),
}
"""What can be made to fail. Where a function returns nothing else than an object or
nothing, nothing is its failure; where it returns a truth, that is false."""

OFF = "off"


@command(
    "testing",
    kernel="lib/fault-inject.c: should_fail()",
    examples=("inject alloc 3", "inject grab 2", "inject", "inject off"),
    see=("audit", "expect"),
)
def inject(
    lab: Lab,
    point: Annotated[str, OneOf(*POINTS, OFF), "what is to fail"] = "",
    count: Annotated[int, IntRange(1, 1 << 30), "which call from now on"] = 1,
) -> Table:
    """Let an allocation, a grab or a page fault fail, the next one or the N-th.

    Each fails once, and what it returns is what the kernel's own function returns then:
    the path that follows is the error path, and `audit` says whether it gives back what
    it took. `alloc`: a page; `pagetable`: the frame of a page table; `grab`: a reference
    or a pin, as when the count is full; `fault`: a page fault, with SIGBUS. Without a
    word it shows what is to fail; `inject off` takes all of it back.
    """
    machine = lab.machine
    if point == OFF:
        machine.inject(())
    elif point:
        others = (one for one in machine.faults.injected if one.point != point)
        functions, _, error = POINTS[point]
        machine.inject((*others, Fault(point, functions, error, count)))
    rows = tuple(
        (one.point, POINTS[one.point].note, _when(one.left))
        for one in machine.faults.injected
    )
    return Table("injected", ("point", "what fails", "when"), rows)


def _when(left: int) -> str:
    """When it fails, in words."""
    if not left:
        return "has failed"
    return "the next one" if left == 1 else f"number {left} from now"
