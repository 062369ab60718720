"""Memory of direct I/O by iomap needs the alignment of the device's DMA only.

What block devices had learned, see dio-dma-alignment, for files.

Linux kernel commit bf8d08532bc1 ("iomap: add support for dma aligned
direct-io") (in v6.0).
"""

from pintutor.linux.fs.iomap import direct_io_range
from pintutor.linux.include.linux.blk_types import BlockDevice
from pintutor.linux.include.linux.blkdev import (
    bdev_dma_alignment,
    bdev_logical_block_size,
)
from pintutor.linux.include.linux.uio import IovIter
from pintutor.patches.between.iter_is_aligned import iov_iter_is_aligned
from pintutor.patches.patch import Patch

PATCH = Patch(
    "iomap-dma-alignment",
    "iomap: add support for dma aligned direct-io",
    commit="bf8d08532bc1",
    release="v6.0",
    author="Keith Busch",
    needs=("dio-dma-alignment",),
)


@PATCH.replaces(direct_io_range.iomap_dio_unaligned)
def iomap_dio_unaligned(bdev: BlockDevice, align: int, iter: IovIter) -> bool:
    """True when the device cannot transfer from there, or not this memory.

    In C this is a part of iomap_dio_bio_iter().
    """
    mask = bdev_logical_block_size(bdev) - 1
    if align & mask:
        return True
    return not iov_iter_is_aligned(iter, bdev_dma_alignment(bdev), mask)
