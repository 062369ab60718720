"""The current page, bios, and zeroes of iomap with pins: see bio_pin_pages.py.

More of "block, bio, fs: convert most filesystems to pin_user_pages_fast()",
sent in February 2022 and never merged.
"""

from pintutor.linux.block.bio_add import __bio_add_page, bio_add_page
from pintutor.linux.fs import direct_io_submit
from pintutor.linux.fs.direct_io_bios import dio_bio_submit
from pintutor.linux.fs.direct_io_submit import (
    dio_can_grow,
    dio_send_cur_page,
    dio_set_cur_page,
)
from pintutor.linux.fs.direct_io_types import BufferHead, Dio, DioSubmit
from pintutor.linux.fs.iomap import direct_io_bio
from pintutor.linux.fs.iomap.direct_io_bio import (
    iomap_dio_alloc_bio,
    iomap_dio_submit_bio,
)
from pintutor.linux.fs.iomap.direct_io_end import iomap_dio_bio_end_io
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import (
    REQ_IDLE,
    REQ_OP_WRITE,
    REQ_SYNC,
)
from pintutor.linux.include.linux.iomap import (
    IomapDio,
    IomapIter,
    iomap_sector,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.patches.hubbard_2022 import bio_pin_pages
from pintutor.patches.hubbard_2022.pin_user_page import pin_user_page

PATCH = bio_pin_pages.PATCH


@PATCH.replaces(direct_io_submit.dio_bio_add_page)
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
    pin_user_page(sdio.cur_page)
    blocks = sdio.cur_page_len >> sdio.blkbits
    sdio.final_block_in_bio = sdio.cur_page_block + blocks
    return True


@PATCH.replaces(direct_io_submit.submit_page_section)
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
    ret, boundary = 0, sdio.boundary
    if dio_can_grow(sdio, page, offset, blocknr):
        sdio.cur_page_len += len
    else:
        if sdio.cur_page is not None:
            ret = dio_send_cur_page(dio, sdio, map_bh)
            unpin_user_page(sdio.cur_page)
            sdio.cur_page = None
            if ret:
                return ret
        pin_user_page(page)
        dio_set_cur_page(sdio, page, offset, len, blocknr)

    if boundary:
        ret = dio_send_cur_page(dio, sdio, map_bh)
        if sdio.bio is not None:
            dio_bio_submit(dio, sdio)
        assert sdio.cur_page is not None, "it was grown or set above"
        unpin_user_page(sdio.cur_page)
        sdio.cur_page = None
    return ret


@PATCH.replaces(direct_io_bio.iomap_dio_zero)
def iomap_dio_zero(iter: IomapIter, dio: IomapDio, pos: int, len: int) -> None:
    """Write `len` zeroes at byte `pos` of the file: the rest of a new block."""
    page = this_kernel().empty_zero_page
    assert page is not None, "the machine has booted"

    bio = iomap_dio_alloc_bio(iter, dio, 1, REQ_OP_WRITE | REQ_SYNC | REQ_IDLE)
    bio.bi_iter.bi_sector = iomap_sector(iter.iomap, pos)
    bio.bi_private = dio
    bio.bi_end_io = iomap_dio_bio_end_io

    pin_user_page(page)
    __bio_add_page(bio, page, len, 0)
    iomap_dio_submit_bio(iter, dio, bio, pos)
