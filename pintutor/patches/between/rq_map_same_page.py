"""A page that is in a request twice is given back once too often, or never.

Two segments of one page become one place of the bio, which is given back once.
The pin of the second one was dropped only when nothing was added, and then it
cannot be: so each such page stayed pinned for ever. It is dropped where the
place grew. A page that was not added is given back below, with all others.

Linux kernel commit 5905afc2c7bb ("block: fix pin count management when merging
same-page segments") (in v6.6).
"""

from pintutor.linux.block import blk_map_user
from pintutor.linux.block.bio_add import bio_add_hw_page
from pintutor.linux.block.blk_map_user import Mapped
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.blkdev import (
    queue_dma_alignment,
    queue_max_hw_sectors,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.patches.block_pin_v21.page_pinned import bio_release_page
from pintutor.patches.patch import Patch

PATCH = Patch(
    "rq-map-same-page",
    "block: fix pin count management when merging same-page segments",
    commit="5905afc2c7bb",
    release="v6.6",
    author="Christoph Hellwig",
    needs=("rq-extract-pages",),
)


@PATCH.replaces(blk_map_user.bio_add_hw_pages)
def bio_add_hw_pages(
    rq: Request, bio: Bio, pages: PageArray, offs: int, bytes_: int
) -> Mapped:
    """Add pages until the device can take no more.

    In C this is the inner loop of bio_map_user_iov(). A page that adds to the
    place that it ended before is in the bio once, and is given back once.
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
            break
        if added.same_page:
            bio_release_page(bio, page)
        bytes_ -= n
        offs = 0
        j += 1
    return Mapped(j, bytes_)
