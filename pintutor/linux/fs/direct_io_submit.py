"""From pieces of pages to bios (fs/direct-io.c, v5.17).

One piece is held back, so that it can grow: the current page. A bio is sent off
when the next piece lies elsewhere in the file or on the disk, when it is full,
or when metadata follows.

Not modelled: asking for blocks of a bio by a function of the file system.
"""

from pintutor.linux.block.bio import bio_alloc
from pintutor.linux.block.bio_add import bio_add_page
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
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.mm.page_alloc import get_page, put_page
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


@kernel_function("fs/direct-io.c")
def dio_bio_add_page(sdio: DioSubmit) -> bool:
    """Put the current page into the bio, which takes a reference to it.

    Returns: false when the bio has no room.
    """
    assert sdio.bio is not None and sdio.cur_page is not None
    ret = bio_add_page(
        sdio.bio, sdio.cur_page, sdio.cur_page_len, sdio.cur_page_offset
    )
    if ret != sdio.cur_page_len:
        return False
    if sdio.cur_page_len + sdio.cur_page_offset == PAGE_SIZE:
        sdio.pages_in_io -= 1
    get_page(sdio.cur_page)
    blocks = sdio.cur_page_len >> sdio.blkbits
    sdio.final_block_in_bio = sdio.cur_page_block + blocks
    return True


@kernel_function("fs/direct-io.c")
def dio_send_cur_page(dio: Dio, sdio: DioSubmit, map_bh: BufferHead) -> int:
    """Put the current page into a bio, sending bios off where need be.

    The reference of the current page is left to the caller. Returns: 0 or an
    error.
    """
    if sdio.bio is not None:
        cur_offset = sdio.cur_page_fs_offset
        bio_next_offset = sdio.logical_offset_in_bio + sdio.bio.bi_iter.bi_size
        if (
            sdio.final_block_in_bio != sdio.cur_page_block
            or cur_offset != bio_next_offset
        ):
            dio_bio_submit(dio, sdio)

    if sdio.bio is None:
        ret = dio_new_bio(dio, sdio, sdio.cur_page_block, map_bh)
        if ret:
            return ret

    if dio_bio_add_page(sdio):
        return 0
    dio_bio_submit(dio, sdio)
    ret = dio_new_bio(dio, sdio, sdio.cur_page_block, map_bh)
    if ret == 0 and not dio_bio_add_page(sdio):
        raise KernelBug("dio_send_cur_page: a fresh bio has no room")
    return ret


@kernel_function("fs/direct-io.c")
def submit_page_section(
    dio: Dio,
    sdio: DioSubmit,
    page: Page,
    offset: int,
    len: int,
    blocknr: int,
    map_bh: BufferHead,
) -> int:
    """Make a piece of a page the current one, or let that one grow by it.

    Returns: 0 or an error.
    """
    ret = 0
    boundary = sdio.boundary
    if (
        sdio.cur_page is page
        and sdio.cur_page_offset + sdio.cur_page_len == offset
        and sdio.cur_page_block + (sdio.cur_page_len >> sdio.blkbits) == blocknr
    ):
        sdio.cur_page_len += len
    else:
        if sdio.cur_page is not None:
            ret = dio_send_cur_page(dio, sdio, map_bh)
            put_page(sdio.cur_page)
            sdio.cur_page = None
            if ret:
                return ret
        get_page(page)
        sdio.cur_page = page
        sdio.cur_page_offset = offset
        sdio.cur_page_len = len
        sdio.cur_page_block = blocknr
        sdio.cur_page_fs_offset = sdio.block_in_file << sdio.blkbits

    if boundary:
        ret = dio_send_cur_page(dio, sdio, map_bh)
        if sdio.bio is not None:
            dio_bio_submit(dio, sdio)
        put_page(sdio.cur_page)
        sdio.cur_page = None
    return ret
