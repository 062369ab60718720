"""Slots of the swap device and who uses them (mm/swapfile.c, Linux v6.1).

For each slot swap_map counts the entries of page tables that name it. The swap
cache has a bit of its own there. Without either the slot is free.

Not modelled: swapoff, slots that are kept for one CPU, looking on from the slot
that was taken last: the first free one is taken.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm import (
    folio_mapped,
    folio_nr_pages,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import AddressSpace, Folio, Page
from pintutor.linux.include.linux.page_flags import (
    PG_dirty,
    folio_test_swapcache,
    folio_test_writeback,
)
from pintutor.linux.include.linux.swap import (
    SWAP_HAS_CACHE,
    SWAP_MAP_BAD,
    SWAP_MAP_MAX,
    SwapInfoStruct,
)
from pintutor.linux.include.uapi.errno import EBUSY, ENOMEM
from pintutor.linux.mm.filemap import filemap_get_folio
from pintutor.linux.mm.folio import folio_trylock, folio_unlock
from pintutor.linux.mm.page_alloc import ZEROES, put_page
from pintutor.linux.mm.swap_state import delete_from_swap_cache
from pintutor.linux.mm.swapops import non_swap_entry, swp_offset
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("mm/swapfile.c")
def swapon(pages: int) -> int:
    """Make a device of `pages` slots the swap device; -EBUSY if there is one.

    In C this is the system call; slot 0 is the device's header and not counted.
    """
    if this_kernel().swap is not None:
        return -EBUSY
    space = AddressSpace("swapper_space", anonymous=False)
    space.i_pages = KArray[Page | None]([None] * (pages + 1))
    this_kernel().swap = SwapInfoStruct(
        KArray([SWAP_MAP_BAD, *[0] * pages]),
        space,
        KArray([ZEROES] * (pages + 1)),
        pages,
        pages,
    )
    return 0


def swp_swap_info(entry: int) -> SwapInfoStruct:
    """The device that the entry's slot is on."""
    si = this_kernel().swap
    assert si is not None, "a swap entry names a slot of a device"
    return si


def vm_swap_full() -> bool:
    """True when more than half of the swap is used: slots are freed early."""
    si = this_kernel().swap
    return si is not None and si.nr_swap_pages * 2 < si.pages


@kernel_function("mm/swapfile.c")
def folio_alloc_swap(folio: Folio) -> int:
    """A swap entry for the folio's first page, the next follow; 0 without room.

    The slots of a huge page adjoin, and begin at a multiple of 512.
    """
    si = this_kernel().swap
    nr = folio_nr_pages(folio)
    if si is None or si.nr_swap_pages < nr:
        return 0
    first = scan_swap_map(si, nr)
    for offset in range(first, first + nr if first else first):
        si.swap_map[offset] = SWAP_HAS_CACHE
    if first:
        si.nr_swap_pages -= nr
    return first


def scan_swap_map(si: SwapInfoStruct, nr: int) -> int:
    """The first of `nr` free slots, or 0 (scan_swap_map_slots() in C)."""
    used = si.swap_map.items
    if nr == 1:
        return used.index(0) if 0 in used else 0
    starts = range(HPAGE_PMD_NR, len(used) - nr + 1, HPAGE_PMD_NR)
    return next((at for at in starts if not any(used[at : at + nr])), 0)


@kernel_function("mm/swapfile.c")
def swap_duplicate(entry: int) -> int:
    """Count one more entry of a page table for the slot; 0 or -ENOMEM."""
    si = swp_swap_info(entry)
    offset = swp_offset(entry)
    if si.swap_map[offset] & ~SWAP_HAS_CACHE == SWAP_MAP_MAX:
        return -ENOMEM
    si.swap_map[offset] += 1
    return 0


@kernel_function("mm/swapfile.c")
def swap_free(entry: int) -> int:
    """Count one entry less that names the slot; returns what is left."""
    si = swp_swap_info(entry)
    offset = swp_offset(entry)
    si.swap_map[offset] -= 1
    if si.swap_map[offset] == 0:
        si.nr_swap_pages += 1
    return si.swap_map[offset]


def folio_swapped(folio: Folio) -> bool:
    """True when an entry of a page table names a slot of the folio."""
    used = swp_swap_info(folio.private).swap_map.items
    first = swp_offset(folio.private)
    counts = used[first : first + folio_nr_pages(folio)]
    return any(count & ~SWAP_HAS_CACHE for count in counts)


@kernel_function("mm/swapfile.c")
def folio_free_swap(folio: Folio) -> bool:
    """Give back the folio's slots if nobody else needs them; true when done.

    Context: the folio is locked. It is dirty then, as no copy of it is left.
    """
    if not folio_test_swapcache(folio):
        return False
    if folio_test_writeback(folio):
        return False
    if folio_swapped(folio):
        return False
    delete_from_swap_cache(folio)
    folio.flags |= PG_dirty
    return True


@kernel_function("mm/swapfile.c")
def free_swap_and_cache(entry: int) -> None:
    """Count an entry of a page table less; the last one ends the cache too."""
    if non_swap_entry(entry):
        return
    if swap_free(entry) == SWAP_HAS_CACHE:
        __try_to_reclaim_swap(swp_swap_info(entry), swp_offset(entry))


def free_page_and_swap_cache(page: Page) -> None:
    """Drop a reference; unmapped, the page leaves the swap cache if it can.

    In mm/swap_state.c, with free_swap_cache().
    """
    folio = page_folio(page)
    if folio_test_swapcache(folio) and not folio_mapped(folio):
        if folio_trylock(folio):
            folio_free_swap(folio)
            folio_unlock(folio)
    put_page(page)


@kernel_function("mm/swapfile.c")
def __try_to_reclaim_swap(si: SwapInfoStruct, offset: int) -> None:
    """Take a folio out of the swap cache unless it is mapped and swap is rare.

    In C with the flags TTRS_UNMAPPED and TTRS_FULL.
    """
    folio = filemap_get_folio(si.swapper_space, offset)
    if folio is None:
        return
    if folio_trylock(folio):
        if not folio_mapped(folio) or vm_swap_full():
            folio_free_swap(folio)
        folio_unlock(folio)
    put_page(folio)
