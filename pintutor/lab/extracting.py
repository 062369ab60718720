"""Getting and extracting the pages of an iterator, by whatever this kernel has for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from pintutor.lab.gup_calls import require_function
from pintutor.lab.iters import IterPages
from pintutor.lab.results import error_name
from pintutor.linux.driver import NamedIter
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import Extracted, IovIter
from pintutor.linux.lib.iov_iter_pages import (
    get_pages_array,
    iov_iter_get_pages,
    iov_iter_get_pages_alloc,
)
from pintutor.patches.between.extract_pages import iov_iter_extract_will_pin
from pintutor.patches.between.extract_pages_kernel import iov_iter_extract_pages
from pintutor.patches.between.get_pages2 import (
    iov_iter_get_pages2,
    iov_iter_get_pages_alloc2,
)
from pintutor.patches.extract_v8.extract_pages_v8 import iov_iter_extract_mode
from pintutor.patches.hubbard_2022.iter_pin_pages import (
    iov_iter_pin_pages,
    iov_iter_pin_pages_alloc,
)
from pintutor.patches.livepatch import counts_coloured_zero_pins, counts_zero_pins
from pintutor.sim.function import KernelFunction

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

SHOWN = 64
"""Pages that a result names."""

EXTRACTORS = (iov_iter_extract_pages,)
ALLOCATING = {
    "iov_iter_get_pages2": iov_iter_get_pages_alloc2,
    "iov_iter_get_pages": iov_iter_get_pages_alloc,
    "iov_iter_pin_pages": iov_iter_pin_pages_alloc,
}
GETTERS = {
    "iov_iter_get_pages2": iov_iter_get_pages2,
    "iov_iter_get_pages": iov_iter_get_pages,
    "iov_iter_pin_pages": iov_iter_pin_pages,
}
"""What takes references or pins, the one that is taken without a choice first."""

HOW = {FOLL_PIN: "pin", FOLL_GET: "reference", 0: "nothing"}


class Getter(NamedTuple):
    """A function that takes pages, as it is called."""

    name: str
    call: Callable[[IovIter, int, int], tuple[PageArray | None, Extracted]]


def getter(lab: Lab, via: str, *, alloc: bool) -> Getter:
    """The function to call: the one that was named, or the first that there is."""
    there = [name for name, one in GETTERS.items() if one.body(lab.machine.patches)]
    name = via or there[0]
    require_function(lab, GETTERS[name])
    extra = (0,) if name == "iov_iter_get_pages" and _flags(lab) else ()
    if alloc:
        function: KernelFunction[..., Extracted] = ALLOCATING[name]

        def allocating(
            i: IovIter, maxsize: int, maxpages: int
        ) -> tuple[PageArray | None, Extracted]:
            got = function(i, maxsize, *extra)
            return got.pages, got

        return Getter(function.__name__, allocating)
    filling: KernelFunction[..., Extracted] = GETTERS[name]

    def into(i: IovIter, maxsize: int, maxpages: int) -> tuple[PageArray | None, Extracted]:
        got = filling(i, get_pages_array(maxpages), maxsize, maxpages, *extra)
        return got.pages, got

    return Getter(name, into)


def _flags(lab: Lab) -> bool:
    """Whether iov_iter_get_pages() takes flags, as it does since v6.2."""
    body = iov_iter_get_pages.body(lab.machine.patches)
    return body is not None and body.__code__.co_argcount > 4


def extracted(
    lab: Lab,
    named: NamedIter,
    name: str,
    maxsize: int,
    maxpages: int,
    flags: int,
    *,
    alloc: bool,
) -> IterPages:
    """Extract pages and hold them as the kernel says that they are held."""
    pages = None if alloc else get_pages_array(maxpages)
    most = (1 << 32) - 1 if alloc else maxpages
    kind = _cleanup(lab, named.iter)
    got = iov_iter_extract_pages(named.iter, pages, maxsize, most, flags)
    return hold_pages(lab, "iov_iter_extract_pages", named, name, got, kind)


def _cleanup(lab: Lab, i: IovIter) -> int:
    """What the kernel says about how extracted pages are held."""
    if iov_iter_extract_mode.body(lab.machine.patches) is not None:
        return iov_iter_extract_mode(i)
    return FOLL_PIN if iov_iter_extract_will_pin(i) else 0


def hold_pages(
    lab: Lab,
    function: str,
    named: NamedIter,
    name: str,
    got: Extracted,
    kind: int,
) -> IterPages:
    """Keep the pages that a function returned under a name."""
    i = named.iter
    count = DIV_ROUND_UP(got.offset0 + got.ret, PAGE_SIZE) if got.ret > 0 else 0
    pages = tuple(got.pages[index] for index in range(count)) if got.pages else ()
    if pages:
        counted = counts_zero_pins(lab.machine)
        coloured = counts_coloured_zero_pins(lab.machine)
        lab.kernel.held += (HeldPages(name, pages, kind, counted, coloured),)
    labels = lab.names.labels()
    return IterPages(
        function,
        name if pages else "",
        got.ret,
        error_name(got.ret),
        got.offset0,
        len(pages),
        tuple(labels.get(page, f"pfn:{page.pfn:#x}") for page in pages[:SHOWN]),
        HOW[kind],
        i.count,
        i.iov_offset,
        i.nr_segs,
        named.name,
    )
