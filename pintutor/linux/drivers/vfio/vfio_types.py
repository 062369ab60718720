"""What vfio's type 1 IOMMU driver keeps (drivers/vfio/vfio_iommu_type1.c).

In C these stand above the functions; the kernel's global variables need them
too.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux.mm_types import MmStruct, Page
from pintutor.sim.objects import KArray, KObject


@dataclass(slots=True, eq=False)
class VfioDma(KObject):
    """struct vfio_dma: memory of a task that a device may reach."""

    name: str
    """What the learner calls it; C has none."""
    iova: int
    """First address as the device sees it [bytes]."""
    vaddr: int
    """First address as the task sees it [bytes]."""
    prot: int
    """IOMMU_READ and IOMMU_WRITE: what the device may do."""
    mm: MmStruct
    """Whose memory it is, and who is charged for it."""
    pfns: KArray[int]
    """What the IOMMU's table maps each page to, 0 for nothing [frames].

    It is the only record of what was pinned.
    """
    size: int = 0
    """How much is mapped; it grows chunk by chunk [bytes]."""


@dataclass(slots=True, eq=False)
class VfioBatch(KObject):
    """struct vfio_batch: pages that were pinned but not mapped yet."""

    pages: KArray[Page | None]
    capacity: int
    """How many pages fit."""
    size: int = 0
    """How many are left."""
    offset: int = 0
    """Index of the first that is left."""
