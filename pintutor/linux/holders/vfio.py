"""What vfio will give back, for the books; the kernel has no such walk."""

from collections.abc import Iterator
from typing import NamedTuple

from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS, page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import (
    PageReserved,
    folio_test_large,
)


class VfioHolder(NamedTuple):
    """A page that vfio has pinned."""

    page: Page
    name: str
    units: int
    """What it holds of _refcount."""
    pins: int
    """What it holds of a large folio's _pincount."""


def vfio_holders(kernel: Kernel) -> Iterator[VfioHolder]:
    """Each page of vfio's ranges; a reserved one it does not take to be its."""
    for dma in kernel.vfio_dmas:
        for index, pfn in enumerate(dma.pfns.items):
            page = kernel.mem_map[pfn] if pfn else None
            if page is None:
                continue
            name = f"{dma.name}[{index}]"
            if PageReserved(page):
                yield VfioHolder(page, name, 0, 0)
            elif folio_test_large(page_folio(page)):
                yield VfioHolder(page, name, 1, 1)
            else:
                yield VfioHolder(page, name, GUP_PIN_COUNTING_BIAS, 0)
