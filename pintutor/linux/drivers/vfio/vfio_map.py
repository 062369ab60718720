"""Mapping and unmapping memory for a device (vfio_iommu_type1.c).

These serve the ioctls VFIO_IOMMU_MAP_DMA and VFIO_IOMMU_UNMAP_DMA. The IOMMU
is the table `pfns` of the range: no domain, no flush.

Not modelled: parts of a range; overlap, as the caller chooses addresses that
are free; that a task's end closes its container.
"""

from pintutor.linux.drivers.vfio.vfio_iommu_type1 import (
    VFIO_BATCH_MAX_CAPACITY,
    put_pfn,
    vfio_lock_acct,
    vfio_pin_pages_remote,
)
from pintutor.linux.drivers.vfio.vfio_types import VfioBatch, VfioDma
from pintutor.linux.globals import current, this_kernel
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, PAGE_SIZE, Page
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.mm.util import rlimit_memlock
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


def iommu_map(dma: VfioDma, iova: int, pfn: int, npage: int) -> None:
    """Let the device reach frames that adjoin from `iova` on."""
    first = (iova - dma.iova) >> PAGE_SHIFT
    for index in range(npage):
        dma.pfns[first + index] = pfn + index


def iommu_unmap(dma: VfioDma, iova: int, npage: int) -> None:
    """Let the device reach nothing there any more."""
    first = (iova - dma.iova) >> PAGE_SHIFT
    for index in range(npage):
        dma.pfns[first + index] = 0


def iommu_iova_to_pfn(dma: VfioDma, iova: int) -> int:
    """The frame that the device reaches at `iova`, or 0.

    iommu_iova_to_phys() in C, which returns an address.
    """
    return dma.pfns[(iova - dma.iova) >> PAGE_SHIFT]


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_dma_do_map(
    name: str, iova: int, vaddr: int, size: int, prot: int
) -> int:
    """Let a device reach `size` bytes of the current task's memory.

    Returns: 0, -EINVAL for what is not whole pages, or the error of the pins.
    """
    if not size or (size | iova | vaddr) & (PAGE_SIZE - 1):
        return -EINVAL

    pfns = KArray([0] * (size >> PAGE_SHIFT))
    dma = VfioDma(name, iova, vaddr, prot, current().mm, pfns)
    this_kernel().vfio_dmas += (dma,)
    return vfio_pin_map_dma(dma, size)


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_pin_map_dma(dma: VfioDma, map_size: int) -> int:
    """Pin the memory and enter it into the IOMMU's table, chunk by chunk.

    Returns: 0, or an error, and then nothing of it is left.
    """
    size = map_size
    limit = rlimit_memlock()
    room = KArray[Page | None]([None] * VFIO_BATCH_MAX_CAPACITY)
    batch = VfioBatch(room, VFIO_BATCH_MAX_CAPACITY)
    pfn = KArray([0])

    while size:
        vaddr = dma.vaddr + dma.size
        npage = vfio_pin_pages_remote(
            dma, vaddr, size >> PAGE_SHIFT, pfn, limit, batch
        )
        if npage <= 0:
            vfio_remove_dma(dma)
            return npage
        iommu_map(dma, dma.iova + dma.size, pfn[0], npage)
        size -= npage << PAGE_SHIFT
        dma.size += npage << PAGE_SHIFT
    return 0


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_unpin_pages_remote(dma: VfioDma, pfn: int, npage: int) -> int:
    """Unpin frames that adjoin; returns how many were ours."""
    unlocked = 0
    for each in range(pfn, pfn + npage):
        if put_pfn(each, dma.prot):
            unlocked += 1
    return unlocked


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_unmap_unpin(dma: VfioDma) -> None:
    """Take the range out of the IOMMU's table and unpin what stood there."""
    iova, end = dma.iova, dma.iova + dma.size
    unlocked = 0
    while iova < end:
        pfn = iommu_iova_to_pfn(dma, iova)
        if warn_on_once(not pfn, "vfio_unmap_unpin: nothing is mapped"):
            iova += PAGE_SIZE
            continue
        npage = 1
        while iova + (npage << PAGE_SHIFT) < end:
            next_ = iommu_iova_to_pfn(dma, iova + (npage << PAGE_SHIFT))
            if next_ != pfn + npage:
                break
            npage += 1
        iommu_unmap(dma, iova, npage)
        unlocked += vfio_unpin_pages_remote(dma, pfn, npage)
        iova += npage << PAGE_SHIFT
    vfio_lock_acct(dma, -unlocked)


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_remove_dma(dma: VfioDma) -> None:
    """Unmap a range and forget it."""
    vfio_unmap_unpin(dma)
    kernel = this_kernel()
    left = (each for each in kernel.vfio_dmas if each is not dma)
    kernel.vfio_dmas = tuple(left)


@kernel_function("drivers/vfio/vfio_iommu_type1.c")
def vfio_dma_do_unmap(dma: VfioDma) -> None:
    """Take a range away from the device."""
    vfio_remove_dma(dma)
