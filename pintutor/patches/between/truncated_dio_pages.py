"""Pages that direct I/O got and does not use are given back.

What a bio is given is cut down to whole blocks of the device. Pages that held
nothing but the bytes cut off stayed referenced for good. They are counted
before the cut now, and what was not added is put at the end, as it is when an
error stops the loop.

Linux kernel commit e97424fd4472 ("block: fix leaking page ref on truncated
direct io") (in v6.0).
"""

from pintutor.linux.block import bio_iov
from pintutor.linux.block.bio_iov import bio_iov_add_page
from pintutor.linux.include.linux.bio import UINT_MAX
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.blkdev import bdev_logical_block_size
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import (
    get_pages_array,
    iov_iter_get_pages,
)
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.patch import Patch

PATCH = Patch(
    "truncated-dio-pages",
    "block: fix leaking page ref on truncated direct io",
    commit="e97424fd4472",
    release="v6.0",
    author="Keith Busch",
    needs=("dio-dma-alignment",),
)


@PATCH.replaces(bio_iov.__bio_iov_iter_get_pages)
def __bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add the pages of the iterator's next segment; 0 or an error."""
    nr_pages = bio.bi_max_vecs - bio.bi_vcnt
    pages = get_pages_array(nr_pages)
    room = UINT_MAX - bio.bi_iter.bi_size
    size, offset, _ = iov_iter_get_pages(iter, pages, room, nr_pages)
    if size <= 0:
        return size if size else -EFAULT
    nr_pages = DIV_ROUND_UP(offset + size, PAGE_SIZE)
    assert bio.bi_bdev is not None, "direct I/O names the device"
    size &= -bdev_logical_block_size(bio.bi_bdev)
    ret = 0 if size else -EFAULT

    left, i = size, 0
    while left > 0:
        page = pages[i]
        len = min(PAGE_SIZE - offset, left)
        ret = bio_iov_add_page(bio, page, len, offset)
        if ret:
            break
        offset = 0
        left, i = left - len, i + 1

    iov_iter_advance(iter, size - left)
    while i < nr_pages:
        put_page(pages[i])
        i += 1
    return ret
