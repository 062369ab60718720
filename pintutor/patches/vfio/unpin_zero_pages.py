"""vfio unpins zero pages as soon as it has pinned them.

Memory that a virtual machine never touched is the zero page. A pin of it
counts, but put_pfn() takes a reserved page to be a device's and never unpins
it: each round of mapping and unmapping leaves 1024 a page behind. Unpinning it
there would stop the leak, but not the overflow, as reserved pages are not
charged to anybody: a single range of 8 GiB pins the zero page often enough. It
is always resident, so vfio has no need of its pin and drops it at once.

Linux kernel commit 873aefb376bb ("vfio/type1: Unpin zero pages") (in v6.0).
"""

from pintutor.linux.drivers.vfio import vfio_iommu_type1
from pintutor.linux.drivers.vfio.vfio_iommu_type1 import (
    IOMMU_WRITE,
    page_to_pfn,
)
from pintutor.linux.include.linux.mm import FOLL_LONGTERM, FOLL_WRITE
from pintutor.linux.include.linux.mm_types import MmStruct, PageArray
from pintutor.linux.include.linux.pgtable import is_zero_pfn
from pintutor.linux.mm.gup_api import pin_user_pages_remote
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.patches.patch import Patch
from pintutor.sim.locks import down_read, up_read

PATCH = Patch(
    "vfio-unpin-zero-pages",
    "vfio/type1: Unpin zero pages",
    commit="873aefb376bb",
    release="v6.0",
    author="Alex Williamson",
)


@PATCH.replaces(vfio_iommu_type1.vaddr_get_pfns)
def vaddr_get_pfns(
    mm: MmStruct, vaddr: int, npages: int, prot: int, pages: PageArray
) -> int:
    """Pin pages of an address space for long; returns how many, or an error."""
    flags = 0
    if prot & IOMMU_WRITE:
        flags |= FOLL_WRITE

    down_read(mm, "mmap_lock")
    flags |= FOLL_LONGTERM
    ret = pin_user_pages_remote(mm, vaddr, npages, flags, pages, None)
    for i in range(ret):
        if is_zero_pfn(page_to_pfn(pages[i])):
            unpin_user_page(pages[i])
    up_read(mm, "mmap_lock")
    return ret
