"""try_grab_page() tells why it failed.

It used to return a bool, true for success, and its caller turned every failure
into -ENOMEM. Pages of peer-to-peer memory needed another error, so it returns
0 or a negative error number now: what meant success means failure in the other
reading. A patch that is carried from one side of this change to the other has
to notice.

Linux kernel commit 0f0892356fa1 ("mm: allow multiple error returns in
try_grab_page()") (in v6.2). Not modelled: peer-to-peer memory itself.
"""

from pintutor.linux.arch.x86.include.pgtable import (
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
    FOLL_GET,
    FOLL_PIN,
    FOLL_TOUCH,
    FOLL_WRITE,
    GUP_PIN_COUNTING_BIAS,
    gup_can_follow_protnone,
    nth_page,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Page, Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import (
    folio_test_dirty,
    folio_test_large,
)
from pintutor.linux.include.linux.page_ref import (
    folio_ref_add,
    folio_ref_count,
    folio_ref_inc,
)
from pintutor.linux.include.linux.pgtable import is_zero_pfn, vm_normal_page
from pintutor.linux.include.uapi.errno import EEXIST, EFAULT, EMLINK, ENOMEM
from pintutor.linux.mm import gup, gup_follow
from pintutor.linux.mm.gup_follow import can_follow_write_pte, no_page_table
from pintutor.linux.mm.huge_memory import touch_pmd
from pintutor.linux.mm.huge_zero import is_huge_zero_pmd
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.pagetable import subpage
from pintutor.linux.mm.vmstat import NR_FOLL_PIN_ACQUIRED, mod_node_page_state
from pintutor.patches.between.longterm_breaks_cow import gup_must_unshare
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_add

PATCH = Patch(
    "try-grab-page-int",
    "mm: allow multiple error returns in try_grab_page()",
    commit="0f0892356fa1",
    release="v6.2",
    author="Logan Gunthorpe",
    needs=("longterm-breaks-cow",),
)


@PATCH.replaces(gup.try_grab_page)
def try_grab_page(page: Page, flags: int) -> int:
    """Take one reference or pin by `flags`; 0, or -ENOMEM without one.

    Context: the page-table lock is held, so the page cannot go away.
    """
    folio = page_folio(page)

    warn_on_once(
        flags & (FOLL_GET | FOLL_PIN) == FOLL_GET | FOLL_PIN,
        "try_grab_page: FOLL_GET and FOLL_PIN",
    )
    if warn_on_once(folio_ref_count(folio) <= 0, "try_grab_page: count <= 0"):
        return -ENOMEM

    if flags & FOLL_GET:
        folio_ref_inc(folio)
    elif flags & FOLL_PIN:
        if folio_test_large(folio):
            folio_ref_add(folio, 1)
            atomic_add(1, folio, "_pincount")
        else:
            folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)

        mod_node_page_state(NR_FOLL_PIN_ACQUIRED, 1)

    return 0


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
    ret = try_grab_page(page, flags)
    if ret:
        return ret
    if flags & FOLL_TOUCH and flags & FOLL_WRITE:
        folio = page_folio(page)
        if not pte_dirty(pte) and not folio_test_dirty(folio):
            folio_mark_dirty(folio)
    return page


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
    ret = try_grab_page(page, flags)
    if ret:
        return ret
    if flags & FOLL_TOUCH:
        touch_pmd(pmdp, flags & FOLL_WRITE)
    return nth_page(page, subpage(addr))
