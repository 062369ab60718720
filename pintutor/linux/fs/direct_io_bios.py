"""Beginning the bios of direct I/O without iomap, and sending them off
(fs/direct-io.c, v5.17).

Not modelled: the function that a file system may have told of each bio.
"""

from pintutor.linux.block.bio import bio_alloc
from pintutor.linux.block.bio_dirty import bio_set_pages_dirty
from pintutor.linux.block.blk_core import submit_bio
from pintutor.linux.fs.direct_io_await import dio_bio_reap
from pintutor.linux.fs.direct_io_complete import (
    dio_bio_end_aio,
    dio_bio_end_io,
)
from pintutor.linux.fs.direct_io_types import (
    BufferHead,
    Dio,
    DioSubmit,
)
from pintutor.linux.include.linux.bio import bio_max_segs
from pintutor.linux.include.linux.blk_types import (
    REQ_OP_MASK,
    REQ_OP_READ,
    BlockDevice,
)
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("fs/direct-io.c")
def dio_bio_alloc(
    dio: Dio,
    sdio: DioSubmit,
    bdev: BlockDevice,
    first_sector: int,
    nr_vecs: int,
) -> None:
    """Begin a bio at a sector of the disk."""
    bio = bio_alloc(bdev, nr_vecs, dio.opf)
    bio.bi_iter.bi_sector = first_sector
    if dio.is_async:
        bio.bi_end_io = dio_bio_end_aio
    else:
        bio.bi_end_io = dio_bio_end_io
    sdio.bio = bio
    sdio.logical_offset_in_bio = sdio.cur_page_fs_offset


@kernel_function("fs/direct-io.c")
def dio_bio_submit(dio: Dio, sdio: DioSubmit) -> None:
    """Send the bio off; the direct I/O counts it before it can complete.

    Nobody will be there to dirty the pages of an asynchronous read, so that is
    done beforehand, and checked at the end.
    """
    dio_op = dio.opf & REQ_OP_MASK
    bio = sdio.bio
    assert bio is not None, "a bio is being filled"

    bio.bi_private = dio
    spin_lock(dio, "bio_lock")
    dio.refcount += 1
    spin_unlock(dio, "bio_lock")
    if dio.is_async and dio_op == REQ_OP_READ and dio.should_dirty:
        bio_set_pages_dirty(bio)

    submit_bio(bio)
    sdio.bio = None
    sdio.boundary = False
    sdio.logical_offset_in_bio = 0


@kernel_function("fs/direct-io.c")
def dio_new_bio(
    dio: Dio, sdio: DioSubmit, start_sector: int, map_bh: BufferHead
) -> int:
    """Begin a bio at a dio block of the disk. Returns: 0 or an error."""
    ret = dio_bio_reap(dio, sdio)
    if ret:
        return ret
    sector = start_sector << sdio.blkbits - 9
    nr_pages = bio_max_segs(sdio.pages_in_io)
    if nr_pages <= 0:
        raise KernelBug("dio_new_bio: no pages in the I/O")
    assert map_bh.b_bdev is not None, "the blocks are mapped"
    dio_bio_alloc(dio, sdio, map_bh.b_bdev, sector, nr_pages)
    sdio.boundary = False
    return 0
