"""An unshare fault works on whatever is mapped in a COW mapping.

A pin that wants to see later writes of its owner has to own the page first. Up
to v6.1 the fault that arranges this, FAULT_FLAG_UNSHARE, did nothing unless
the page was anonymous: the zero page and pages of a file stayed. Now it copies
them too, wherever the mapping is private and could be written. In other
mappings it is a read fault.

Linux kernel commit 8d6a0ac09a16 ("mm: extend FAULT_FLAG_UNSHARE support to
anything in a COW mapping") (in v6.2).
"""

from pintutor.linux.include.linux.mm import (
    VM_SHARED,
    is_cow_mapping,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_UNSHARE,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import PageAnon, PageAnonExclusive
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.pgtable import vm_normal_page
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm import memory, wp_page
from pintutor.linux.mm.memory import __handle_mm_fault
from pintutor.linux.mm.rmap import page_move_anon_rmap
from pintutor.linux.mm.wp_page import wp_page_copy
from pintutor.linux.mm.wp_reuse import (
    wp_can_take_over,
    wp_page_reuse,
    wp_page_shared,
)
from pintutor.patches.patch import Patch
from pintutor.sim.locks import spin_unlock

PATCH = Patch(
    "unshare-cow-mappings",
    "mm: extend FAULT_FLAG_UNSHARE support to anything in a COW mapping",
    commit="8d6a0ac09a16",
    release="v6.2",
    author="David Hildenbrand",
)


@PATCH.replaces(memory.handle_mm_fault)
def handle_mm_fault(vma: VmAreaStruct, address: int, flags: int) -> int:
    """Handle a fault at an address of the range.

    Returns: VM_FAULT_* bits, 0 when the access can be tried again.
    """
    if flags & FAULT_FLAG_UNSHARE and not is_cow_mapping(vma.vm_flags):
        flags &= ~FAULT_FLAG_UNSHARE
    return __handle_mm_fault(vma, address, flags)


@PATCH.replaces(wp_page.do_wp_page)
def do_wp_page(vmf: VmFault) -> int:
    """Handle a write to, or an unsharing of, a page that is mapped read-only.

    Context: the page-table lock is held, and dropped here.
    """
    unshare = vmf.flags & FAULT_FLAG_UNSHARE
    page = vm_normal_page(vmf.vma, vmf.address, vmf.orig_pte)
    if page is None:
        spin_unlock(vmf.pte.table, "ptl")
        return wp_page_copy(vmf, None)

    if PageAnon(page) and (PageAnonExclusive(page) or wp_can_take_over(page)):
        if not PageAnonExclusive(page):
            page_move_anon_rmap(page, vmf.vma)
        if not unshare:
            wp_page_reuse(vmf)
        spin_unlock(vmf.pte.table, "ptl")
        return 0
    if vmf.vma.vm_flags & VM_SHARED:
        return wp_page_shared(vmf, page)

    folio_ref_inc(page_folio(page))
    spin_unlock(vmf.pte.table, "ptl")
    return wp_page_copy(vmf, page)
