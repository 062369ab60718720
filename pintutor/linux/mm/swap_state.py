"""The swap cache: folios that have slots on the swap device
(mm/swap_state.c, mm/page_io.c, Linux v6.1).

The cache holds a reference for each page. A folio is in it while it is swapped
out, and after it was read back until its slot is given up.

Not modelled: reading neighbours ahead; several reads of one slot at a time;
write-back takes no time.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import (
    folio_nr_pages,
    nth_page,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import (
    PG_lru,
    PG_swapbacked,
    PG_swapcache,
    SetPageUptodate,
)
from pintutor.linux.include.linux.page_ref import folio_ref_add
from pintutor.linux.include.linux.swap import SWAP_HAS_CACHE, SwapInfoStruct
from pintutor.linux.mm.filemap import filemap_get_folio, i_pages
from pintutor.linux.mm.folio import (
    folio_end_writeback,
    folio_lock,
    folio_start_writeback,
    folio_unlock,
)
from pintutor.linux.mm.page_alloc import alloc_page, folio_put_refs
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.swapops import swp_offset
from pintutor.sim.atomic import clear_bits, set_bits
from pintutor.sim.function import kernel_function


def swap_info() -> SwapInfoStruct:
    """The swap device; who has a swap entry knows that there is one."""
    si = this_kernel().swap
    assert si is not None, "a swap entry names a slot of a device"
    return si


@kernel_function("mm/swap_state.c")
def add_to_swap_cache(folio: Folio, entry: int) -> None:
    """Put the folio into the cache, which takes a reference for each page."""
    nr = folio_nr_pages(folio)
    folio_ref_add(folio, nr)
    set_bits(PG_swapcache, folio, "flags")
    for i in range(nr):
        nth_page(folio, i).private = entry + i
        i_pages(swap_info().swapper_space)[swp_offset(entry) + i] = folio


@kernel_function("mm/swap_state.c")
def __delete_from_swap_cache(folio: Folio, entry: int) -> None:
    """Take the folio out of the cache; the references stay."""
    for i in range(folio_nr_pages(folio)):
        i_pages(swap_info().swapper_space)[swp_offset(entry) + i] = None
        nth_page(folio, i).private = 0
    clear_bits(PG_swapcache, folio, "flags")


@kernel_function("mm/swap_state.c")
def delete_from_swap_cache(folio: Folio) -> None:
    """Take the folio out of the cache, which drops its references."""
    entry = folio.private
    __delete_from_swap_cache(folio, entry)
    put_swap_folio(folio, entry)
    folio_put_refs(folio, folio_nr_pages(folio))


@kernel_function("mm/swapfile.c")
def put_swap_folio(folio: Folio, entry: int) -> None:
    """Note that the slots have no folio; those nobody names are free."""
    si = swap_info()
    for offset in range(entry, entry + folio_nr_pages(folio)):
        si.swap_map[offset] &= ~SWAP_HAS_CACHE
        if si.swap_map[offset] == 0:
            si.nr_swap_pages += 1


def swap_cache_get_folio(entry: int) -> Folio | None:
    """The slot's folio with a reference more, if the cache has it."""
    return filemap_get_folio(swap_info().swapper_space, swp_offset(entry))


def folio_file_page(folio: Folio, entry: int) -> Page:
    """The page of a folio in the cache that the slot belongs to."""
    return nth_page(folio, entry - folio.private)


@kernel_function("mm/swap_state.c")
def swapin_readahead(entry: int) -> Folio | None:
    """A folio in the cache with what is in the slot, referenced, or None."""
    page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
    if page is None:
        return None
    folio = page_folio(page)
    swap_info().swap_map[swp_offset(entry)] |= SWAP_HAS_CACHE
    folio_lock(folio)
    folio.flags |= PG_swapbacked
    add_to_swap_cache(folio, entry)
    folio.flags |= PG_lru
    swap_readpage(page, entry)
    folio_unlock(folio)
    return folio


@kernel_function("mm/page_io.c")
def swap_readpage(page: Page, entry: int) -> None:
    """Read the page from its slot."""
    page.data = swap_info().disk[swp_offset(entry)]
    SetPageUptodate(page)


@kernel_function("mm/page_io.c")
def __swap_writepage(folio: Folio) -> None:
    """Write the folio to its slots, and wait until it is there."""
    folio_start_writeback(folio)
    first = swp_offset(folio.private)
    for i in range(folio_nr_pages(folio)):
        swap_info().disk[first + i] = nth_page(folio, i).data
    folio_end_writeback(folio)
