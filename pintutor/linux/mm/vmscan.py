"""Reclaiming folios: giving their frames to somebody else
(mm/vmscan.c, mm/page_io.c, Linux v6.1).

An anonymous folio gets slots of the swap device, its entries name these, and
its contents are written there. A folio of a file only has to be clean. In the
end nobody but the reclaimer and the cache may hold a reference: one more, from
whomever, and the folio stays.

Not modelled: reclaim by itself, when memory is short; files of tmpfs are never
swapped, as with the mount option noswap; MADV_FREE; splitting a huge page for
which there is no run of slots; references noticed meanwhile; dirty pages of
files, which only kswapd writes.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.fs import mapping_can_writeback
from pintutor.linux.include.linux.mm import (
    folio_mapcount,
    folio_mapped,
    folio_mapping,
    folio_maybe_dma_pinned,
    folio_nr_pages,
)
from pintutor.linux.include.linux.mm_types import AddressSpace, Folio
from pintutor.linux.include.linux.page_flags import (
    PG_swapbacked,
    folio_test_anon,
    folio_test_dirty,
    folio_test_large,
    folio_test_private,
    folio_test_swapcache,
)
from pintutor.linux.include.linux.page_ref import (
    folio_ref_count,
    folio_ref_freeze,
    folio_ref_unfreeze,
)
from pintutor.linux.mm.filemap import __filemap_remove_folio
from pintutor.linux.mm.folio import folio_trylock, folio_unlock
from pintutor.linux.mm.page_alloc import free_compound_page, free_unref_page
from pintutor.linux.mm.page_writeback import (
    folio_clear_dirty_for_io,
    folio_mark_dirty,
)
from pintutor.linux.mm.swap_lru import folio_putback_lru, folio_unisolate
from pintutor.linux.mm.swap_state import (
    __delete_from_swap_cache,
    __swap_writepage,
    add_to_swap_cache,
    put_swap_folio,
)
from pintutor.linux.mm.swapfile import (
    folio_alloc_swap,
    folio_free_swap,
    vm_swap_full,
)
from pintutor.linux.mm.truncate import filemap_release_folio
from pintutor.linux.mm.try_to_unmap import try_to_unmap
from pintutor.sim.function import kernel_function


@kernel_function("mm/vmscan.c")
def reclaim_pages(folio_list: tuple[Folio, ...]) -> int:
    """Reclaim isolated folios, put back what stays; returns how many pages."""
    nr_reclaimed = 0
    for folio in folio_list:
        nr_pages = folio_nr_pages(folio)
        if shrink_folio(folio):
            nr_reclaimed += nr_pages
        else:
            folio_putback_lru(folio)
    return nr_reclaimed


@kernel_function("mm/vmscan.c")
def shrink_folio(folio: Folio) -> bool:
    """Reclaim one folio; true when its frame is free.

    In C this is the loop body of shrink_folio_list().
    """
    if not folio_trylock(folio):
        return False
    if not shrink_locked_folio(folio):
        if folio_test_swapcache(folio) and vm_swap_full():
            folio_free_swap(folio)
        folio_unlock(folio)
        return False
    folio_unisolate(folio)
    if folio_test_large(folio):
        free_compound_page(folio)
    else:
        free_unref_page(folio)
    return True


@kernel_function("mm/vmscan.c")
def shrink_locked_folio(folio: Folio) -> bool:
    """Unmap, write, and take out of its cache; false where it has to stay."""
    if folio_test_anon(folio) and folio.flags & PG_swapbacked:
        if not folio_test_swapcache(folio):
            if folio_maybe_dma_pinned(folio):
                return False
            if folio_test_large(folio) and not can_split_folio(folio):
                return False
            if not add_to_swap(folio):
                return False

    if folio_mapped(folio):
        try_to_unmap(folio)
        if folio_mapped(folio):
            return False

    mapping = folio_mapping(folio)
    if folio_test_dirty(folio) and not pageout(folio, mapping):
        return False
    if folio_test_private(folio) and not filemap_release_folio(folio):
        return False
    return mapping is not None and __remove_mapping(mapping, folio)


def can_split_folio(folio: Folio) -> bool:
    """True when only entries of page tables, and the caller, have references.

    In mm/huge_memory.c.
    """
    extra_pins = folio_nr_pages(folio) if folio_test_swapcache(folio) else 0
    return folio_mapcount(folio) == folio_ref_count(folio) - extra_pins - 1


@kernel_function("mm/swap_state.c")
def add_to_swap(folio: Folio) -> bool:
    """Give the folio slots and put it into the swap cache; false without room.

    It is marked dirty, so that it will be written whatever its entries say.
    """
    entry = folio_alloc_swap(folio)
    if not entry:
        return False
    add_to_swap_cache(folio, entry)
    folio_mark_dirty(folio)
    return True


def is_page_cache_freeable(folio: Folio) -> bool:
    """True when only the reclaimer, the cache and buffers have references."""
    private = folio_test_private(folio)
    return folio_ref_count(folio) - private == 1 + folio_nr_pages(folio)


@kernel_function("mm/vmscan.c")
def pageout(folio: Folio, mapping: AddressSpace | None) -> bool:
    """Write a dirty folio, if it is one for swap; true when it is clean.

    In C shrink_folio_list() keeps dirty folios of files before it gets here.
    """
    swap = this_kernel().swap
    if mapping is None or mapping_can_writeback(mapping):
        return False
    if not is_page_cache_freeable(folio):
        return False
    if swap is None or mapping is not swap.swapper_space:
        return False
    if folio_clear_dirty_for_io(folio):
        return swap_writepage(folio)
    return True


@kernel_function("mm/page_io.c")
def swap_writepage(folio: Folio) -> bool:
    """Write the folio to its slots; false when nobody needs them any more."""
    if folio_free_swap(folio):
        return False
    __swap_writepage(folio)
    return True


@kernel_function("mm/vmscan.c")
def __remove_mapping(mapping: AddressSpace, folio: Folio) -> bool:
    """Take the folio out of its cache if nobody else has a reference.

    The count is tested and set to 0 at once. Then the folio may be freed.
    """
    refcount = 1 + folio_nr_pages(folio)
    if not folio_ref_freeze(folio, refcount):
        return False
    if folio_test_dirty(folio):
        folio_ref_unfreeze(folio, refcount)
        return False
    if folio_test_swapcache(folio):
        swap = folio.private
        __delete_from_swap_cache(folio, swap)
        put_swap_folio(folio, swap)
    else:
        __filemap_remove_folio(mapping, folio)
    return True
