"""The fast path refuses long-term pins for writing to files too.

It knows no range, only the page. So it goes by what the page belongs to: what
is anonymous may be had, and so may tmpfs, which is not written back. Anything
else is left to the slow path, which can tell; so is a page that has just left
its file.

Linux kernel commit a6e79df92e4a ("mm/gup: disallow FOLL_LONGTERM GUP-fast
writing to file-backed mappings") (in v6.5).
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_access_permitted,
    pte_page,
    pte_protnone,
    pte_special,
    pte_write,
    ptep_get,
)
from pintutor.linux.include.linux.fs import shmem_mapping
from pintutor.linux.include.linux.mm import (
    FOLL_LONGTERM,
    FOLL_PIN,
    FOLL_WRITE,
    gup_can_follow_protnone,
    nth_page,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    AddressSpace,
    Folio,
    PageArray,
    Ptep,
)
from pintutor.linux.mm import gup_walk
from pintutor.linux.mm.gup import gup_put_folio, try_grab_folio
from pintutor.linux.mm.gup_walk import record_subpages
from pintutor.linux.mm.pagetable import pte_offset, subpage
from pintutor.patches.between.longterm_breaks_cow import gup_must_unshare
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import read_once
from pintutor.sim.objects import KArray

PATCH = Patch(
    "longterm-file-write-fast",
    "mm/gup: disallow FOLL_LONGTERM GUP-fast writing to file-backed mappings",
    commit="a6e79df92e4a",
    release="v6.5",
    author="Lorenzo Stoakes",
    needs=("longterm-breaks-cow", "longterm-file-write-slow"),
)


@PATCH.adds("mm/gup.c")
def folio_fast_pin_allowed(folio: Folio, flags: int) -> bool:
    """True unless this is a pin for long to write to what may be tracked.

    Context: interrupts are off, so the mapping cannot be freed meanwhile.
    """
    wanted = FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE
    if flags & wanted != wanted:
        return True
    mapping: AddressSpace | None = read_once(folio, "mapping")
    if mapping is None:
        return False
    if mapping.anonymous:
        return True
    return shmem_mapping(mapping)


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
    if not folio_fast_pin_allowed(folio, flags):
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
        if not folio_fast_pin_allowed(folio, flags):
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
