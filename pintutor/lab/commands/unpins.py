"""Commands that give back what a driver holds, or hold it once more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.fields import PAGE
from pintutor.lab.gup_calls import require_function
from pintutor.lab.holding import first_pages, free_name, hold, release, times_of
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import HELD, UNUSED_NAME
from pintutor.lab.registry import command
from pintutor.lab.repeating import give_back
from pintutor.lab.results import Gup, Released
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN, page_folio
from pintutor.linux.include.linux.mm_types import Page, PageArray
from pintutor.linux.include.linux.page_flags import PageReserved
from pintutor.linux.mm import gup_unpin, page_alloc
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.between.unpin_folios import unpin_folio, unpin_folios
from pintutor.patches.between.unpin_user_folio import unpin_user_folio
from pintutor.patches.old_dio_v4.folio_add_pin import folio_add_pin
from pintutor.patches.old_dio_v4.page_get_additional_pin import (
    page_get_additional_pin,
)
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

NEWER = {one.__name__: one for one in (unpin_folio, unpin_folios, unpin_user_folio)}
"""Functions that not every kernel has."""

UNPIN = (
    "unpin_user_page",
    "unpin_user_pages",
    "unpin_user_pages_dirty_lock",
    "unpin_user_page_range_dirty_lock",
    *NEWER,
)

TIMES = IntRange(1, 1 << 32)


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
    *,
    times: Annotated[int, TIMES, "of each page; all"] = 0,
) -> Released:
    """Give back references that `get` took.

    On pages that were pinned this is the wrong call, and it is carried out all the
    same: the books will show what it does to the count.
    """
    pages, often = first_pages(name, count), times_of(name, times)
    for page in pages:
        give_back(partial(put_page, page), page, often, FOLL_GET)
    return release(lab, name, pages, "put_page", times=often)


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
    times: Annotated[int, TIMES, "of each page; all"] = 0,
    via: Annotated[str, OneOf(*UNPIN), "the function that is called"] = "",
) -> Released:
    """Give back pins that `pin` took.

    With `dirty` the pages are marked dirty first, as after a device wrote to them. With
    `skip-reserved` pages that are PageReserved are dropped from the array without being
    unpinned, as vfio did with the zero page.
    """
    pages, often = first_pages(name, count), times_of(name, times)
    wanted = [page for page in pages if not (skip_reserved and PageReserved(page))]
    function = via or ("unpin_user_pages_dirty_lock" if dirty else "unpin_user_pages")
    if function in NEWER:
        require_function(lab, NEWER[function])
    stat = lab.kernel.vm_stat
    before = stat.nr_foll_pin_released
    lab.progress.of(len(wanted), lambda: stat.nr_foll_pin_released - before)
    if function == "unpin_user_page_range_dirty_lock":
        require_adjoining(name, wanted)
    if name.times == 1:
        unpin_by(function, wanted, dirty=dirty)
    else:
        for page in wanted:
            once = partial(unpin_by, function, [page], dirty=dirty)
            give_back(once, page, often, FOLL_PIN)
    return release(lab, name, pages, function, times=often)


def unpin_by(function: str, pages: list[Page], *, dirty: bool) -> None:
    """Give back one pin of each page by the function of that name."""
    array = PageArray(KArray[Page | None](pages))
    if function == "unpin_user_page":
        for page in pages:
            gup_unpin.unpin_user_page(page)
    elif function == "unpin_user_pages":
        gup_unpin.unpin_user_pages(array, len(pages))
    elif function == "unpin_user_page_range_dirty_lock":
        for first in pages[:1]:
            gup_unpin.unpin_user_page_range_dirty_lock(first, len(pages), dirty)
    elif function == "unpin_folio":
        for page in pages:
            unpin_folio(page_folio(page))
    elif function == "unpin_folios":
        unpin_folios(array, len(pages))
    elif function == "unpin_user_folio":
        for page in pages:
            unpin_user_folio(page_folio(page), 1)
    else:
        gup_unpin.unpin_user_pages_dirty_lock(array, len(pages), dirty)


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
    as_: Annotated[str, UNUSED_NAME] = "",
) -> Gup:
    """Take another pin on each page that is held, without a walk of the page tables.

    Kernels before v6.5 do not have folio_add_pin(); page_get_additional_pin() is what
    it was called when it was proposed. `unpin` gives the pins back.
    """
    proposed = page_get_additional_pin.body(lab.machine.patches) is not None
    if not proposed:
        require_function(lab, folio_add_pin)
    for page in name.pages:
        if proposed:
            page_get_additional_pin(page)
        else:
            folio_add_pin(page_folio(page))
    new = free_name(lab, as_, "p")
    function = (page_get_additional_pin if proposed else folio_add_pin).__name__
    return hold(lab, function, name.pages, len(name.pages), new, FOLL_PIN)


@command(
    "pins",
    kernel="include/linux/mm.h: get_page()",
    examples=("get-page buf[0] as g", "get-page zero"),
    see=("get", "put", "addpin"),
)
def get_page(
    lab: Lab, page: Annotated[Page, PAGE], *, as_: Annotated[str, UNUSED_NAME] = ""
) -> Gup:
    """Take one reference on a page that is known, without a walk of the page tables.

    The kernel does so with a page that it has already, pinned or not: it adds 1, and
    asks nothing. `put` gives it back; to unpin it instead takes 1024.
    """
    new = free_name(lab, as_, "g")
    page_alloc.get_page(page)
    return hold(lab, "get_page", (page,), 1, new, FOLL_GET)._replace(ret=1)


def require_adjoining(held: HeldPages, pages: list[Page]) -> None:
    """Refuse pages whose frames do not lie side by side (CommandError)."""
    if any(page.pfn != pages[0].pfn + index for index, page in enumerate(pages)):
        raise CommandError(
            f"`{held.name}` holds pages whose frames do not lie side by side",
            None,
            code="not-adjoining",
            of=("name",),
            hint="those of a huge page do: `mmap T 512 thp`",
        )
