"""Direct I/O of files with pins alone: see bio_pin_pages.py.

What was a reference, in the queue, as the current page and in a bio, is a pin.
The zero page is pinned like any other, by iomap too.

More of "block, bio, fs: convert most filesystems to pin_user_pages_fast()",
sent in February 2022 and never merged.
"""

from pintutor.linux.fs import (
    direct_io,
    direct_io_entry,
    direct_io_pages,
)
from pintutor.linux.fs.direct_io import EOF, dio_do_page
from pintutor.linux.fs.direct_io_bios import dio_bio_submit
from pintutor.linux.fs.direct_io_blocks import dio_zero_block
from pintutor.linux.fs.direct_io_pages import (
    LONG_MAX,
    dio_get_page,
)
from pintutor.linux.fs.direct_io_submit import dio_send_cur_page
from pintutor.linux.fs.direct_io_types import (
    DIO_LOCKING,
    DIO_PAGES,
    BufferHead,
    Dio,
    DioSubmit,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, REQ_OP_WRITE
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import (
    READ,
    IovIter,
    iov_iter_rw,
    iter_is_iovec,
)
from pintutor.linux.include.uapi.errno import ENOTBLK
from pintutor.linux.lib.iov_iter import iov_iter_advance
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.patches.hubbard_2022 import direct_io_pin_submit
from pintutor.patches.hubbard_2022.iter_pin_pages import iov_iter_pin_pages
from pintutor.patches.hubbard_2022.pin_user_page import pin_user_page
from pintutor.sim.locks import up_write

PATCH = direct_io_pin_submit.PATCH


@PATCH.replaces(direct_io_pages.dio_refill_pages)
def dio_refill_pages(dio: Dio, sdio: DioSubmit) -> int:
    """Fill the empty queue from the caller's memory, with at most 64 pages.

    When that fails in the middle of a write whose blocks are there already,
    zeroes take the place of the memory: else the blocks would show what they
    held before. The error is kept for later. Returns: 0 or an error.
    """
    dio_op = dio.opf & REQ_OP_MASK
    pages = PageArray(dio.pages)

    warn_on_once(not iter_is_iovec(sdio.iter), "dio_refill_pages: no iovec")

    ret, sdio.from_, _ = iov_iter_pin_pages(
        sdio.iter, pages, LONG_MAX, DIO_PAGES
    )
    if ret < 0 and sdio.blocks_available and dio_op == REQ_OP_WRITE:
        page = this_kernel().empty_zero_page
        assert page is not None, "the machine has booted"
        if dio.page_errors == 0:
            dio.page_errors = ret
        pin_user_page(page)
        dio.pages[0] = page
        sdio.head = 0
        sdio.tail = 1
        sdio.from_ = 0
        sdio.to = PAGE_SIZE
        return 0

    if ret >= 0:
        iov_iter_advance(sdio.iter, ret)
        ret += sdio.from_
        sdio.head = 0
        sdio.tail = (ret + PAGE_SIZE - 1) // PAGE_SIZE
        sdio.to = ((ret - 1) & (PAGE_SIZE - 1)) + 1
        return 0
    return ret


@PATCH.replaces(direct_io_pages.dio_cleanup)
def dio_cleanup(dio: Dio, sdio: DioSubmit) -> None:
    """Give back the pages of the queue that were not used."""
    pages = PageArray(dio.pages)
    while sdio.head < sdio.tail:
        page = pages[sdio.head]
        sdio.head += 1
        unpin_user_page(page)


@PATCH.replaces(direct_io.do_direct_IO)
def do_direct_IO(dio: Dio, sdio: DioSubmit, map_bh: BufferHead) -> int:
    """Walk memory and file. Returns: 0 or an error; -ENOTBLK: a hole."""
    while sdio.block_in_file < sdio.final_block_in_request:
        page = dio_get_page(dio, sdio)
        if isinstance(page, int):
            return page
        from_ = 0 if sdio.head else sdio.from_
        to = sdio.to if sdio.head == sdio.tail - 1 else PAGE_SIZE
        sdio.head += 1

        ret = dio_do_page(dio, sdio, page, from_, to, map_bh)
        unpin_user_page(page)
        if ret:
            return 0 if ret == EOF else ret
    return 0


@PATCH.replaces(direct_io_entry.direct_io_worker)
def direct_io_worker(dio: Dio, sdio: DioSubmit, iter: IovIter) -> int:
    """Send all bios off. Returns: 0 or an error.

    In C this is a part of __blockdev_direct_IO().
    """
    map_bh = BufferHead()
    retval = do_direct_IO(dio, sdio, map_bh)
    if retval:
        dio_cleanup(dio, sdio)
    if retval == -ENOTBLK:
        retval = 0
    dio_zero_block(dio, sdio, 1, map_bh)
    if sdio.cur_page is not None:
        ret2 = dio_send_cur_page(dio, sdio, map_bh)
        if retval == 0:
            retval = ret2
        unpin_user_page(sdio.cur_page)
        sdio.cur_page = None
    if sdio.bio is not None:
        dio_bio_submit(dio, sdio)

    # A read may have ended at the end of the file with pages left.
    dio_cleanup(dio, sdio)
    dio.submit = None
    if dio.flags & DIO_LOCKING and iov_iter_rw(iter) == READ:
        up_write(dio.inode, "i_rwsem")
    return retval
