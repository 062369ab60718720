"""Memory of direct I/O needs the alignment of the device's DMA only.

Addresses and lengths had to be multiples of the logical block. A device that
can read memory from any fourth byte on had its requests refused for nothing.
Lengths still have to be whole blocks, and a segment may now end in the middle
of one when a bio has no room for all of its pages; so what was got is cut down
to whole blocks.

The pages that are cut off had been got too, and nobody gives them back: their
references leak. A later commit of v6.0 repairs that.

Linux kernel commit b1a000d3b8ec ("block: relax direct io memory alignment") (in
v6.0).
"""

from pintutor.linux.block import bio_iov, fops
from pintutor.linux.block.bio_iov import bio_iov_add_page, bio_put_pages
from pintutor.linux.include.linux.bio import UINT_MAX
from pintutor.linux.include.linux.blk_types import Bio, BlockDevice
from pintutor.linux.include.linux.blkdev import (
    bdev_dma_alignment,
    bdev_logical_block_size,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import (
    get_pages_array,
    iov_iter_get_pages,
)
from pintutor.patches.between.iter_is_aligned import iov_iter_is_aligned
from pintutor.patches.patch import Patch

PATCH = Patch(
    "dio-dma-alignment",
    "block: relax direct io memory alignment",
    commit="b1a000d3b8ec",
    release="v6.0",
    author="Keith Busch",
    needs=("iter-is-aligned",),
)


@PATCH.replaces(fops.blkdev_dio_unaligned)
def blkdev_dio_unaligned(bdev: BlockDevice, pos: int, iter: IovIter) -> bool:
    """True when the device cannot transfer from there, or not this memory."""
    mask = bdev_logical_block_size(bdev) - 1
    if pos & mask:
        return True
    return not iov_iter_is_aligned(iter, bdev_dma_alignment(bdev), mask)


@PATCH.replaces(bio_iov.__bio_iov_iter_get_pages)
def __bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add the pages of the iterator's next segment; 0 or an error."""
    nr_pages = bio.bi_max_vecs - bio.bi_vcnt
    pages = get_pages_array(nr_pages)
    room = UINT_MAX - bio.bi_iter.bi_size
    size, offset, _ = iov_iter_get_pages(iter, pages, room, nr_pages)
    if size > 0:
        assert bio.bi_bdev is not None, "direct I/O names the device"
        size &= -bdev_logical_block_size(bio.bi_bdev)
    if size <= 0:
        return size if size else -EFAULT

    left, i = size, 0
    while left > 0:
        page = pages[i]
        len = min(PAGE_SIZE - offset, left)
        ret = bio_iov_add_page(bio, page, len, offset)
        if ret:
            bio_put_pages(pages.plus(i), left, offset)
            return ret
        offset = 0
        left, i = left - len, i + 1

    iov_iter_advance(iter, size)
    return 0
