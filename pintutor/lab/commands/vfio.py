"""Commands that let a device reach memory, as a virtual machine's monitor does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.lookups import REGION, UNUSED_NAME, Lookup
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import Vfio, error_name
from pintutor.linux.drivers.vfio.vfio_iommu_type1 import IOMMU_READ, IOMMU_WRITE
from pintutor.linux.drivers.vfio.vfio_map import vfio_dma_do_map, vfio_dma_do_unmap
from pintutor.linux.drivers.vfio.vfio_types import VfioDma
from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm_types import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pintutor.lab.lab import Lab

FIRST_IOVA = 1 << 32
"""Where the first range goes, as the device sees it [bytes]."""


def _dmas(lab: Lab) -> Mapping[str, object]:
    return {dma.name: dma for dma in lab.kernel.vfio_dmas}


DMA = Lookup("NAME", "a range that vfio has mapped", "vfio range", _dmas)


@command(
    "pins",
    kernel="drivers/vfio/vfio_iommu_type1.c: vfio_dma_do_map()",
    examples=("vfio-map guest buf", "vfio-map guest buf write"),
    see=("vfio-unmap", "pin", "show"),
)
def vfio_map(
    lab: Lab,
    name: Annotated[str, UNUSED_NAME],
    region: Annotated[Region, REGION],
    *,
    write: bool = False,
) -> Vfio:
    """Let a device reach a region of the current task's memory, by vfio.

    The whole region is pinned for long and entered into the IOMMU's table. With `write`
    the device may write it too. What is pinned is charged against RLIMIT_MEMLOCK, 2048
    pages, except what vfio takes to be no memory.
    """
    mm = current().mm
    before = mm.locked_vm
    ends = [dma.iova + dma.size for dma in lab.kernel.vfio_dmas]
    iova = max(ends, default=FIRST_IOVA)
    prot = IOMMU_READ | (IOMMU_WRITE if write else 0)
    ret = vfio_dma_do_map(name, iova, region.start, region.size, prot)
    pages = 0 if ret else region.size // PAGE_SIZE
    return Vfio("mapped", name, iova, pages, mm.locked_vm - before, error_name(ret))


@command(
    "pins",
    kernel="drivers/vfio/vfio_iommu_type1.c: vfio_dma_do_unmap()",
    examples=("vfio-unmap guest",),
    see=("vfio-map",),
)
def vfio_unmap(lab: Lab, name: Annotated[VfioDma, DMA]) -> Vfio:
    """Take memory away from the device and unpin what vfio takes to be its own."""
    before = name.mm.locked_vm
    vfio_dma_do_unmap(name)
    charged = name.mm.locked_vm - before
    return Vfio("unmapped", name.name, name.iova, name.size // PAGE_SIZE, charged, "")
