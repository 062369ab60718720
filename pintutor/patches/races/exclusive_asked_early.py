"""Bug put back: GUP-fast asks whether a page is exclusive before it pins it.

A page that is not exclusive must not be pinned: a later write goes to a copy.
Who shares a page clears its entry, looks for pins, and lets the entry be as it
was. If the walk has asked before that, and takes its reference after the look,
then the entry is unchanged when it is read again, and nothing tells.

Where the flush waits for an interrupt on every CPU, no walk is under way then.

In Linux gup_must_unshare() comes last in mm/gup.c: gup_pte_range().
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
    "bug-exclusive-asked-early",
    "GUP-fast asks whether a page is exclusive before it pins it",
    commit="",
    release="",
    author="pintutor",
    conflicts=("bug-walk-unchecked", "bug-table-unchecked"),
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
        if not pte_write(pte) and gup_must_unshare(flags, page):
            return False
        folio = try_grab_folio(page, 1, flags)
        if folio is None:
            return False
        if pmd != ptep_get(pmdp) or pte != ptep_get(ptep):
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
        if not pte_write(pte) and must_unshare(None, flags, page):
            return False
        folio = try_grab_folio(page, 1, flags)
        if folio is None:
            return False
        if pmd != ptep_get(pmdp) or pte != ptep_get(ptep):
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
        if not pte_write(pte) and must_unshare(None, flags, page):
            return False
        folio = try_grab_folio(page, 1, flags)
        if folio is None:
            return False
        if pmd != ptep_get(pmdp) or pte != ptep_get(ptep):
            gup_put_folio(folio, 1, flags)
            return False
        if not folio_fast_pin_allowed(folio, flags):
            gup_put_folio(folio, 1, flags)
            return False

        pages[nr[0]] = page
        nr[0] += 1
        ptep, addr = ptep.next(), addr + PAGE_SIZE
        if addr == end:
            return True
