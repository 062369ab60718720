"""A page of KSM is given back by an unsharing fault, not by one for writing.

The fault for writing made the new page's entry writable and dirty, in memory
that nobody has written to; and where a user program watches for writes, the
fault went to that program, and the page stayed. An unsharing fault copies too,
and leaves the entry read-only.

Linux kernel commit 6cce3314b928 ("mm/ksm: fix KSM COW breaking with
userfaultfd-wp via FAULT_FLAG_UNSHARE") (in v6.2).
"""

from pintutor.linux.include.linux.mm import FOLL_GET
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_UNSHARE,
    VM_FAULT_ERROR,
    VM_FAULT_OOM,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import PageKsm
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.mm import ksm_break
from pintutor.linux.mm.gup_follow import follow_page_mask
from pintutor.linux.mm.memory import handle_mm_fault
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.patch import Patch

PATCH = Patch(
    "ksm-unshare",
    "mm/ksm: fix KSM COW breaking with userfaultfd-wp via FAULT_FLAG_UNSHARE",
    commit="6cce3314b928",
    release="v6.2",
    author="David Hildenbrand",
)


@PATCH.replaces(ksm_break.break_ksm)
def break_ksm(vma: VmAreaStruct, addr: int) -> int:
    """Copy the KSM page at the address, if one is there; 0 or -ENOMEM."""
    ret = 0
    while not ret & VM_FAULT_ERROR:
        page = follow_page_mask(vma, addr, FOLL_GET)
        if not isinstance(page, Page):
            return 0
        if not PageKsm(page):
            put_page(page)
            return 0
        ret = handle_mm_fault(vma, addr, FAULT_FLAG_UNSHARE)
        put_page(page)
    return -ENOMEM if ret & VM_FAULT_OOM else 0
