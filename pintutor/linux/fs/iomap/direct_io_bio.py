"""The bios of a direct I/O by iomap (fs/iomap/direct-io.c, v5.17).

Each bio holds the caller's memory by itself, and the direct I/O counts it. What
a new block gets besides, to be whole, is a bio of zeroes of its own.
"""

from typing import NamedTuple

from pintutor.linux.block.bio import bio_alloc, bio_put
from pintutor.linux.block.bio_add import __bio_add_page
from pintutor.linux.block.bio_dirty import bio_set_pages_dirty
from pintutor.linux.block.bio_iov import (
    bio_iov_iter_get_pages,
    bio_iov_vecs_to_alloc,
)
from pintutor.linux.block.blk_core import submit_bio
from pintutor.linux.fs.iomap.direct_io_end import iomap_dio_bio_end_io
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import BIO_MAX_VECS
from pintutor.linux.include.linux.blk_types import (
    REQ_IDLE,
    REQ_OP_READ,
    REQ_OP_WRITE,
    REQ_SYNC,
    Bio,
)
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_DIRTY,
    IOMAP_DIO_WRITE,
    IomapDio,
    IomapIter,
    iomap_sector,
)
from pintutor.linux.mm.page_alloc import get_page
from pintutor.sim.atomic import atomic_inc, read_once
from pintutor.sim.function import kernel_function


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_alloc_bio(
    iter: IomapIter, dio: IomapDio, nr_vecs: int, opf: int
) -> Bio:
    """A bio for the disk of the range."""
    return bio_alloc(iter.iomap.bdev, nr_vecs, opf)


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_submit_bio(
    iter: IomapIter, dio: IomapDio, bio: Bio, pos: int
) -> None:
    """Send a bio off; the direct I/O counts it before it can complete."""
    atomic_inc(dio, "ref")
    submit_bio(bio)


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_zero(iter: IomapIter, dio: IomapDio, pos: int, len: int) -> None:
    """Write `len` zeroes at byte `pos` of the file: the rest of a new block."""
    page = this_kernel().empty_zero_page
    assert page is not None, "the machine has booted"

    bio = iomap_dio_alloc_bio(iter, dio, 1, REQ_OP_WRITE | REQ_SYNC | REQ_IDLE)
    bio.bi_iter.bi_sector = iomap_sector(iter.iomap, pos)
    bio.bi_private = dio
    bio.bi_end_io = iomap_dio_bio_end_io

    get_page(page)
    __bio_add_page(bio, page, len, 0)
    iomap_dio_submit_bio(iter, dio, bio, pos)


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_bio_opflags(dio: IomapDio) -> int:
    """What the bios of the caller's memory do: operation and REQ_* bits."""
    if not dio.flags & IOMAP_DIO_WRITE:
        return REQ_OP_READ
    return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE


class Submitted(NamedTuple):
    """What iomap_dio_submit_bios() did."""

    copied: int
    """How much is under way [bytes]."""
    ret: int
    """0, or why it stopped."""
    zero_tail: bool
    """False when a completion had failed: nothing more is worth writing."""


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_submit_bios(iter: IomapIter, dio: IomapDio) -> Submitted:
    """Fill bios from the caller's memory and send them off.

    In C this is the loop of iomap_dio_bio_iter().
    """
    pos = iter.pos
    copied = 0
    bio_opf = iomap_dio_bio_opflags(dio)
    nr_pages = bio_iov_vecs_to_alloc(dio.iter, BIO_MAX_VECS)
    while True:
        if read_once(dio, "error"):
            return Submitted(copied, 0, False)
        bio = iomap_dio_alloc_bio(iter, dio, nr_pages, bio_opf)
        bio.bi_iter.bi_sector = iomap_sector(iter.iomap, pos)
        bio.bi_private = dio
        bio.bi_end_io = iomap_dio_bio_end_io

        ret = bio_iov_iter_get_pages(bio, dio.iter)
        if ret:
            bio_put(bio)
            return Submitted(copied, ret, True)
        n = bio.bi_iter.bi_size
        if dio.flags & IOMAP_DIO_DIRTY:
            bio_set_pages_dirty(bio)
        dio.size += n
        copied += n

        nr_pages = bio_iov_vecs_to_alloc(dio.iter, BIO_MAX_VECS)
        iomap_dio_submit_bio(iter, dio, bio, pos)
        pos += n
        if not nr_pages:
            return Submitted(copied, 0, True)
