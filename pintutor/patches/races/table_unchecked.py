"""Bug put back: GUP-fast does not look again whether its page table is in use.

Who makes a huge page of small ones takes the page table out before it looks
whether anybody holds the pages. The entries in the table are still there then,
so a walk that is in it by that time takes its reference, finds its entry as it
was, and has a page that is copied away under it. Only the entry above tells.

Where the flush waits for an interrupt on every CPU, no walk is under way then.

In Linux the second reading is in mm/gup.c: gup_pte_range().
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_access_permitted,
    pte_page,
    pte_protnone,
    pte_special,
    pte_write,
    ptep_get,
)
from pintutor.linux.include.linux.mm import (
    FOLL_WRITE,
    gup_can_follow_protnone,
    gup_must_unshare,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray, Ptep
from pintutor.linux.mm import gup_walk
from pintutor.linux.mm.gup import gup_put_folio, try_grab_folio
from pintutor.linux.mm.pagetable import pte_offset
from pintutor.patches.between import (
    longterm_breaks_cow,
    longterm_file_write_fast,
)
from pintutor.patches.between.longterm_breaks_cow import (
    gup_must_unshare as must_unshare,
)
from pintutor.patches.between.longterm_file_write_fast import (
    folio_fast_pin_allowed,
)
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "bug-table-unchecked",
    "GUP-fast does not look again whether its page table is in use",
    commit="",
    release="",
    author="pintutor",
    conflicts=("bug-walk-unchecked",),
    mutation=True,
)


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
        if pte != ptep_get(ptep):
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


@PATCH.replaces(  # type: ignore[no-redef]
    gup_walk.gup_pte_range, over=longterm_breaks_cow.PATCH
)
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
        if pte != ptep_get(ptep):
            gup_put_folio(folio, 1, flags)
            return False
        if not pte_write(pte) and must_unshare(None, flags, page):
            gup_put_folio(folio, 1, flags)
            return False

        pages[nr[0]] = page
        nr[0] += 1
        ptep, addr = ptep.next(), addr + PAGE_SIZE
        if addr == end:
            return True


@PATCH.replaces(  # type: ignore[no-redef]
    gup_walk.gup_pte_range, over=longterm_file_write_fast.PATCH
)
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
        if pte != ptep_get(ptep):
            gup_put_folio(folio, 1, flags)
            return False
        if not folio_fast_pin_allowed(folio, flags):
            gup_put_folio(folio, 1, flags)
            return False
        if not pte_write(pte) and must_unshare(None, flags, page):
            gup_put_folio(folio, 1, flags)
            return False

        pages[nr[0]] = page
        nr[0] += 1
        ptep, addr = ptep.next(), addr + PAGE_SIZE
        if addr == end:
            return True
