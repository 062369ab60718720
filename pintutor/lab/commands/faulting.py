"""Commands that fault memory in, and take pages by other ways than an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.gup_calls import FaultedIn, require_function
from pintutor.lab.holding import free_name, hold
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import FILE, REGION, UNUSED_NAME
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import Gup, error_name
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.mm import gup_fault
from pintutor.patches.between.memfd_pin_folios import memfd_pin_folios
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

FAULT_IN = {
    "fault_in_readable": gup_fault.fault_in_readable,
    "fault_in_writeable": gup_fault.fault_in_writeable,
    "fault_in_safe_writeable": gup_fault.fault_in_safe_writeable,
}

MOST = 1 << 16
"""Folios that one call pins at most."""


@command(
    "memory",
    kernel="mm/gup.c: fault_in_readable()",
    examples=("fault-in fault_in_readable buf", "fault-in fault_in_safe_writeable buf"),
    see=("read", "write", "gup"),
)
def fault_in(
    lab: Lab,
    function: Annotated[str, OneOf(*FAULT_IN), "the function that is called"],
    region: Annotated[Region, REGION],
) -> FaultedIn:
    """Have the kernel fault a region in ahead of copying, without holding anything.

    fault_in_writeable() writes a zero into each page; the safe one writes nothing.
    Returned is how many bytes at the end of the region could not be had.
    """
    left = FAULT_IN[function](region.start, region.size)
    return FaultedIn(function, region.text, region.size, left)


@command(
    "pins",
    kernel="mm/gup.c: get_dump_page()",
    examples=("dump-page buf[0] as d",),
    see=("get", "put"),
)
def dump_page(
    lab: Lab,
    region: Annotated[Region, REGION],
    *,
    as_: Annotated[str, UNUSED_NAME] = "",
) -> Gup:
    """Reference the page at an address as a core dump does (FOLL_DUMP).

    What was never written gives no page, as there is nothing to save. `put` gives the
    page back.
    """
    name = free_name(lab, as_, "g")
    page = gup_fault.get_dump_page(region.start)
    had = () if page is None else (page,)
    return hold(lab, "get_dump_page", had, 1, name, FOLL_GET)


@command(
    "pins",
    kernel="mm/gup.c: memfd_pin_folios()",
    examples=("memfd-pin F as p", "memfd-pin F 0 4095 as p"),
    see=("pin", "unpin", "file"),
)
def memfd_pin(
    lab: Lab,
    file: Annotated[Inode, FILE],
    start: Annotated[int, IntRange(0, 1 << 40), "first byte"] = 0,
    end: Annotated[int, IntRange(-1, 1 << 40), "last byte; the file's"] = -1,
    *,
    as_: Annotated[str, UNUSED_NAME] = "",
) -> Gup:
    """Pin the pages of a file of tmpfs for long by their place in the file.

    Nothing has to be mapped, and holes are filled. Kernels before v6.11 do not have
    memfd_pin_folios(). `unpin` gives the pins back.
    """
    require_function(lab, memfd_pin_folios)
    name = free_name(lab, as_, "p")
    last = file.i_size - 1 if end < 0 else end
    most = min(max((last - start) // PAGE_SIZE + 2, 1), MOST)
    folios = PageArray(KArray[Page | None]([None] * most))
    ret = memfd_pin_folios(file, start, last, folios, most)
    had = tuple(folios[index] for index in range(max(ret, 0)))
    result = hold(lab, "memfd_pin_folios", had, len(had), name, FOLL_PIN)
    return result._replace(ret=ret, error=error_name(ret))
