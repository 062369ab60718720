"""A long-term read pin in a private mapping breaks COW first.

A driver that keeps a page for long expects to see what its owner writes. From
the zero page or one of a file the owner's first write goes to a copy, so who
only read pinned for writing. Now such a pin asks for an unshare fault.

Linux kernel commit 84209e87c696 ("mm/gup: reliable R/O long-term pinning in
COW mappings") (in v6.2).
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_access_permitted,
    pte_dirty,
    pte_none,
    pte_page,
    pte_pfn,
    pte_present,
    pte_protnone,
    pte_special,
    pte_write,
    ptep_get,
)
from pintutor.linux.include.linux import mm
from pintutor.linux.include.linux.mm import (
    FOLL_DUMP,
    FOLL_LONGTERM,
    FOLL_PIN,
    FOLL_TOUCH,
    FOLL_WRITE,
    gup_can_follow_protnone,
    is_cow_mapping,
    nth_page,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    Page,
    PageArray,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    folio_test_dirty,
)
from pintutor.linux.include.linux.pgtable import is_zero_pfn, vm_normal_page
from pintutor.linux.include.uapi.errno import EEXIST, EFAULT, EMLINK, ENOMEM
from pintutor.linux.mm import gup_follow, gup_walk
from pintutor.linux.mm.gup import gup_put_folio, try_grab_folio, try_grab_page
from pintutor.linux.mm.gup_follow import can_follow_write_pte, no_page_table
from pintutor.linux.mm.gup_walk import record_subpages
from pintutor.linux.mm.huge_memory import touch_pmd
from pintutor.linux.mm.huge_zero import is_huge_zero_pmd
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.pagetable import pte_offset, subpage
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "longterm-breaks-cow",
    "mm/gup: reliable R/O long-term pinning in COW mappings",
    commit="84209e87c696",
    release="v6.2",
    author="David Hildenbrand",
    needs=("unshare-cow-mappings",),
)


@PATCH.replaces(mm.gup_must_unshare)
def gup_must_unshare(vma: VmAreaStruct | None, flags: int, page: Page) -> bool:
    """True when a read-only pin of this page has to break sharing first."""
    if flags & (FOLL_WRITE | FOLL_PIN) != FOLL_PIN:
        return False
    if not PageAnon(page):
        if not flags & FOLL_LONGTERM:
            return False
        if vma is None:
            return True
        return is_cow_mapping(vma.vm_flags)
    return not PageAnonExclusive(page)


@PATCH.replaces(gup_walk.gup_huge_pmd)
def gup_huge_pmd(
    orig: int,
    pmdp: Ptep,
    addr: int,
    end: int,
    flags: int,
    pages: PageArray,
    nr: KArray[int],
) -> bool:
    """Grab the pages of a huge page in addr..end; false to end the walk."""
    if not pte_access_permitted(orig, bool(flags & FOLL_WRITE)):
        return False
    page = nth_page(pte_page(orig), subpage(addr))
    refs = record_subpages(page, addr, end, pages.plus(nr[0]))
    folio = try_grab_folio(page, refs, flags)
    if folio is None:
        return False
    if orig != ptep_get(pmdp):
        gup_put_folio(folio, refs, flags)
        return False
    if not pte_write(orig) and gup_must_unshare(None, flags, folio):
        gup_put_folio(folio, refs, flags)
        return False
    nr[0] += refs
    return True


@PATCH.replaces(gup_walk.gup_pte_range)
def gup_pte_range(
    pmd: int,
    pmdp: Ptep,
    addr: int,
    end: int,
    flags: int,
    pages: PageArray,
    nr: KArray[int],
) -> bool:
    """Walk one PTE table and grab page after page; false to end the walk."""
    ptep = pte_offset(pmd, "pte", addr)
    while True:
        pte = ptep_get(ptep)
        if pte_protnone(pte) and not gup_can_follow_protnone(flags):
            return False
        if not pte_access_permitted(pte, bool(flags & FOLL_WRITE)):
            return False
        if pte_special(pte):
            return False

        page = pte_page(pte)
        folio = try_grab_folio(page, 1, flags)
        if folio is None:
            return False
        if pmd != ptep_get(pmdp) or pte != ptep_get(ptep):
            gup_put_folio(folio, 1, flags)
            return False
        if not pte_write(pte) and gup_must_unshare(None, flags, page):
            gup_put_folio(folio, 1, flags)
            return False

        pages[nr[0]] = page
        nr[0] += 1
        ptep, addr = ptep.next(), addr + PAGE_SIZE
        if addr == end:
            return True


@PATCH.replaces(gup_follow.follow_trans_huge_pmd)
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
    if not pte_write(pmd) and gup_must_unshare(vma, flags, page):
        return -EMLINK
    if not try_grab_page(page, flags):
        return -ENOMEM
    if flags & FOLL_TOUCH:
        touch_pmd(pmdp, flags & FOLL_WRITE)
    return nth_page(page, subpage(addr))


@PATCH.replaces(gup_follow.grab_present_page)
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
    if not pte_write(pte) and gup_must_unshare(vma, flags, page):
        return -EMLINK
    if not try_grab_page(page, flags):
        return -ENOMEM
    if flags & FOLL_TOUCH and flags & FOLL_WRITE:
        folio = page_folio(page)
        if not pte_dirty(pte) and not folio_test_dirty(folio):
            folio_mark_dirty(folio)
    return page
