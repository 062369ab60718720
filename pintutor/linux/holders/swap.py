"""What the swap cache and reclaim hold, for the books; C has no such walk."""

from collections.abc import Iterator
from typing import NamedTuple

from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.mm.filemap import i_pages


class SwapHolder(NamedTuple):
    """A page that one reference is held to."""

    page: Page
    kind: str
    """swap cache, or isolated."""
    name: str
    """Its slot, or that it is off the LRU list."""


def swap_holders(kernel: Kernel) -> Iterator[SwapHolder]:
    """The cache holds each page once, and so does who isolated a folio."""
    if kernel.swap is not None:
        for slot, page in enumerate(i_pages(kernel.swap.swapper_space)):
            if page is not None:
                yield SwapHolder(page, "swap cache", f"slot {slot}")
    for folio in kernel.isolated:
        yield SwapHolder(folio, "isolated", "off the LRU list")
