"""Taking pages of a file out of the cache (mm/truncate.c, Linux v6.1).

Truncating asks nobody: a pinned page leaves the file like any other, and the
pin keeps no more than the memory. Only dropping clean pages from the cache
looks at the count.

Not modelled: parts of a page at the end of the file, races with faults.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_page,
    pte_present,
    ptep_get,
)
from pintutor.linux.fs.buffer import block_invalidate_folio, try_to_free_buffers
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm import folio_mapped, folio_nr_pages
from pintutor.linux.include.linux.mm_types import (
    AddressSpace,
    Folio,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    folio_test_dirty,
    folio_test_private,
    folio_test_writeback,
)
from pintutor.linux.include.linux.page_ref import (
    folio_ref_count,
    folio_ref_inc,
)
from pintutor.linux.include.uapi.errno import EBUSY
from pintutor.linux.mm.file_rmap import i_mmap, vma_address
from pintutor.linux.mm.filemap import (
    cached_folios,
    filemap_get_folio,
    filemap_remove_folio,
    i_pages,
)
from pintutor.linux.mm.folio import folio_cancel_dirty, folio_lock, folio_unlock
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.pagetable import find_pte
from pintutor.linux.mm.zap_page_range import zap_pte
from pintutor.sim.function import kernel_function


@kernel_function("mm/memory.c")
def unmap_mapping_pages(
    mapping: AddressSpace, start: int, end: int, even_cows: bool
) -> None:
    """Clear every entry of pages start..end of the file, in all tasks.

    With `even_cows` the private copies of these pages go too.
    """
    for vma in i_mmap(mapping):
        for index in range(start, end):
            address = vma_address(index, vma)
            if address is not None and should_zap(vma, address, even_cows):
                zap_pte(vma, address)


def should_zap(vma: VmAreaStruct, address: int, even_cows: bool) -> bool:
    """True when the entry maps the file, or private copies are meant too.

    In C this is should_zap_page().
    """
    pte = find_pte(vma.vm_mm, address)
    if pte is None or not ptep_get(pte):
        return False
    if not pte_present(ptep_get(pte)):
        return even_cows
    return even_cows or not PageAnon(pte_page(ptep_get(pte)))


@kernel_function("mm/truncate.c")
def truncate_pagecache(inode: Inode, pages: int) -> None:
    """Take the pages from index `pages` on out of the cache and unmap them."""
    mapping = inode.i_mapping
    end = len(i_pages(mapping))
    unmap_mapping_pages(mapping, pages, end, True)
    truncate_inode_pages_range(mapping, pages, end)
    unmap_mapping_pages(mapping, pages, end, True)


@kernel_function("mm/truncate.c")
def truncate_pagecache_range(inode: Inode, start: int, end: int) -> None:
    """Take pages start..end out of the cache; private copies of them stay."""
    unmap_mapping_pages(inode.i_mapping, start, end, False)
    truncate_inode_pages_range(inode.i_mapping, start, end)


@kernel_function("mm/truncate.c")
def truncate_inode_pages_range(
    mapping: AddressSpace, start: int, end: int
) -> None:
    """Take pages start..end out of the cache, whoever else holds them."""
    for index in range(start, end):
        folio = filemap_get_folio(mapping, index)
        if folio is None:
            continue
        folio_lock(folio)
        truncate_cleanup_folio(mapping, folio)
        filemap_remove_folio(mapping, folio)
        folio_unlock(folio)
        put_page(folio)


@kernel_function("mm/truncate.c")
def truncate_cleanup_folio(mapping: AddressSpace, folio: Folio) -> None:
    """Unmap a folio that leaves its file; what was written to it is lost."""
    if folio_mapped(folio):
        unmap_mapping_pages(mapping, folio.index, folio.index + 1, False)
    if folio_test_private(folio):
        block_invalidate_folio(folio)
    folio_cancel_dirty(folio)


@kernel_function("mm/truncate.c")
def invalidate_mapping_pages(
    mapping: AddressSpace, start: int, end: int
) -> int:
    """Drop those of pages start..end that are clean and that nobody else has.

    For a whole file this is what /proc/sys/vm/drop_caches does. Returns: how
    many were dropped.
    """
    count = 0
    for folio in cached_folios(mapping, start, end):
        folio_ref_inc(folio)
        folio_lock(folio)
        count += mapping_evict_folio(mapping, folio)
        folio_unlock(folio)
        put_page(folio)
    return count


@kernel_function("mm/truncate.c")
def mapping_evict_folio(mapping: AddressSpace, folio: Folio) -> int:
    """Drop one page unless it is in use; a pin is a use. Returns 1 when done.

    Context: the caller has locked the page and holds a reference.
    """
    if folio_test_dirty(folio) or folio_test_writeback(folio):
        return 0
    mine = folio_nr_pages(folio) + folio_test_private(folio) + 1
    if folio_ref_count(folio) > mine:
        return 0
    if not filemap_release_folio(folio):
        return 0
    filemap_remove_folio(mapping, folio)
    return 1


@kernel_function("mm/filemap.c")
def filemap_release_folio(folio: Folio) -> bool:
    """Ask the file system to let go of its buffers; true when there is none."""
    if not folio_test_private(folio):
        return True
    return try_to_free_buffers(folio)


@kernel_function("mm/truncate.c")
def invalidate_inode_pages2_range(
    mapping: AddressSpace, start: int, end: int
) -> int:
    """Unmap and drop pages start..end of the file, as direct I/O wants it.

    A pin does not stop it. Returns: -EBUSY when a page was dirty.
    """
    ret = 0
    for folio in cached_folios(mapping, start, end):
        folio_ref_inc(folio)
        folio_lock(folio)
        if folio_mapped(folio):
            unmap_mapping_pages(mapping, folio.index, folio.index + 1, False)
        if not invalidate_complete_folio2(mapping, folio):
            ret = -EBUSY
        folio_unlock(folio)
        put_page(folio)
    return ret


@kernel_function("mm/truncate.c")
def invalidate_complete_folio2(mapping: AddressSpace, folio: Folio) -> bool:
    """Drop one unmapped page whatever its count; false when it is dirty."""
    if folio.mapping is not mapping or not filemap_release_folio(folio):
        return False
    if folio_test_dirty(folio):
        return False
    filemap_remove_folio(mapping, folio)
    return True
