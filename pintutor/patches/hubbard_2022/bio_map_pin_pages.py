"""Commands from user space pin their pages.

The rest of the patch that was sent as "block, bio, fs: convert most filesystems
to pin_user_pages_fast()": see bio_pin_pages.py. What is copied is told apart
from what is pinned by bi_private, and never meets bio_release_pages().
"""

from pintutor.linux.block import blk_map_user
from pintutor.linux.block.bio_add import bio_add_hw_page
from pintutor.linux.block.bio_iov import LONG_MAX
from pintutor.linux.block.blk_map_user import Mapped
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.blkdev import (
    queue_dma_alignment,
    queue_max_hw_sectors,
)
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.patches.hubbard_2022 import direct_io_pin_pages
from pintutor.patches.hubbard_2022.iter_pin_pages import (
    iov_iter_pin_pages_alloc,
)

PATCH = direct_io_pin_pages.PATCH


@PATCH.replaces(blk_map_user.bio_map_user_pages)
def bio_map_user_pages(rq: Request, bio: Bio, iter: IovIter) -> int:
    """Fill the bio from the iterator, as far as the device can take it.

    In C this is the loop of bio_map_user_iov(). Returns: 0 or an error.
    """
    while iov_iter_count(iter):
        bytes_, offs, pages = iov_iter_pin_pages_alloc(iter, LONG_MAX)
        if bytes_ <= 0:
            return bytes_ if bytes_ else -EFAULT
        assert pages is not None, "there are some"
        npages = DIV_ROUND_UP(offs + bytes_, PAGE_SIZE)

        j, left = bio_add_hw_pages(rq, bio, pages, offs, bytes_)
        iov_iter_advance(iter, bytes_ - left)
        while j < npages:
            unpin_user_page(pages[j])
            j += 1
        if left:
            break
    return 0


@PATCH.replaces(blk_map_user.bio_add_hw_pages)
def bio_add_hw_pages(
    rq: Request, bio: Bio, pages: PageArray, offs: int, bytes_: int
) -> Mapped:
    """Add pages until the device can take no more.

    In C this is the inner loop of bio_map_user_iov(). A page that adds to the
    place that it ended before has a pin too many from here on: it is in
    the bio once, and it is only dropped when nothing was added.
    """
    if offs & queue_dma_alignment(rq.q):
        return Mapped(0, bytes_)
    max_sectors = queue_max_hw_sectors(rq.q)
    j = 0
    while bytes_:
        page = pages[j]
        n = min(PAGE_SIZE - offs, bytes_)
        added = bio_add_hw_page(rq.q, bio, page, n, offs, max_sectors)
        if not added.ret:
            if added.same_page:
                unpin_user_page(page)
            break
        bytes_ -= n
        offs = 0
        j += 1
    return Mapped(j, bytes_)
