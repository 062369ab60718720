"""A booted machine whose functions a test calls itself, without the language."""

from collections.abc import Iterator
from contextlib import contextmanager

from pintutor.linux.globals import Kernel, this_kernel
from pintutor.linux.include.linux.mm_types import Folio, Page, PageArray
from pintutor.linux.init.main import start_kernel
from pintutor.linux.mm.page_alloc import alloc_page
from pintutor.patches import series
from pintutor.sim.objects import KArray


@contextmanager
def booted(kernel: str = "v6.1") -> Iterator[Kernel]:
    """A running machine with a release's patches."""
    machine = start_kernel()
    with machine:
        machine.set_patches(series.RELEASES[kernel])
        yield this_kernel()


def fresh(references: int = 1) -> Folio:
    """A page of the allocator with so many references."""
    page = alloc_page()
    assert page is not None
    page._refcount = references
    return Folio(page)


def zero() -> Folio:
    """The zero page."""
    page = this_kernel().empty_zero_page
    assert page is not None
    return Folio(page)


def array(*pages: Page) -> PageArray:
    """A pointer to an array of these pages."""
    return PageArray(KArray[Page | None](pages))


def pins() -> tuple[int, int]:
    """Pins acquired and released since boot."""
    stat = this_kernel().vm_stat
    return stat.nr_foll_pin_acquired, stat.nr_foll_pin_released
