"""vfio no longer looks for zero pages among those that it pinned.

There are none any more: since v6.2 a long-term pin of memory that was never
written breaks COW first and gets a page of its own. That page is charged like
any other, so neither leak nor overflow can come back. And since v6.5 a pin of
the zero page would not count.

Linux kernel commit 5b992412776c ("Revert \"vfio/type1: Unpin zero pages\"")
(in v6.9).
"""

from pintutor.linux.drivers.vfio import vfio_iommu_type1
from pintutor.linux.drivers.vfio.vfio_iommu_type1 import IOMMU_WRITE
from pintutor.linux.include.linux.mm import FOLL_LONGTERM, FOLL_WRITE
from pintutor.linux.include.linux.mm_types import MmStruct, PageArray
from pintutor.linux.mm.gup_api import pin_user_pages_remote
from pintutor.patches.patch import Patch
from pintutor.sim.locks import down_read, up_read

PATCH = Patch(
    "vfio-revert-unpin-zero-pages",
    'Revert "vfio/type1: Unpin zero pages"',
    commit="5b992412776c",
    release="v6.9",
    author="Alex Williamson",
    needs=("vfio-unpin-zero-pages",),
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
    up_read(mm, "mmap_lock")
    return ret
