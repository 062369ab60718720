"""Zeroes for a new block come from a buffer of 64 KiB, not from the zero page.

A block of a file may be longer than a page of memory. The zero page is one
page, and a bio that names more than it has reads on into whatever lies behind.
So iomap has zeroes of its own, as many as the longest block.

Linux kernel commit 10553a91652d ("iomap: fix iomap_dio_zero() for fs bs >
system page size") (in v6.12). Only the first page of the buffer is modelled,
as no block here is longer. In C it is made when the kernel boots.
"""

from pintutor.linux.block.bio_add import __bio_add_page
from pintutor.linux.fs.iomap import direct_io_bio, direct_io_range
from pintutor.linux.fs.iomap.direct_io_bio import (
    iomap_dio_alloc_bio,
    iomap_dio_submit_bio,
    iomap_dio_submit_bios,
)
from pintutor.linux.fs.iomap.direct_io_end import iomap_dio_bio_end_io
from pintutor.linux.fs.iomap.direct_io_range import (
    iomap_dio_need_zeroout,
    iomap_dio_unaligned,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import (
    REQ_IDLE,
    REQ_OP_WRITE,
    REQ_SYNC,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.fs import i_blocksize
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_WRITE,
    IomapDio,
    IomapIter,
    iomap_length,
    iomap_sector,
)
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import (
    iov_iter_count,
    iov_iter_reexpand,
    iov_iter_truncate,
)
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.mm.page_alloc import alloc_page
from pintutor.patches.patch import Patch
from pintutor.sim.errors import KernelBug

IOMAP_ZERO_PAGE_SIZE = 64 * 1024

PATCH = Patch(
    "iomap-zero-buffer",
    "iomap: fix iomap_dio_zero() for fs bs > system page size",
    commit="10553a91652d",
    release="v6.12",
    author="Pankaj Raghav",
    needs=("iomap-zero-unreferenced", "page-reffed"),
)


@PATCH.adds("fs/iomap/direct-io.c")
def iomap_zero_page() -> Page:
    """The buffer of zeroes; in C iomap_dio_init() makes it."""
    kernel = this_kernel()
    if kernel.iomap_zero_page is None:
        kernel.iomap_zero_page = alloc_page()
    if kernel.iomap_zero_page is None:
        raise KernelBug("iomap_dio_init: no memory")
    return kernel.iomap_zero_page


@PATCH.replaces(direct_io_bio.iomap_dio_zero)
def iomap_dio_zero(iter: IomapIter, dio: IomapDio, pos: int, len: int) -> int:
    """Write `len` zeroes at byte `pos` of the file: the rest of a new block.

    Returns: 0 or -EINVAL.
    """
    if not len:
        return 0
    if warn_on_once(len > IOMAP_ZERO_PAGE_SIZE, "iomap_dio_zero: len"):
        return -EINVAL

    bio = iomap_dio_alloc_bio(iter, dio, 1, REQ_OP_WRITE | REQ_SYNC | REQ_IDLE)
    bio.bi_iter.bi_sector = iomap_sector(iter.iomap, pos)
    bio.bi_private = dio
    bio.bi_end_io = iomap_dio_bio_end_io

    __bio_add_page(bio, iomap_zero_page(), len, 0)
    iomap_dio_submit_bio(iter, dio, bio, pos)
    return 0


@PATCH.replaces(direct_io_range.iomap_dio_zero_tail)
def iomap_dio_zero_tail(
    iter: IomapIter, dio: IomapDio, pos: int, ret: int, *, need_zeroout: bool
) -> int:
    """Zero the rest of the block in which a write ends, if it is a new one.

    In C this is a part of iomap_dio_bio_iter(). Returns: how that
    went, or else `ret`.
    """
    beyond = dio.flags & IOMAP_DIO_WRITE and pos >= iter.inode.i_size
    if need_zeroout or beyond:
        pad = pos & (i_blocksize(iter.inode) - 1)
        if pad:
            size = i_blocksize(iter.inode) - pad
            ret = iomap_dio_zero(iter, dio, pos, size)
    return ret


@PATCH.replaces(direct_io_range.iomap_dio_bio_iter)
def iomap_dio_bio_iter(iter: IomapIter, dio: IomapDio) -> int:
    """Read or write one range that has blocks.

    What the range gets less than whole new blocks is made up with zeroes: the
    disk holds what was there before. Returns: how much [bytes], or an error.
    """
    length = iomap_length(iter)
    pos = iter.pos
    fs_block_size = i_blocksize(iter.inode)
    assert iter.iomap.bdev is not None, "the range is on a disk"
    if iomap_dio_unaligned(iter.iomap.bdev, pos | length, dio.iter):
        return -EINVAL
    need_zeroout = iomap_dio_need_zeroout(iter, dio)

    orig_count = iov_iter_count(dio.iter)
    iov_iter_truncate(dio.iter, length)
    if not iov_iter_count(dio.iter):
        iov_iter_reexpand(dio.iter, orig_count)
        return 0

    pad = pos & (fs_block_size - 1)
    if need_zeroout:
        ret = iomap_dio_zero(iter, dio, pos - pad, pad)
        if ret:
            iov_iter_reexpand(dio.iter, orig_count)
            return ret
    copied, ret, zero_tail = iomap_dio_submit_bios(iter, dio)
    pos += copied
    if zero_tail:
        ret = iomap_dio_zero_tail(
            iter, dio, pos, ret, need_zeroout=need_zeroout
        )
    iov_iter_reexpand(dio.iter, orig_count - copied)
    return copied or ret
