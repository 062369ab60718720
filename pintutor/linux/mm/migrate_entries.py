"""Migration entries: what stands in page tables while a folio is moved
(mm/rmap.c, mm/migrate.c, mm/huge_memory.c, Linux v6.1).

Who needs such a page waits until the entry maps something again. The entry
remembers whether the page could be written, and whether it was exclusive. A
page that may be pinned must stay exclusive, so its entry is put back.

Not modelled: locked memory, soft-dirty, huge pages of files.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pmd_mkhuge,
    pmd_trans_huge,
    pte_dirty,
    pte_mkdirty,
    pte_mkold,
    pte_page,
    pte_write,
    pte_wrprotect,
    pte_young,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import Folio, Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import (
    PageAnonExclusive,
    folio_test_anon,
    folio_test_dirty,
)
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.pgtable import maybe_mkwrite
from pintutor.linux.mm.file_rmap import page_add_file_rmap
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.rmap import (
    page_add_anon_rmap,
    page_remove_rmap,
    page_try_share_anon_rmap,
)
from pintutor.linux.mm.rmap_walk import page_vma_mapped_walk, rmap_walk
from pintutor.linux.mm.swapops import (
    SWP_MIG_DIRTY,
    SWP_MIG_YOUNG,
    SWP_MIGRATION_READ,
    SWP_MIGRATION_READ_EXCLUSIVE,
    SWP_MIGRATION_WRITE,
    is_readable_migration_entry,
    is_writable_migration_entry,
    make_migration_entry,
    pte_to_swp_entry,
    swp_entry_to_pte,
    swp_offset_pfn,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/rmap.c")
def try_to_migrate(folio: Folio) -> None:
    """Replace every entry of the folio; folio_mapped() tells if it worked."""
    for vma, address in rmap_walk(folio):
        if not try_to_migrate_one(folio, vma, address):
            return


@kernel_function("mm/rmap.c")
def try_to_migrate_one(folio: Folio, vma: VmAreaStruct, address: int) -> bool:
    """Replace the entries of one range; false when one had to stay."""
    for _, ptep in page_vma_mapped_walk(folio, vma, address):
        if not set_migration_entry(folio, ptep):
            return False
    return True


@kernel_function("mm/rmap.c")
def set_migration_entry(folio: Folio, ptep: Ptep) -> bool:
    """Replace one entry by a migration entry; false when it was put back.

    In C this is the loop body of try_to_migrate_one(), and for a PMD
    set_pmd_migration_entry().
    """
    spin_lock(ptep.table, "ptl")
    pteval = ptep_get(ptep)
    subpage = pte_page(pteval)
    anon_exclusive = folio_test_anon(folio) and PageAnonExclusive(subpage)
    set_pte(ptep, 0)
    if pte_dirty(pteval):
        folio_mark_dirty(folio)
    if anon_exclusive and page_try_share_anon_rmap(subpage):
        set_pte(ptep, pteval)
        spin_unlock(ptep.table, "ptl")
        return False
    set_pte(ptep, migration_pte(pteval, anon_exclusive))
    page_remove_rmap(subpage, pmd_trans_huge(pteval))
    spin_unlock(ptep.table, "ptl")
    put_page(folio)
    return True


def migration_pte(pteval: int, anon_exclusive: bool) -> int:
    """The migration entry for a page whose entry was `pteval`."""
    if pte_write(pteval):
        kind = SWP_MIGRATION_WRITE
    elif anon_exclusive:
        kind = SWP_MIGRATION_READ_EXCLUSIVE
    else:
        kind = SWP_MIGRATION_READ
    flags = SWP_MIG_YOUNG if pte_young(pteval) else 0
    flags |= SWP_MIG_DIRTY if pte_dirty(pteval) else 0
    pfn = pte_page(pteval).pfn
    return swp_entry_to_pte(make_migration_entry(kind, pfn, flags))


@kernel_function("mm/migrate.c")
def remove_migration_ptes(src: Folio, dst: Folio) -> None:
    """Let every migration entry for `src` map `dst`; both may be the same."""
    for vma, address in rmap_walk(dst):
        found = page_vma_mapped_walk(src, vma, address, migration=True)
        for addr, ptep in found:
            remove_migration_pte(src, dst, vma, addr, ptep)


@kernel_function("mm/migrate.c")
def remove_migration_pte(
    src: Folio, dst: Folio, vma: VmAreaStruct, addr: int, ptep: Ptep
) -> None:
    """Let one entry map the page of `dst` that stands for that of `src`.

    In C remove_migration_pmd() does it for a PMD.
    """
    huge = ptep.table.level == "pmd"
    spin_lock(ptep.table, "ptl")
    entry = pte_to_swp_entry(ptep_get(ptep))
    new = nth_page(dst, swp_offset_pfn(entry) - src.pfn)
    folio_ref_inc(dst)
    pte = present_pte(dst, mk_pte(new, vma.vm_page_prot), entry, vma)
    if folio_test_anon(dst):
        exclusive = not is_readable_migration_entry(entry)
        page_add_anon_rmap(new, vma, addr, compound=huge, exclusive=exclusive)
    else:
        page_add_file_rmap(new)
    set_pte(ptep, pmd_mkhuge(pte) if huge else pte)
    spin_unlock(ptep.table, "ptl")


def present_pte(folio: Folio, pte: int, entry: int, vma: VmAreaStruct) -> int:
    """The entry with the bits that the migration entry has remembered.

    In C this is in the middle of remove_migration_pte().
    """
    if not entry & SWP_MIG_YOUNG:
        pte = pte_mkold(pte)
    if folio_test_dirty(folio) and entry & SWP_MIG_DIRTY:
        pte = pte_mkdirty(pte)
    if is_writable_migration_entry(entry):
        return maybe_mkwrite(pte, vma)
    return pte_wrprotect(pte)
