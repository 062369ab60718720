"""Letting a device reach a task's memory (drivers/vfio/vfio_iommu_type1.c).

A virtual machine's memory is pinned as a whole and entered into the IOMMU's
table. The driver keeps no list of pages: at the end it reads the table, and
gives back what it takes to be its own. Reserved pages it does not, as ranges
of device registers, which nobody pinned, look like that.

vfio_map.py has what user space calls.

Not modelled: ranges without pages (VM_PFNMAP), CAP_IPC_LOCK, pages pinned for
mediated devices, more IOMMUs than one.
"""

from pintutor.linux.drivers.vfio.vfio_types import VfioBatch, VfioDma
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import FOLL_LONGTERM, FOLL_WRITE
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    MmStruct,
    Page,
    PageArray,
)
from pintutor.linux.include.linux.page_flags import PageReserved
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.mm.gup_api import pin_user_pages_remote
from pintutor.linux.mm.gup_unpin import unpin_user_pages_dirty_lock
from pintutor.linux.mm.util import __account_locked_vm
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, down_write, up_read, up_write
from pintutor.sim.objects import KArray

IOMMU_READ = 1 << 0
IOMMU_WRITE = 1 << 1

VFIO_BATCH_MAX_CAPACITY = 512
"""Pages that are pinned at once: pointers to them that fit in one page."""


def page_to_pfn(page: Page) -> int:
    """Frame number of the page."""
    return page.pfn


def pfn_to_page(pfn: int) -> Page | None:
    """The page of a frame; None for a frame that is no memory in use."""
    return this_kernel().mem_map[pfn]


def batch_pfn(batch: VfioBatch) -> int:
    """Frame number of the first page that is left in the batch."""
    return page_to_pfn(PageArray(batch.pages)[batch.offset])


def is_invalid_reserved_pfn(pfn: int) -> bool:
    """True for frames that vfio takes to be a device's, not the user's."""
    page = pfn_to_page(pfn)
    return page is None or PageReserved(page)


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def put_pfn(pfn: int, prot: int) -> int:
    """Unpin the page of a frame; returns 1, or 0 when it is no page of ours."""
    page = pfn_to_page(pfn)
    if page is not None and not is_invalid_reserved_pfn(pfn):
        pages = PageArray(KArray[Page | None]([page]))
        unpin_user_pages_dirty_lock(pages, 1, bool(prot & IOMMU_WRITE))
        return 1
    return 0


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
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


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_batch_unpin(batch: VfioBatch, dma: VfioDma) -> None:
    """Unpin the pages that are left in the batch."""
    while batch.size:
        put_pfn(batch_pfn(batch), dma.prot)
        batch.offset += 1
        batch.size -= 1


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_batch_refill(
    batch: VfioBatch, dma: VfioDma, vaddr: int, npage: int
) -> int:
    """Pin pages into the batch, which is empty; returns 0 or an error.

    In C this is a part of vfio_pin_pages_remote().
    """
    pages = PageArray(batch.pages)
    nr = min(npage, batch.capacity)
    ret = vaddr_get_pfns(dma.mm, vaddr, nr, dma.prot, pages)
    if ret < 0:
        return ret
    batch.size = ret
    batch.offset = 0
    return 0


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_lock_acct(dma: VfioDma, npage: int) -> int:
    """Charge pages to the owner of the memory; fewer for a negative number."""
    if not npage:
        return 0
    down_write(dma.mm, "mmap_lock")
    ret = __account_locked_vm(dma.mm, abs(npage), npage > 0)
    up_write(dma.mm, "mmap_lock")
    return ret


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_pin_pages_remote(
    dma: VfioDma,
    vaddr: int,
    npage: int,
    pfn_base: KArray[int],
    limit: int,
    batch: VfioBatch,
) -> int:
    """Pin pages for as long as their frames adjoin, and charge them.

    Reserved pages are not charged. What was pinned beyond the first gap stays
    in the batch.

    Returns: how many, the first frame in `pfn_base`; or an error.
    """
    pinned, ret = vfio_take_adjoining(dma, vaddr, npage, pfn_base, limit, batch)
    rsvd = is_invalid_reserved_pfn(pfn_base[0])
    if not ret:
        ret = vfio_lock_acct(dma, 0 if rsvd else pinned)

    # In C this is for a frame without a page, which the batch cannot hold.
    if batch.size == 1 and not batch.offset:
        put_pfn(batch_pfn(batch), dma.prot)
        batch.size = 0

    if ret < 0:
        if not rsvd:
            for pfn in range(pfn_base[0], pfn_base[0] + pinned):
                put_pfn(pfn, dma.prot)
        vfio_batch_unpin(batch, dma)
        return ret
    return pinned


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_take_adjoining(
    dma: VfioDma,
    vaddr: int,
    npage: int,
    pfn_base: KArray[int],
    limit: int,
    batch: VfioBatch,
) -> tuple[int, int]:
    """Take pages whose frames adjoin from the batch, refilling it.

    In C this is the loop of vfio_pin_pages_remote().

    Returns: how many, and the error that ended it or 0.
    """
    pinned = 0
    while pinned < npage:
        if not batch.size:
            at = vaddr + (pinned << PAGE_SHIFT)
            ret = vfio_batch_refill(batch, dma, at, npage - pinned)
            if ret < 0:
                return pinned, ret
        pfn = batch_pfn(batch)
        if not pinned:
            pfn_base[0] = pfn
        rsvd = is_invalid_reserved_pfn(pfn)
        if pfn != pfn_base[0] + pinned:
            break
        if rsvd != is_invalid_reserved_pfn(pfn_base[0]):
            break
        if not rsvd and dma.mm.locked_vm + pinned + 1 > limit:
            return pinned, -ENOMEM
        pinned += 1
        batch.offset += 1
        batch.size -= 1
    return pinned, 0
