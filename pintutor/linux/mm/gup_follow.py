"""GUP's slow path: the page behind an entry (mm/gup.c, mm/huge_memory.c, v6.1).

The entry is looked at under the page-table lock, so its page cannot go away.
can_follow_write_pte() serves for a PMD too: C has can_follow_write_pmd() with
the same tests.

Not modelled: device memory, FOLL_HWPOISON.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pmd_trans_huge,
    pte_dirty,
    pte_none,
    pte_page,
    pte_pfn,
    pte_present,
    pte_protnone,
    pte_write,
    ptep_get,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_DUMP,
    FOLL_FORCE,
    FOLL_GET,
    FOLL_PIN,
    FOLL_SPLIT_PMD,
    FOLL_TOUCH,
    FOLL_WRITE,
    VM_MAYSHARE,
    VM_MAYWRITE,
    VM_SHARED,
    VM_WRITE,
    gup_can_follow_protnone,
    gup_must_unshare,
    nth_page,
    page_folio,
    vma_is_anonymous,
)
from pintutor.linux.include.linux.mm_types import Page, Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    folio_test_dirty,
)
from pintutor.linux.include.linux.pgtable import is_zero_pfn, vm_normal_page
from pintutor.linux.include.uapi.errno import (
    EEXIST,
    EFAULT,
    EINVAL,
    EMLINK,
    ENOMEM,
)
from pintutor.linux.mm.gup import try_grab_page
from pintutor.linux.mm.huge_memory import touch_pmd
from pintutor.linux.mm.huge_split import __split_huge_pmd
from pintutor.linux.mm.huge_zero import is_huge_zero_pmd
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.pagetable import find_pmd, find_pte, subpage
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/gup.c")
def follow_page_mask(
    vma: VmAreaStruct, address: int, flags: int
) -> Page | int | None:
    """The page at the address, grabbed; None or -EMLINK to fault first."""
    pmd = find_pmd(vma.vm_mm, address)
    if pmd is not None and pmd_trans_huge(ptep_get(pmd)):
        return follow_pmd_mask(vma, address, pmd, flags)
    ptep = find_pte(vma.vm_mm, address)
    if ptep is None:
        return no_page_table(vma, flags)
    return follow_page_pte(vma, address, ptep, flags)


def no_page_table(vma: VmAreaStruct, flags: int) -> int | None:
    """None to fault the page in; -EFAULT where a dump has nothing to save."""
    if flags & FOLL_DUMP and vma_is_anonymous(vma):
        return -EFAULT
    return None


@kernel_function("mm/gup.c")
def follow_pmd_mask(
    vma: VmAreaStruct, address: int, pmd: Ptep, flags: int
) -> Page | int | None:
    """Look at the PMD of a huge page under its lock and grab a page of it."""
    if pte_protnone(ptep_get(pmd)) and not gup_can_follow_protnone(flags):
        return None
    if flags & FOLL_SPLIT_PMD:
        if __split_huge_pmd(vma, pmd, address):
            return -ENOMEM
        return follow_page_mask(vma, address, flags)
    spin_lock(pmd.table, "ptl")
    page = follow_trans_huge_pmd(vma, address, pmd, flags)
    spin_unlock(pmd.table, "ptl")
    return page


@kernel_function("mm/huge_memory.c")
def follow_trans_huge_pmd(
    vma: VmAreaStruct, addr: int, pmdp: Ptep, flags: int
) -> Page | int | None:
    """The page at the address within a huge page, grabbed."""
    pmd = ptep_get(pmdp)
    page = pte_page(pmd)
    if flags & FOLL_WRITE and not can_follow_write_pte(pmd, page, vma, flags):
        return None
    if flags & FOLL_DUMP and is_huge_zero_pmd(pmd):
        return -EFAULT
    if not pte_write(pmd) and gup_must_unshare(flags, page):
        return -EMLINK
    if not try_grab_page(page, flags):
        return -ENOMEM
    if flags & FOLL_TOUCH:
        touch_pmd(pmdp, flags & FOLL_WRITE)
    return nth_page(page, subpage(addr))


@kernel_function("mm/gup.c")
def follow_page_pte(
    vma: VmAreaStruct, address: int, ptep: Ptep, flags: int
) -> Page | int | None:
    """Look at one entry under its lock and grab the page behind it."""
    if warn_on_once(
        flags & (FOLL_PIN | FOLL_GET) == FOLL_PIN | FOLL_GET,
        "follow_page_pte: FOLL_GET and FOLL_PIN",
    ):
        return -EINVAL
    spin_lock(ptep.table, "ptl")
    page = grab_present_page(vma, address, ptep_get(ptep), flags)
    spin_unlock(ptep.table, "ptl")
    return page


@kernel_function("mm/gup.c")
def grab_present_page(
    vma: VmAreaStruct, address: int, pte: int, flags: int
) -> Page | int | None:
    """The page behind the entry with what `flags` ask for taken on it.

    In C this is the body of follow_page_pte() between lock and unlock.
    """
    if not pte_present(pte):
        return no_page_table(vma, flags) if pte_none(pte) else None
    if pte_protnone(pte) and not gup_can_follow_protnone(flags):
        return None
    page = vm_normal_page(vma, address, pte)
    if flags & FOLL_WRITE and not can_follow_write_pte(pte, page, vma, flags):
        return None
    if page is None:
        if flags & FOLL_DUMP:
            return -EFAULT
        if not is_zero_pfn(pte_pfn(pte)):
            return -EEXIST
        page = pte_page(pte)
    if not pte_write(pte) and gup_must_unshare(flags, page):
        return -EMLINK
    if not try_grab_page(page, flags):
        return -ENOMEM
    if flags & FOLL_TOUCH and flags & FOLL_WRITE:
        folio = page_folio(page)
        if not pte_dirty(pte) and not folio_test_dirty(folio):
            folio_mark_dirty(folio)
    return page


@kernel_function("mm/gup.c")
def can_follow_write_pte(
    pte: int, page: Page | None, vma: VmAreaStruct, flags: int
) -> bool:
    """True when a write may go through the entry, if need be by a debugger."""
    if pte_write(pte):
        return True
    if not flags & FOLL_FORCE:
        return False
    if vma.vm_flags & (VM_MAYSHARE | VM_SHARED):
        return False
    if not vma.vm_flags & VM_MAYWRITE:
        return False
    if vma.vm_flags & VM_WRITE:
        return False
    return page is not None and PageAnon(page) and PageAnonExclusive(page)
