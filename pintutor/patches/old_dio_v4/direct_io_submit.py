"""The current page and the bio, pinned: see direct_io_pages.py.

More of Linux kernel commit 1ccf164ec866 ("block: Use iov_iter_extract_pages()
and page pinning in direct-io.c") (in v6.5).
"""

from pintutor.linux.block.bio_add import bio_add_page
from pintutor.linux.fs import direct_io_submit
from pintutor.linux.fs.direct_io_bios import dio_bio_submit, dio_new_bio
from pintutor.linux.fs.direct_io_submit import dio_can_grow, dio_set_cur_page
from pintutor.linux.fs.direct_io_types import BufferHead, Dio, DioSubmit
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.patches.old_dio_v4 import direct_io_pages
from pintutor.patches.old_dio_v4.direct_io_pages import (
    dio_pin_page,
    dio_unpin_page,
)
from pintutor.sim.errors import KernelBug

PATCH = direct_io_pages.PATCH


@PATCH.replaces(direct_io_submit.dio_bio_add_page)
def dio_bio_add_page(dio: Dio, sdio: DioSubmit) -> bool:
    """Put the current page into the bio, which pins it once more.

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
    dio_pin_page(dio, sdio.cur_page)
    blocks = sdio.cur_page_len >> sdio.blkbits
    sdio.final_block_in_bio = sdio.cur_page_block + blocks
    return True


@PATCH.replaces(direct_io_submit.dio_send_cur_page)
def dio_send_cur_page(dio: Dio, sdio: DioSubmit, map_bh: BufferHead) -> int:
    """Put the current page into a bio, sending bios off where need be.

    The pin of the current page is left to the caller. Returns: 0 or an
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

    if dio_bio_add_page(dio, sdio):
        return 0
    dio_bio_submit(dio, sdio)
    ret = dio_new_bio(dio, sdio, sdio.cur_page_block, map_bh)
    if ret == 0 and not dio_bio_add_page(dio, sdio):
        raise KernelBug("dio_send_cur_page: a fresh bio has no room")
    return ret


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
            dio_unpin_page(dio, sdio.cur_page)
            sdio.cur_page = None
            if ret:
                return ret
        dio_pin_page(dio, page)
        dio_set_cur_page(sdio, page, offset, len, blocknr)

    if boundary:
        ret = dio_send_cur_page(dio, sdio, map_bh)
        if sdio.bio is not None:
            dio_bio_submit(dio, sdio)
        assert sdio.cur_page is not None, "it was grown or set above"
        dio_unpin_page(dio, sdio.cur_page)
        sdio.cur_page = None
    return ret
