"""A clean entry of a page that belongs to one task becomes writable at once.

When a private range becomes writable, mprotect() gives an entry its write bit
back if the first write would find an exclusive anonymous page anyway, which
saves that fault. Kernels before asked that the entry be dirty too. It need not
be: an anonymous page has no file system that must hear of the first write. For
a shared range the dirty bit still says that the file system has heard of it.

A page that a pin unshared is such a case: its entry is exclusive, read-only and
clean.

Linux kernel commit d84887739d5c ("mm/mprotect: allow clean exclusive anon pages
to be writable") (in v6.2).
"""

from pintutor.linux.arch.x86.include.pgtable import pte_dirty, pte_protnone
from pintutor.linux.include.linux.mm import VM_SHARED
from pintutor.linux.include.linux.mm_types import VmAreaStruct
from pintutor.linux.include.linux.page_flags import PageAnon, PageAnonExclusive
from pintutor.linux.include.linux.pgtable import vm_normal_page
from pintutor.linux.mm import change_protection
from pintutor.patches.patch import Patch

PATCH = Patch(
    "mprotect-clean-writable",
    "mm/mprotect: allow clean exclusive anon pages to be writable",
    commit="d84887739d5c",
    release="v6.2",
    author="Nadav Amit",
)


@PATCH.replaces(change_protection.can_change_pte_writable)
def can_change_pte_writable(vma: VmAreaStruct, addr: int, pte: int) -> bool:
    """True when a write through the entry needs no fault to get it right."""
    if pte_protnone(pte):
        return False
    if not vma.vm_flags & VM_SHARED:
        page = vm_normal_page(vma, addr, pte)
        if page is None:
            return False
        return PageAnon(page) and PageAnonExclusive(page)
    return pte_dirty(pte)
