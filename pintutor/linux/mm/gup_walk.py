"""GUP-fast: walking the page tables without a lock (mm/gup.c, v6.1).

The tables cannot be freed under the walk; the pages themselves can, which is
why each is grabbed unless its count is 0 and its entry is read again
afterwards. Anything unusual ends the walk: what it got stays a prefix, and the
slow path does the rest.

Not modelled: the folded P4D, leaf PUDs, device and secret memory, address
tags.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PGDIR_SIZE,
    PMD_SIZE,
    PUD_SIZE,
    pmd_trans_huge,
    pte_access_permitted,
    pte_none,
    pte_page,
    pte_protnone,
    pte_special,
    pte_write,
    ptep_get,
)
from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import (
    FOLL_WRITE,
    gup_can_follow_protnone,
    gup_must_unshare,
    nth_page,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    PAGE_SIZE,
    Page,
    PageArray,
    Ptep,
)
from pintutor.linux.include.linux.pgtable import addr_end
from pintutor.linux.mm.gup import gup_put_folio, try_grab_folio
from pintutor.linux.mm.pagetable import (
    pgd_offset,
    pte_offset,
    pte_offset_lockless,
    subpage,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("mm/gup.c")
def gup_pgd_range(
    addr: int, end: int, flags: int, pages: PageArray, nr: KArray[int]
) -> None:
    """Walk the root table over addr..end; `nr` counts the pages."""
    pgdp = pgd_offset(current().mm, addr)
    while True:
        pgd = ptep_get(pgdp)
        next_ = addr_end(addr, end, PGDIR_SIZE)
        if pte_none(pgd):
            return
        if not gup_pud_range(pgd, addr, next_, flags, pages, nr):
            return
        pgdp, addr = pgdp.next(), next_
        if addr == end:
            return


@kernel_function("mm/gup.c")
def gup_pud_range(
    pgd: int, addr: int, end: int, flags: int, pages: PageArray, nr: KArray[int]
) -> bool:
    """Walk one PUD table; false when the walk has to end."""
    pudp = pte_offset_lockless(pgd, "pud", addr)
    while True:
        pud = ptep_get(pudp)
        next_ = addr_end(addr, end, PUD_SIZE)
        if pte_none(pud):
            return False
        if not gup_pmd_range(pud, addr, next_, flags, pages, nr):
            return False
        pudp, addr = pudp.next(), next_
        if addr == end:
            return True


@kernel_function("mm/gup.c")
def gup_pmd_range(
    pud: int, addr: int, end: int, flags: int, pages: PageArray, nr: KArray[int]
) -> bool:
    """Walk one PMD table; false when the walk has to end."""
    pmdp = pte_offset_lockless(pud, "pmd", addr)
    while True:
        pmd = ptep_get(pmdp)
        next_ = addr_end(addr, end, PMD_SIZE)
        if pte_none(pmd):
            return False
        if pmd_trans_huge(pmd):
            if pte_protnone(pmd) and not gup_can_follow_protnone(flags):
                return False
            if not gup_huge_pmd(pmd, pmdp, addr, next_, flags, pages, nr):
                return False
        elif not gup_pte_range(pmd, pmdp, addr, next_, flags, pages, nr):
            return False
        pmdp, addr = pmdp.next(), next_
        if addr == end:
            return True


@kernel_function("mm/gup.c")
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
    if not pte_write(orig) and gup_must_unshare(flags, folio):
        gup_put_folio(folio, refs, flags)
        return False
    nr[0] += refs
    return True


def record_subpages(page: Page, addr: int, end: int, pages: PageArray) -> int:
    """Store the pages of addr..end, `page` the first; returns how many.

    They are not grabbed yet, and mean nothing if that fails.
    """
    count = (end - addr) >> PAGE_SHIFT
    for nr in range(count):
        pages[nr] = nth_page(page, nr)
    return count


@kernel_function("mm/gup.c")
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
        if not pte_write(pte) and gup_must_unshare(flags, page):
            gup_put_folio(folio, 1, flags)
            return False

        pages[nr[0]] = page
        nr[0] += 1
        ptep, addr = ptep.next(), addr + PAGE_SIZE
        if addr == end:
            return True
