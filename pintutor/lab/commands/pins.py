"""Commands that take and give back pages, as a driver does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.gup_calls import FUNCTIONS, run
from pintutor.lab.kinds import NEW_NAME, IntRange, OneOf
from pintutor.lab.lookups import FLAGS, HELD, REGION
from pintutor.lab.names import Region
from pintutor.lab.registry import command
from pintutor.lab.results import Gup, Released, error_name
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import (
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_NAMES,
    FOLL_PIN,
    FOLL_WRITE,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Page, PageArray
from pintutor.linux.include.linux.page_flags import PageReserved
from pintutor.linux.mm import gup_unpin
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.livepatch import counts_zero_pins
from pintutor.patches.old_dio_v4.folio_add_pin import folio_add_pin
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

ROOM = 64
"""Least room in the array that a driver hands in [pages]."""

SHOWN = 64
"""Pages that a result names."""

UNPIN = (
    "unpin_user_page",
    "unpin_user_pages",
    "unpin_user_pages_dirty_lock",
    "unpin_user_page_range_dirty_lock",
)


@command(
    "pins",
    kernel="mm/gup.c: get_user_pages_fast()",
    examples=("get buf[0] as g", "get buf write slow"),
    see=("put", "pin", "gup"),
)
def get(
    lab: Lab,
    region: Annotated[Region, REGION],
    *,
    write: bool = False,
    path: Annotated[str, OneOf("fast", "slow"), "fast: without a lock first"] = "fast",
    as_: Annotated[str, NEW_NAME] = "",
) -> Gup:
    """Take a reference (FOLL_GET) on every page of a region and hold the pages.

    A reference adds 1 to a page's count. It says "do not free this page", and nothing
    about its contents. `put` gives it back.
    """
    function = "get_user_pages_fast" if path == "fast" else "get_user_pages"
    flags = FOLL_WRITE if write else 0
    return call(lab, function, region.start, region.pages, flags, free_name(lab, as_, "g"))


@command(
    "pins",
    kernel="mm/gup.c: pin_user_pages_fast()",
    examples=("pin buf[0] as p", "pin buf write longterm"),
    see=("unpin", "get", "gup"),
)
def pin(
    lab: Lab,
    region: Annotated[Region, REGION],
    *,
    write: bool = False,
    longterm: bool = False,
    path: Annotated[str, OneOf("fast", "slow"), "fast: without a lock first"] = "fast",
    as_: Annotated[str, NEW_NAME] = "",
) -> Gup:
    """Pin every page of a region (FOLL_PIN), as for I/O to its contents.

    A pin adds 1024 to the count of a small page, so that others can tell that a device
    may be reading or writing it. `unpin` gives it back.
    """
    function = "pin_user_pages_fast" if path == "fast" else "pin_user_pages"
    flags = (FOLL_WRITE if write else 0) | (FOLL_LONGTERM if longterm else 0)
    return call(lab, function, region.start, region.pages, flags, free_name(lab, as_, "p"))


@command(
    "pins",
    kernel="mm/gup.c",
    examples=("gup pin_user_pages_fast buf 8 FOLL_WRITE as p", "gup get_user_pages 0x0 1"),
    see=("get", "pin"),
)
def gup(
    lab: Lab,
    function: Annotated[str, OneOf(*FUNCTIONS)],
    start: Annotated[Region, REGION, "where to start; buf+0x123 need not be aligned"],
    nr: Annotated[int, IntRange(0, 1 << 20), "number of pages"],
    flags: Annotated[int, FLAGS] = 0,
    *,
    as_: Annotated[str, NEW_NAME] = "",
) -> Gup:
    """Call a function of the get_user_pages family with exactly these arguments.

    Nothing is checked before the kernel does: this is the way to see what it answers
    to wrong flags, unmapped addresses and odd counts.
    """
    stem = "p" if function.startswith("pin") else "g"
    return call(lab, function, start.start, nr, flags, free_name(lab, as_, stem))


@command(
    "pins",
    kernel="include/linux/mm.h: put_page()",
    examples=("put g", "put g 1"),
    see=("get",),
)
def put(
    lab: Lab,
    name: Annotated[HeldPages, HELD],
    count: Annotated[int, IntRange(1, 1 << 20), "pages, from the first; all"] = 0,
) -> Released:
    """Give back references that `get` took.

    On pages that were pinned this is the wrong call, and it is carried out all the
    same: the books will show what it does to the count.
    """
    for page in first_pages(name, count):
        put_page(page)
    return release(lab, name, first_pages(name, count), "put_page")


@command(
    "pins",
    kernel="mm/gup.c: unpin_user_pages()",
    examples=("unpin p", "unpin p dirty", "unpin p 1 unpin_user_page"),
    see=("pin",),
)
def unpin(
    lab: Lab,
    name: Annotated[HeldPages, HELD],
    count: Annotated[int, IntRange(1, 1 << 20), "pages, from the first; all"] = 0,
    *,
    dirty: bool = False,
    skip_reserved: bool = False,
    via: Annotated[str, OneOf(*UNPIN), "the function that is called"] = "",
) -> Released:
    """Give back pins that `pin` took.

    With `dirty` the pages are marked dirty first, as after a device wrote to them. With
    `skip-reserved` pages that are PageReserved are dropped from the array without being
    unpinned, as vfio did with the zero page.
    """
    pages = first_pages(name, count)
    wanted = [page for page in pages if not (skip_reserved and PageReserved(page))]
    function = via or ("unpin_user_pages_dirty_lock" if dirty else "unpin_user_pages")
    array = PageArray(KArray[Page | None](wanted))
    if function == "unpin_user_page":
        for page in wanted:
            gup_unpin.unpin_user_page(page)
    elif function == "unpin_user_pages":
        gup_unpin.unpin_user_pages(array, len(wanted))
    elif function == "unpin_user_page_range_dirty_lock":
        require_adjoining(name, wanted)
        for first in wanted[:1]:
            gup_unpin.unpin_user_page_range_dirty_lock(first, len(wanted), dirty)
    else:
        gup_unpin.unpin_user_pages_dirty_lock(array, len(wanted), dirty)
    return release(lab, name, pages, function)


@command(
    "pins",
    kernel="mm/gup.c: folio_add_pin()",
    examples=("addpin p", "addpin p as q"),
    see=("pin", "unpin"),
)
def addpin(
    lab: Lab,
    name: Annotated[HeldPages, HELD],
    *,
    as_: Annotated[str, NEW_NAME] = "",
) -> Gup:
    """Take another pin on each page that is held, without a walk of the page tables.

    Kernels before v6.5 do not have folio_add_pin(). `unpin` gives the pins back.
    """
    if folio_add_pin.body(lab.machine.patches) is None:
        raise CommandError(
            f"{lab.kernel_name} has no folio_add_pin()",
            None,
            code="unknown-function",
            hint="`apply zero-page-unpinned`, then `apply folio-add-pin`",
        )
    for page in name.pages:
        folio_add_pin(page_folio(page))
    new = free_name(lab, as_, "p")
    return hold(lab, "folio_add_pin", name.pages, len(name.pages), new, 0)


def call(lab: Lab, function: str, start: int, nr: int, flags: int, name: str) -> Gup:
    """Call a GUP function and hold what it returns under a name."""
    pages = PageArray(KArray[Page | None]([None] * max(nr, ROOM)))
    ret = run(function, start, nr, flags, pages)
    had = tuple(pages[index] for index in range(max(ret, 0)))
    result = hold(lab, function, had, nr, name, flags)
    return result._replace(ret=ret, error=error_name(ret))


def free_name(lab: Lab, chosen: str, stem: str) -> str:
    """The name that was chosen, or without one the first free one like `stem`."""
    if not chosen:
        return lab.names.fresh(stem)
    lab.names.require_new(chosen, None)
    return chosen


def hold(
    lab: Lab,
    function: str,
    pages: tuple[Page, ...],
    asked: int,
    name: str,
    flags: int,
) -> Gup:
    """Keep pages that a function returned in the driver's array of that name."""
    if pages:
        kind = FOLL_GET if function.startswith("get") else FOLL_PIN
        counted = counts_zero_pins(lab.machine)
        lab.kernel.held += (HeldPages(name, pages, kind, counted),)
    labels = lab.names.labels()
    return Gup(
        function,
        name if pages else "",
        asked,
        len(pages),
        "",
        tuple(labels.get(page, f"pfn:{page.pfn:#x}") for page in pages[:SHOWN]),
        tuple(text for text, value in FOLL_NAMES.items() if flags & value),
    )


def first_pages(held: HeldPages, count: int) -> tuple[Page, ...]:
    """The first `count` pages that are held, all for 0 (CommandError beyond them)."""
    if count > len(held.pages):
        raise CommandError(
            f"`{held.name}` holds {len(held.pages)} pages, not {count}",
            None,
            code="too-many",
        )
    return held.pages[: count or len(held.pages)]


def require_adjoining(held: HeldPages, pages: list[Page]) -> None:
    """Refuse pages whose frames do not lie side by side (CommandError)."""
    if any(page.pfn != pages[0].pfn + index for index, page in enumerate(pages)):
        raise CommandError(
            f"`{held.name}` holds pages whose frames do not lie side by side",
            None,
            code="not-adjoining",
            hint="those of a huge page do: `mmap T 512 thp`",
        )


def release(lab: Lab, held: HeldPages, pages: tuple[Page, ...], function: str) -> Released:
    """Take pages that were given back out of the array; an empty one loses its name."""
    held.pages = held.pages[len(pages) :]
    if not held.pages:
        lab.kernel.held = tuple(one for one in lab.kernel.held if one is not held)
    return Released(held.name, function, len(pages), len(held.pages))
