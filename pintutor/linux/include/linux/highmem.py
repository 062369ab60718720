"""Reaching into a page from the kernel (include/linux/highmem.h)."""

from functools import lru_cache

from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.page_flags import PG_buddy
from pintutor.sim.atomic import announce
from pintutor.sim.errors import UseAfterFree
from pintutor.sim.function import kernel_function


@kernel_function("include/linux/highmem.h")
def memcpy_to_page(page: Page, offset: int, data: bytes) -> None:
    """Copy bytes into a page.

    Errors: UseAfterFree when the frame lies on the free list.
    """
    announce(page, "data", "update")
    if page.flags & PG_buddy:
        raise UseAfterFree(
            f"{len(data)} bytes are written to free frame {page.pfn}"
        )
    assert offset + len(data) <= PAGE_SIZE, "the copy stays in the page"
    page.data = spliced(page.data, offset, data)


def zero_user(page: Page, start: int, size: int) -> None:
    """Zero bytes of a page."""
    memcpy_to_page(page, start, bytes(size))


@lru_cache(maxsize=64)
def spliced(contents: bytes, offset: int, data: bytes) -> bytes:
    """`contents` with `data` at `offset`; what is equal is kept only once.

    So a gigabyte of frames into which the same was written costs one frame.
    """
    return contents[:offset] + data + contents[offset + len(data) :]
