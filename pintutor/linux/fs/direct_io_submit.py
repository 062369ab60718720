"""From pieces of pages to bios (fs/direct-io.c, v5.17).

One piece is held back, so that it can grow: the current page. A bio is sent off
when the next piece lies elsewhere in the file or on the disk, when it is full,
or when metadata follows.
"""

from pintutor.linux.block.bio_add import bio_add_page
from pintutor.linux.fs.direct_io_bios import dio_bio_submit, dio_new_bio
from pintutor.linux.fs.direct_io_types import (
    BufferHead,
    Dio,
    DioSubmit,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.mm.page_alloc import get_page, put_page
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function


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


def dio_can_grow(
    sdio: DioSubmit, page: Page, offset: int, blocknr: int
) -> bool:
    """True when a piece lies right behind the current one, in page and disk."""
    blocks = sdio.cur_page_len >> sdio.blkbits
    return (
        sdio.cur_page is page
        and sdio.cur_page_offset + sdio.cur_page_len == offset
        and sdio.cur_page_block + blocks == blocknr
    )


def dio_set_cur_page(
    sdio: DioSubmit, page: Page, offset: int, len: int, blocknr: int
) -> None:
    """Make a piece the current one; in C a part of submit_page_section()."""
    sdio.cur_page = page
    sdio.cur_page_offset = offset
    sdio.cur_page_len = len
    sdio.cur_page_block = blocknr
    sdio.cur_page_fs_offset = sdio.block_in_file << sdio.blkbits


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
    ret, boundary = 0, sdio.boundary
    if dio_can_grow(sdio, page, offset, blocknr):
        sdio.cur_page_len += len
    else:
        if sdio.cur_page is not None:
            ret = dio_send_cur_page(dio, sdio, map_bh)
            put_page(sdio.cur_page)
            sdio.cur_page = None
            if ret:
                return ret
        get_page(page)
        dio_set_cur_page(sdio, page, offset, len, blocknr)

    if boundary:
        ret = dio_send_cur_page(dio, sdio, map_bh)
        if sdio.bio is not None:
            dio_bio_submit(dio, sdio)
        assert sdio.cur_page is not None, "it was grown or set above"
        put_page(sdio.cur_page)
        sdio.cur_page = None
    return ret
