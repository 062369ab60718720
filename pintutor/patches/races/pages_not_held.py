"""Bug put back: a direct read does not hold the pages that the disk writes to.

Kernel memory that is handed in as it is has an owner who waits, so a bio holds
no reference to it. Memory of user space has none: the task can unmap it, or
exit, at any time, and an asynchronous read goes on. Here the references that
GUP took are dropped before the bio is sent.

In Linux this is block/fops.c: __blkdev_direct_IO_async(). Only
bio_iov_bvec_set() sets BIO_NO_PAGE_REF.
"""

from pintutor.linux.block import fops
from pintutor.linux.block.bdev import I_BDEV
from pintutor.linux.block.bio import bio_alloc_bioset, bio_put
from pintutor.linux.block.bio_dirty import bio_set_pages_dirty
from pintutor.linux.block.bio_iov import (
    bio_iov_bvec_set,
    bio_iov_iter_get_pages,
)
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.block.blk_core import submit_bio
from pintutor.linux.block.fops import (
    DIO_SHOULD_DIRTY,
    BlkdevDio,
    blkdev_bio_end_io_async,
    blkdev_dio_unaligned,
    dio_bio_write_op,
)
from pintutor.linux.include.linux.bio import bio_set_flag
from pintutor.linux.include.linux.blk_types import (
    BIO_NO_PAGE_REF,
    REQ_NOWAIT,
    REQ_OP_READ,
)
from pintutor.linux.include.linux.blkdev import SECTOR_SHIFT
from pintutor.linux.include.linux.kiocb import IOCB_NOWAIT, Kiocb
from pintutor.linux.include.linux.uio import (
    READ,
    IovIter,
    iov_iter_is_bvec,
    iov_iter_rw,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EINVAL, EIOCBQUEUED
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-pages-not-held",
    "a direct read does not hold the pages that the disk writes to",
    commit="",
    release="",
    author="pintutor",
    conflicts=("page-reffed",),
    mutation=True,
)


@PATCH.replaces(fops.__blkdev_direct_IO_async)
def __blkdev_direct_IO_async(iocb: Kiocb, iter: IovIter, nr_pages: int) -> int:
    """Submit one bio and leave it; -EIOCBQUEUED, or an error."""
    bdev = I_BDEV(iocb.ki_filp)
    is_read = iov_iter_rw(iter) == READ
    opf = REQ_OP_READ if is_read else dio_bio_write_op(iocb)
    pos = iocb.ki_pos
    if blkdev_dio_unaligned(bdev, pos, iter):
        return -EINVAL

    bio = bio_alloc_bioset(bdev, nr_pages, opf)
    dio = BlkdevDio(bio, iocb)
    bio.bi_private = dio
    bio.bi_iter.bi_sector = pos >> SECTOR_SHIFT
    bio.bi_end_io = blkdev_bio_end_io_async

    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
    else:
        ret = bio_iov_iter_get_pages(bio, iter)
        if ret:
            bio_put(bio)
            return ret
    dio.size = bio.bi_iter.bi_size

    if is_read and user_backed_iter(iter):
        dio.flags |= DIO_SHOULD_DIRTY
        bio_set_pages_dirty(bio)
    if iocb.ki_flags & IOCB_NOWAIT:
        bio.bi_opf |= REQ_NOWAIT
    bio_release_pages(bio, False)
    bio_set_flag(bio, BIO_NO_PAGE_REF)
    submit_bio(bio)
    return -EIOCBQUEUED
