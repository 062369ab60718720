"""The page cache: the pages of files that are in memory (mm/filemap.c, v6.1).

The cache holds one reference to each of its pages.

Not modelled: the references that a lookup of many pages takes at once, so that
a page can leave the cache here before its caller has one; reading ahead,
mapping neighbours of a page that is faulted in, large folios, read(2) and
write(2), and what an xarray of more than 8 GiB would cost: there is no memory
for it. Faults are in filemap_fault.py.
"""

from pintutor.linux.fs.mpage import mpage_read_folio
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.fs import Inode, mapping_can_writeback
from pintutor.linux.include.linux.mm_types import (
    AddressSpace,
    Folio,
    Page,
)
from pintutor.linux.include.linux.page_flags import (
    PG_lru,
    PG_uptodate,
    folio_test_dirty,
)
from pintutor.linux.include.linux.page_ref import (
    folio_ref_inc,
    folio_ref_try_add_rcu,
)
from pintutor.linux.include.uapi.errno import EIO, ENOMEM
from pintutor.linux.mm.folio import (
    folio_account_dirtied,
    folio_lock,
    folio_wait_locked,
)
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.sim.atomic import (
    read_once,
    set_bits,
    wait_until,
    write_once,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock
from pintutor.sim.objects import KArray

XA_PAGES = 1 << 21
"""Indices that the cache of a file has memory for."""


def i_pages(mapping: AddressSpace) -> KArray[Page | None]:
    """The pages of a file by index: mapping->i_pages."""
    assert mapping.i_pages is not None, "the mapping is a file's"
    return mapping.i_pages


@kernel_function("mm/filemap.c")
def filemap_get_folio(mapping: AddressSpace, index: int) -> Folio | None:
    """That page of the file with a reference more, if it is in the cache.

    Context: no lock, so that the page can leave the cache meanwhile. In C the
    loop is mapping_get_entry(); it spins where this one waits.
    """
    pages = i_pages(mapping)
    while index < len(pages):
        page: Page | None = read_once(pages, index)
        if page is None:
            return None
        folio = Folio(page)
        if not folio_ref_try_add_rcu(folio, 1):
            wait_while_frozen(pages, index, folio)
            continue
        if read_once(pages, index) is page:
            return folio
        put_page(folio)
    return None


def wait_while_frozen(
    pages: KArray[Page | None], index: int, folio: Folio
) -> None:
    """Wait until a folio without references has left the cache, or has one."""
    wait_until(
        lambda: pages[index] is not folio or folio._refcount != 0,
        folio,
        "_refcount",
        "wait",
        f"folio {folio.pfn} has no references, and stays in the cache",
    )


@kernel_function("mm/filemap.c")
def filemap_add_folio(mapping: AddressSpace, folio: Folio, index: int) -> int:
    """Put the page into the cache, which takes a reference to it.

    Returns: 0, or -ENOMEM where the xarray cannot grow.
    """
    if index >= XA_PAGES:
        return -ENOMEM
    folio_ref_inc(folio)
    folio.mapping = mapping
    folio.index = index
    spin_lock(mapping, "xa_lock")
    if index >= len(i_pages(mapping)):
        more = max(index + 1, 2 * len(i_pages(mapping)))
        xa_extend(mapping, more)
    write_once(i_pages(mapping), index, folio)
    spin_unlock(mapping, "xa_lock")
    set_bits(PG_lru, folio, "flags")
    return 0


def xa_extend(mapping: AddressSpace, count: int) -> None:
    """Make room in the cache for `count` pages; an xarray grows by itself."""
    pages = i_pages(mapping).items
    room = (*pages, *([None] * (count - len(pages))))
    mapping.i_pages = KArray[Page | None](room)


def cached_folios(
    mapping: AddressSpace, first: int, last: int
) -> tuple[Folio, ...]:
    """Those of pages first..last of the file that are in the cache."""
    pages = i_pages(mapping)
    indices = range(first, min(last + 1, len(pages)))
    found = (read_once(pages, index) for index in indices)
    return tuple(Folio(page) for page in found if page is not None)


@kernel_function("mm/filemap.c")
def filemap_unaccount_folio(mapping: AddressSpace, folio: Folio) -> None:
    """Count out a page that leaves its file dirty: what it holds is lost.

    Who takes it out has made it clean before. Only PG_dirty stays.
    """
    lost = folio_test_dirty(folio) and mapping_can_writeback(mapping)
    if warn_on_once(lost, "filemap_unaccount_folio: a dirty page is dropped"):
        folio_account_dirtied(folio, mapping, -1)


@kernel_function("mm/filemap.c")
def __filemap_remove_folio(mapping: AddressSpace, folio: Folio) -> None:
    """Take the page out of the cache; the cache's reference stays."""
    filemap_unaccount_folio(mapping, folio)
    write_once(i_pages(mapping), folio.index, None)
    folio.mapping = None


@kernel_function("mm/filemap.c")
def filemap_remove_folio(mapping: AddressSpace, folio: Folio) -> None:
    """Take the page out of the cache, which drops its reference.

    A pin keeps the page allocated, but it is no part of the file any more.
    """
    spin_lock(mapping, "xa_lock")
    __filemap_remove_folio(mapping, folio)
    spin_unlock(mapping, "xa_lock")
    put_page(folio)


@kernel_function("mm/filemap.c")
def filemap_read_folio(inode: Inode, folio: Folio) -> int:
    """Have a locked page read, and wait for it. Returns: 0 or -EIO."""
    mpage_read_folio(inode, folio)
    folio_wait_locked(folio)
    return 0 if folio.flags & PG_uptodate else -EIO


@kernel_function("mm/folio-compat.c")
def grab_cache_page_write_begin(
    mapping: AddressSpace, index: int
) -> Folio | None:
    """That page of the file, locked and referenced, made if there is none.

    Returns: None without memory.
    """
    folio = filemap_get_folio(mapping, index)
    if folio is None:
        page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
        if page is None:
            return None
        folio = Folio(page)
        if filemap_add_folio(mapping, folio, index):
            put_page(folio)
            return None
    folio_lock(folio)
    return folio
